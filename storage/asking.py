"""What people ask of the tables: lists and stories, some of them at a time."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy import (
    BigInteger,
    Select,
    and_,
    case,
    column,
    func,
    or_,
    select,
    text,
    true,
    values,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from core.values import ContactId, MessageId, OrderId, ShopDomain, ShopId
from storage.chats import REPLY
from storage.inbox import State
from storage.session import Transaction
from storage.shops import ShopState
from storage.tables import (
    automations,
    clicks,
    contacts,
    messages,
    numbers,
    orders,
    parcels,
    shops,
    templates,
    webhooks,
)
from storage.trials import TEST

MOST_MESSAGES = 200
MOST_WEBHOOKS = 200
_MOST_ORDERS = 20

_EVENT = (
    webhooks.c.id,
    webhooks.c.source,
    webhooks.c.topic,
    webhooks.c.shop_domain,
    webhooks.c.state,
    webhooks.c.reason,
    webhooks.c.attempts,
    webhooks.c.happened_at,
    webhooks.c.arrived_at,
    webhooks.c.order_id,
)

_MESSAGE = (
    messages.c.id,
    shops.c.domain.label("shop_domain"),
    messages.c.automation,
    messages.c.scope,
    messages.c.state,
    messages.c.reason,
    messages.c.attempt,
    messages.c.order_id,
    orders.c.name.label("order_name"),
    messages.c.created_at,
    messages.c.due_at,
    messages.c.accepted_at,
    messages.c.reported_at,
    clicks.c.first_at.label("clicked_at"),
)

_CLICKED = (clicks.c.shop_id == messages.c.shop_id) & (
    clicks.c.message_id == messages.c.id
)

_TOLD = (
    webhooks.c.id,
    webhooks.c.order_id,
    webhooks.c.topic,
    webhooks.c.state,
    webhooks.c.reason,
    webhooks.c.outcome,
    webhooks.c.happened_at,
    webhooks.c.arrived_at,
)

Rows: TypeAlias = Sequence[Mapping[str, Any]]
Leading: TypeAlias = Mapping[OrderId, Mapping[str, Any]]


def events(
    tx: Transaction, *, state: State | None, shop: ShopDomain | None, limit: int
) -> Rows:
    """The newest webhooks, without their bodies."""
    query = select(*_EVENT).order_by(webhooks.c.id.desc()).limit(limit)
    if state is not None:
        query = query.where(webhooks.c.state == state)
    if shop is not None:
        query = query.where(webhooks.c.shop_domain == shop.host)
    return _rows(tx, query)


def newest_messages(
    tx: Transaction, *, shop_id: ShopId | None, state: str | None, limit: int
) -> Rows:
    """The newest messages, without their texts and stories."""
    query = (
        select(*_MESSAGE)
        .join(shops, shops.c.id == messages.c.shop_id)
        .outerjoin(
            orders,
            (orders.c.shop_id == messages.c.shop_id)
            & (orders.c.order_id == messages.c.order_id),
        )
        .outerjoin(clicks, _CLICKED)
        .order_by(messages.c.id.desc())
        .limit(limit)
    )
    if shop_id is not None:
        query = query.where(messages.c.shop_id == shop_id)
    if state is not None:
        query = query.where(messages.c.state == state)
    return _rows(tx, query)


def _whole_messages(shop_id: ShopId) -> Select[Any]:
    return messages_with(shop_id, messages)


def messages_with(shop_id: ShopId, *columns: Any) -> Select[Any]:
    """These columns of messages, and what is around them: the contact as sending would
    find it."""
    parcel = (parcels.c.shop_id == messages.c.shop_id) & (
        parcels.c.fulfillment_id == messages.c.fulfillment_id
    )
    order = (
        (orders.c.shop_id == messages.c.shop_id)
        & (orders.c.order_id == messages.c.order_id)
        & orders.c.whole_since.is_not(None)
    )
    number = (numbers.c.shop_id == messages.c.shop_id) & (
        numbers.c.phone_number_id == messages.c.phone_number_id
    )
    # CASE and not coalesce: see storage.facts.
    contact = case(
        (messages.c.automation.in_((REPLY, TEST)), messages.c.contact_id),
        (
            orders.c.contact_id.is_not(None) & (messages.c.queue == "waiting"),
            orders.c.contact_id,
        ),
        (messages.c.contact_id.is_not(None), messages.c.contact_id),
        (orders.c.contact_id.is_not(None), orders.c.contact_id),
        else_=parcels.c.contact_id,
    )
    return (
        select(
            *columns,
            orders.c.name.label("order_name"),
            contacts.c.id.label("person"),
            contacts.c.phone,
            numbers.c.display_phone,
            clicks.c.first_at.label("clicked_at"),
            clicks.c.last_at.label("last_clicked_at"),
            func.coalesce(clicks.c.count, 0).label("clicks"),
        )
        .outerjoin(clicks, _CLICKED)
        .outerjoin(orders, order)
        .outerjoin(numbers, number)
        .outerjoin(parcels, parcel)
        .outerjoin(contacts, contacts.c.id == contact)
        .where(messages.c.shop_id == shop_id)
    )


def messages_after(
    tx: Transaction, shop_id: ShopId, occasion: str, *, limit: int
) -> Rows:
    """The next messages of a shop by their occasions; '' begins.

    By occasion, since that has an index and never changes: who asks page by page
    meets each message once, and holds no long transaction.
    """
    return _rows(
        tx,
        _whole_messages(shop_id)
        .where(messages.c.occasion > occasion)
        .order_by(messages.c.occasion)
        .limit(limit),
    )


def message(
    tx: Transaction, shop_id: ShopId, message_id: MessageId
) -> Mapping[str, Any] | None:
    query = _whole_messages(shop_id).where(messages.c.id == message_id)
    return _one(tx, query)


def messages_of_orders(
    tx: Transaction, shop_id: ShopId, order_ids: Collection[int]
) -> Rows:
    """Oldest first."""
    if not order_ids:
        return []
    return _rows(
        tx,
        _whole_messages(shop_id)
        .where(messages.c.order_id.in_(order_ids))
        .order_by(messages.c.created_at, messages.c.id)
        .limit(MOST_MESSAGES),
    )


def messages_leading_to(tx: Transaction, shop_id: ShopId, found: Rows) -> Leading:
    """The message that led to each of these orders, where one did: by the reference
    that the order brought back, or else the last one about its checkout whose link was
    followed before."""
    named = {row["reference_message"] for row in found}
    keys = {row["checkout_key"] for row in found}
    led = _rows(
        tx,
        _whole_messages(shop_id)
        .where(
            or_(
                messages.c.id.in_(named - {None}),
                messages.c.checkout_key.in_(keys - {None})
                & clicks.c.first_at.is_not(None),
            )
        )
        .order_by(clicks.c.first_at.nulls_first(), messages.c.id)
        .limit(MOST_MESSAGES),
    )
    leading = {}
    for order in found:
        mine = [row for row in led if row["id"] == order["reference_message"]]
        followed = [row for row in led if _was_followed_before(row, order)]
        for row in mine or followed[-1:]:
            leading[OrderId(order["order_id"])] = row
    return leading


def _was_followed_before(message: Mapping[str, Any], order: Mapping[str, Any]) -> bool:
    key, placed_at = order["checkout_key"], order["placed_at"]
    is_of_it = key is not None and message["checkout_key"] == key
    clicked_at = message["clicked_at"]
    return is_of_it and clicked_at is not None and clicked_at <= placed_at


def messages_of_contact(
    tx: Transaction, shop_id: ShopId, contact_id: ContactId, order_ids: Collection[int]
) -> Rows:
    """The newest to this person or about these orders; the oldest of them first."""
    newest = (
        _whole_messages(shop_id)
        .where(
            or_(
                messages.c.contact_id == contact_id,
                messages.c.order_id.in_(order_ids),
            )
        )
        .order_by(messages.c.created_at.desc(), messages.c.id.desc())
        .limit(MOST_MESSAGES)
    )
    return list(reversed(_rows(tx, newest)))


def _whole_orders(shop_id: ShopId) -> Select[Any]:
    """Orders with the number of who ordered, newest first, some of them."""
    contact = (contacts.c.id == orders.c.contact_id) & (
        contacts.c.shop_id == orders.c.shop_id
    )
    return (
        select(orders, contacts.c.phone)
        .outerjoin(contacts, contact)
        .where(orders.c.shop_id == shop_id, orders.c.whole_since.is_not(None))
        .order_by(orders.c.placed_at.desc())
        .limit(_MOST_ORDERS)
    )


def orders_named(tx: Transaction, shop_id: ShopId, name: str) -> Rows:
    """Orders by the name that people use, ``#1001`` or ``1001``."""
    names = spellings_of(name)
    return _rows(tx, _whole_orders(shop_id).where(orders.c.name.in_(names)))


