"""``shop export`` and ``shop import``: a store's data in a file, and out of one."""

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import IO

import click

from core.errors import NotPossible
from core.values import ShopDomain
from notifications import moving
from notifications.witnessing import Kind
from webapp.commands.desk import Desk, shop_id_of
from webapp.commands.given import domain_argument, new_file
from webapp.commands.showing import counting


def export(desk: Desk) -> click.Command:
    @click.command("export", short_help="All of a store's data, in a file.")
    @domain_argument
    @click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
    def export_(domain: ShopDomain, file: str) -> None:
        """Write all that is kept of the store DOMAIN to FILE, or - for standard output.

        A line of JSON for each row, with every number and name opened: keep the file as
        safe as the database with its keys. Keys and tokens are not in it. An existing
        file is not overwritten. ./sosik shop import reads it elsewhere.
        """
        shop = desk.shop(domain, "shop export")
        desk.note_look(shop, "shop export", Kind.EVERYTHING)
        with counting("rows") as advance, _written(file) as out:
            counts = moving.export(
                domain,
                shop_id_of(shop),
                out,
                services=desk.services,
                advance=advance,
            )
        _tell(domain, counts)

    return export_


def import_(desk: Desk) -> click.Command:
    @click.command("import", short_help="A store out of a file.")
    @click.argument("file", type=click.Path(dir_okay=False))
    def import__(file: str) -> None:
        """Make a store of FILE, which ./sosik shop export has written elsewhere.

        All of it or nothing. The store must not be here yet. It is connected afterwards
        like any other, with shop add or by its owner, and shop whatsapp; until then
        nothing is sent, and what was still waiting when that happens goes out from
        here: erase the store where it came from before.
        """
        with counting("rows") as advance, _read(file) as lines:
            domain, counts = moving.import_(
                lines,
                operator=desk.operator,
                services=desk.services,
                advance=advance,
            )
        _tell(domain, counts)

    return import__


@contextmanager
def _written(file: str) -> Iterator[IO[str]]:
    """A new file that nobody else may read; gone again if it was not finished."""
    if file == "-":
        yield sys.stdout
        return
    with new_file(file) as out, TextIOWrapper(out, encoding="utf-8") as text:
        yield text


@contextmanager
def _read(file: str) -> Iterator[IO[str]]:
    try:
        lines = Path(file).open(encoding="utf-8")  # noqa: SIM115 -- closed below
    except OSError as error:
        raise NotPossible(f"FILE cannot be read: {error.strerror}") from error
    with lines:
        yield lines


def _tell(domain: ShopDomain, counts: Mapping[str, int]) -> None:
    """On standard error: the file may be standard output."""
    done = json.dumps(dict(counts), sort_keys=True)
    click.echo(f"{domain}: {sum(counts.values())} rows {done}", err=True)
