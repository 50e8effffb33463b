"""Messages and orders as lists show them: a line each, in the reader's language.

Of phones only the end is told. What was not sent is a line like any other, with its
reason in plain words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.sealing import CannotOpen
from core.values import Milestone, Money, Phone, ShopId
from core.words import Words
from notifications import headings, reasons, terms
from notifications.ports import Services
from notifications.reasons import Explain, Reason
from storage import message_lists, order_lists

HIDDEN = "…"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedMessage:
    """``called`` is what its automation is called, ``state_name`` its state in words,
    and ``to`` the end of a phone. ``person`` is a contact, by their number of ours."""

    id: str
    automation: str
    called: str
    state: str
    state_name: str
    reason: Reason | None
    order_id: int | None
    order_name: str | None
    person: int | None
    to: str | None
    created_at: datetime
    due_at: datetime
    clicked_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedOrder:
    """``furthest`` is the last milestone that one of its parcels has passed."""

    order_id: int
    name: str
    placed_at: datetime
    payment: str | None
    total: Money | None
    country: str | None
    person: int | None
    to: str | None
    is_cancelled: bool
    furthest: str | None


@dataclass(frozen=True, slots=True)
class MessagesShown:
    """A page of them, and where the pages beside it begin."""

    rows: Sequence[ListedMessage]
    older: message_lists.Place | None
    newer: message_lists.Place | None


@dataclass(frozen=True, slots=True)
class OrdersShown:
    rows: Sequence[ListedOrder]
    older: order_lists.Place | None
    newer: order_lists.Place | None


@dataclass(frozen=True, slots=True)
class Lists:
    """The lists of one shop, told in ``words``. A page costs two queries at most."""

    shop_id: ShopId
    services: Services
    explain: Explain
    words: Words

    def messages(
        self,
        wanted: message_lists.Wanted,
        place: message_lists.Place | None,
        *,
        limit: int,
    ) -> MessagesShown:
        with self.services.transactions.for_shop(self.shop_id) as tx:
            page = message_lists.page(tx, self.shop_id, wanted, place, limit=limit)
        rows = [self._message(row) for row in page.rows]
        return MessagesShown(rows, page.older, page.newer)

    def orders(
        self,
        wanted: order_lists.Wanted,
        place: order_lists.Place | None,
        *,
        limit: int,
    ) -> OrdersShown:
        with self.services.transactions.for_shop(self.shop_id) as tx:
            page = order_lists.page(tx, self.shop_id, wanted, place, limit=limit)
        return OrdersShown([self._order(r) for r in page.rows], page.older, page.newer)

    def _message(self, row: Mapping[str, Any]) -> ListedMessage:
        words, code = self.words, row["reason"]
        reason = None if code is None else reasons.explained(code, self.explain, words)
        return ListedMessage(
            id=row["id"],
            automation=row["automation"],
            called=called(row["automation"], words),
            state=row["state"],
            state_name=terms.state_of(row["state"], terms.OF_MESSAGES, words),
            reason=reason,
            order_id=row["order_id"],
            order_name=row["order_name"],
            person=row["person"],
            to=self._end_of(row["phone"]),
            created_at=row["created_at"],
            due_at=row["due_at"],
            clicked_at=row["clicked_at"],
        )

    def _order(self, row: Mapping[str, Any]) -> ListedOrder:
        passed = [Milestone(each) for each in row["milestones"] or () if each]
        order = list(Milestone)
        total = None
        if row["total"] is not None and row["currency"]:
            total = Money(Decimal(row["total"]), row["currency"])
        return ListedOrder(
            order_id=row["order_id"],
            name=row["name"] or "",
            placed_at=row["placed_at"],
            payment=row["payment"],
            total=total,
            country=row["country"],
            person=row["contact_id"],
            to=self._end_of(row["phone"]),
            is_cancelled=row["cancelled_at"] is not None,
            furthest=max(passed, key=order.index) if passed else None,
        )

    def _end_of(self, sealed: bytes | None) -> str | None:
        if sealed is None:
            return None
        try:
            phone = self.services.book.opened(self.shop_id, sealed)
        except CannotOpen:  # one lost key must not hide the whole list
            return None
        return end_of(phone)


def end_of(phone: Phone) -> str:
    """As much of it as tells two people apart, and no more."""
    return f"+{HIDDEN}{phone.e164[-2:]}"


def called(automation: str, words: Words) -> str:
    """What people call an automation, or what is sent beside them."""
    if automation in terms.AUTOMATIONS:
        return terms.name_of(automation, terms.AUTOMATIONS, words)
    return headings.title_of(automation, words)
