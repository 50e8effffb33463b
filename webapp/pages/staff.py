"""``/app/settings/staff``: who of the store's people may do what, as its owner says."""

from collections.abc import Sequence

from flask import Response, request

from core.errors import NotPossible
from core.words import N_, Words
from notifications import roles, staff
from notifications.roles import Role
from notifications.staff import Colleague
from webapp.pages import listing
from webapp.pages.shell import NOT_FOUND, Pages, Visit
from webapp.pages.store_settings import TABS

_NOTHING = "none"

_HEAD = (N_("Who"), N_("Number"), N_("Role"), N_("First here"), N_("Last here"))

_MAY = (
    (Role.OWNER, N_("all, and says who else may do what")),
    (Role.AGENT, N_("what is about one person or one message")),
    (Role.VIEWER, N_("look")),
)


def add(pages: Pages) -> None:
    @pages.get("/settings/staff", role=Role.VIEWER)
    def everybody(visit: Visit) -> Response:
        words = visit.words
        everyone = staff.everybody(visit.shop_id, services=visit.services)
        if listing.wants_file():
            lines = (_line(each, words) for each in everyone)
            return listing.as_file(visit, "staff", _HEAD, lines)
        names = [(role.value, words.gettext(roles.NAMES[role])) for role in Role]
        return visit.shows(
            "pages/staff.html",
            tabs=TABS,
            colleagues=[
                (each, staff.called(each.user, each.name, words)) for each in everyone
            ],
            options=[*names, (_NOTHING, words.gettext(N_("nothing any more")))],
            may=[(words.gettext(roles.NAMES[role]), what) for role, what in _MAY],
            may_set=visit.may(Role.OWNER),
            file=listing.file_address(),
        )

    @pages.post("/settings/staff/<user>", role=Role.OWNER)
    def set_role(visit: Visit, user: str) -> Response:
        wanted = request.form.get("role", "")
        if wanted not in (_NOTHING, *Role):
            raise NotPossible(NOT_FOUND)
        role = None if wanted == _NOTHING else Role(wanted)
        staff.set_role(visit.shop_id, user, role, by=visit.by, services=visit.services)
        return visit.done("/settings/staff", "saved")


def _line(each: Colleague, words: Words) -> Sequence[object]:
    """Of the file."""
    role = words.gettext(N_("nothing any more"))
    if each.role is not None:
        role = words.gettext(roles.NAMES[each.role])
    last = each.last_seen_at
    return (
        staff.called(each.user, each.name, words),
        each.user,
        role,
        words.moment(each.first_seen_at),
        words.gettext(N_("never")) if last is None else words.moment(last),
    )
