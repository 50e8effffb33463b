"""``/app/messages``: what was sent, or not, the newest first; and who it was to."""

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any

from flask import Response, request
from marshmallow import Schema, fields, validate

from core.values import ContactId, MessageId
from core.words import N_, Words
from integrations.meta.advice import meaning_of
from integrations.phones import phone_from
from notifications import finding_people, terms
from notifications.listing import ListedMessage, Lists, MessagesShown, called
from notifications.roles import Role
from notifications.rules.lifecycle import State
from notifications.witnessing import Kind
from storage.message_lists import Place, Wanted
from webapp.pages import filters, listing
from webapp.pages.filters import Filtered
from webapp.pages.forms import version_of
from webapp.pages.shell import Pages, Visit

TONES = {
    State.WAITING: "info",
    State.SENDING: "info",
    State.UNSURE: "warning",
    State.SENT: "auto",
    State.DELIVERED: "success",
    State.READ: "success",
    State.FAILED: "critical",
    State.SKIPPED: "warning",
    State.CANCELLED: "auto",
}
_LIVE = "live"
_IN_FILE = 500
_LONGEST_NAME = 60
_OF_NO_OWNER = ("reply", "test")
_HEAD = (
    *(N_("Time"), N_("Message"), N_("Order"), N_("To"), N_("State"), N_("Why")),
    *(N_("Reason"), N_("Id")),
)


class MessageFilter(Schema):
    """What a list of messages may be narrowed to."""

    state = fields.Str(validate=validate.OneOf([state.value for state in State]))
    automation = fields.Str(validate=validate.Regexp(r"^[a-z_]{1,60}\Z"))
    order = fields.Str(validate=validate.Length(max=_LONGEST_NAME))
    contact = fields.Int(validate=validate.Range(min=1, max=2**63 - 1))
    since = fields.Date(data_key="from")
    until = fields.Date(data_key="to")


def add(pages: Pages) -> None:
    pages.place("/messages", N_("Messages"))

    @pages.get("/messages", role=Role.VIEWER)
    def messages(visit: Visit) -> Response:
        return _list(visit)

    @pages.post("/messages/person", role=Role.VIEWER)
    def person(visit: Visit) -> Response:
        return _find(visit)


def _list(visit: Visit) -> Response:
    asked = filters.read(MessageFilter(), visit.words)
    wanted = wanted_of(asked, visit.words)
    lists = Lists(visit.shop_id, visit.services, meaning_of, visit.words)
    if listing.wants_file():
        rows = (_line(row, visit.words) for row in _all(lists, wanted))
        return listing.as_file(visit, "messages", _HEAD, rows)
    place = _place()
    found = lists.messages(wanted, place, limit=listing.PAGE)
    seen = version_of(found.rows)
    if request.args.get(_LIVE) == seen:
        return Response(status=HTTPStatus.NO_CONTENT)
    told: dict[str, Any] = {
        "page": listing.beside(found.rows, found.newer, found.older, key=_key),
        "tones": TONES,
        "asked": asked,
        "file": listing.file_address(),
        # A page that is not the first has nothing that could come.
        "live": None if place else listing.address(live=seen),
    }
    if _LIVE in request.args:
        return visit.shows("pages/messages_rows.html", **told)
    return visit.shows("pages/messages.html", **told, **_choices(visit))


def wanted_of(asked: Filtered, words: Words) -> Wanted:
    values = asked.values
    since, until, contact = (values.get(each) for each in ("since", "until", "contact"))
    return Wanted(
        state=values.get("state"),
        automation=values.get("automation"),
        contact_id=None if contact is None else ContactId(contact),
        order_name=values.get("order"),
        since=None if since is None else filters.begins(since, words),
        until=None if until is None else filters.is_over(until, words),
    )


def _choices(visit: Visit) -> dict[str, Any]:
    words, every = visit.words, words_all(visit)
    names = [*visit.services.automations, *_OF_NO_OWNER]
    automations = sorted((called(name, words), name) for name in names)
    return {
        "states": [
            ("", every),
            *((s.value, terms.state_of(s, terms.OF_MESSAGES, words)) for s in State),
        ],
        "automations": [("", every), *((name, shown) for shown, name in automations)],
    }


def words_all(visit: Visit) -> str:
    return visit.words.gettext(N_("all"))


def _place() -> Place | None:
    """Where the page begins, as the address says."""
    for read, is_newer in ((listing.after, False), (listing.before, True)):
        place = read()
        if place is not None:
            return Place(MessageId(str(place[0])), is_newer)
    return None


def _key(place: Place) -> listing.Place:
    return [place.id]


def _all(lists: Lists, wanted: Wanted) -> Iterator[ListedMessage]:
    def read(place: Place | None) -> MessagesShown:
        return lists.messages(wanted, place, limit=_IN_FILE)

    return listing.in_portions(read)


def _line(row: ListedMessage, words: Words) -> Sequence[object]:
    reason = row.reason
    return (
        words.moment(row.created_at),
        *(row.called, row.order_name, row.to, row.state_name),
        *((reason.sentence, reason.code) if reason else (None, None)),
        row.id,
    )


def _find(visit: Visit) -> Response:
    """Never by the address: it stands in histories and logs."""
    typed = request.form.get("person", "")[:120].strip()
    found = finding_people.found(
        visit.shop_id, typed, read_phone=phone_from, services=visit.services
    )
    for each in found:
        subject = f"contact {each.contact_id}"
        visit.notes_look("messages person", Kind.NUMBERS, subject=subject)
    if len(found) == 1:
        return visit.leads_to(f"/messages?contact={found[0].contact_id}")
    return visit.shows("pages/people_found.html", found=found)
