"""The owner's word against the rule about forbidden goods, for one product."""

from core.errors import NotPossible
from core.values import ProductId, ShopDomain
from core.words import N_
from notifications.catalog import noticing
from notifications.operating import Operator, shop_id_of, shop_named
from notifications.ports import Services
from storage import policy_overrules
from storage.policy_overrules import Spoken

_LONGEST_REASON = 500


def overrule(
    domain: ShopDomain,
    product_id: ProductId,
    *,
    is_allowed: bool,
    reason: str,
    operator: Operator,
    services: Services,
) -> None:
    """Have a product count as allowed, or as forbidden, whatever its words say. A
    second word takes the place of the first.

    Raises:
        NotPossible: the shop is not connected, or no reason is given, or a long one.
    """
    said = reason.strip()
    if not 0 < len(said) <= _LONGEST_REASON:
        raise NotPossible(
            N_("give a --reason, of %(most)s letters at most"), most=_LONGEST_REASON
        )
    doing = f"catalog {'allow' if is_allowed else 'withhold'} {product_id} of"
    shop = shop_named(domain, doing, operator=operator, services=services)
    shop_id = shop_id_of(shop)
    with services.transactions.for_shop(shop_id) as tx:
        spoken = Spoken(
            product_id=product_id,
            is_allowed=is_allowed,
            reason=said,
            actor=operator.name,
            at=services.clock(),
        )
        policy_overrules.say(tx, shop_id, spoken)
        noticing.look_again(tx, shop_id, product_id, now=services.clock())


def take_back(
    domain: ShopDomain,
    product_id: ProductId,
    *,
    operator: Operator,
    services: Services,
) -> None:
    """Have the words of a product count again.

    Raises:
        NotPossible: the shop is not connected, or nothing was said of the product.
    """
    doing = f"catalog reset {product_id} of"
    shop = shop_named(domain, doing, operator=operator, services=services)
    shop_id = shop_id_of(shop)
    with services.transactions.for_shop(shop_id) as tx:
        if not policy_overrules.take_back(tx, shop_id, product_id):
            raise NotPossible(
                N_("nothing was said of the product %(product)s of %(shop)s"),
                product=product_id,
                shop=domain,
            )
        noticing.look_again(tx, shop_id, product_id, now=services.clock())
