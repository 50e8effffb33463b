"""The PINs of numbers' two-step verification, and how often Meta was asked to register
them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.sealing import Keyring
from core.values import ShopId
from storage.session import Transaction
from storage.statements import Statement


@dataclass(frozen=True, slots=True)
class KnownPin:
    """``asked`` is when Meta was asked to register the number with it."""

    pin: str = field(repr=False)
    asked: Sequence[datetime]


def pin_context(shop_id: ShopId, phone_number_id: str) -> str:
    return f"pin of number {phone_number_id} of shop {shop_id}"


_OF = Statement("""
SELECT pin, asked FROM number_pins WHERE shop_id = :shop AND phone_number_id = :number
""")
_KEEP = Statement("""
INSERT INTO number_pins (shop_id, phone_number_id, pin) VALUES (:shop, :number, :pin)
ON CONFLICT (shop_id, phone_number_id) DO UPDATE SET pin = excluded.pin
""")
_ASKED = Statement("""
UPDATE number_pins SET asked = array_append(
  ARRAY(SELECT each FROM unnest(asked) AS each WHERE each > :since), :now)
WHERE shop_id = :shop AND phone_number_id = :number
""")


def of_number(
    tx: Transaction, shop_id: ShopId, phone_number_id: str, *, sealer: Keyring
) -> KnownPin | None:
    context = pin_context(shop_id, phone_number_id)
    for row in tx.ask(_OF, {"shop": shop_id, "number": phone_number_id}):
        opened = sealer.of(shop_id).open_text(bytes(row.pin), context=context)
        return KnownPin(opened, row.asked)
    return None


def keep(
    tx: Transaction, shop_id: ShopId, phone_number_id: str, pin: str, *, sealer: Keyring
) -> None:
    """Before Meta is told of it, so that no PIN is ever lost."""
    context = pin_context(shop_id, phone_number_id)
    sealed = sealer.of(shop_id).seal_text(pin, context=context)
    tx.run(_KEEP, {"shop": shop_id, "number": phone_number_id, "pin": sealed})


def note_asked(
    tx: Transaction,
    shop_id: ShopId,
    phone_number_id: str,
    *,
    now: datetime,
    since: datetime,
) -> None:
    """Meta is about to be asked to register it. What was before ``since`` counts no
    more."""
    asked = {"shop": shop_id, "number": phone_number_id, "now": now, "since": since}
    tx.run(_ASKED, asked)
