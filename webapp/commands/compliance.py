"""``compliance``: what people and stores have asked for by law, and what came of it."""

from zoneinfo import ZoneInfo

import click

from core.errors import NotPossible
from core.values import ShopDomain
from core.words import N_
from notifications.privacy import receipts
from webapp.commands.desk import Desk, OneLineGroup
from webapp.commands.given import domain_argument, json_option
from webapp.commands.showing import (
    moment,
    say,
    show_json,
    show_json_lines,
    show_table,
)


def command(desk: Desk) -> click.Group:
    group = OneLineGroup("compliance", help="What is owed by law, and was done.")
    for make in (_list, _show):
        group.add_command(make(desk))
    return group


def _list(desk: Desk) -> click.Command:
    @click.command("list", short_help="What was asked, and what came of it.")
    @domain_argument
    @json_option
    def list_(domain: ShopDomain, as_json: bool) -> None:
        """All requests about the store DOMAIN, the newest first. Times are in UTC.

        A store that was forgotten still has its receipts.
        """
        found = receipts.every(domain, operator=desk.operator, services=desk.services)
        if as_json:
            show_json_lines(found)
            return
        if not found:
            say("Nothing was asked.")
            return
        utc = ZoneInfo("UTC")
        show_table(
            ("id", "asked", "what", "by", "state", "reason", "done", "answer until"),
            [
                (
                    row["id"],
                    moment(row["asked_at"], utc),
                    row["kind"],
                    row["source"],
                    row["state"],
                    row["reason"],
                    moment(row["done_at"], utc),
                    moment(row["answer_until"], utc) if row["answer"] else "",
                )
                for row in found
            ],
        )

    return list_


def _show(desk: Desk) -> click.Command:
    @click.command("show", short_help="All that is held of somebody who asked.")
    @domain_argument
    @click.argument("request_id", metavar="ID", type=click.IntRange(min=1))
    def show(domain: ShopDomain, request_id: int) -> None:
        """The answer to the data request ID of the store DOMAIN, as JSON, for its owner
        to hand on to whoever asked. It is kept for 30 days."""
        document = receipts.answer(
            domain, request_id, operator=desk.operator, services=desk.services
        )
        if document is None:
            raise NotPossible(
                N_("there is no such answer: see ./sosik compliance list DOMAIN")
            )
        show_json(document)

    return show
