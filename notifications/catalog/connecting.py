"""A store is given its catalog: one that is there, or a new one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.catalog import Access, Catalog, CommerceSettings
from core.errors import NotPossible
from core.values import ShopDomain, ShopId
from core.words import N_
from notifications.operating import Operator, shop_id_of, shop_named
from notifications.ports import Services
from notifications.witnessing import Door
from storage import (
    catalog_items,
    catalog_local,
    catalog_runs,
    catalog_sets_told,
    catalogs,
    changes,
    numbers,
)
from storage.changes import By, Change
from storage.numbers import number_context
from storage.session import Transaction

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """``catalog_id`` is None where the shop's own is meant, or the account's, or a new
    one; a ``hidden_tag`` of None stays what it was."""

    catalog_id: str | None = None
    hidden_tag: str | None = None
    has_cart: bool = True
    is_visible: bool = True


@dataclass(frozen=True, slots=True)
class Connected:
    catalog_id: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Whose:
    """The shop whose catalog it is."""

    shop_id: ShopId
    domain: ShopDomain
    name: str


@dataclass(frozen=True, slots=True)
class _Account:
    id: str
    token: str
    numbers: list[str]
    catalog_id: str | None


def connect(
    domain: ShopDomain,
    wish: Wish,
    *,
    keeper: Catalog,
    operator: Operator,
    services: Services,
    tell: Tell = lambda _what: None,
) -> Connected:
    """``connect_at`` for a shop by its domain.

    Raises:
        NotPossible: the shop is not connected, or has no WhatsApp number.
        OutsideError: Meta does not do it, or does not answer.
    """
    shop = shop_named(domain, "catalog connect", operator=operator, services=services)
    whose = Whose(shop_id_of(shop), domain, shop["name"] or "")
    by = By(Door.COMMAND, operator.name)
    return connect_at(whose, wish, keeper=keeper, by=by, services=services, tell=tell)


def connect_at(
    whose: Whose,
    wish: Wish,
    *,
    keeper: Catalog,
    by: By,
    services: Services,
    tell: Tell = lambda _what: None,
) -> Connected:
    """Have a catalog of Meta's kept the same as the store from now on, and shown to
    buyers. Done again, what held it back is over, and nothing is made a second time.

    Raises:
        NotPossible: the shop has no WhatsApp number.
        OutsideError: Meta does not do it, or does not answer.
    """
    shop_id = whose.shop_id
    account = _account(shop_id, whose.domain, services)
    with services.transactions.for_shop(shop_id) as tx:
        before = catalogs.of_shop(tx, shop_id)
    catalog_id = wish.catalog_id or (before and before.catalog_id)
    catalog_id = catalog_id or account.catalog_id
    if catalog_id is None:
        tell("looking for the account's catalog")
        catalog_id = keeper.attached(account.token, account_id=account.id)
    is_new = catalog_id is None
    if catalog_id is None:
        tell("making a catalog")
        catalog_id = keeper.create(
            account.token, account_id=account.id, name=whose.name or whose.domain.host
        )
    tell("having the account show it")
    keeper.attach(Access(catalog_id, account.token), account_id=account.id)
    settings = CommerceSettings(
        is_cart_enabled=wish.has_cart, is_catalog_visible=wish.is_visible
    )
    for number in account.numbers:
        keeper.set_settings(account.token, settings, phone_number_id=number)
    with services.transactions.for_shop(shop_id) as tx:
        catalogs.be_alone(tx, shop_id)
        was = catalogs.row_of(tx, shop_id)
        if before is not None and before.catalog_id != catalog_id:
            catalog_items.begin_anew(tx, shop_id)
            catalog_local.begin_anew(tx, shop_id)
            catalog_sets_told.begin_anew(tx, shop_id)
        catalogs.connect(
            tx,
            shop_id,
            catalog_id=catalog_id,
            account_id=account.id,
            is_own=is_new,
            hidden_tag=wish.hidden_tag,
            settings=settings,
            now=services.clock(),
        )
        catalog_runs.want_run(tx, shop_id, since=None, now=services.clock())
        numbers.show_catalog(tx, shop_id, account.id, catalog_id)
        _note(tx, shop_id, by, was, wish, catalog_id, services)
    return Connected(catalog_id, is_new)


def _note(
    tx: Transaction,
    shop_id: ShopId,
    by: By,
    was: Mapping[str, Any] | None,
    wish: Wish,
    catalog_id: str,
    services: Services,
) -> None:
    after = {
        "catalog_id": catalog_id,
        "has_cart": wish.has_cart,
        "is_visible": wish.is_visible,
    }
    if wish.hidden_tag is not None:
        after["hidden_tag"] = wish.hidden_tag
    before = None if was is None else {name: was[name] for name in after}
    change = Change(what="catalog_connected", before=before, after=after)
    changes.note_other(tx, shop_id, by, change, now=services.clock())


def _account(shop_id: ShopId, domain: ShopDomain, services: Services) -> _Account:
    """The one of the shop's default number."""
    with services.transactions.for_shop(shop_id) as tx:
        rows = numbers.numbers_of(tx, shop_id)
    if not rows:
        raise NotPossible(
            N_("%(shop)s has no WhatsApp number: see ./sosik shop whatsapp --help"),
            shop=domain,
        )
    first = rows[0]
    context = number_context(shop_id, first["phone_number_id"])
    return _Account(
        id=first["account_id"],
        token=services.sealer.of(shop_id).open_text(first["token"], context=context),
        numbers=[
            row["phone_number_id"]
            for row in rows
            if row["account_id"] == first["account_id"]
        ],
        catalog_id=first["catalog_id"],
    )
