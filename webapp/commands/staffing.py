"""``shop staff``: who of a store's people may do what here."""

import re
from typing import Any

import click

from core.errors import NotPossible
from core.values import ShopDomain
from core.words import SOURCE_LANGUAGE, words_for
from notifications import staff
from notifications.roles import NAMES
from notifications.staff import Colleague
from notifications.witnessing import Door
from storage.changes import By
from webapp.commands.desk import Desk, shop_id_of
from webapp.commands.given import domain_argument, json_option
from webapp.commands.showing import moment, say, show_json_lines, show_table, zone_of

_USER = re.compile(r"[1-9]\d{0,17}", re.ASCII)


def command(desk: Desk) -> click.Command:
    @click.command("staff", short_help="Who of a store's people may do what.")
    @domain_argument
    @click.option("--owner", metavar="USER_ID", help="Let this one be an owner.")
    @json_option
    def staff_(domain: ShopDomain, owner: str | None, as_json: bool) -> None:
        """Everybody of the store DOMAIN who has opened the app, and what they may do.

        Whoever opens it first is the owner, and says in the settings what the others
        may do. Where nobody is left who could, --owner lets the member of its staff be
        one whom Shopify calls USER_ID: the number at the end of their address in
        Settings, Users and permissions.
        """
        doing = "shop staff of" if owner is None else f"shop staff --owner {owner} of"
        if owner is not None and not _USER.fullmatch(owner):
            raise NotPossible("USER_ID is the number that Shopify calls somebody by")
        shop = desk.shop(domain, doing)
        shop_id, services = shop_id_of(shop), desk.services
        if owner is not None:
            by = By(Door.COMMAND, desk.operator.name)
            staff.make_owner(shop_id, owner, by=by, services=services)
        found = staff.everybody(shop_id, services=services)
        if as_json:
            show_json_lines(_as_document(each) for each in found)
            return
        if not found:
            say("Nobody has opened the app yet: whoever does first is its owner.")
            return
        words, zone = words_for(SOURCE_LANGUAGE), zone_of(shop)
        show_table(
            ("user", "name", "may", "first here", "last here"),
            [
                (
                    each.user,
                    each.name,
                    "nothing" if each.role is None else words.gettext(NAMES[each.role]),
                    moment(each.first_seen_at, zone),
                    moment(each.last_seen_at, zone),
                )
                for each in found
            ],
        )

    return staff_


def _as_document(each: Colleague) -> dict[str, Any]:
    return {
        "user_id": each.user,
        "name": each.name,
        "role": each.role,
        "first_seen_at": each.first_seen_at,
        "last_seen_at": each.last_seen_at,
    }
