"""How ``flow`` tells its reader of a flow: its steps, its past, and what it brought."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.words import N_, P_, Words
from integrations.meta.advice import meaning_of
from notifications import reasons, terms
from notifications.flow_results import Results
from notifications.replays import Summary
from storage.flow_results import CLICK, CODE, WINDOWS
from webapp import flow_words
from webapp.commands.showing import say, show_table


def tell_of_flow(row: Mapping[str, Any], words: Words) -> None:
    """``row`` is a flow as ``flow list --json`` shows it."""
    is_on, is_own = row["enabled"], row["is_own"]
    told = {
        "name": row["name"],
        "state": words.gettext(
            P_("an automation", "on") if is_on else P_("an automation", "off")
        ),
        "whose": words.gettext(N_("the store's own") if is_own else N_("as it comes")),
        "percent": f"{row['holdout']} %",
    }
    sentence = N_("%(name)s is %(state)s, %(whose)s; held out: %(percent)s")
    say(words.gettext(sentence, **told))
    columns = (
        *(P_("flow", "step"), P_("flow", "after"), P_("flow", "message")),
        *(P_("flow", "for"), P_("flow", "else")),
    )
    steps = row["flow"]["steps"]
    _show(columns, [_cells(step, words) for step in steps], words)


def _cells(step: Mapping[str, Any], words: Words) -> tuple[str, ...]:
    """Conditions, ways and keys are as they stand in its file."""
    conditions = dict(step.get("when", {}))
    if "window" in step:
        conditions["window"] = step["window"]
    offer = step.get("offer")
    message = step["message"]
    if offer:
        hours = offer.get("valid_hours", 24)
        message += f" ({offer['percent']} %, {_hours(hours, words)})"
    ways = [f"{way} {step[way]}" for way in ("then", "otherwise") if way in step]
    hours, minutes = divmod(step["after_minutes"], 60)
    after = words.gettext(
        N_("%(hours)s h %(minutes)s min"), hours=hours, minutes=f"{minutes:02}"
    )
    said = "; ".join(f"{name} {json.dumps(each)}" for name, each in conditions.items())
    everybody = words.gettext(N_("everybody"))
    return (step["key"], after, message, said or everybody, ", ".join(ways))


def _hours(hours: int, words: Words) -> str:
    return words.gettext(N_("%(hours)s h"), hours=hours)


def tell_of_change(row: Mapping[str, Any], domain: str, words: Words) -> None:
    """That a flow was set."""
    sentence = words.ngettext(
        "%(name)s of %(domain)s has %(num)s step now.",
        "%(name)s of %(domain)s has %(num)s steps now.",
        len(row["flow"]["steps"]),
        name=row["name"],
        domain=domain,
    )
    say(sentence)
    if not row["enabled"]:
        command = f"./sosik automation set {domain} {row['name']} --enabled"
        say(words.gettext(N_("Next: %(command)s"), command=command))


def tell_of_past(summary: Summary, words: Words) -> None:
    """What a flow would have done."""
    if not summary.outcomes:
        say(words.gettext(N_("Nobody has left a checkout in that time.")))
        return
    columns = (
        *(P_("flow", "step"), P_("flow", "would be"), P_("flow", "because")),
        P_("flow", "messages"),
    )
    outcomes = sorted(
        summary.outcomes.items(), key=lambda each: tuple(map(str, each[0]))
    )
    rows = [
        (
            step,
            terms.state_of(state, terms.OF_MESSAGES, words),
            _because(reason, words),
            words.number(count),
        )
        for (step, state, reason), count in outcomes
    ]
    _show(columns, rows, words)
    told = {
        "people": words.number(summary.people),
        "sent": words.number(summary.sent),
        "at_night": words.number(summary.held_at_night),
        "by_cap": words.number(summary.held_by_cap),
        "most": words.number(summary.most_to_one),
    }
    for sentence in (
        N_("%(people)s people, %(sent)s messages sent."),
        N_("Held back for a while: %(at_night)s by the hour, %(by_cap)s by a cap."),
        N_("The most that one person would have got: %(most)s."),
        N_(
            "The store was not looked at: things count as there, unless they were seen "
            "to be gone at that time."
        ),
    ):
        say(words.gettext(sentence, **told))
    say(flow_words.of_cost(summary.cost, summary.priced, words))


def _because(reason: str | None, words: Words) -> str:
    if reason is None:
        return ""
    return f"{reason}: {reasons.explained(reason, meaning_of, words).sentence}"


def tell_of_results(found: Results, words: Words) -> None:
    """What a flow has done."""
    if not found.steps:
        say(words.gettext(N_("Nothing was proposed in that time.")))
        return
    columns = [
        *(P_("flow", "step"), P_("flow", "proposed"), P_("message", "waiting")),
        *(P_("message", "skipped"), P_("message", "sent"), P_("message", "read")),
        P_("flow", "followed"),
    ]
    windows = [
        words.gettext(N_("orders in %(time)s"), time=words.span(length))
        for length in WINDOWS.values()
    ]
    ways = [words.gettext(N_("by click")), words.gettext(N_("by code"))]
    rows = [
        (
            each.step,
            *(
                words.number(count)
                for count in (
                    *(each.proposed, each.waiting, each.skipped),
                    *(each.sent, each.read, each.clicked),
                )
            ),
            *(
                flow_words.brought(found, each.step, way, words)
                for way in (*WINDOWS, CLICK, CODE)
            ),
            flow_words.of_step(found.lift_of(each.step), words),
        )
        for each in found.steps
    ]
    lift = words.gettext(P_("flow", "lift"))
    show_table([*map(words.gettext, columns), *windows, *ways, lift], rows)
    say(flow_words.of_lift(found, words))


def _show(
    columns: Sequence[str], rows: Iterable[Sequence[object]], words: Words
) -> None:
    show_table([words.gettext(column) for column in columns], rows)
