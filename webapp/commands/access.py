"""``access``: who looked at whose personal data."""

import click

from core.values import ShopDomain
from notifications import witnessing
from webapp.commands.desk import Desk, OneLineGroup, shop_id_of
from webapp.commands.given import domain_argument, json_option, limit_option
from webapp.commands.showing import (
    moment,
    say,
    show_json_lines,
    show_table,
    zone_of,
)


def command(desk: Desk) -> click.Group:
    group = OneLineGroup("access", help="Who looked at personal data.")
    group.add_command(_list(desk))
    return group


def _list(desk: Desk) -> click.Command:
    @click.command("list", short_help="Who looked at whose data, and when.")
    @domain_argument
    @limit_option
    @json_option
    def list_(domain: ShopDomain, limit: int, as_json: bool) -> None:
        """Every look at personal data of the store DOMAIN, the newest first.

        Whose data it was is told by numbers of ours, never by a name or a phone.
        """
        shop = desk.shop(domain, "access list of")
        found = witnessing.newest(shop_id_of(shop), limit=limit, services=desk.services)
        if as_json:
            show_json_lines(found)
            return
        if not found:
            say("Nobody has looked.")
            return
        zone = zone_of(shop)
        show_table(
            ("when", "who", "by", "doing", "kinds", "whose"),
            [
                (
                    moment(row["at"], zone),
                    row["actor"],
                    row["door"],
                    row["doing"],
                    ", ".join(row["kinds"]),
                    row["subject"] or "everybody",
                )
                for row in found
            ],
        )

    return list_
