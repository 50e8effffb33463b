"""What is told of customers, checkouts and carts, and of the store itself."""

from core.events import CustomerSeen, CustomersMerged, ShopChanged
from core.shopping import CartSeen, CheckoutSeen
from notifications.facts_told import parts
from notifications.facts_told.parts import Names
from storage.history import Telling
from storage.shoppers import CartFacts, CheckoutFacts, CustomerFacts, MergeFacts
from storage.shops import ShopFacts


def customer(told: Telling, event: CustomerSeen, names: Names) -> CustomerFacts:
    return CustomerFacts(
        shop_id=told.shop_id,
        customer_id=event.customer_id,
        version=parts.version(told),
        created_at=event.created_at,
        contact_id=names.contact(told.shop_id, event),
        phone_place=event.phone_place,
        email=event.email,
        first_name=event.first_name,
        country=event.country,
        email_marketing=event.email_marketing,
        sms_marketing=event.sms_marketing,
    )


def merged(told: Telling, event: CustomersMerged) -> MergeFacts:
    return MergeFacts(
        shop_id=told.shop_id,
        version=parts.version(told),
        gone=event.gone,
        kept=event.kept,
    )


def checkout(told: Telling, event: CheckoutSeen, names: Names) -> CheckoutFacts:
    shop_id, codes = told.shop_id, event.discount_codes
    token_key = names.checkout(shop_id, event.token)
    assert token_key is not None
    # Of one second: the one that is over.
    is_over = (event.completed_at is not None) + (event.closed_at is not None)
    return CheckoutFacts(
        shop_id=shop_id,
        token_key=token_key,
        version=parts.version(told, rank=is_over),
        token=event.token,
        number=event.number,
        updated_at=event.happened_at,
        cart_key=names.cart(shop_id, event.cart_token),
        started_at=event.started_at,
        completed_at=event.completed_at,
        closed_at=event.closed_at,
        customer_id=event.customer_id,
        contact_id=names.contact(shop_id, event),
        phone_place=event.phone_place,
        email_key=names.mail(shop_id, event.email),
        email=event.email,
        first_name=event.first_name,
        country=event.country,
        place=parts.place(event.region, event.city, event.postcode),
        locale=event.locale,
        items=parts.items(event.items),
        **parts.amount("total", event.total),
        **parts.amount("worth", event.worth),
        discount_codes=None if codes is None else list(codes),
        url=event.url,
        agreed=event.agreed,
        wording=event.wording,
        accepts_marketing=event.accepts_marketing,
        accepts_sms=event.accepts_sms,
        marks=event.marks,
    )


def cart(told: Telling, event: CartSeen, names: Names) -> CartFacts:
    token_key = names.cart(told.shop_id, event.token)
    assert token_key is not None
    return CartFacts(
        shop_id=told.shop_id,
        token_key=token_key,
        version=parts.version(told),
        updated_at=event.happened_at,
        started_at=event.started_at,
        items=parts.items(event.items),
        **parts.amount("total", event.total),
        agreed=event.agreed,
        wording=event.wording,
        marks=event.marks,
    )


def shop(told: Telling, event: ShopChanged) -> ShopFacts:
    return ShopFacts(
        shop_id=told.shop_id,
        version=parts.version(told),
        name=event.name,
        timezone=event.timezone,
        currency=event.currency,
        country=event.country,
    )
