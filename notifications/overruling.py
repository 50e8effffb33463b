"""The owner's word against the rule about forbidden goods, for one product."""

from core.errors import NotPossible
from core.values import ProductId, ShopDomain, ShopId
from core.words import N_
from notifications.catalog import noticing
from notifications.operating import Operator, shop_id_of, shop_named
from notifications.ports import Services
from notifications.witnessing import Door
from storage import catalogs, changes, policy_overrules
from storage.changes import By, Change
from storage.policy_overrules import Spoken

LONGEST_REASON = 500


def overrule(
    domain: ShopDomain,
    product_id: ProductId,
    *,
    is_allowed: bool,
    reason: str,
    operator: Operator,
    services: Services,
) -> None:
    """``overrule_at`` for a shop by its domain.

    Raises:
        NotPossible: the shop is not connected, or no reason is given, or a long one.
    """
    said = _checked(reason)
    doing = f"catalog {'allow' if is_allowed else 'withhold'} {product_id} of"
    shop = shop_named(domain, doing, operator=operator, services=services)
    overrule_at(
        shop_id_of(shop),
        product_id,
        is_allowed=is_allowed,
        reason=said,
        by=By(Door.COMMAND, operator.name),
        services=services,
    )


def overrule_at(
    shop_id: ShopId,
    product_id: ProductId,
    *,
    is_allowed: bool,
    reason: str,
    by: By,
    services: Services,
) -> None:
    """Have a product count as allowed, or as forbidden, whatever its words say. A
    second word takes the place of the first.

    Raises:
        NotPossible: no reason is given, or a long one.
    """
    said, now = _checked(reason), services.clock()
    with services.transactions.for_shop(shop_id) as tx:
        catalogs.be_alone(tx, shop_id)
        before = policy_overrules.of_product(tx, shop_id, product_id)
        if before is not None and (before.is_allowed, before.reason) == (
            is_allowed,
            said,
        ):
            return
        spoken = Spoken(
            product_id=product_id,
            is_allowed=is_allowed,
            reason=said,
            actor=by.actor,
            at=now,
        )
        policy_overrules.say(tx, shop_id, spoken)
        noticing.look_again(tx, shop_id, product_id, now=now)
        # The reason stands with the product: here it would outlive it.
        change = Change(
            what="product_allowed" if is_allowed else "product_withheld",
            subject=f"product {product_id}",
            before=_told(before),
            after={"is_allowed": is_allowed},
        )
        changes.note(tx, shop_id, by, change, now=now)


def _told(spoken: Spoken | None) -> dict[str, bool] | None:
    return None if spoken is None else {"is_allowed": spoken.is_allowed}


def _checked(reason: str) -> str:
    said = reason.strip()
    if not 0 < len(said) <= LONGEST_REASON:
        raise NotPossible(
            N_("give a --reason, of %(most)s letters at most"), most=LONGEST_REASON
        )
    return said


def take_back(
    domain: ShopDomain,
    product_id: ProductId,
    *,
    operator: Operator,
    services: Services,
) -> None:
    """``take_back_at`` for a shop by its domain.

    Raises:
        NotPossible: the shop is not connected, or nothing was said of the product.
    """
    doing = f"catalog reset {product_id} of"
    shop = shop_named(domain, doing, operator=operator, services=services)
    by = By(Door.COMMAND, operator.name)
    if not take_back_at(shop_id_of(shop), product_id, by=by, services=services):
        raise NotPossible(
            N_("nothing was said of the product %(product)s of %(shop)s"),
            product=product_id,
            shop=domain,
        )


def take_back_at(
    shop_id: ShopId, product_id: ProductId, *, by: By, services: Services
) -> bool:
    """Have the words of a product count again; whether anything was said of it."""
    now = services.clock()
    with services.transactions.for_shop(shop_id) as tx:
        before = policy_overrules.of_product(tx, shop_id, product_id)
        if not policy_overrules.take_back(tx, shop_id, product_id):
            return False
        noticing.look_again(tx, shop_id, product_id, now=now)
        change = Change(
            what="product_word_taken_back",
            subject=f"product {product_id}",
            before=_told(before),
        )
        changes.note(tx, shop_id, by, change, now=now)
    return True
