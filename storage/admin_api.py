"""What is known of each store's Admin API: the points in its bucket, the version that
answers, and whether it lets us ask at all.

The bucket is one for a store and all our processes, so it is counted here: whoever
asks takes the points away beforehand, and Shopify's own figure afterwards can only
lower what is left. So all together never ask for more than there is.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.values import ShopId
from storage.session import Transaction
from storage.shops import ShopState
from storage.statements import Statement
from storage.tables import admin_api, shops

_FIRST_MAXIMUM = 1000.0
_FIRST_RATE = 50.0
"""Until a store has told its own: no plan has less."""

_REFILLED = (
    "least(a.maximum, a.available + a.restore_rate"
    " * greatest(0, extract(epoch FROM CAST(:now AS timestamptz) - a.filled_at)))"
)
_LATER = "greatest(a.filled_at, CAST(:now AS timestamptz))"

_TAKE = Statement(f"""
INSERT INTO admin_api AS a
  (shop_id, maximum, restore_rate, available, filled_at)
SELECT id, :maximum, :rate, CAST(:maximum AS float) - least(:points, :maximum), :now
FROM shops WHERE domain = :domain
ON CONFLICT (shop_id) DO UPDATE SET
  available = {_REFILLED} - least(:points, a.maximum), filled_at = {_LATER}
RETURNING available, maximum, restore_rate
""")


def take(
    tx: Transaction, domain: str, points: float, *, leaving: float, now: datetime
) -> float:
    """Take points away; answer how many seconds it takes until they are there.

    ``leaving`` is the share of the bucket that has to be left for others then. More
    than a bucket holds is a bucket. A store that is not connected yet has none here.
    """
    asked = {
        "domain": domain,
        "points": points,
        "maximum": _FIRST_MAXIMUM,
        "rate": _FIRST_RATE,
        "now": now,
    }
    for row in tx.ask(_TAKE, asked):
        missing: float = row.maximum * leaving - row.available
        rate: float = row.restore_rate
        return max(0.0, missing / max(rate, 1.0))
    return 0.0


_GIVE_BACK = Statement("""
UPDATE admin_api a SET available = least(a.maximum, a.available + :points)
FROM shops s WHERE s.id = a.shop_id AND s.domain = :domain
""")


def give_back(tx: Transaction, domain: str, points: float) -> None:
    """Points that were taken for nothing."""
    tx.run(_GIVE_BACK, {"domain": domain, "points": points})


# What others took and have not asked for yet is missing here and not at Shopify: its
# figure counts where it is the lower one, and the first time, when ours was a guess.
_NOTE = Statement(f"""
UPDATE admin_api a SET
  maximum = :maximum, restore_rate = :rate,
  available = CASE WHEN a.version IS NULL THEN :available ELSE
    least(:available, {_REFILLED} + :unspent) END,
  filled_at = {_LATER}, version = :version, refused = NULL, refused_at = NULL
FROM shops s WHERE s.id = a.shop_id AND s.domain = :domain
""")


def note(
    tx: Transaction,
    domain: str,
    *,
    maximum: float,
    restore_rate: float,
    available: float,
    unspent: float,
    version: str,
    now: datetime,
) -> None:
    """What Shopify says of the bucket, and what was taken for a question and not
    ``unspent`` on it."""
    asked = {
        "domain": domain,
        "maximum": maximum,
        "rate": restore_rate,
        "available": available,
        "unspent": unspent,
        "version": version,
        "now": now,
    }
    tx.run(_NOTE, asked)


_NOTE_REFUSED = Statement("""
UPDATE admin_api a SET refused = :code,
  refused_at = CASE WHEN a.refused = :code THEN a.refused_at ELSE :now END
FROM shops s WHERE s.id = a.shop_id AND s.domain = :domain
""")


def note_refused(tx: Transaction, domain: str, code: str, *, now: datetime) -> None:
    """The store takes no question from us; a later answer ends that."""
    tx.run(_NOTE_REFUSED, {"domain": domain, "code": code, "now": now})


def of_shop(tx: Transaction, shop_id: ShopId) -> Mapping[str, Any] | None:
    return tx.row(select(admin_api).where(admin_api.c.shop_id == shop_id))


def of_active_shops(tx: Transaction) -> list[Mapping[str, Any]]:
    """``version`` and ``refused`` of each store that has been asked something."""
    return tx.rows(
        select(admin_api.c.version, admin_api.c.refused)
        .join(shops, shops.c.id == admin_api.c.shop_id)
        .where(shops.c.state == ShopState.ACTIVE)
    )
