"""What a person does by the command line: across shops, and therefore written down."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from core.errors import NotPossible
from core.values import ShopDomain, ShopId
from core.words import N_
from notifications.ports import Services
from storage import auditing, shops
from storage.session import Transaction
from storage.tenancy import Crossing


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody with access to this machine. ``name`` is what the system calls them."""

    name: str


@contextmanager
def crossing(
    doing: str, *, operator: Operator, services: Services
) -> Iterator[Transaction]:
    """A transaction across all shops, with its line in the audit.

    The line stands and falls with the transaction: what was refused left no trace
    in any shop either. ``doing`` names no person.
    """
    with services.transactions.across(Crossing.OPERATING) as tx:
        auditing.note(
            tx,
            Crossing.OPERATING,
            actor=operator.name,
            doing=doing,
            now=services.clock(),
        )
        yield tx


def shop_named(
    domain: ShopDomain, doing: str, *, operator: Operator, services: Services
) -> Mapping[str, Any]:
    """The row of the shop that somebody is about to look at or change.

    Raises:
        NotPossible: it is not connected.
    """
    with crossing(f"{doing} {domain}", operator=operator, services=services) as tx:
        shop = shops.find(tx, domain)
    if shop is None:
        raise NotPossible(
            N_("%(shop)s is not connected: see ./sosik shop add --help"), shop=domain
        )
    return shop


def shop_id_of(shop: Mapping[str, Any]) -> ShopId:
    return ShopId(shop["id"])
