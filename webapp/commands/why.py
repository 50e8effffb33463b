"""``why``: the whole story of an order, a person or a message."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from core.errors import NotPossible
from core.values import MessageId, ShopDomain
from integrations.meta.errors import advice_for
from notifications.why import Line, Message, Order, Parcel, Reader, Reason, Story, Told
from webapp.commands.consent import as_document, say_stand
from webapp.commands.desk import Desk, OneLineCommand, phone_given, shop_id_of
from webapp.commands.given import domain_argument, json_option
from webapp.commands.showing import moment, say, seconds_later, show_json, zone_of


def command(desk: Desk) -> click.Command:
    @click.command(
        "why", cls=OneLineCommand, short_help="Why somebody got a message, or not."
    )
    @domain_argument
    @click.option("--order", metavar="NAME", help="Such as 1001 or '#1001'.")
    @click.option("--phone", metavar="PHONE", help="A person, by their number.")
    @click.option("--message", metavar="ID", help="A message, by its id.")
    @json_option
    def why(
        domain: ShopDomain,
        order: str | None,
        phone: str | None,
        message: str | None,
        as_json: bool,
    ) -> None:
        """Every decision about an order, a person or a message of the store DOMAIN.

        What the store told and when, what each automation made of it, each message
        with its whole story, sent or not, and the reason in plain words. Times are
        on the store's clock, and in UTC with --json.
        """
        asked = [given for given in (order, phone, message) if given is not None]
        if len(asked) != 1:
            raise NotPossible("give one of --order, --phone and --message")
        shop = desk.shop(domain, "why at")
        story = _story(desk, shop, order, phone, message)
        if as_json:
            show_json(_document(story))
        else:
            _say_story(story, shop)

    return why


def _story(
    desk: Desk,
    shop: Mapping[str, Any],
    order: str | None,
    phone: str | None,
    message: str | None,
) -> Story:
    from wiring.outside import values_in

    reader = Reader(shop_id_of(shop), desk.services, advice_for, values_in)
    if order is not None:
        return reader.of_order(order)
    if phone is not None:
        return reader.of_person(phone_given(phone, shop))
    return reader.of_message(MessageId(message or ""))


def _document(story: Story) -> dict[str, Any]:
    return {
        "orders": list(story.orders),
        "messages": list(story.messages),
        "consent": None if story.stand is None else as_document(story.stand),
    }


def _say_story(story: Story, shop: Mapping[str, Any]) -> None:
    zone = zone_of(shop)
    if story.stand is not None:
        say("What this person agreed to", style="bold")
        say_stand(story.stand, shop)
        say()
    for order in story.orders:
        _say_order(order, zone)
    if not story.messages:
        say("No message was proposed.")
    for message in story.messages:
        _say_message(message, zone)
    say(f"Times are those of {zone.key}.", style="dim")


def _say_order(order: Order, zone: ZoneInfo) -> None:
    say(f"Order {order.name}", style="bold")
    facts = {
        "placed": moment(order.placed_at, zone),
        "cancelled": order.cancelled_at and moment(order.cancelled_at, zone),
        "payment": order.payment,
        "paid at the door": "yes" if order.cash_on_delivery else None,
        "total": order.total and f"{order.total} {order.currency}",
        "country": order.country,
        "language": order.locale,
        "agreed with the order": _AGREED[order.agreed],
        "phone": order.phone or "none",
        "known as of": moment(order.as_of, zone),
    }
    for name, value in facts.items():
        if value is not None:
            say(f"  {name}: {value}")
    for parcel in order.parcels:
        where = (
            "cancelled" if parcel.is_cancelled else parcel.milestone or "no scan yet"
        )
        tracking = "with" if parcel.has_tracking else "without"
        say(f"  parcel {parcel.fulfillment_id}: {where}, {tracking} tracking number")
        _say_scan(parcel, zone)
    if order.webhooks:
        say("  What the store told:")
    for told in order.webhooks:
        _say_told(told, zone)
    say()


def _say_scan(parcel: Parcel, zone: ZoneInfo) -> None:
    if parcel.scan_at is None:
        return
    place = ", ".join(each for each in (parcel.city, parcel.country) if each)
    at = f" at {place}" if place else ""
    say(f"    last scan: {moment(parcel.scan_at, zone)}{at}")
    if parcel.expected_at is not None:
        say(f"    expected: {moment(parcel.expected_at, zone)}")


_AGREED = {True: "yes", False: "no", None: "not asked"}


def _say_told(told: Told, zone: ZoneInfo) -> None:
    late = ""
    if told.is_late:
        late = f", came {seconds_later(told.came_at, told.happened_at)} late"
    say(f"    {moment(told.happened_at, zone)}  {told.topic} ({told.state}{late})")
    _say_reason(told.reason, "      ")
    for made in told.made:
        if made.reason is None:
            say(f"      {made.automation}: message {made.message_id or '(see below)'}")
        else:
            say(f"      {made.automation}: none. {_reason(made.reason)}")


def _say_message(message: Message, zone: ZoneInfo) -> None:
    about = f" about order {message.order_name}" if message.order_name else ""
    say(f"Message {message.id}: {message.automation}{about}", style="bold")
    say(f"  state: {message.state}, to: {message.to or 'nobody yet'}")
    _say_reason(message.reason, "  reason: ")
    if message.state == "waiting":
        say(f"  looked at again: {moment(message.due_at, zone)}")
    if message.sent_again:
        say(f"  sent again: {message.sent_again} times")
    for line in message.lines:
        _say_line(line, zone)
    if message.text is not None:
        say(f"  What was written ({message.template}, {message.language}):")
        for row in message.text.split("\n"):
            say(f"  | {row}")
    elif message.text_is_gone:
        say("  What was written is kept no more.")
    if message.pricing:
        say(f"  price: {_values(message.pricing)}")
    for error in message.errors or ():
        say(f"  Meta's own words: {_values(error)}")
    say()


def _say_line(line: Line, zone: ZoneInfo) -> None:
    attempt = f" (attempt {line.attempt})" if line.attempt is not None else ""
    say(f"    {moment(line.at, zone)}  {line.sentence}{attempt}")
    _say_reason(line.reason, "      ")
    if line.values:
        values = {name: _on_clock(each, zone) for name, each in line.values.items()}
        say(f"      {_values(values)}", style="dim")


def _on_clock(value: object, zone: ZoneInfo) -> object:
    """A story keeps its moments as text, in UTC."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return value
    has_zone = found is not None and found.tzinfo is not None
    return moment(found, zone) if has_zone else value


def _say_reason(reason: Reason | None, before: str) -> None:
    if reason is not None:
        say(f"{before}{_reason(reason)}")


def _reason(reason: Reason) -> str:
    return f"{reason.sentence} [{reason.code}]"


def _values(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={value}" for name, value in values.items())
