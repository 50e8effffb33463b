"""``automation``: what a store sends by itself, and how."""

import json
from collections.abc import Iterable
from typing import Any

import click

from core.errors import NotPossible
from core.values import ShopDomain
from notifications import reviewing, setting_automations
from notifications.automations import Automation
from notifications.send_windows import NONE
from notifications.setting_automations import Wanted
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
            (
                *("automation", "on", "held back", "config", "hours", "languages"),
                "what it tells",
            ),
            [
                (
                    row["name"],
                    row["enabled"],
                    ", ".join(f"{one} {why}" for one, why in row["held_back"].items()),
                    json.dumps(row["config"]),
                    row["send_window"],
                    ", ".join(row["languages"]),
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
    chosen = list(switch.languages) if switch else []
    return {
        "name": automation.name,
        "enabled": switch is not None and switch.enabled,
        "config": dict(automation.config_kept(switch.config if switch else {})),
        "send_window": (switch.send_window if switch else None) or NONE,
        "languages": chosen,
        "version": switch.version if switch else 0,
        "held_back": reviewing.held_back(automation, templates, chosen),
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
    @click.option(
        "--send-window",
        metavar="HOURS",
        help='Hours such as "tue 10:00-12:00, 18:00-20:00"; none for any.',
    )
    @click.option(
        "--languages",
        metavar="LIST",
        help="What it is written in, such as ko,en; none for those of the store.",
    )
    @json_option
    def set_(
        domain: ShopDomain,
        name: str | None,
        is_all: bool,
        as_json: bool,
        **given: Any,
    ) -> None:
        """Switch the automation NAME of the store DOMAIN on or off, or set it.

        With --all instead of NAME every one is switched. Hours are those on the clock
        of whoever reads it, and come on top of what the law and the store say. Who
        reads none of the languages is written to in the store's own, if it is one of
        them.
        """
        if (name is None) is not is_all:
            raise NotPossible("give the NAME of an automation, or --all")
        for option in ("config", "languages"):
            if is_all and given[option] is not None:
                raise NotPossible(f"--{option} is for one automation: give its NAME")
        names = setting_automations.switched(desk.services) if name is None else [name]
        wanted = _wanted(**given)
        for each in names:
            setting_automations.set_automation(
                domain,
                each,
                wanted,
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
            if row["send_window"] != NONE:
                say(f"  sent at {row['send_window']}, where its reader is")
            if row["languages"]:
                say(f"  written in {', '.join(row['languages'])}")

    return set_


def _wanted(
    *,
    enabled: bool | None,
    config: str | None,
    send_window: str | None,
    languages: str | None,
) -> Wanted:
    return Wanted(
        enabled=enabled,
        config=None if config is None else _config(config),
        send_window=send_window,
        languages=None if languages is None else _languages(languages),
    )


def _languages(text: str) -> list[str]:
    if text.strip() in ("", NONE):
        return []
    return list(filter(None, map(str.strip, text.split(","))))


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
