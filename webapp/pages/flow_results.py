"""``/app/flows/NAME/results``: what a flow has brought, step by step, and whether that
is more than chance."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import Response, request

from core.words import N_, P_, Words
from notifications import flow_results, headings, setting_flows
from notifications.flow_results import Results, StepLift
from notifications.roles import Role
from notifications.rules.lift import ENOUGH, Group, interval_of
from storage.flow_results import CLICK, CODE, WINDOWS, StepCounts
from webapp import flow_words
from webapp.pages import charts, listing
from webapp.pages.charts import Bar, Bars
from webapp.pages.shell import Pages, Visit

_DAYS = (7, 30, 90, 366)
_USUAL_DAYS = 30
_WAYS = (*WINDOWS, CLICK, CODE)
_COLUMNS = (
    *(P_("flow", "step"), P_("flow", "proposed"), P_("message", "waiting")),
    *(P_("message", "skipped"), P_("message", "sent"), P_("message", "delivered")),
    *(P_("message", "read"), P_("flow", "followed"), P_("message", "failed")),
)
_LIFT = P_("flow", "lift")
_PEOPLE = (
    *(N_("Written to, not bought yet"), N_("Bought of those written to")),
    *(N_("Held out, not bought yet"), N_("Bought of those held out")),
)
_IN_FILE = (*_PEOPLE, _LIFT, N_("lift at least"), N_("lift at most"))
"""Of the step's lift, where anybody is held out: in the file, a figure in each."""


def add(pages: Pages) -> None:
    @pages.get("/flows/<name>/results", role=Role.VIEWER)
    def results(visit: Visit, name: str) -> Response:
        return _shown(visit, name)


def _shown(visit: Visit, name: str) -> Response:
    setting_flows.named(name, visit.services)  # refuses what is none
    days = _days()
    found = flow_results.of_shop(
        visit.shop_id,
        name,
        since=visit.now - timedelta(days=days),
        until=visit.now,
        services=visit.services,
    )
    words = visit.words
    head = [*_COLUMNS, *_ways(words)]
    if listing.wants_file():
        more = _IN_FILE if found.by_step else ()
        return listing.as_file(
            visit, f"flow-{name}", [*head, *more], _lines(found, words)
        )
    told = [*head, _LIFT] if found.by_step else head
    return visit.shows(
        "pages/flow_results.html",
        name=name,
        title=headings.title_of(name, words),
        days=days,
        choices=[
            (each, words.ngettext("%(num)s day", "%(num)s days", each))
            for each in _DAYS
        ],
        head=[words.gettext(each) for each in told],
        rows=[_told(found, each, words) for each in found.steps],
        lift=flow_words.of_lift(found, words),
        charts=_charts(found, words),
        step_chart=None if found.lift is None else _of_steps(found, words),
        funnels=[_of_step(step, words) for step in found.steps],
        enough=words.number(ENOUGH),
        file=listing.file_address(),
    )


def _days() -> int:
    """Any other than those that are offered counts as the usual."""
    written = request.args.get("days", "")
    return next((each for each in _DAYS if str(each) == written), _USUAL_DAYS)


def _ways(words: Words) -> Sequence[str]:
    windows = [
        words.gettext(N_("orders in %(time)s"), time=words.span(length))
        for length in WINDOWS.values()
    ]
    return [*windows, words.gettext(N_("by click")), words.gettext(N_("by code"))]


def _cells(found: Results, step: StepCounts, words: Words) -> Sequence[str]:
    counts = (
        *(step.proposed, step.waiting, step.skipped, step.sent, step.delivered),
        *(step.read, step.clicked, step.failed),
    )
    return (
        step.step,
        *map(words.number, counts),
        *(flow_words.brought(found, step.step, way, words) for way in _WAYS),
    )


def _told(found: Results, step: StepCounts, words: Words) -> Sequence[str]:
    """A row of the table, with the lift of the step as it is told."""
    cells = _cells(found, step, words)
    if not found.by_step:
        return cells
    return (*cells, flow_words.of_step(found.lift_of(step.step), words))


def _lines(found: Results, words: Words) -> Iterator[Sequence[object]]:
    """The rows of the file."""
    for step in found.steps:
        cells = _cells(found, step, words)
        lifted = found.lift_of(step.step)
        yield cells if lifted is None else (*cells, *_figures(lifted))


def _figures(lifted: StepLift) -> Sequence[object]:
    """Points as numbers, so that a spreadsheet counts with them."""
    told, held_out, lift = lifted.told, lifted.held_out, lifted.lift
    ends = (None,) * 3 if lift is None else (lift.difference, lift.low, lift.high)
    points = (None if end is None else round(100 * end, 1) for end in ends)
    return (told.people, told.buyers, held_out.people, held_out.buyers, *points)


def _charts(found: Results, words: Words) -> Sequence[Bars]:
    """Of the flow as a whole."""
    if found.lift is None:
        return []
    return [_of_groups(found, words), _of_lift(found, words)]


def _of_step(step: StepCounts, words: Words) -> Bars:
    stages: Mapping[str, Any] = {
        P_("flow", "proposed"): step.proposed,
        P_("message", "sent"): step.sent,
        P_("message", "delivered"): step.delivered,
        P_("message", "read"): step.read,
        P_("flow", "followed"): step.clicked,
    }
    title = words.gettext(
        N_("Step %(name)s: how far its messages came"), name=step.step
    )
    told = [(words.gettext(name), count) for name, count in stages.items()]
    return charts.funnel(title, told, words)


def _of_groups(found: Results, words: Words) -> Bars:
    groups = ((N_("Written to"), found.told), (N_("Held out"), found.held_out))
    return charts.bars(
        words.gettext(N_("How many of a hundred people bought within 5 days")),
        [_of_group(words.gettext(name), group) for name, group in groups],
        words,
        shown=flow_words.percent,
        column=words.gettext(N_("Buyers")),
    )


def _of_group(name: str, group: Group) -> Bar:
    low, high = interval_of(group)
    return Bar(name, group.share, low, high)


def _of_lift(found: Results, words: Words) -> Bars:
    assert found.lift is not None
    lift = found.lift
    return charts.bars(
        words.gettext(N_("What the flow does: buyers more of a hundred people")),
        [Bar(words.gettext(N_("Lift")), lift.difference, lift.low, lift.high)],
        words,
        shown=flow_words.points,
        column=words.gettext(N_("Points")),
    )


def _of_steps(found: Results, words: Words) -> Bars:
    """The lift of each step, with the people by whom it is told beside."""
    return charts.bars(
        words.gettext(N_("What each step does: buyers more of a hundred people")),
        [_of_lifted(each, words) for each in found.by_step],
        words,
        shown=flow_words.points,
        column=words.gettext(N_("Points")),
        more=[words.gettext(each) for each in _PEOPLE],
    )


def _of_lifted(each: StepLift, words: Words) -> Bar:
    lift = each.lift
    return Bar(
        each.step,
        None if lift is None else lift.difference,
        None if lift is None else lift.low,
        None if lift is None else lift.high,
        instead=flow_words.of_step(each, words),
        more=[
            cell
            for group in (each.told, each.held_out)
            for cell in (words.number(group.people), _bought(group, words))
        ],
    )


def _bought(group: Group, words: Words) -> str:
    number = words.number(group.buyers)
    if not group.people:
        return number
    return f"{number} ({flow_words.percent(group.share)})"
