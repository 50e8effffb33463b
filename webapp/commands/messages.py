"""``messages``: what was sent or not; all of it; a decision about one."""

import csv
import io
from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

import click

from core.errors import NotPossible
from core.values import MessageId, ShopDomain, ShopId
from core.words import N_, Words
from integrations.meta.advice import meaning_of
from notifications import reasons, terms
from notifications.operating import crossing
from notifications.rules.lifecycle import State
from notifications.sent_text import text_of
from notifications.weighing import settle_by_person
from notifications.witnessing import Door, Kind
from storage import asking
from storage.changes import By
from webapp.commands.desk import Desk, OneLineCommand, OneLineGroup, shop_id_of
from webapp.commands.given import (
    DOMAIN,
    domain_argument,
    json_option,
    language_option,
    limit_option,
)
from webapp.commands.showing import (
    counting,
    json_line,
    moment,
    say,
    show_entries,
    show_json,
    show_json_lines,
    zone_of,
)
from webapp.spreadsheets import cell

_PAGE = 500
_EXPORTED = (
    *("id", "automation", "occasion", "scope", "state", "reason", "order_id"),
    *("order_name", "fulfillment_id", "attempt", "resends", "wanted_at"),
    *("created_at", "asked_at", "accepted_at", "reported_at", "provider_id"),
    *("phone_number_id", "template", "language", "errors", "pricing"),
    *("clicked_at", "last_clicked_at", "clicks"),
)


def command(desk: Desk) -> click.Group:
    group = OneLineGroup("messages", help="What was sent, or not.")
    for make in (_list, _export, _settle):
        group.add_command(make(desk))
    return group


def _list(desk: Desk) -> click.Command:
    @click.command("list", cls=OneLineCommand, short_help="The newest messages.")
    @click.option("--shop", type=DOMAIN, metavar="DOMAIN", help="Of one store.")
    @click.option("--state", type=click.Choice([state.value for state in State]))
    @limit_option
    @language_option
    @json_option
    def list_(
        shop: ShopDomain | None,
        state: str | None,
        limit: int,
        words: Words,
        as_json: bool,
    ) -> None:
        """The newest messages, and why they are where they are.

        Times are on the clock of the store DOMAIN, and in UTC where none is given.
        """
        shop_id, zone = None, ZoneInfo("UTC")
        if shop is not None:
            known = desk.shop(shop, "messages list")
            shop_id, zone = shop_id_of(known), zone_of(known)
        with crossing(
            "messages list", operator=desk.operator, services=desk.services
        ) as tx:
            rows = asking.newest_messages(tx, shop_id=shop_id, state=state, limit=limit)
        if as_json:
            show_json_lines(rows)
            return
        show_entries(
            (
                words.gettext(N_("id")),
                words.gettext(N_("created (%(zone)s)"), zone=zone),
                words.gettext(N_("order")),
                words.gettext(N_("state")),
            ),
            [
                (
                    (
                        row["id"],
                        moment(row["created_at"], zone),
                        row["order_name"],
                        terms.state_of(row["state"], terms.OF_MESSAGES, words),
                    ),
                    _what_and_why(row, words),
                )
                for row in rows
            ],
        )

    return list_


def _what_and_why(row: Mapping[str, Any], words: Words) -> str:
    called = terms.name_of(row["automation"], terms.AUTOMATIONS, words)
    what = f"{called}, {row['shop_domain']}"
    if row["clicked_at"] is not None:
        what += f", {words.gettext(N_('link followed'))}"
    code = row["reason"]
    if code is None:
        return what
    said = reasons.explained(code, meaning_of, words)
    return f"{what}\n{code}: {said.sentence}"


def _export(desk: Desk) -> click.Command:
    @click.command("export", short_help="All messages of a store.")
    @domain_argument
    @click.option(
        "--csv", "as_csv", is_flag=True, help="A table instead of JSON lines."
    )
    def export(domain: ShopDomain, as_csv: bool) -> None:
        """All messages of the store DOMAIN, as JSON lines or CSV.

        With the recipients' numbers and the texts where they are kept: keep the file
        as safe as the database. In CSV, what a spreadsheet would take for a formula
        has an apostrophe before it.
        """
        shop = desk.shop(domain, "messages export")
        shop_id = shop_id_of(shop)
        desk.note_look(shop, "messages export", Kind.NUMBERS, Kind.TEXTS)
        with counting("messages") as advance:
            write = _write_csv() if as_csv else _write_json
            for row in _all_messages(desk, shop_id):
                write(row)
                advance(1)

    return export


def _all_messages(desk: Desk, shop_id: ShopId) -> Iterator[dict[str, Any]]:
    """Page by page, so that neither memory nor a transaction holds them all."""
    from wiring.outside import MetasWords

    services, after = desk.services, ""
    while True:
        with services.transactions.for_shop(shop_id) as tx:
            page = asking.messages_after(tx, shop_id, after, limit=_PAGE)
        for row in page:
            sealed = row["phone"]
            phone = None if sealed is None else services.book.opened(shop_id, sealed)
            yield {
                **{name: row[name] for name in _EXPORTED},
                "to": None if phone is None else phone.e164,
                "text": text_of(row, services, MetasWords()),
            }
        if len(page) < _PAGE:
            return
        after = page[-1]["occasion"]


def _write_json(row: Mapping[str, Any]) -> None:
    click.echo(json_line(row))


def _write_csv() -> Any:
    columns = (*_EXPORTED, "to", "text")
    buffer = io.StringIO()
    writer = csv.writer(buffer)

    def write(cells: Any) -> None:
        writer.writerow(cells)
        click.echo(buffer.getvalue(), nl=False)
        buffer.seek(0)
        buffer.truncate()

    write(columns)
    return lambda row: write([cell(row[name]) for name in columns])


_DECISIONS = {
    "arrived": State.SENT,
    "send_again": State.WAITING,
    "drop": State.CANCELLED,
}


def _settle(desk: Desk) -> click.Command:
    @click.command("settle", short_help="Decide about an unsure message.")
    @click.argument("message_id", metavar="ID")
    @click.option("--arrived", "decision", flag_value="arrived", help="It arrived.")
    @click.option(
        "--send-again", "decision", flag_value="send_again", help="Send it again."
    )
    @click.option("--drop", "decision", flag_value="drop", help="Never send it.")
    @json_option
    def settle(message_id: str, decision: str | None, as_json: bool) -> None:
        """Decide about the message ID, of which nobody knows whether it arrived."""
        if decision is None:
            raise NotPossible("give --arrived, --send-again or --drop")
        settled = settle_by_person(
            _shop_of_unsure(desk, MessageId(message_id), decision),
            MessageId(message_id),
            decision=_DECISIONS[decision],
            by=By(Door.COMMAND, desk.operator.name),
            services=desk.services,
        )
        if not settled:
            raise NotPossible(f"{message_id} is not unsure any more")
        state = _DECISIONS[decision].value
        if as_json:
            show_json({"id": message_id, "state": state})
        else:
            say(f"{message_id} is {state} now")

    return settle


def _shop_of_unsure(desk: Desk, message_id: MessageId, decision: str) -> ShopId:
    with crossing(
        f"messages settle {decision}",
        operator=desk.operator,
        services=desk.services,
    ) as tx:
        row = asking.state_of_message(tx, message_id)
    if row is None:
        raise NotPossible("there is no such message")
    if row["state"] != State.UNSURE:
        raise NotPossible(
            f"{message_id} is {row['state']}: only what is unsure can be settled"
        )
    return ShopId(row["shop_id"])
