"""What a flow would have done, as its page shows it while it is played and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.values import Money
from core.words import N_, Words
from integrations.meta.advice import meaning_of
from notifications import playing_flows, reasons, terms
from storage.flow_replays import State
from webapp import flow_words
from webapp.pages import charts
from webapp.pages.charts import Bar, Bars
from webapp.pages.shell import Visit

_FAILED = {
    "gave_up": N_(
        "It could not be played: whatever played it ended in the middle, three times. "
        "Report it to whoever looks after this installation."
    ),
    "refused": N_("It could not be played any more. Play it again."),
}


HEAD = (N_("Step"), N_("Would be"), N_("Because"), N_("Messages"))
"""Of its rows, where they are a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """``is_of_other`` is whether other steps were played than are saved now. ``rows``
    are what became of the messages, with their reasons in plain words."""

    state: State
    is_of_other: bool
    asked_at: datetime
    days: int
    people: int
    played: int
    failure: str | None
    told: Sequence[str]
    rows: Sequence[Sequence[str]]
    chart: Bars | None

    @property
    def is_under_way(self) -> bool:
        return self.state in (State.WANTED, State.RUNNING)


def newest(visit: Visit, name: str, written: Mapping[str, Any]) -> Past | None:
    """The last play of a flow, None if there is none. ``written`` is what is saved."""
    row = playing_flows.newest(visit.shop_id, name, visit.services)
    if row is None:
        return None
    summary = row["summary"]
    return Past(
        state=State(row["state"]),
        is_of_other=row["written"] != written,
        asked_at=row["asked_at"],
        days=row["days"],
        people=row["people"] or 0,
        played=row["played"],
        failure=_failure(row, visit.words),
        told=[] if summary is None else _told(summary, visit.words),
        rows=[] if summary is None else _rows(summary, visit.words),
        chart=None if summary is None else _chart(summary, visit.words),
    )


def _failure(row: Mapping[str, Any], words: Words) -> str | None:
    if row["state"] != State.FAILED:
        return None
    return words.gettext(_FAILED.get(row["because"], _FAILED["refused"]))


def _sent(summary: Mapping[str, Any]) -> Mapping[str, int]:
    """By step, in the order of the file's times as the messages tell them."""
    counts: dict[str, int] = {}
    for each in summary["messages"]:
        sent = each["count"] if each["state"] == "sent" else 0
        counts[each["step"]] = counts.get(each["step"], 0) + sent
    return counts


def _told(summary: Mapping[str, Any], words: Words) -> Sequence[str]:
    if not summary["messages"]:
        return [words.gettext(N_("Nobody has left a checkout in that time."))]
    values = {
        "people": words.number(summary["people"]),
        "sent": words.number(sum(_sent(summary).values())),
        "at_night": words.number(summary["held_at_night"]),
        "by_cap": words.number(summary["held_by_a_cap"]),
        "most": words.number(summary["most_to_one_person"]),
    }
    sentences = (
        N_("%(people)s people, %(sent)s messages sent."),
        N_("Held back for a while: %(at_night)s by the hour, %(by_cap)s by a cap."),
        N_("The most that one person would have got: %(most)s."),
    )
    cost = summary["cost"]
    money = None if cost is None else Money(Decimal(cost["amount"]), cost["currency"])
    return [
        *(words.gettext(each, **values) for each in sentences),
        flow_words.of_cost(money, summary["priced"], words),
    ]


def _rows(summary: Mapping[str, Any], words: Words) -> Sequence[Sequence[str]]:
    return [
        (
            each["step"],
            terms.state_of(each["state"], terms.OF_MESSAGES, words),
            _because(each["reason"], words),
            words.number(each["count"]),
        )
        for each in summary["messages"]
    ]


def _because(reason: str | None, words: Words) -> str:
    if reason is None:
        return ""
    return reasons.explained(reason, meaning_of, words).sentence


def _chart(summary: Mapping[str, Any], words: Words) -> Bars | None:
    sent = _sent(summary)
    if not sent:
        return None
    return charts.bars(
        words.gettext(N_("Messages that would have been sent, by step")),
        [Bar(step, count) for step, count in sent.items()],
        words,
        shown=lambda count: words.number(int(count)),
        column=words.gettext(N_("Messages")),
    )
