"""A story as a person reads it on a terminal, in their language."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from core.values import Money
from core.words import N_, Words
from notifications import terms
from notifications.questions import NO, YES
from notifications.reasons import Reason
from notifications.story import (
    Line,
    Made,
    Message,
    MessageThen,
    Order,
    Parcel,
    Story,
    Told,
)
from webapp.commands.consent import say_stand
from webapp.commands.showing import say


def tell(story: Story, words: Words) -> None:
    """Say all of it, line by line; moments on the clock of ``words``."""
    if story.stand is not None:
        say(words.gettext("What this person agreed to"), style="bold")
        say_stand(story.stand, words)
        say()
    for order in story.orders:
        _tell_order(order, words)
    if not story.messages:
        say(words.gettext("No message was proposed."))
    for message in story.messages:
        _tell_message(message, words)
    say(words.gettext("Times are those of %(zone)s.", zone=words.zone), style="dim")


def _row(label: str, value: object, words: Words, indent: int = 2) -> None:
    say(f"{' ' * indent}{words.gettext(label)}: {value}")


def _tell_order(order: Order, words: Words) -> None:
    say(words.gettext("Order %(name)s", name=order.name), style="bold")
    tell_facts(order, words)
    if order.webhooks:
        told = words.gettext("What the store told:")
        say(f"  {told}")
    for webhook in order.webhooks:
        _tell_webhook(webhook, words)
    say()


def tell_facts(order: Order, words: Words) -> None:
    for label, value in _facts(order, words).items():
        if value is not None:
            _row(label, value, words)
    for parcel in order.parcels:
        _tell_parcel(parcel, words)


def _facts(order: Order, words: Words) -> Mapping[str, str | None]:
    yes = words.gettext(YES)
    return {
        N_("placed"): _maybe(order.placed_at, words),
        N_("cancelled at"): _maybe(order.cancelled_at, words),
        N_("payment"): order.payment
        and terms.name_of(order.payment, terms.PAYMENTS, words),
        N_("paid at the door"): yes if order.cash_on_delivery else None,
        N_("total"): _money(order, words),
        N_("country"): order.country,
        N_("language"): order.locale,
        N_("agreed with the order"): words.gettext(_AGREED[order.agreed]),
        N_("phone"): order.phone or words.gettext("none"),
        N_("led to by"): order.led_to_by
        and words.gettext("message %(id)s", id=order.led_to_by),
        N_("known as of"): words.moment(order.as_of),
    }


_AGREED = MappingProxyType({True: YES, False: NO, None: N_("not asked")})


def _maybe(moment: datetime | None, words: Words) -> str | None:
    return None if moment is None else words.moment(moment)


def _money(order: Order, words: Words) -> str | None:
    if order.total is None or order.currency is None:
        return order.total
    return words.money(Money(Decimal(order.total), order.currency))


def _tell_parcel(parcel: Parcel, words: Words) -> None:
    if parcel.is_cancelled:
        where = words.gettext("cancelled")
    elif parcel.milestone is None:
        where = words.gettext("no scan yet")
    else:
        where = terms.name_of(parcel.milestone, terms.MILESTONES, words)
    title = words.gettext("parcel %(id)s", id=parcel.fulfillment_id)
    tracking = words.gettext(_TRACKING[parcel.has_tracking])
    say(f"  {title}: {where}, {tracking}")
    if parcel.scan_at is not None:
        place = ", ".join(each for each in (parcel.city, parcel.country) if each)
        at = f" ({place})" if place else ""
        _row(N_("last scan"), f"{words.moment(parcel.scan_at)}{at}", words, 4)
    if parcel.expected_at is not None:
        _row(N_("expected"), words.moment(parcel.expected_at), words, 4)


_TRACKING = MappingProxyType(
    {True: N_("with tracking number"), False: N_("without tracking number")}
)


def _tell_webhook(told: Told, words: Words) -> None:
    notes = [terms.state_of(told.state, terms.OF_EVENTS, words)]
    if told.is_late:
        late = words.span(told.came_at - told.happened_at)
        notes.append(words.gettext("came %(span)s late", span=late))
    say(f"    {words.moment(told.happened_at)}  {told.topic} ({', '.join(notes)})")
    if told.reason is not None:
        say(f"      {_said(told.reason)}")
    for made in told.made:
        called = terms.name_of(made.automation, terms.AUTOMATIONS, words)
        say(f"      {called}: {_outcome(made, words)}")


def _outcome(made: Made, words: Words) -> str:
    if made.reason is not None:
        return words.gettext("no message. %(reason)s", reason=_said(made.reason))
    if made.message_id is None:
        return words.gettext("a message, see below")
    return words.gettext("message %(id)s", id=made.message_id)


def _tell_message(message: Message, words: Words) -> None:
    _tell_where_it_is(message, words)
    for line in message.lines:
        tell_line(line, words)
    _tell_what_was_written(message, words)
    if message.price is not None:
        _row(N_("price"), message.price, words)
    for failure in message.errors:
        _row(N_("in Meta's own words"), _own_words(failure.own), words)
    say()


def _tell_where_it_is(message: Message, words: Words) -> None:
    say_title(message, words)
    state = terms.state_of(message.state, terms.OF_MESSAGES, words)
    _row(N_("state"), f"{state}. {message.state_means}", words)
    if message.reason is not None:
        _row(N_("reason"), _said(message.reason), words)
        _row(N_("what can be done"), message.reason.advice, words)
    _row(N_("to"), message.to or words.gettext("nobody yet"), words)
    if message.through is not None:
        _row(N_("through"), message.through, words)
    if message.state == "waiting":
        _row(N_("looked at again"), words.moment(message.due_at), words)
    if message.clicked_at is not None:
        _row(N_("link followed"), _followed(message.clicked_at, message, words), words)
    if message.sent_again:
        _row(N_("sent again"), _times(message.sent_again, words), words)


def say_title(message: Message | MessageThen, words: Words) -> None:
    title = words.gettext("Message %(id)s", id=message.id)
    called = terms.name_of(message.automation, terms.AUTOMATIONS, words)
    about = f" ({message.order_name})" if message.order_name else ""
    say(f"{title}: {called}{about}", style="bold")


def _followed(first_at: datetime, message: Message, words: Words) -> str:
    """When first; and how often and when last, where it was more than once."""
    first = words.moment(first_at)
    if message.clicks < 2 or message.last_clicked_at is None:
        return first
    return words.gettext(
        "%(first)s (%(times)s, last at %(last)s)",
        first=first,
        times=_times(message.clicks, words),
        last=words.moment(message.last_clicked_at),
    )


def _times(count: int, words: Words) -> str:
    return words.ngettext("once", "%(num)s times", count)


def tell_line(line: Line, words: Words) -> None:
    attempt = ""
    if line.attempt is not None:
        attempt = words.gettext("(attempt %(number)s)", number=line.attempt)
    say(f"    {words.moment(line.at)}  {line.sentence} {attempt}".rstrip())
    if line.reason is not None:
        say(f"      {_said(line.reason)}")
    if line.own is not None:
        _row(N_("in Meta's own words"), _own_words(line.own), words, 6)
    if line.checks:
        say(f"      {_asked(line, words)}", style="dim")
    if line.is_of_older_rules:
        older = words.gettext(
            "The rules of another version decided this; today's would not decide so."
        )
        say(f"      {older}", style="dim")
    for name, value in line.details.items():
        label = words.gettext(_DETAILS.get(name, name))
        say(f"      {label}: {_shown(value, words)}", style="dim")


def _asked(line: Line, words: Words) -> str:
    """The questions that arose, what was seen, and what came of it."""
    said = [
        f"{check.question} {check.saw}"
        for check in line.checks
        if check.saw is not None
    ]
    asked, outcome = words.gettext("asked"), words.gettext(_OUTCOMES[line.what])
    return f"{asked}: {' · '.join(said)} → {outcome}"


_OUTCOMES = MappingProxyType(
    {"taken": N_("sent"), "waiting": N_("waits"), "skipped": N_("skipped")}
)
_DETAILS = MappingProxyType(
    {
        "wanted_at": N_("happened at"),
        "due_at": N_("to go out at"),
        "language": N_("language"),
        "told_by": N_("told by message"),
        "reported_beside_it": N_("messages beside it that Meta reported on"),
        "silent_beside_it": N_("messages beside it that Meta did not report on"),
    }
)
"""What the details of a story's line are called."""


def _shown(value: object, words: Words) -> object:
    """A story keeps its moments as text, in UTC."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return value
    has_zone = found is not None and found.tzinfo is not None
    return words.moment(found) if found is not None and has_zone else value


def _tell_what_was_written(message: Message, words: Words) -> None:
    if message.text is not None:
        written = words.gettext("What was written")
        say(f"  {written} ({message.template}, {message.language}):")
        for row in message.text.split("\n"):
            say(f"  | {row}".rstrip())
    elif message.text_is_gone:
        gone = words.gettext("What was written is kept no more.")
        say(f"  {gone}")


def _own_words(error: Mapping[str, Any]) -> str:
    """Whole, with what repeats another part left out."""
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, Mapping) else None
    said = [error.get(name) for name in ("code", "error_subcode", "title", "message")]
    more = [error.get(name) for name in ("error_user_msg", "href", "fbtrace_id")]
    texts = (str(each) for each in (*said, details, *more) if each)
    return " · ".join(dict.fromkeys(texts))


def _said(reason: Reason) -> str:
    return f"{reason.sentence} [{reason.code}]"
