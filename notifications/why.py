"""Why somebody got a message, or did not: the whole story, out of what was written.

Nothing is decided anew here. Each decision left its line, with the facts that it was
made on; this reads them in their order and says each in the reader's language.
"""

from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from core.errors import NotPossible
from core.values import MessageId, OrderId, Phone, ShopId
from core.words import N_
from notifications import consenting
from notifications.consenting import Stand
from notifications.past import Entry, past_of
from notifications.retelling import Retelling
from notifications.story import OrderThen, Past, Story
from storage import asking, ledger, people
from storage.orders import ORDERS, PARCELS
from storage.session import Transaction


@dataclass(frozen=True, slots=True)
class Reader:
    """Finds the stories of one shop, each with a few queries, however long it is."""

    retelling: Retelling

    def of_order(self, name: str) -> Story:
        """The orders with that name, ``#1001`` or ``1001``, and their messages.

        Raises:
            NotPossible: there is no such order.
        """
        with self._opened() as tx:
            return self._of_orders(tx, self._orders_named(tx, name))

    def of_order_id(self, order_id: OrderId) -> Story:
        """The order that Shopify calls so, and its messages; an empty story where
        there is none."""
        with self._opened() as tx:
            return self._of_orders(tx, asking.orders_of(tx, self._shop, [order_id]))

    def of_person(self, phone: Phone) -> Story:
        """What one person agreed to, ordered and got; they are found by a fingerprint.

        Raises:
            NotPossible: nobody has that number.
        """
        with self._opened() as tx:
            book = self.retelling.services.book
            contact = people.contact_with(tx, self._shop, phone, book=book)
            if contact is None:
                raise NotPossible(N_("nobody has that number at this shop"))
            found = asking.orders_of_contact(tx, self._shop, contact)
            messages = asking.messages_of_contact(tx, self._shop, contact, _ids(found))
            sealer = self.retelling.services.sealer
            entries = ledger.history(tx, self._shop, contact, sealer=sealer)
            stand = consenting.stand_of(entries)
            openly = replace(self.retelling, shown=phone)
            return self._story(tx, found, messages, openly, stand)

    def of_message(self, message_id: MessageId) -> Story:
        """One message, and the order it is about.

        Raises:
            NotPossible: there is no such message at this shop.
        """
        with self._opened() as tx:
            row = asking.message(tx, self._shop, message_id)
            if row is None:
                raise NotPossible(
                    N_("there is no message %(message)s at this shop"),
                    message=message_id,
                )
            order_ids = [] if row["order_id"] is None else [OrderId(row["order_id"])]
            found = asking.orders_of(tx, self._shop, order_ids)
            return self._story(tx, found, [row], self.retelling)

    def of_order_at(self, name: str, at: datetime) -> Past:
        """An order as it was known at a moment of the past, and what was not known.

        Raises:
            NotPossible: there is no such order.
        """
        with self._opened() as tx:
            found = self._orders_named(tx, name)
            messages = asking.messages_of_orders(tx, self._shop, _ids(found))
            return Past(
                at=at,
                orders=[self._order_then(tx, row, at) for row in found],
                messages=[
                    self.retelling.message_then(row, at)
                    for row in messages
                    if row["created_at"] <= at
                ],
            )

    @property
    def _shop(self) -> ShopId:
        return self.retelling.shop_id

    def _opened(self) -> AbstractContextManager[Transaction]:
        return self.retelling.services.transactions.for_shop(self._shop)

    def _of_orders(self, tx: Transaction, found: asking.Rows) -> Story:
        messages = asking.messages_of_orders(tx, self._shop, _ids(found))
        told = {row["id"] for row in messages}
        led = asking.messages_leading_to(tx, self._shop, found)
        first = [row for row in led.values() if row["id"] not in told]
        return self._story(tx, found, [*first, *messages], self.retelling, led=led)

    def _orders_named(self, tx: Transaction, name: str) -> asking.Rows:
        found = asking.orders_named(tx, self._shop, name)
        if not found:
            raise NotPossible(N_("no order is called %(name)s"), name=name)
        return found

    def _story(
        self,
        tx: Transaction,
        found: asking.Rows,
        messages: asking.Rows,
        retelling: Retelling,
        stand: Stand | None = None,
        led: asking.Leading | None = None,
    ) -> Story:
        parcels = asking.parcels_of_orders(tx, self._shop, _ids(found))
        webhooks = asking.webhooks_of_orders(tx, self._shop, _ids(found))
        ids = {message["occasion"]: message["id"] for message in messages}
        if led is None:
            led = asking.messages_leading_to(tx, self._shop, found)
        sealer = retelling.services.sealer
        return Story(
            orders=[
                retelling.order(
                    ORDERS.of_row(row, sealer),
                    [PARCELS.of_row(each, sealer) for each in _about(row, parcels)],
                    phone=row["phone"],
                    led_to_by=led.get(OrderId(row["order_id"])),
                    webhooks=[
                        retelling.webhook(each, ids) for each in _about(row, webhooks)
                    ],
                )
                for row in found
            ],
            messages=[retelling.message(row) for row in messages],
            stand=stand,
        )

    def _order_then(
        self, tx: Transaction, row: Mapping[str, Any], at: datetime
    ) -> OrderThen:
        services = self.retelling.services
        past = past_of(tx, self._shop, OrderId(row["order_id"]), services=services)
        parcels = past.parcel_names()
        known, facts = past.known_at(at), None
        if known.order is not None and known.order.whole_since is not None:
            phone = asking.sealed_phone(tx, self._shop, known.order.contact_id)
            facts = self.retelling.order(known.order, known.parcels, phone=phone)
        return OrderThen(
            order_id=row["order_id"],
            name=row["name"],
            facts=facts,
            happenings=[
                self.retelling.happening(entry, at, parcels)
                for entry in past.timeline()
                if _is_of(entry, at)
            ],
        )


def _ids(rows: asking.Rows) -> Collection[OrderId]:
    return [OrderId(row["order_id"]) for row in rows]


def _about(order: Mapping[str, Any], rows: asking.Rows) -> asking.Rows:
    return [row for row in rows if row["order_id"] == order["order_id"]]


def _is_of(entry: Entry, at: datetime) -> bool:
    """Whether it had happened by a moment, or was told by then."""
    return min(entry.told.event.happened_at, entry.told.read_at) <= at