def spellings_of(name: str) -> list[str]:
    return sorted({name, f"#{name}", name.removeprefix("#")})


def orders_of_contact(tx: Transaction, shop_id: ShopId, contact_id: ContactId) -> Rows:
    """The newest orders that gave this person's number."""
    return _rows(tx, _whole_orders(shop_id).where(orders.c.contact_id == contact_id))


def orders_of(tx: Transaction, shop_id: ShopId, order_ids: Collection[OrderId]) -> Rows:
    if not order_ids:
        return []
    return _rows(tx, _whole_orders(shop_id).where(orders.c.order_id.in_(order_ids)))


def parcels_of_orders(
    tx: Transaction, shop_id: ShopId, order_ids: Collection[OrderId]
) -> Rows:
    if not order_ids:
        return []
    return _rows(
        tx,
        select(parcels)
        .where(parcels.c.shop_id == shop_id, parcels.c.order_id.in_(order_ids))
        .order_by(parcels.c.fulfillment_id),
    )


def webhooks_of_orders(
    tx: Transaction, shop_id: ShopId, order_ids: Collection[OrderId]
) -> Rows:
    """What was told about these orders and what it led to, oldest first; of each order
    the first ``MOST_WEBHOOKS``."""
    if not order_ids:
        return []
    asked = values(column("id", BigInteger), name="asked").data(
        [(order_id,) for order_id in order_ids]
    )
    told = (
        select(*_TOLD)
        .where(webhooks.c.shop_id == shop_id, webhooks.c.order_id == asked.c.id)
        .order_by(webhooks.c.happened_at, webhooks.c.id)
        .limit(MOST_WEBHOOKS)
        .lateral("told")
    )
    return _rows(tx, select(told).select_from(asked.join(told, true())))


