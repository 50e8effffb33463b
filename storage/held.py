"""What lies in the tables about one person: the rows, as they are stored."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, select

from core.values import ContactId, CustomerId, ShopId
from storage.session import Transaction
from storage.tables import carts, checkouts, customers

Rows = Sequence[Mapping[str, Any]]


def customers_of(tx: Transaction, shop_id: ShopId, ids: Collection[CustomerId]) -> Rows:
    return rows_of(tx, customers, "customer_id", shop_id, ids)


def customers_with(tx: Transaction, shop_id: ShopId, contact_id: ContactId) -> Rows:
    """The customers that have a contact's number."""
    return tx.rows(
        select(customers)
        .where(customers.c.shop_id == shop_id, customers.c.contact_id == contact_id)
        .order_by(customers.c.customer_id)
    )


def contact_of_customer(
    tx: Transaction, shop_id: ShopId, customer_id: CustomerId
) -> ContactId | None:
    row = tx.row(
        select(customers.c.contact_id).where(
            customers.c.shop_id == shop_id, customers.c.customer_id == customer_id
        )
    )
    return None if row is None else row["contact_id"]


def checkouts_of(tx: Transaction, shop_id: ShopId, keys: Collection[bytes]) -> Rows:
    return rows_of(tx, checkouts, "token_key", shop_id, keys)


def carts_of(tx: Transaction, shop_id: ShopId, keys: Collection[bytes]) -> Rows:
    return rows_of(tx, carts, "token_key", shop_id, keys)


def rows_of(
    tx: Transaction, table: Table, key: str, shop_id: ShopId, keys: Collection[Any]
) -> Rows:
    """Those of a shop's rows that have one of these keys, in their order."""
    query = (
        select(table)
        .where(table.c.shop_id == shop_id, table.c[key].in_(sorted(keys)))
        .order_by(table.c[key])
    )
    return tx.rows(query)
