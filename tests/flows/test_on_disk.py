"""Whoever takes the disk away reads nobody's name on it: the files of PostgreSQL are
searched byte by byte, its log of changes included, and so are Redis and our logs."""

import logging
import mmap
import os
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from core.values import Scope
from storage.tenancy import Crossing
from tests.flows.everywhere import said_in_redis
from tests.flows.terminal import META_TOKEN, attendant_at
from tests.flows.test_privacy import (
    MAIL,
    NAMES,
    NOTE,
    PLANTED,
    data_request,
    meta_tells,
    order,
    redact,
    says_everything,
)
from tests.flows.tracked import Tracked
from tests.world import SHOP

TOKENS = {
    "Shopify's token": "shpat_planted0123456789abcdef01234567",
    "the secret of a store's own app": "shpss_planted0123456789abcdef01234567",
    "Meta's token": META_TOKEN,
    "17TRACK's key": "0BADC0DEplanted0BADC0DE012345678",
}
# Of the number only as it is written: Meta's id of a message, by which its reports are
# found, has it in base64.
NUMBERS = (PLANTED, PLANTED[1:])
PEOPLES = (*NAMES, NOTE, MAIL, "checkoutofzoraida", "cartofzoraida")
SECRET = (*PEOPLES, *NUMBERS, *TOKENS.values())
READABLE = "a-note-that-anybody-may-read"
"""Stands in a table as it is, so that the search is seen to find."""


@pytest.fixture
def logged(caplog):
    caplog.set_level(logging.DEBUG)
    return caplog


@pytest.fixture
def store(world, terminal, track: Tracked, shopify):
    """Everything of it that is to be kept a secret is one that we know."""
    world.open_shop(automations=True)
    secret = TOKENS["the secret of a store's own app"]
    world.open_shop("bob.myshopify.com", number=None, client_secret=secret)
    shopify.post("shops", {"domain": SHOP, "token": TOKENS["Shopify's token"]})
    terminal.run("shop", "add", SHOP, "--access-token", TOKENS["Shopify's token"])
    track.account(TOKENS["17TRACK's key"])
    track.switch_on(TOKENS["17TRACK's key"])
    return world


def test_no_name_text_number_or_token_stands_readable_on_the_disk(
    store, terminal, servers, logged
):
    """However it comes in, in whatever is made of it, and once it is deleted."""
    _live(store, terminal)

    found = _files_with(servers, (READABLE, *SECRET))

    assert found.keys() == {READABLE}, found
    said = [logged.text.encode(), *said_in_redis(store.redis)]
    assert [
        word for word in SECRET if any(word.encode() in each for each in said)
    ] == []


@pytest.mark.parametrize("before", range(3))
def test_what_is_coded_is_found_wherever_it_begins(before):
    around = b"x" * before + MAIL.encode() + b"yz"

    coded = [b64encode(around), around.hex().encode()]

    assert [any(form in each for form in _forms(MAIL)) for each in coded] == [True] * 2


def _live(world, terminal):
    """A person is heard of, agrees, is written to, asks what is known and is erased."""
    says_everything(world)
    world.work()
    meta_tells(world)
    world.agree(PLANTED, scope=Scope.MARKETING)
    for request in ("customers/data_request", "customers/redact"):
        asked = data_request() if request.endswith("request") else redact()
        world.shopify_says(request, asked)
        world.work()
        attendant_at(terminal).attend()
    assert world.accepted
    world.shopify_says("orders/create", order())
    with world.services.transactions.across(Crossing.OPERATING) as tx:
        change = text("UPDATE shops SET name = :name")
        tx.connection.execute(change, {"name": READABLE})


def _files_with(servers, words) -> dict[str, set[str]]:
    """Which of these stand in which files, as they are or as base64 has them."""
    owner = servers["DATABASE_OWNER_URL"]
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    forms = {word: _forms(word) for word in words}
    found: dict[str, set[str]] = {}
    for path, content in _contents(Path(servers["DATA_DIR"])):
        for word, each in forms.items():
            if any(content.find(form) >= 0 for form in each):
                found.setdefault(word, set()).add(path.name)
    return found


def _forms(word: str) -> list[bytes]:
    """In base64 the same letters look otherwise at each of three places; what they
    share with their neighbours is left out."""
    raw = word.encode()
    if word in NUMBERS:
        return [raw]
    coded = [b64encode(b"\0" * shift + raw) for shift in range(3)]
    ends = [c.rstrip(b"=")[(4 * s + 2) // 3 + 1 : -1] for s, c in enumerate(coded)]
    return [raw, raw.hex().encode(), *ends]


def _contents(folder: Path) -> Iterator[tuple[Path, mmap.mmap]]:
    for path in (each for each in folder.rglob("*") if each.is_file()):
        # What ends meanwhile is no file any more; what is empty cannot be mapped.
        with suppress(FileNotFoundError), path.open("rb") as file:
            if os.fstat(file.fileno()).st_size:
                with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                    yield path, content
