"""``flow``: several messages about what was left, one after another."""

import json
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import click

from core.errors import NotPossible
from core.values import ShopDomain
from core.words import N_
from notifications import flow_results, replays, setting_flows
from notifications.automations import Automation
from notifications.flow_results import Results
from notifications.replays import Summary
from storage import shops
from storage.flow_results import CLICK, CODE, WINDOWS
from storage.shops import Switch
from webapp.commands.desk import Desk, OneLineGroup, shop_id_of
from webapp.commands.given import domain_argument, json_option
from webapp.commands.showing import say, show_json, show_json_lines, show_table

_LARGEST_FILE = 64 * 1024


def command(desk: Desk) -> click.Group:
    group = OneLineGroup("flow", help="Several reminders, one after another.")
    for make in (_list, _set, _replay, _results):
        group.add_command(make(desk))
    return group


def _list(desk: Desk) -> click.Command:
    @click.command("list", short_help="A store's flows, with their steps.")
    @domain_argument
    @json_option
    def list_(domain: ShopDomain, as_json: bool) -> None:
        """Every flow of the store DOMAIN, whether it is on, and its steps.

        With --json each has its steps in the form that flow set reads.
        """
        rows = _rows(desk, domain)
        if as_json:
            show_json_lines(rows)
            return
        for row in rows:
            is_on = "on" if row["enabled"] else "off"
            whose = "the store's own" if row["is_own"] else "as it comes"
            say(f"{row['name']} is {is_on}, {whose}; held out: {row['holdout']} %")
            show_table(
                ("step", "after", "message", "for", "else"),
                [_cells(step) for step in row["flow"]["steps"]],
            )

    return list_


def _cells(step: Mapping[str, Any]) -> tuple[str, ...]:
    conditions = dict(step.get("when", {}))
    if "window" in step:
        conditions["window"] = step["window"]
    offer = step.get("offer")
    message = step["message"]
    if offer:
        message += f" ({offer['percent']} %, {offer.get('valid_hours', 24)} h)"
    ways = [f"{way} {step[way]}" for way in ("then", "otherwise") if way in step]
    hours, minutes = divmod(step["after_minutes"], 60)
    said = "; ".join(f"{name} {json.dumps(each)}" for name, each in conditions.items())
    return (
        *(step["key"], f"{hours} h {minutes:02} min", message),
        *(said or "everybody", ", ".join(ways)),
    )


def _rows(desk: Desk, domain: ShopDomain) -> list[dict[str, Any]]:
    shop_id = shop_id_of(desk.shop(domain, "flow list"))
    with desk.services.transactions.for_shop(shop_id) as tx:
        switches = shops.switches(tx, [shop_id])
    return [
        _row(automation, switches.get((shop_id, name)))
        for name, automation in desk.services.automations.items()
        if automation.flow is not None
    ]


def _row(automation: Automation[Any], switch: Switch | None) -> dict[str, Any]:
    flow = setting_flows.written(automation, switch)
    return {
        "name": automation.name,
        "enabled": switch is not None and switch.enabled,
        "version": switch.version if switch else 0,
        "is_own": switch is not None and bool(switch.flow),
        "holdout": flow["holdout"],
        "flow": flow,
    }


def _set(desk: Desk) -> click.Command:
    @click.command("set", short_help="Write a store's flow anew, from a file.")
    @domain_argument
    @click.argument("name")
    @click.argument(
        "file", type=click.Path(dir_okay=False, allow_dash=True), required=False
    )
    @click.option("--default", "is_default", is_flag=True, help="As it comes, again.")
    @json_option
    def set_(
        domain: ShopDomain, name: str, file: str | None, is_default: bool, as_json: bool
    ) -> None:
        """Have the flow NAME of the store DOMAIN go as FILE says; - is standard input.

        It is switched on by automation set NAME --enabled.
        """
        if (file is None) is not is_default:
            raise NotPossible(N_("give the FILE of a flow, or --default"))
        setting_flows.set_flow(
            domain,
            name,
            None if file is None else _read(file),
            operator=desk.operator,
            services=desk.services,
        )
        [row] = [row for row in _rows(desk, domain) if row["name"] == name]
        if as_json:
            show_json(row)
            return
        count = len(row["flow"]["steps"])
        say(f"{name} of {domain} has {count} step{'' if count == 1 else 's'} now.")
        if not row["enabled"]:
            say(f"Next: ./sosik automation set {domain} {name} --enabled")

    return set_


