"""``flow``: several messages about what was left, one after another."""

import json
from collections.abc import Mapping
from typing import Any

import click

from core.errors import NotPossible
from core.values import ShopDomain
from core.words import N_
from notifications import setting_flows
from notifications.automations import Automation
from storage import shops
from storage.shops import Switch
from webapp.commands.desk import Desk, OneLineGroup, shop_id_of
from webapp.commands.given import domain_argument, json_option
from webapp.commands.showing import say, show_json, show_json_lines, show_table

_LARGEST_FILE = 64 * 1024


def command(desk: Desk) -> click.Group:
    group = OneLineGroup("flow", help="Several reminders, one after another.")
    for make in (_list, _set):
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
        return json.loads(written)
    except RecursionError:
        raise NotPossible(N_("the file is nested too deeply")) from None
    except ValueError as error:
        raise NotPossible(N_("the file is not JSON: %(error)s"), error=error) from None
