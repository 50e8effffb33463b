"""What a page has to know of the shop that it is shown for."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from core.values import ShopId
from storage.session import Transaction
from storage.tables import shops


def of_shop(tx: Transaction, shop_id: ShopId) -> Mapping[str, Any] | None:
    """Its ``domain``, ``name``, ``timezone`` and ``currency``; None for one that is
    gone."""
    own = shops.c
    return tx.row(
        select(own.domain, own.name, own.timezone, own.currency).where(
            own.id == shop_id
        )
    )
