"""A key for each shop, sealed by SECRET_KEYS, and destroyed with the shop.

Whoever has an old copy of a shop's rows, and SECRET_KEYS, opens nothing of them without
the row that is here: so copies of this table are kept apart, and not for long.
"""

import os
from datetime import datetime
from functools import partial

from core.sealing import FindsKeys, Keyring, Sealer
from core.values import ShopId
from storage.recordset import columns_of, folded, unfolded
from storage.session import Transaction, Transactions
from storage.statements import Statement
from storage.tables import shop_keys
from storage.tenancy import Crossing

_KEY_BYTES = 32

_MAKE = Statement("""
INSERT INTO shop_keys (shop_id, wrapped, made_at) VALUES (:shop, :wrapped, :now)
ON CONFLICT (shop_id) DO NOTHING
""")
_OF_SHOP = Statement("SELECT wrapped FROM shop_keys WHERE shop_id = :shop")
_AT_DOMAIN = Statement("""
SELECT k.wrapped FROM shops s JOIN shop_keys k ON k.shop_id = s.id
WHERE s.domain = :shop
""")


def ensure(
    tx: Transaction, shop_id: ShopId, domain: str, keys: Keyring, *, now: datetime
) -> Sealer:
    """The shop's key, made the first time. Whoever opens it later finds the same."""
    made = keys.wrap(os.urandom(_KEY_BYTES))
    tx.run(_MAKE, {"shop": shop_id, "wrapped": made, "now": now})
    [row] = tx.ask(_OF_SHOP, {"shop": shop_id})
    # A shop's number is never given again, so it may be known before it is certain.
    keys.learn(shop_id, bytes(row.wrapped))
    tx.after_commit(partial(keys.forget, domain))
    return keys.of(shop_id)


def found_in(transactions: Transactions) -> FindsKeys:
    """Finds keys in the database, each in a transaction of its own."""

    def find(shop: int | str, /) -> bytes | None:
        query = _OF_SHOP if isinstance(shop, int) else _AT_DOMAIN
        with transactions.across(Crossing.LOOKING) as tx:
            for row in tx.ask(query, {"shop": shop}):
                return bytes(row.wrapped)
        return None

    return find


_ALL = Statement("SELECT shop_id, wrapped FROM shop_keys ORDER BY shop_id FOR UPDATE")
_WRAPPED = columns_of(shop_keys, ("shop_id", "wrapped"))
_REWRAP = Statement(f"""
UPDATE shop_keys k SET wrapped = new.wrapped
FROM {unfolded(_WRAPPED)} WHERE k.shop_id = new.shop_id
""")


def rewrap(tx: Transaction, keys: Keyring) -> int:
    """Seal every shop's key with the first of SECRET_KEYS; answer how many were not.
    What the shops' keys have sealed stays as it is, and so does a key that nobody can
    open, until the one that sealed it is back."""
    old = [
        row
        for row in tx.ask(_ALL, {})
        if keys.has_key_of(row.wrapped) and not keys.is_newest(row.wrapped)
    ]
    if old:
        rows = [
            {"shop_id": row.shop_id, "wrapped": keys.wrap(keys.unwrap(row.wrapped))}
            for row in old
        ]
        tx.run(_REWRAP, folded(rows))
    return len(old)
