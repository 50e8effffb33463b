"""Carts that somebody in Brazil has left, where a single yes to offers will do."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import text

from bench.storm import Hook
from core.values import Act, Phone, Scope, ShopId
from notifications.ports import Services
from sandbox.shopify.bodies import OrderWish
from sandbox.shopify.carts import checkout
from sandbox.shopify.people import BUYERS, PRODUCTS
from storage import ledger, people
from storage.ledger import Word
from storage.tenancy import Crossing

REMINDER = "sosik_cart_reminder_1"
REMINDED_AFTER = timedelta(hours=1)

_LOOKED = """
INSERT INTO cart_looks (shop_id, token_key, asked_at, looked_at, gone)
SELECT DISTINCT m.shop_id, m.checkout_key, CAST(:at AS timestamptz),
  CAST(:at AS timestamptz), CAST('[]' AS jsonb)
FROM messages m
JOIN checkouts k ON k.shop_id = m.shop_id AND k.token_key = m.checkout_key
WHERE m.queue = 'waiting'
  AND (CAST(:due_by AS timestamptz) IS NULL OR m.due_at <= :due_by) AND NOT EXISTS (
  SELECT 1 FROM cart_looks l
  WHERE l.shop_id = m.shop_id AND l.token_key = m.checkout_key
    AND l.asked_at > CAST(:at AS timestamptz) - interval '5 minutes')
"""

_FIRST_CHECKOUT = 7_700_000_000_000
_FIRST_CUSTOMER = 8_800_000_000_000
_AT_ONCE = 500


def phone(number: int) -> str:
    """Of a person in São Paulo. Meta's simulator plays no tricks on these ends."""
    return f"+55119{70_000_000 + number:07d}"


def cart_hook(number: int, domain: str, person: int, at: datetime) -> Hook:
    """The cart with this number, left by this person."""
    first = _FIRST_CHECKOUT + number * 16
    buyer = BUYERS["pt-BR"]
    wish = OrderWish(
        order_id=first,
        customer_id=_FIRST_CUSTOMER + person,
        number=1001 + number,
        domain=domain,
        shop_id=70_000_001,
        buyer=buyer,
        phone=phone(person),
        address_phone=phone(person),
        locale="pt-BR",
        items=[(product, 1) for product in PRODUCTS[:3]],
        currency="EUR",
        gateway="shopify_payments",
        cash_on_delivery=False,
        consent=None,
        wording=buyer.wording,
        placed_at=at,
        extra_ids=(),
    )
    body = checkout(wish, started_at=at, completed_at=None, at=at)
    body["email"] = body["customer"]["email"] = f"person-{person}@example.com"
    raw = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
    occasion = (phone(person)[1:], REMINDER)
    return Hook(
        f"cart-{number}", "checkouts/create", domain, raw, at, frozenset({occasion})
    )


def agree(
    shop_id: ShopId, persons: Sequence[int], services: Services, *, at: datetime
) -> None:
    """These people want this store's offers."""
    for first in range(0, len(persons), _AT_ONCE):
        some = persons[first : first + _AT_ONCE]
        everybody = [(shop_id, Phone(phone(person))) for person in some]
        with services.transactions.for_shop(shop_id) as tx:
            found = people.contacts_of(tx, everybody, book=services.book, now=at)
            words = [
                Word(
                    shop_id=shop_id,
                    contact_id=found[one],
                    scope=Scope.MARKETING,
                    act=Act.GRANTED,
                    source="app_proxy_form",
                    happened_at=at,
                    who=one[1].e164,
                )
                for one in everybody
            ]
            ledger.record(tx, words, now=at, sealer=services.sealer)


def have_looked(
    services: Services, *, at: datetime, due_by: datetime | None = None
) -> None:
    """All carts of which somebody is to be reminded were looked at in their stores, as
    they are before their time, and everything was there. With ``due_by`` only those
    whose reminder is due by then."""
    with services.transactions.across(Crossing.OPERATING) as tx:
        tx.connection.execute(text(_LOOKED), {"at": at, "due_by": due_by})
