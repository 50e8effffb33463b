"""``flow``: several messages about what was left, one after another."""

import json
from datetime import timedelta
from typing import Any

import click

from core.errors import NotPossible
from core.values import ShopDomain
from core.words import N_, Words
from notifications import flow_results, replays, setting_flows
from notifications.automations import Automation
from storage import shops
from storage.shops import Switch
from webapp.commands.desk import Desk, OneLineCommand, OneLineGroup, shop_id_of
from webapp.commands.given import domain_argument, json_option, language_option
from webapp.commands.showing import show_json, show_json_lines
from webapp.commands.telling_flows import (
    tell_of_change,
    tell_of_flow,
    tell_of_past,
    tell_of_results,
)

_LARGEST_FILE = 64 * 1024


def command(desk: Desk) -> click.Group:
    group = OneLineGroup("flow", help="Several reminders, one after another.")
    for make in (_list, _set, _replay, _results):
        group.add_command(make(desk))
    return group


def _list(desk: Desk) -> click.Command:
    @click.command(
        "list", cls=OneLineCommand, short_help="A store's flows, with their steps."
    )
    @domain_argument
    @language_option
    @json_option
    def list_(domain: ShopDomain, words: Words, as_json: bool) -> None:
        """Every flow of the store DOMAIN, whether it is on, and its steps.

        With --json each has its steps in the form that flow set reads.
        """
        rows = _rows(desk, domain)
        if as_json:
            show_json_lines(rows)
            return
        for row in rows:
            tell_of_flow(row, words)

    return list_


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
        "holdout": flow.get("holdout", 0),
        "flow": flow,
    }


def _set(desk: Desk) -> click.Command:
    @click.command(
        "set", cls=OneLineCommand, short_help="Write a store's flow anew, from a file."
    )
    @domain_argument
    @click.argument("name")
    @click.argument(
        "file", type=click.Path(dir_okay=False, allow_dash=True), required=False
    )
    @click.option("--default", "is_default", is_flag=True, help="As it comes, again.")
    @language_option
    @json_option
    def set_(
        domain: ShopDomain,
        name: str,
        file: str | None,
        is_default: bool,
        words: Words,
        as_json: bool,
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
        tell_of_change(row, domain.host, words)

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
    @click.command(
        "replay", cls=OneLineCommand, short_help="What a flow would have done lately."
    )
    @domain_argument
    @click.argument("name")
    @click.argument(
        "file", type=click.Path(dir_okay=False, allow_dash=True), default=""
    )
    @click.option("--days", type=click.IntRange(1, 90), default=30, show_default=True)
    @language_option
    @json_option
    def replay(
        domain: ShopDomain,
        name: str,
        file: str,
        days: int,
        words: Words,
        as_json: bool,
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
        tell_of_past(summary, words)

    return replay


def _results(desk: Desk) -> click.Command:
    @click.command("results", cls=OneLineCommand, short_help="What a flow has done.")
    @domain_argument
    @click.argument("name")
    @click.option("--days", type=click.IntRange(1, 366), default=30, show_default=True)
    @language_option
    @json_option
    def results(
        domain: ShopDomain, name: str, days: int, words: Words, as_json: bool
    ) -> None:
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
        tell_of_results(found, words)

    return results
