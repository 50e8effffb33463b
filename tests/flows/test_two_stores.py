"""Two stores in one installation, with the same orders, numbers and buyers: whatever is
asked of one tells nothing of the other, and changes nothing there."""

from collections.abc import Iterator

import click
import pytest

from sandbox.meta.accounts import DEFAULT_NUMBER_ID, DEFAULT_WABA_ID
from tests.flows.terminal import META_TOKEN, TOKEN
from tests.flows.two_stores import ADA, BOBS, BOBS_NUMBER
from tests.world import PHONE


def _connected(number: str) -> tuple[str, ...]:
    account = ("--waba-id", DEFAULT_WABA_ID, "--token", META_TOKEN)
    return ("--phone-number-id", number, *account)


COMMANDS: dict[str, list[list[str]]] = {
    "access list": [[]],
    "automation list": [[]],
    "automation set": [["order_confirmation", "--disabled"]],
    "flow list": [[]],
    "flow replay": [["cart_reminder"]],
    "flow results": [["cart_reminder"]],
    "flow set": [["cart_reminder", "--default"]],
    "catalog connect": [[], ["--catalog-id", "77"]],
    "catalog set": [["sets=all"]],
    "catalog status": [[], ["--items"]],
    "catalog sync": [["--no-wait"], []],
    "catalog allow": [["7", "--reason", "Ours"]],
    "catalog overrules": [[]],
    "catalog reset": [["7"]],
    "catalog withhold": [["7", "--reason", "Ours"]],
    "caps set": [["default=1/7"]],
    "caps show": [[]],
    "compliance list": [[]],
    "compliance show": [["bobs request"]],
    "consent grant": [
        [PHONE, "--scope", "marketing", "--source", "desk", "--wording", "Yes"]
    ],
    "consent proof": [[PHONE, "a file.json"], [PHONE, "a file.pdf"]],
    "consent revoke": [[PHONE, "--scope", "marketing", "--source", "desk"]],
    "consent show": [[PHONE]],
    "consent import": [["there-is-no-file", "--origin", "A list"]],
    "consent verify": [[]],
    "contact erase": [[PHONE]],
    "contact merge": [[PHONE, "+4915187654321"]],
    "contact show": [[PHONE]],
    "contact split": [[PHONE]],
    "messages export": [[], ["--csv"]],
    "shop add": [["--access-token", TOKEN]],
    "shop erase": [["--yes"]],
    "shop export": [["-"]],
    "shop set": [["throughput=7", "transactional_consent=purchase"]],
    "shop show": [[]],
    "shop staff": [[], ["--owner", "4711"]],
    "shop tracking": [["--off"], []],
    "shop whatsapp": [
        [*_connected(DEFAULT_NUMBER_ID)],
        [*_connected(BOBS_NUMBER)],
        [*_connected(BOBS_NUMBER), "--also", "--countries", "BR"],
        ["--remove", "--phone-number-id", BOBS_NUMBER],
    ],
    "why": [["--message", "bobs message"], ["--order", "1001"], ["--phone", PHONE]],
}
"""With the ids of Bob's things, and asked of Ada's store."""

CASES = [(name, words) for name, every in COMMANDS.items() for words in every]


def with_a_domain(group: click.Group, before: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        named = f"{before} {name}".strip()
        if isinstance(command, click.Group):
            yield from with_a_domain(command, named)
        elif any(each.name == "domain" for each in command.params):
            yield named


def test_every_command_that_names_a_store_is_tried(world, terminal):
    named = set(with_a_domain(terminal._app.cli))

    assert named == COMMANDS.keys()


@pytest.mark.parametrize(
    ("name", "words"), CASES, ids=[" ".join((n, *w[:1])) for n, w in CASES]
)
def test_what_is_asked_of_one_store_leaves_the_other_alone(
    stores, name, words, tmp_path
):
    bobs = {"bobs message": "messages", "bobs request": "privacy_requests"}
    given = [str(stores.id_of_bobs(bobs[w])) if w in bobs else w for w in words]
    given = [str(tmp_path / w) if w.startswith("a file") else w for w in given]
    before = stores.bobs_rows()

    said = stores.says([*name.split(), ADA, *given])
    stores.world.work()

    assert not [word for word in BOBS if word in said]
    assert stores.bobs_rows() == before


def test_the_same_order_of_two_stores_is_two_orders(stores):
    """Ids of one store mean nothing in another; so do numbers and people."""
    world = stores.world

    orders = world.rows("orders")
    assert sorted((row.shop_id, row.name) for row in orders) == sorted(
        [(stores.ada, "#1001"), (stores.bob, "#BOB-1")]
    )
    assert len({row.order_id for row in orders}) == 1
    assert len({row.contact_id for row in orders}) == 2
    confirmed = [m for m in world.messages if m.automation == "order_confirmation"]
    assert {m.shop_id for m in confirmed} == {stores.ada, stores.bob}


def test_each_store_has_its_own_number(stores):
    numbers = {row.shop_id: row.phone_number_id for row in stores.world.rows("numbers")}

    assert numbers == {stores.ada: DEFAULT_NUMBER_ID, stores.bob: BOBS_NUMBER}
