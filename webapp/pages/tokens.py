"""``/app/settings/tokens``: what opens the API to programs of the store's."""

from collections.abc import Sequence
from http import HTTPStatus

from flask import Response, request

from core.words import N_, Words
from notifications import api_tokens, roles, staff
from notifications.api_tokens import MadeToken
from notifications.roles import Role
from storage.api_tokens import TokenRow
from webapp.pages import forms, listing
from webapp.pages.shell import Pages, Visit
from webapp.pages.store_settings import TABS

_HEAD = (
    *(N_("Name"), N_("Role"), N_("Made by"), N_("Made"), N_("Last used")),
    N_("Taken back"),
)


def add(pages: Pages) -> None:
    @pages.get("/settings/tokens", role=Role.VIEWER)
    def tokens(visit: Visit) -> Response:
        if listing.wants_file():
            lines = (_line(each, visit.words) for each in _told(visit))
            return listing.as_file(visit, "tokens", _HEAD, lines)
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


def _told(visit: Visit) -> Sequence[tuple[TokenRow, str, str]]:
    """Every token, with its role and who has made it in words."""
    everybody = staff.everybody(visit.shop_id, services=visit.services)
    names = {each.user: each.name for each in everybody}
    return [
        (
            token,
            visit.words.gettext(roles.NAMES[Role(token.role)]),
            staff.called(token.made_by, names.get(token.made_by), visit.words),
        )
        for token in api_tokens.of_shop(visit.shop_id, services=visit.services)
    ]


def _line(told: tuple[TokenRow, str, str], words: Words) -> Sequence[object]:
    """Of the file."""
    token, role, by = told
    used, back = token.last_used_at, token.revoked_at
    return (
        *(token.name, role, by, words.moment(token.made_at)),
        words.gettext(N_("never")) if used is None else words.moment(used),
        "" if back is None else words.moment(back),
    )


def _shown(
    visit: Visit, *, made: MadeToken | None = None, status: int = HTTPStatus.OK
) -> Response:
    words = visit.words
    known = _told(visit)
    return visit.shows(
        "pages/tokens.html",
        status=status,
        tabs=TABS,
        tokens=known,
        made=made,
        meanwhile=forms.CHANGED_MEANWHILE if status == HTTPStatus.CONFLICT else None,
        version=forms.version_of([token.id for token, _, _ in known]),
        options=[(r.value, words.gettext(roles.NAMES[r])) for r in api_tokens.ROLES],
        may_set=visit.may(Role.OWNER),
        file=listing.file_address(),
    )
