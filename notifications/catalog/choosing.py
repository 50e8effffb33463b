"""What an owner wants of a catalog, beyond that it is the same as the store."""

import re
from dataclasses import dataclass

from core.errors import NotPossible
from core.values import ShopId
from core.words import N_
from notifications.ports import Services
from notifications.rules.catalog_sets import ALL, NONE
from storage import catalogs, changes
from storage.changes import By, Change

_HANDLE = re.compile(r"[^\s,]{1,255}")
_MOST_HANDLES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is None stays as it is. ``sets`` are the collections that become sets of
    the catalog: ``all``, ``none``, or their handles with commas between."""

    sets: str | None = None


def choose(
    shop_id: ShopId, choice: Choice, services: Services, *, by: By | None = None
) -> None:
    """Have it so from now on; the store and Meta are asked and told of what differs.
    Twice changes nothing. ``by`` is who of the store's people wants it.

    Raises:
        NotPossible: the shop has no catalog, or it is no choice.
    """
    sets = None if choice.sets is None else sets_in(choice.sets)
    now = services.clock()
    with services.transactions.for_shop(shop_id) as tx:
        if catalogs.of_shop(tx, shop_id) is None:
            raise NotPossible(N_("the store has no catalog yet"))
        if sets is not None:
            catalogs.set_sets(tx, shop_id, sets, now=now)
        if by is not None:
            change = Change(what="catalog_chosen", after={"sets": sets})
            changes.note(tx, shop_id, by, change, now=now)


def sets_in(said: str) -> str:
    """The same choice, each handle once and in their order."""
    words = [each.strip().lower() for each in said.split(",") if each.strip()]
    if words in ([ALL], [NONE]):
        return words[0]
    if not words or not all(map(_HANDLE.fullmatch, words)) or {ALL, NONE} & {*words}:
        raise NotPossible(
            N_("sets are all, none, or the handles of collections: summer,sale")
        )
    if len(words) > _MOST_HANDLES:
        raise NotPossible(N_("too many collections: see all"))
    return ",".join(sorted(set(words)))
