"""``consent import``: yeses out of a file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from core.values import Scope, ShopDomain
from integrations.phones import phone_from
from notifications import importing_consent
from notifications.importing_consent import Bad, Imported, Wish
from webapp.commands.desk import Desk, shop_id_of
from webapp.commands.given import (
    PAIR,
    SCOPE,
    domain_argument,
    json_option,
    new_file,
)
from webapp.commands.showing import counting, say, show_json


def import_(desk: Desk) -> click.Command:
    @click.command("import", short_help="Yeses that were given elsewhere, from a file.")
    @domain_argument
    @click.argument("file", type=click.Path(dir_okay=False))
    @click.option(
        "--origin",
        required=True,
        metavar="TEXT",
        help="Where these people agreed, and to what: kept as the proof.",
    )
    @click.option(
        "--scope",
        type=SCOPE,
        metavar="SCOPE",
        default=Scope.MARKETING.value,
        show_default=True,
    )
    @click.option("--confirmed", is_flag=True, help="Each of them has said it twice.")
    @click.option("--country", metavar="CC", help="Of numbers without +; the store's.")
    @click.option(
        "--column",
        "columns",
        type=PAIR,
        multiple=True,
        metavar="THING=NAME",
        help="How the file calls phone, country, agreed_at or wording.",
    )
    @click.option("--skip-bad", is_flag=True, help="Leave out lines that are wrong.")
    @click.option("--errors", metavar="FILE", help="Write a list of wrong lines there.")
    @click.option("--dry-run", is_flag=True, help="Look through it, and write nothing.")
    @json_option
    def import__(domain: ShopDomain, file: str, **said: Any) -> None:
        """Add the yeses in FILE to the ledger of the store DOMAIN.

        A table of comma-separated values in UTF-8, whose first line names its columns:
        phone, and where there are such country, agreed_at (2026-11-28) and wording. All
        of it or nothing is written; a second time adds nothing.
        """
        shop = desk.shop(domain, "consent import at")
        wish = Wish(
            path=Path(file),
            origin=said["origin"],
            scope=Scope(said["scope"]),
            country=said["country"] or shop["country"],
            is_confirmed=said["confirmed"],
            columns=dict(said["columns"]),
            skips_bad=said["skip_bad"],
        )
        found = _imported(desk, shop, wish, said["errors"], is_dry=said["dry_run"])
        if said["as_json"]:
            show_json(_document(found))
        else:
            _tell(found, is_dry=said["dry_run"])

    return import__


def _imported(
    desk: Desk, shop: Any, wish: Wish, errors: str | None, *, is_dry: bool
) -> Imported:
    def read_phone(raw: str, country: str | None) -> Any:
        return phone_from(raw, country=country)

    services = desk.services
    with counting("lines read") as advance:
        found = importing_consent.look_through(
            wish, read_phone=read_phone, now=services.clock(), advance=advance
        )
    if errors is not None and found.bad:
        _list(found.bad, errors)
    if not is_dry:
        with counting("yeses written", total=found.good) as advance:
            importing_consent.write(
                wish,
                found,
                shop_id_of(shop),
                read_phone=read_phone,
                operator=desk.operator,
                services=services,
                advance=advance,
            )
    return found


def _list(bad: Sequence[Bad], file: str) -> None:
    with new_file(file) as out:
        out.write(b"line,why\n")
        for each in bad:
            out.write(f"{each.line},{each.why}\n".encode())


def _document(found: Imported) -> dict[str, Any]:
    return {"good": found.good, "bad": len(found.bad), "written": found.written}


def _tell(found: Imported, *, is_dry: bool) -> None:
    say(f"{found.good} lines can be read, {len(found.bad)} cannot.")
    if is_dry:
        say("Nothing was written.")
    else:
        say(f"{found.written} yeses are in the ledger.")
    for each in found.bad[:10]:
        say(f"line {each.line}: {each.why}")
