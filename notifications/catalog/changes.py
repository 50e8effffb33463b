"""What Meta is to be told of a catalog, made of what the store said last."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from core.catalog import (
    Change,
    Delete,
    DeleteLocal,
    Item,
    Otherwise,
    Upsert,
    UpsertLocal,
    fingerprint_of,
)
from core.values import ProductId, VariantId
from notifications.catalog import taking_in
from notifications.catalog.taking_in import Showing
from notifications.ports import Services
from notifications.rules.catalog_items import Shown
from storage import catalog_items, catalog_local, catalogs, products
from storage.catalog_items import DueItem
from storage.catalog_local import Key, Local
from storage.catalogs import KnownCatalog

_PRODUCTS_AT_ONCE = 100


def variant_of(change: Change) -> VariantId:
    return VariantId(int(change.retailer_id))


@dataclass(frozen=True, slots=True)
class Changes:
    """The changes that these items need, a few products in memory at a time.

    Where our own rules have changed since an item was written down, that is written
    down anew, and it waits for the turn after this.
    """

    catalog: KnownCatalog
    due: Sequence[DueItem]
    services: Services

    def __iter__(self) -> Iterator[Change]:
        """The items are sorted by their products."""
        portion: list[DueItem] = []
        few = 0
        for _, of_product in groupby(self.due, key=_product_of):
            portion += of_product
            few += 1
            if few == _PRODUCTS_AT_ONCE:
                yield from self._changes(portion)
                portion, few = [], 0
        yield from self._changes(portion)

    def _changes(self, due: Sequence[DueItem]) -> list[Change]:
        shown = self.shown(due)
        changes: list[Change] = []
        corrected: list[DueItem] = []
        for each in due:
            item = shown.get(each.variant_id)
            if each.wanted is None:
                changes.append(Delete(str(each.variant_id)))
            elif isinstance(item, Item) and item.fingerprint() == each.wanted:
                changes.append(Upsert(item))
            else:
                corrected.append(each)
        self._correct(corrected, shown)
        return changes

    def shown(self, due: Sequence[DueItem]) -> dict[VariantId, Shown]:
        """How each is to be shown by what is known now; nothing of what is gone."""
        shop_id = self.catalog.shop_id
        about = {each.product_id for each in due if each.wanted is not None}
        only = {each.variant_id for each in due}
        shown: dict[VariantId, Shown] = {}
        if about:
            with self.services.transactions.for_shop(shop_id) as tx:
                told = products.told_of(tx, shop_id, about)
            showing = Showing.of(self.catalog, self.services, about)
            for product in told:
                shown |= showing.items(product, only=only)
        return shown

    def _correct(self, due: Sequence[DueItem], shown: dict[VariantId, Shown]) -> None:
        if not due:
            return
        items = []
        for each in due:
            found = shown.get(each.variant_id)
            told = (
                (None, catalog_items.GONE)
                if found is None
                else taking_in.fingerprint_of(found)
            )
            items.append((each.variant_id, *told))
        with self.services.transactions.for_shop(self.catalog.shop_id) as tx:
            catalogs.be_alone(tx, self.catalog.shop_id)
            catalog_items.correct(tx, self.catalog.shop_id, items)


def _product_of(item: DueItem) -> ProductId:
    return item.product_id


@dataclass(frozen=True, slots=True)
class LocalChanges:
    """The same of what is to be otherwise about items in one place."""

    catalog: KnownCatalog
    due: Sequence[Local]
    services: Services

    def __iter__(self) -> Iterator[Change]:
        """Sorted by their products, too."""
        for few in _few(self.due):
            yield from self._changes(few)

    def _changes(self, due: Sequence[Local]) -> list[Change]:
        found = self.found(due)
        changes: list[Change] = []
        corrected: list[tuple[VariantId, str | None]] = []
        for each in due:
            otherwise = found.get((each.variant_id, each.place))
            wanted = None if otherwise is None else fingerprint_of(otherwise)
            if wanted != each.wanted:
                corrected.append((each.variant_id, wanted))
            elif otherwise is None:
                changes.append(DeleteLocal(str(each.variant_id), each.place))
            else:
                changes.append(UpsertLocal(str(each.variant_id), each.place, otherwise))
        if corrected:
            shop_id, place = self.catalog.shop_id, due[0].place
            with self.services.transactions.for_shop(shop_id) as tx:
                catalogs.be_alone(tx, shop_id)
                catalog_local.correct(tx, shop_id, place, corrected)
        return changes

    def found(self, due: Sequence[Local]) -> dict[Key, Otherwise]:
        """What is to be otherwise by what is known now."""
        shop_id = self.catalog.shop_id
        about = {each.product_id for each in due}
        only = {each.variant_id for each in due}
        found: dict[Key, Otherwise] = {}
        if about:
            with self.services.transactions.for_shop(shop_id) as tx:
                told = products.told_of(tx, shop_id, about)
            showing = Showing.of(self.catalog, self.services, about)
            for product in told:
                shown = showing.items(product, only=only)
                for id_, place, otherwise in showing.otherwise(product, shown):
                    found[id_, place] = otherwise
        return found


def _few(due: Sequence[Local]) -> Iterator[list[Local]]:
    portion: list[Local] = []
    for count, (_, of_product) in enumerate(
        groupby(due, key=lambda each: each.product_id), start=1
    ):
        portion += of_product
        if count % _PRODUCTS_AT_ONCE == 0:
            yield portion
            portion = []
    if portion:
        yield portion
