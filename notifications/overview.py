"""How far a shop is set up: what its owner sees first."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from core.errors import NotPossible
from core.values import ShopId
from core.words import N_
from notifications.ports import Services
from storage import asking


@dataclass(frozen=True, slots=True)
class Number:
    """``held`` says in a code what holds it back, if anything does."""

    shown: str = field(repr=False)
    held: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """``access_lost`` says in a code what stands in the way. ``scopes`` are None where
    Shopify did not say. Of its ``numbers`` the default one is the first. What words the
    steps of a flow counts for that flow, and is no automation of its own."""

    name: str
    domain: str
    access_lost: str | None
    scopes: frozenset[str] | None
    numbers: Sequence[Number]
    templates_approved: int
    automations_on: int
    automations: int


def of_shop(shop_id: ShopId, services: Services) -> Overview:
    """What there is, and what is missing, at this moment.

    Raises:
        NotPossible: the shop is not connected.
    """
    known = services.automations.values()
    names = [automation.template.name for automation in known]
    own = [name for name, one in services.automations.items() if one.step_of is None]
    with services.transactions.for_shop(shop_id) as tx:
        found = asking.how_far_set_up(tx, names, own)
    if not found:
        raise NotPossible(N_("the shop is not connected"))
    [row] = found
    return Overview(
        name=row["name"],
        domain=row["domain"],
        access_lost=row["access_lost"],
        scopes=None if row["scopes"] is None else frozenset(row["scopes"]),
        numbers=[Number(phone or id_, held) for id_, phone, held in row["numbers"]],
        templates_approved=row["templates_approved"],
        automations_on=row["automations_on"],
        automations=len(own),
    )