def shop(tx: Transaction, shop_id: ShopId) -> Mapping[str, Any] | None:
    """The shop's row. Tokens in it are sealed."""
    query = select(shops).where(shops.c.id == shop_id)
    return _one(tx, query)


def sealed_phone(
    tx: Transaction, shop_id: ShopId, contact_id: ContactId | None
) -> bytes | None:
    if contact_id is None:
        return None
    found: bytes | None = tx.connection.scalar(
        select(contacts.c.phone).where(
            contacts.c.shop_id == shop_id, contacts.c.id == contact_id
        )
    )
    return found


def state_of_message(
    tx: Transaction, message_id: MessageId
) -> Mapping[str, Any] | None:
    """Its state and whose it is, whichever shop that may be."""
    query = (
        select(messages.c.state, messages.c.reason, messages.c.shop_id)
        .join(shops, shops.c.id == messages.c.shop_id)
        .where(messages.c.id == message_id)
    )
    return _one(tx, query)


def how_far_set_up(
    tx: Transaction, template_names: Collection[str], automation_names: Collection[str]
) -> Rows:
    """Each active shop: its numbers, what holds them, and how much of it is on.

    A number is its id, how it is written, and why it is held back, the default one
    first. Of templates and automations only those with these names count; of templates
    in the account where the fewest are approved.
    """
    order = (numbers.c.is_default.desc(), numbers.c.connected_at)
    number = func.json_build_array(
        numbers.c.phone_number_id, numbers.c.display_phone, numbers.c.parked_because
    )
    own = (
        select(func.coalesce(func.json_agg(aggregate_order_by(number, *order)), _NONE))
        .where(numbers.c.shop_id == shops.c.id)
        .correlate(shops)
        .scalar_subquery()
    )
    is_approved = and_(
        templates.c.shop_id == numbers.c.shop_id,
        templates.c.account_id == numbers.c.account_id,
        templates.c.name.in_(template_names),
        templates.c.state == "APPROVED",
    )
    approved = (
        select(func.count(templates.c.name))
        .select_from(numbers.outerjoin(templates, is_approved))
        .where(numbers.c.shop_id == shops.c.id)
        .group_by(numbers.c.phone_number_id)
        .order_by(func.count(templates.c.name))
        .limit(1)
        .correlate(shops)
        .scalar_subquery()
    )
    enabled = (
        select(func.count())
        .where(
            automations.c.shop_id == shops.c.id,
            automations.c.enabled,
            automations.c.name.in_(automation_names),
        )
        .correlate(shops)
        .scalar_subquery()
    )
    return _rows(
        tx,
        select(
            shops.c.domain,
            shops.c.name,
            shops.c.access_lost,
            shops.c.scopes,
            own.label("numbers"),
            func.coalesce(approved, 0).label("templates_approved"),
            enabled.label("automations_on"),
        )
        .where(shops.c.state == ShopState.ACTIVE)
        .order_by(shops.c.domain),
    )


_NONE = text("'[]'::json")


def _rows(tx: Transaction, query: Select[Any]) -> Rows:
    found = tx.connection.execute(query).mappings()
    return [{str(name): value for name, value in row.items()} for row in found]


def _one(tx: Transaction, query: Select[Any]) -> Mapping[str, Any] | None:
    return next(iter(_rows(tx, query.limit(1))), None)
