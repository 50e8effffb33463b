"""``/app/operations``: what waits and for how long, what fails, what was found lost,
and what comes next, of this shop alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, request

from core.errors import NotPossible
from core.words import N_, P_, Words
from integrations.meta.advice import meaning_of
from notifications import reasons, running, topics_said
from notifications.comparing import SUBSCRIPTIONS
from notifications.roles import Role
from notifications.running import Running
from storage.backfills import Part, State
from storage.running import MOST, Failure, StuckWebhook
from webapp.pages import listing
from webapp.pages.shell import NOT_FOUND, Pages, Visit

_PATH = "/operations"
_LONGEST_ID = 18
_AT_ONCE = 500
_IN_FILE = (N_("Number"), N_("What"), N_("Came"), N_("Because"))
_FAILURES, _FOUND, _PAST = "failures", "found", "past"
"""Lists that are files besides what is stuck, by their name in the address."""
_HEADS = {
    _FAILURES: (N_("Messages"), N_("Because"), N_("What helps"), N_("Reason")),
    _FOUND: (N_("What was ever found"), N_("How often")),
    _PAST: (N_("Part"), N_("How far it is"), N_("Things"), N_("Known since")),
}
_PARTS = {
    Part.ORDERS: N_("Orders of the last sixty days"),
    Part.CUSTOMERS: N_("Customers"),
    Part.PRODUCTS: N_("Products"),
}
_STATES = {
    State.WANTED: P_("a part of the past", "to be asked for"),
    State.RUNNING: P_("a part of the past", "the store writes it down"),
    State.READING: P_("a part of the past", "it is read"),
    State.DONE: P_("a part of the past", "known"),
    State.FAILED: P_("a part of the past", "the store could not write it down"),
}
_OPEN = (State.WANTED, State.RUNNING, State.READING)

Lines = Sequence[tuple[str, str]]


def add(pages: Pages) -> None:
    pages.place(_PATH, N_("Operations"))

    @pages.get(_PATH, role=Role.VIEWER)
    def operations(visit: Visit) -> Response:
        for name in _HEADS:
            if listing.wants_file(name):
                rows = _lines(visit, name)
                return listing.as_file(visit, name, _HEADS[name], rows)
        return _file(visit) if listing.wants_file() else _shown(visit)

    @pages.post(f"{_PATH}/read-again", role=Role.AGENT)
    def read_again(visit: Visit) -> Response:
        running.read_again(
            visit.shop_id,
            visit.shop,
            _asked_for(),
            by=visit.by,
            services=visit.services,
        )
        return visit.done(_PATH, "begun")


def _file(visit: Visit) -> Response:
    """Whatever is stuck, however much that is."""

    def read(place: listing.Place | None) -> Sequence[StuckWebhook]:
        before = None if place is None else int(place[0])
        services = visit.services
        return running.stuck_before(visit.shop, before, services, limit=_AT_ONCE)

    stuck = listing.in_pages(read, lambda webhook: [webhook.id])
    told = (_stuck(each, visit.words) for each in stuck)
    rows = ((each.id, each.what, each.came, each.because) for each in told)
    return listing.as_file(visit, "stuck", _IN_FILE, rows)


def _lines(visit: Visit, name: str) -> Sequence[Sequence[object]]:
    """The rows of one of the other lists, with its numbers as numbers."""
    words = visit.words
    if name == _FAILURES:
        failures = running.every_failure(visit.shop_id, visit.services)
        told = ((each, _explained(each, words)) for each in failures)
        return [(each.count, *said, each.reason) for each, said in told]
    found = running.of_shop(visit.shop_id, visit.shop, visit.services)
    if name == _FOUND:
        return _found_lost(found, words)
    return [_past(row, words) for row in found.backfills]


def _asked_for() -> int | None:
    """Which of them, None for all.

    Raises:
        NotPossible: there can be none.
    """
    written = request.form.get("event", "")
    if written == "all":
        return None
    is_id = written.isascii() and written.isdigit() and len(written) <= _LONGEST_ID
    if not is_id:
        raise NotPossible(NOT_FOUND)
    return int(written)


def _shown(visit: Visit) -> Response:
    found, words = (
        running.of_shop(visit.shop_id, visit.shop, visit.services),
        visit.words,
    )
    return visit.shows(
        "pages/operations.html",
        queues=_queues(found, words),
        stuck=[_stuck(each, words) for each in found.stuck],
        stuck_count=found.webhooks.stuck,
        failures=[_failure(each, words) for each in found.failures],
        comparison=_comparison(found, words),
        found_lost=_found_lost(found, words),
        past=[_past(row, words) for row in found.backfills],
        runs=list(_runs(found, words)),
        file=listing.file_address(),
        files={name: listing.file_address(name) for name in _HEADS},
        may_retry=visit.may(Role.AGENT),
        # The page cannot be framed, and is whoever's who runs the installation: where
        # there is one store that may well be its owner.
        has_queues=found.is_alone and visit.may(Role.OWNER) and not visit.is_embedded,
    )


def _count(number: int, most: int, words: Words) -> str:
    return f"{words.number(number)}+" if number >= most else words.number(number)


def _since(moment: datetime | None, words: Words) -> str:
    return "–" if moment is None else words.minute(moment)


def _queues(found: Running, words: Words) -> Lines:
    messages, webhooks = found.messages, found.webhooks
    lines = (
        (N_("News from the store, not read yet"), words.number(webhooks.pending)),
        (
            N_("Orders, products and people that they are about"),
            words.number(webhooks.lanes),
        ),
        (N_("The oldest of them came"), _since(webhooks.oldest_at, words)),
        (N_("Messages that are due"), _count(messages.due, MOST, words)),
        (N_("The oldest of them was due"), _since(messages.oldest_due_at, words)),
        (N_("Messages that wait for their time"), _count(messages.later, MOST, words)),
        (N_("Messages on their way to Meta"), _count(messages.sending, MOST, words)),
        (
            N_("Messages that may have arrived or not"),
            _count(messages.unsure, MOST, words),
        ),
        (N_("Buyers' answers that wait"), words.number(found.waiting.answers)),
        (N_("Requests about data that wait"), words.number(found.waiting.requests)),
    )
    return [(words.gettext(name), said) for name, said in lines]


@dataclass(frozen=True, slots=True)
class _Stuck:
    id: int
    what: str
    topic: str
    came: str
    because: str
    advice: str
    is_kept: bool


def _stuck(webhook: StuckWebhook, words: Words) -> _Stuck:
    said = reasons.explained(webhook.reason or "", meaning_of, words)
    return _Stuck(
        id=webhook.id,
        what=topics_said.said(webhook.topic, words),
        topic=webhook.topic,
        came=words.minute(webhook.arrived_at),
        because=said.sentence,
        advice=said.advice,
        is_kept=webhook.is_kept,
    )


def _failure(failure: Failure, words: Words) -> tuple[str, str, str]:
    return words.number(failure.count), *_explained(failure, words)


def _explained(failure: Failure, words: Words) -> tuple[str, str]:
    said = reasons.explained(failure.reason or "", meaning_of, words)
    return said.sentence, said.advice


def _comparison(found: Running, words: Words) -> Lines:
    row = found.comparison
    if row is None:
        return []
    lines = [
        (N_("The store was last compared"), _since(row["compared_at"], words)),
        (N_("Something was last found"), _since(row["found_at"], words)),
    ]
    if row["held_because"] is not None:
        because = reasons.explained(row["held_because"], meaning_of, words)
        lines.append((N_("It is held back"), f"{because.sentence} {because.advice}"))
    return [(words.gettext(name), said) for name, said in lines]


def _found_lost(found: Running, words: Words) -> Lines:
    """What no webhook told, by its topic, and subscriptions that were gone."""
    counts: Mapping[str, int] = (
        {} if found.comparison is None else found.comparison["found"]
    )
    called = {
        SUBSCRIPTIONS: words.gettext(N_("what the store is to tell, asked for anew"))
    }
    return [
        (called.get(topic) or topics_said.said(topic, words), words.number(count))
        for topic, count in sorted(counts.items())
    ]


def _past(row: Mapping[str, Any], words: Words) -> tuple[str, str, str, str]:
    part, state = Part(row["part"]), State(row["state"])
    said = words.gettext(_STATES[state])
    if row["held_because"] is not None:
        because = reasons.explained(row["held_because"], meaning_of, words)
        said = f"{said}. {because.sentence}"
    return (
        words.gettext(_PARTS[part]),
        said,
        words.number(row["read_count"]),
        _since(row["ended_at"], words),
    )


def _runs(found: Running, words: Words) -> Iterator[tuple[str, str]]:
    """When it is looked again at what, the soonest first."""
    comparison = found.comparison or {}
    planned = [
        (N_("The store is compared with what is known"), comparison.get("due_at")),
        (
            N_("What the store is to tell is looked at"),
            comparison.get("subscriptions_due_at"),
        ),
        (N_("Templates are looked at"), found.runs.templates_at),
        (N_("All products are read"), found.runs.catalog_at),
        *(
            (_PARTS[Part(row["part"])], row["due_at"])
            for row in found.backfills
            if row["state"] in _OPEN
        ),
    ]
    known = [(name, at) for name, at in planned if at is not None]
    for name, at in sorted(known, key=lambda each: each[1]):
        yield words.gettext(name), words.minute(at)
