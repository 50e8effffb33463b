"""``/app/settings/tokens``: what opens the API to programs of the store's."""

from http import HTTPStatus

from flask import Response, request

from notifications import api_tokens, roles, staff
from notifications.api_tokens import MadeToken
from notifications.roles import Role
from webapp.pages import forms
from webapp.pages.shell import Pages, Visit
from webapp.pages.store_settings import TABS


def add(pages: Pages) -> None:
    @pages.get("/settings/tokens", role=Role.VIEWER)
    def tokens(visit: Visit) -> Response:
        return _shown(visit)

    @pages.post("/settings/tokens", role=Role.OWNER)
    def make(visit: Visit) -> Response:
        """Shown on this very page: it could not be told to another."""
        made: list[MadeToken] = []
        saved = forms.save(
            visit,
            "tokens",
            current=lambda: _version_of(visit),
            act=lambda: made.append(
                api_tokens.make(
                    visit.shop_id,
                    request.form.get("name", ""),
                    request.form.get("role", ""),
                    by=visit.by,
                    services=visit.services,
                )
            ),
        )
        if saved is forms.Saved.CHANGED_MEANWHILE:
            return _shown(visit, status=HTTPStatus.CONFLICT)
        return _shown(visit, made=made[0])

    @pages.post("/settings/tokens/<int:token>/revoke", role=Role.OWNER)
    def revoke(visit: Visit, token: int) -> Response:
        api_tokens.revoke(visit.shop_id, token, by=visit.by, services=visit.services)
        return visit.done("/settings/tokens", "saved")


def _version_of(visit: Visit) -> list[int]:
    """A form that is sent again makes no other token."""
    known = api_tokens.of_shop(visit.shop_id, services=visit.services)
    return [token.id for token in known]


def _shown(
    visit: Visit, *, made: MadeToken | None = None, status: int = HTTPStatus.OK
) -> Response:
    words = visit.words
    known = api_tokens.of_shop(visit.shop_id, services=visit.services)
    everybody = staff.everybody(visit.shop_id, services=visit.services)
    names = {each.user: each.name for each in everybody}
    return visit.shows(
        "pages/tokens.html",
        status=status,
        tabs=TABS,
        tokens=[
            (
                token,
                words.gettext(roles.NAMES[Role(token.role)]),
                staff.called(token.made_by, names.get(token.made_by), words),
            )
            for token in known
        ],
        made=made,
        meanwhile=forms.CHANGED_MEANWHILE if status == HTTPStatus.CONFLICT else None,
        version=forms.version_of([token.id for token in known]),
        options=[(r.value, words.gettext(roles.NAMES[r])) for r in api_tokens.ROLES],
        may_set=visit.may(Role.OWNER),
    )
