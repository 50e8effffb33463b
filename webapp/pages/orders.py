"""``/app/orders``: what was ordered, newest first, and all of one order on a page."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from flask import Response
from marshmallow import Schema, fields, validate
from werkzeug.exceptions import BadRequest

from core.values import ContactId, OrderId
from core.words import N_, Words
from integrations.meta.advice import meaning_of
from notifications import terms
from notifications.listing import ListedOrder, Lists, OrdersShown, called
from notifications.order_story import story_of
from notifications.roles import Role
from notifications.witnessing import Kind
from storage.order_lists import OrderState, Place, Wanted
from webapp.pages import filters, listing
from webapp.pages.message import retelling_for
from webapp.pages.messages import TONES, words_all
from webapp.pages.shell import Pages, Visit

_IN_FILE = 500
_LONGEST_NAME = 60
_HEAD = (
    *(N_("Placed"), N_("Order"), N_("Payment"), N_("Total"), N_("Country")),
    *(N_("To"), N_("Parcel"), N_("Id")),
)
_STATES = {
    OrderState.TO_PAY: N_("to be paid"),
    OrderState.TO_SEND: N_("to be sent"),
    OrderState.SENT: N_("sent"),
    OrderState.CANCELLED: N_("cancelled"),
}


class OrderFilter(Schema):
    """What a list of orders may be narrowed to."""

    name = fields.Str(validate=validate.Length(max=_LONGEST_NAME))
    state = fields.Enum(OrderState, by_value=True)
    contact = fields.Int(validate=validate.Range(min=1, max=2**63 - 1))


def add(pages: Pages) -> None:
    pages.place("/orders", N_("Orders"))

    @pages.get("/orders", role=Role.VIEWER)
    def orders(visit: Visit) -> Response:
        return _list(visit)

    @pages.get("/orders/<int:order_id>", role=Role.VIEWER)
    def order(visit: Visit, order_id: int) -> Response:
        return _one(visit, OrderId(order_id))


def _list(visit: Visit) -> Response:
    asked = filters.read(OrderFilter(), visit.words)
    contact = asked.values.get("contact")
    wanted = Wanted(
        name=asked.values.get("name"),
        state=asked.values.get("state"),
        contact_id=None if contact is None else ContactId(contact),
    )
    lists = Lists(visit.shop_id, visit.services, meaning_of, visit.words)
    if listing.wants_file():
        rows = (_line(row, visit.words) for row in _all(lists, wanted))
        return listing.as_file(visit, "orders", _HEAD, rows)
    found = lists.orders(wanted, _place(), limit=listing.PAGE)
    words = visit.words
    return visit.shows(
        "pages/orders.html",
        page=listing.beside(found.rows, found.newer, found.older, key=_key),
        asked=asked,
        file=listing.file_address(),
        states=[
            ("", words_all(visit)),
            *((state.value, words.gettext(name)) for state, name in _STATES.items()),
        ],
        payments={name: words.gettext(said) for name, said in terms.PAYMENTS.items()},
        milestones={
            name: words.gettext(said) for name, said in terms.MILESTONES.items()
        },
    )


def _place() -> Place | None:
    """Where the page begins, as the address says."""
    for read, is_newer in ((listing.after, False), (listing.before, True)):
        said = read()
        if said is not None:
            return _read(said, is_newer=is_newer)
    return None


def _read(said: listing.Place, *, is_newer: bool) -> Place:
    try:
        moment, order_id = said
        at = datetime.fromisoformat(str(moment)).astimezone(UTC)
        if not -(2**63) <= int(order_id) < 2**63:
            raise BadRequest
        return Place(at, OrderId(int(order_id)), is_newer)
    except (ValueError, OverflowError) as error:
        raise BadRequest from error


def _key(place: Place) -> listing.Place:
    return [place.placed_at.isoformat(), place.id]


def _all(lists: Lists, wanted: Wanted) -> Iterator[ListedOrder]:
    def read(place: Place | None) -> OrdersShown:
        return lists.orders(wanted, place, limit=_IN_FILE)

    return listing.in_portions(read)


def _line(row: ListedOrder, words: Words) -> Sequence[object]:
    furthest = row.furthest and terms.name_of(row.furthest, terms.MILESTONES, words)
    return (
        words.moment(row.placed_at),
        row.name,
        row.payment and terms.name_of(row.payment, terms.PAYMENTS, words),
        row.total and words.money(row.total),
        *(row.country, row.to),
        words.gettext(N_("cancelled")) if row.is_cancelled else furthest,
        row.order_id,
    )


def _one(visit: Visit, order_id: OrderId) -> Response:
    subject = f"order {order_id}"
    visit.notes_look("order", Kind.ORDERS, Kind.TEXTS, subject=subject)
    story = story_of(order_id, retelling=retelling_for(visit))
    words, order = visit.words, story.order
    return visit.shows(
        "pages/order.html",
        story=story,
        order=order,
        payment=order.payment and terms.name_of(order.payment, terms.PAYMENTS, words),
        total=story.total and words.money(story.total),
        called=lambda automation: called(automation, words),
        state_of=lambda state: terms.state_of(state, terms.OF_MESSAGES, words),
        tones=TONES,
    )
