"""How far a shop is set up: what its owner sees first."""

from dataclasses import dataclass, field

from core.errors import NotPossible
from core.values import ShopId
from core.words import N_
from notifications.ports import Services
from storage import asking


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """``access_lost`` and ``number_held`` say in a code what stands in the way.

    ``scopes`` are None where Shopify did not say, and ``number`` where none is
    connected.
    """

    name: str
    domain: str
    access_lost: str | None
    scopes: frozenset[str] | None
    number: str | None = field(repr=False)
    number_held: str | None
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
    with services.transactions.for_shop(shop_id) as tx:
        found = asking.how_far_set_up(tx, names)
    if not found:
        raise NotPossible(N_("the shop is not connected"))
    [row] = found
    has_number = row["phone_number_id"] is not None
    return Overview(
        name=row["name"],
        domain=row["domain"],
        access_lost=row["access_lost"],
        scopes=None if row["scopes"] is None else frozenset(row["scopes"]),
        number=(row["display_phone"] or row["phone_number_id"]) if has_number else None,
        number_held=row["parked_because"],
        templates_approved=row["templates_approved"],
        automations_on=row["automations_on"],
        automations=len(known),
    )
