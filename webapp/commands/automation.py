"""``automation``: what a store sends by itself, and how."""

import json
from collections.abc import Iterable
from typing import Any

import click

from core.errors import NotPossible
from core.values import ShopDomain
from notifications import configuring, reviewing
from notifications.automations import Automation
from storage import numbers, shops
from storage.numbers import TemplateRow
from webapp.commands.desk import Desk, OneLineGroup, shop_id_of
from webapp.commands.given import domain_argument, json_option
from webapp.commands.showing import say, show_json_lines, show_table


def command(desk: Desk) -> click.Group:
    group = OneLineGroup("automation", help="Switch a store's automations.")
    group.add_command(_list(desk))
    group.add_command(_set(desk))
    return group


def _list(desk: Desk) -> click.Command:
    @click.command("list", short_help="A store's automations.")
    @domain_argument
    @json_option
    def list_(domain: ShopDomain, as_json: bool) -> None:
        """Every automation, whether it is on for the store DOMAIN, and its settings.

        Held back are the languages in which Meta lets nothing of it out: not approved
        yet, paused, rejected, or counted as marketing.
        """
        rows = _rows(desk, domain)
        if as_json:
            show_json_lines(rows)
            return
        show_table(
            ("automation", "on", "held back", "config", "what it tells"),
            [
                (
                    row["name"],
                    row["enabled"],
                    ", ".join(f"{one} {why}" for one, why in row["held_back"].items()),
                    json.dumps(row["config"]),
                    row["summary"],
                )
                for row in rows
            ],
        )
        if all(row["enabled"] for row in rows):
            say("All of them are on.")
        else:
            say(f"Next: ./sosik automation set {domain} NAME --enabled")
            say(f"      ./sosik automation set {domain} --all --enabled")

    return list_


def _rows(desk: Desk, domain: ShopDomain) -> list[dict[str, Any]]:
    shop_id = shop_id_of(desk.shop(domain, "automation list"))
    with desk.services.transactions.for_shop(shop_id) as tx:
        switches = shops.switches(tx, [shop_id])
        templates = numbers.templates_of(tx, [shop_id])
    return [
        _row(automation, switches.get((shop_id, name)), templates.values())
        for name, automation in desk.services.automations.items()
        if automation.step_of is None
    ]


def _row(
    automation: Automation[Any],
    switch: shops.Switch | None,
    templates: Iterable[TemplateRow],
) -> dict[str, Any]:
    return {
        "name": automation.name,
        "enabled": switch is not None and switch.enabled,
        "config": dict(automation.config_kept(switch.config if switch else {})),
        "version": switch.version if switch else 0,
        "held_back": reviewing.held_back(automation, templates),
        "summary": automation.summary,
        "settings": [
            {
                "name": setting.name,
                "meaning": setting.meaning,
                **setting.bounds,
                "default": setting.default,
            }
            for setting in automation.settings
        ],
    }


def _set(desk: Desk) -> click.Command:
    @click.command("set", short_help="Switch an automation, or change its settings.")
    @domain_argument
    @click.argument("name", required=False)
    @click.option("--all", "is_all", is_flag=True, help="Every automation at once.")
    @click.option("--enabled/--disabled", default=None, help="On or off.")
    @click.option("--config", metavar="JSON", help="Its settings, as a JSON object.")
    @json_option
    def set_(
        domain: ShopDomain,
        name: str | None,
        is_all: bool,
        enabled: bool | None,
        config: str | None,
        as_json: bool,
    ) -> None:
        """Switch the automation NAME of the store DOMAIN on or off, or set it.

        With --all instead of NAME every one is switched.
        """
        if (name is None) is not is_all:
            raise NotPossible("give the NAME of an automation, or --all")
        if is_all and config is not None:
            raise NotPossible("--config is for one automation: give its NAME")
        names = configuring.switched(desk.services) if name is None else [name]
        for each in names:
            configuring.set_automation(
                domain,
                each,
                enabled=enabled,
                config=None if config is None else _config(config),
                operator=desk.operator,
                services=desk.services,
            )
        rows = [row for row in _rows(desk, domain) if row["name"] in names]
        if as_json:
            show_json_lines(rows)
            return
        for row in rows:
            is_on = "on" if row["enabled"] else "off"
            config_now = json.dumps(row["config"])
            say(f"{row['name']} is {is_on} for {domain}, with {config_now}")

    return set_


def _config(text: str) -> dict[str, object]:
    try:
        config = json.loads(text)
    except ValueError as error:
        raise NotPossible(f"--config is not JSON: {error}") from None
    except RecursionError:
        raise NotPossible("--config is nested too deeply") from None
    if not isinstance(config, dict):
        raise NotPossible('--config is not a JSON object such as {"name": 1}')
    return config
