"""An order at a moment of the past, as a person reads it on a terminal."""

from core.words import Words
from notifications.story import Happening, OrderThen, Past
from webapp.commands.showing import say
from webapp.commands.telling import say_title, tell_facts, tell_line


def tell_past(past: Past, words: Words) -> None:
    for order in past.orders:
        _tell_order(order, past, words)
    if not past.messages:
        say(words.gettext("No message had been proposed."))
    for message in past.messages:
        say_title(message, words)
        for line in message.lines:
            tell_line(line, words)
        say()
    say(words.gettext("Times are those of %(zone)s.", zone=words.zone), style="dim")


def _tell_order(order: OrderThen, past: Past, words: Words) -> None:
    at = words.moment(past.at)
    title = words.gettext(
        "Order %(name)s, as it was known at %(moment)s", name=order.name, moment=at
    )
    say(title, style="bold")
    if order.facts is None:
        unknown = words.gettext("It was not known then.")
        say(f"  {unknown}")
    else:
        tell_facts(order.facts, words)
    if order.happenings:
        heading = words.gettext("What had happened, in the order in which it did:")
        say(f"  {heading}")
    for happening in order.happenings:
        _tell_happening(happening, words)
    say()


def _tell_happening(happening: Happening, words: Words) -> None:
    notes = []
    if not happening.was_known:
        known_at = words.moment(happening.known_at)
        notes.append(
            words.gettext("not known then, but at %(moment)s", moment=known_at)
        )
    if happening.is_late:
        notes.append(words.gettext("late: newer was known when it came"))
    said = " · ".join([happening.sentence, *notes])
    say(f"    {words.moment(happening.happened_at)}  {said}")