def _read(file: str) -> object:
    try:
        with click.open_file(file, "rb") as opened:
            written = opened.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise NotPossible(
            N_("cannot read %(file)s: %(error)s"), file=file, error=error.strerror
        ) from None
    if len(written) > _LARGEST_FILE:
        raise NotPossible(N_("the file is too large for a flow"))
    try:
        return json.loads(written, object_pairs_hook=_each_once)
    except RecursionError:
        raise NotPossible(N_("the file is nested too deeply")) from None
    except ValueError as error:
        raise NotPossible(N_("the file is not JSON: %(error)s"), error=error) from None


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of one name twice the first would be gone without a word."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _replay(desk: Desk) -> click.Command:
    @click.command("replay", short_help="What a flow would have done lately.")
    @domain_argument
    @click.argument("name")
    @click.argument(
        "file", type=click.Path(dir_okay=False, allow_dash=True), default=""
    )
    @click.option("--days", type=click.IntRange(1, 90), default=30, show_default=True)
    @json_option
    def replay(
        domain: ShopDomain, name: str, file: str, days: int, as_json: bool
    ) -> None:
        """Play the flow NAME on what the store DOMAIN told in the last days.

        As if it had been on, by the rules that decide about messages; nothing is sent.
        With FILE the flow goes as it says, before it is set.
        """
        summary = replays.replay(
            domain,
            name,
            days=days,
            flow=_read(file) if file else None,
            operator=desk.operator,
            services=desk.services,
        )
        if as_json:
            show_json(summary.told())
            return
        _tell_of_past(summary)

    return replay


def _tell_of_past(summary: Summary) -> None:
    if not summary.outcomes:
        say("Nobody has left a checkout in that time.")
        return
    rows = [
        (step, state, reason or "", count)
        for (step, state, reason), count in sorted(
            summary.outcomes.items(), key=lambda each: tuple(map(str, each[0]))
        )
    ]
    show_table(("step", "would be", "because", "messages"), rows)
    say(f"{summary.people} people, {summary.sent} messages sent.")
    at_night, by_cap = summary.held_at_night, summary.held_by_cap
    say(f"Held back for a while: {at_night} by the hour, {by_cap} by a cap.")
    say(f"The most that one person would have got: {summary.most_to_one}.")
    if summary.cost is None:
        say("What that costs is not known: no price of these countries is.")
    else:
        cost = (
            f"{summary.cost.amount.quantize(Decimal('0.01'))} {summary.cost.currency}"
        )
        say(f"Meta takes about {cost} for {summary.priced} of them, if delivered.")


def _results(desk: Desk) -> click.Command:
    @click.command("results", short_help="What a flow has done.")
    @domain_argument
    @click.argument("name")
    @click.option("--days", type=click.IntRange(1, 366), default=30, show_default=True)
    @json_option
    def results(domain: ShopDomain, name: str, days: int, as_json: bool) -> None:
        """What the flow NAME of the store DOMAIN has done in the last days.

        An order counts for the last message before it, if it was placed within 24
        hours, 72 hours or 5 days; its worth is in the store's currency, less refunds.
        The lift is against the people who were held out.
        """
        now = desk.services.clock()
        found = flow_results.results(
            domain,
            name,
            since=now - timedelta(days=days),
            until=now,
            operator=desk.operator,
            services=desk.services,
        )
        if as_json:
            show_json(found)
            return
        _tell(found)

    return results


def _tell(found: Results) -> None:
    if not found.steps:
        say("Nothing was proposed in that time.")
        return
    columns = ("step", "proposed", "waiting", "skipped", "sent", "read", "clicked")
    ways = (*WINDOWS, CLICK, CODE)
    brought = [*(f"orders in {window}" for window in WINDOWS), "by click", "by code"]
    show_table(
        (*columns, *brought),
        [
            (
                *(each.step, each.proposed, each.waiting, each.skipped),
                *(each.sent, each.read, each.clicked),
                *(_brought(found, each.step, way) for way in ways),
            )
            for each in found.steps
        ],
    )
    say(_lift(found))


def _brought(found: Results, step: str, way: str) -> str:
    takings = [
        f"{each.orders}: {each.revenue} {each.currency}"
        for (by, _), each in sorted(found.of(step).items())
        if by == way
    ]
    return ", ".join(takings) or "0"


def _lift(found: Results) -> str:
    told, held_out, lift = found.told, found.held_out, found.lift
    if lift is None:
        return "Nobody was held out, so what the flow does cannot be told from chance."
    shares = (
        f"Of {told.people} people written to {100 * told.share:.1f} % bought within 5 "
        f"days, of {held_out.people} held out {100 * held_out.share:.1f} %"
    )
    ends = f"{100 * lift.low:+.1f} to {100 * lift.high:+.1f}"
    verdict = "" if lift.is_certain else ", which may be chance"
    return f"{shares}: {100 * lift.difference:+.1f} points ({ends}){verdict}."
