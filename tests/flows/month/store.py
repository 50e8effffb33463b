"""A store writes its month: orders, payments, edits, refunds, second thoughts.

Everything comes from a seed. Of each choice every kind is dealt once before chance
decides, so a small store has them all too.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.flows.month import bodies, kinds
from tests.flows.month.kinds import D, H, Kinds, M, S
from tests.flows.month.parcels import write_parcel
from tests.flows.month.people import BUYERS, Shopper
from tests.flows.month.told import (
    GIFT_CARD,
    EditTold,
    OrderPartTold,
    OrderTold,
    ParcelTold,
    RefundTold,
    ReturnTold,
    Told,
    WordTold,
)

_ROOM = 1000
"""Ids lie so far apart that what belongs to an order can be told by its number."""
_RETURN_TOPICS = {
    "requested": ("returns/request",),
    "approved": ("returns/approve",),
    "declined": ("returns/decline",),
    "received": ("returns/process", "returns/close"),
}
_DECLINED = ("final_sale", "return_period_ended", "other")
_GOODS: Mapping[str, Callable[[int], dict[int, int]]] = {
    "things": lambda order: {order + 1: 1, order + 2: 2},
    "things and a gift card": lambda order: {order + 1: 2, order + GIFT_CARD: 1},
    "one thing": lambda order: {order + 1: 1},
}
_AGREED = {
    "box not ticked": False,
    "no such box": None,
    "given later": None,
    "given later at Shopify": None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """What Shopify sends at ``at``, and what it tells."""

    at: datetime
    topic: str
    body: Mapping[str, Any]
    tells: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody's word that the store's owner writes down, at once and by hand."""

    at: datetime
    word: WordTold


@dataclass(slots=True)
class Script:
    """``kinds`` is what each order was dealt."""

    webhooks: list[Webhook] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    kinds: dict[int, list[str]] = field(default_factory=dict)


def write(*, seed: int, orders: int, begins_at: datetime, lasts: timedelta) -> Script:
    """Everything that becomes of so many orders, placed within that time."""
    author = Author(random.Random(seed))
    for number in range(1, orders + 1):
        placed_at = begins_at + author.after(S, lasts)
        _Order(author, number, author.shopper(number), placed_at).write()
    return author.script


class Author:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.script = Script()
        self._decks: dict[int, list[str]] = {}
        self._shoppers: list[Shopper] = []

    def deal(self, choice: Kinds) -> str:
        """Each kind once, in any order; then as often as it weighs."""
        deck = self._decks.setdefault(
            id(choice), self.chance.sample(list(choice), k=len(choice))
        )
        if deck:
            return deck.pop()
        return self.chance.choices(list(choice), list(choice.values()))[0]

    def after(self, least: timedelta, most: timedelta) -> timedelta:
        seconds = self.chance.randint(
            int(least.total_seconds()), int(most.total_seconds())
        )
        return timedelta(seconds=seconds)

    def shopper(self, number: int) -> Shopper:
        """Mostly somebody new; some come back."""
        if self._shoppers and self.chance.random() < 0.12:
            return self.chance.choice(self._shoppers)
        buyer = BUYERS[(number - 1) % len(BUYERS)]
        shopper = Shopper(buyer, number, self.deal(kinds.PHONES))
        self._shoppers.append(shopper)
        return shopper

    def send(
        self, topic: str, body: Mapping[str, Any], *tells: Told, at: datetime
    ) -> None:
        webhook = Webhook(at=at, topic=topic, body=body, tells=tells)
        self.script.webhooks.append(webhook)


def _packed(lines: Mapping[int, int], count: int) -> list[dict[int, int]]:
    """What is ordered, in at most so many parcels, and gift cards in one by itself."""
    things = [line for line in lines for _ in range(lines[line])]
    carried = [line for line in things if line % 10 != GIFT_CARD]
    parcels = [dict(Counter(carried[place::count])) for place in range(count)]
    cards = [line for line in things if line % 10 == GIFT_CARD]
    return [parcel for parcel in (dict(Counter(cards)), *parcels) if parcel]


_Change = Callable[[], None]


class _Order:
    """One order from its first webhook to its last.

    What changes it is planned first and told in the order of time, since each telling
    tells all that was so at its moment.
    """

    def __init__(
        self, author: Author, number: int, shopper: Shopper, placed_at: datetime
    ) -> None:
        self._author = author
        self._chance = author.chance
        self._shopper = shopper
        self._kinds: list[str] = []
        self._plan: list[tuple[datetime, _Change]] = []
        self._parcels: list[ParcelTold] = []
        self._word = self._deal(kinds.WORDS)
        amount = Decimal(self._chance.randint(900, 30_000)) / 100
        total = amount * shopper.buyer.times
        self._now = OrderTold(
            at=placed_at,
            order=number * _ROOM,
            name=f"#{1000 + number}",
            placed_at=placed_at,
            payment="paid",
            is_paid_at_door=False,
            lines=_GOODS[self._deal(kinds.GOODS)](number * _ROOM),
            total=total,
            current_total=total,
            currency=shopper.buyer.currency,
            cancelled_at=None,
            phone=shopper.phone,
            first_name=self._chance.choice((*shopper.buyer.first_names, None)),
            locale=shopper.buyer.locale,
            page=f"https://ada.example/orders/{number}?key=secret{number}",
            agreed=_AGREED.get(self._word, True),
            has_just_been_paid=False,
        )

    def write(self) -> None:
        placed_at = self._now.placed_at
        payment, ending = self._deal(kinds.PAYMENTS), self._deal(kinds.ENDINGS)
        paid_at = self._plan_payment(payment)
        ends_at = self._ends_at(ending, payment, after=paid_at or placed_at)
        last = paid_at or placed_at
        is_shipped = paid_at is not None or payment == "cash"
        if is_shipped and (ends_at is None or ending == "cancelled on its way"):
            last = self._ship(last, ends_at)
            if payment == "cash" and ends_at is None:
                self._plan_telling("orders/paid", last + H, payment="paid")
        if ends_at is not None:
            self._plan_telling(
                "orders/cancelled",
                ends_at,
                cancelled_at=ends_at,
                payment="voided" if paid_at is None else "refunded",
            )
        self._refund(self._deal(kinds.REFUNDS), ends_at or last)
        self._plan_edits(self._deal(kinds.EDITS))
        for _, change in sorted(self._plan, key=lambda each: each[0]):
            change()
        self._return(self._deal(kinds.RETURNS), last)
        self._speak()
        self._author.script.kinds[self._now.order] = self._kinds

    def _deal(self, choice: Kinds) -> str:
        kind = self._author.deal(choice)
        self._kinds.append(kind)
        return kind

    # Money

    def _plan_payment(self, kind: str) -> datetime | None:
        """Answers when the money came, if it does."""
        at = self._now.placed_at
        first = {"paid": "paid", "authorized": "authorized", "partly": "partially_paid"}
        total = Decimal(0) if kind == "pending but free" else self._now.total
        self._now = replace(
            self._now,
            payment=first.get(kind, "pending"),
            is_paid_at_door=kind == "cash",
            total=total,
            current_total=total,
        )
        self._plan_telling("orders/create", at)
        if kind == "paid":
            self._plan_telling("orders/paid", at)
        if kind in ("paid", "partly"):
            return at
        if kind not in kinds.PAID_AFTER:
            return None
        paid_at = at + self._author.after(*kinds.PAID_AFTER[kind])
        self._plan_telling("orders/paid", paid_at, payment="paid")
        return paid_at

    def _ends_at(self, kind: str, payment: str, *, after: datetime) -> datetime | None:
        if payment == "never" and kind == "kept":
            kind = "cancelled later"
        if kind not in kinds.CANCELLED_AFTER:
            return None
        least, most = kinds.CANCELLED_AFTER[kind]
        return max(self._now.placed_at + self._author.after(least, most), after + S)

    def _refund(self, kind: str, after: datetime) -> None:
        at = after
        for part in range({"none": 0, "three": 3}.get(kind, 1)):
            at += self._author.after(M, 3 * D)
            amount = (self._now.total / 5).quantize(Decimal("0.01"))
            amounts: tuple[tuple[Decimal, str], ...] = ((amount, self._now.currency),)
            if kind == "of things only":
                amounts = ()
            elif part == 1:
                amounts *= 2
            told = RefundTold(
                at=at,
                refund=self._now.order + 900 + part,
                order=self._now.order,
                amounts=amounts,
            )
            body = bodies.refund(told, is_under_way=kind == "under way" or part == 1)
            self._author.send("refunds/create", body, told, at=at)

    # Changes

    def _plan_edits(self, kind: str) -> None:
        """Lines are put on and taken off, and the order costs more."""
        line, first = self._now.order + 4, self._now.order + 1
        changes: dict[str, tuple[dict[int, int], ...]] = {
            "one": ({line: 2, first: -1},),
            "two at once": ({line: 1}, {line: 2, line + 1: 1}),
            "undone": ({line: 1}, {line: -1}),
            "of a price": ({},),
        }
        at = self._now.placed_at + self._author.after(10 * S, 10 * H)
        for number, lines in enumerate(changes.get(kind, ())):
            told = EditTold(
                at=at,
                edit=self._now.order + 800 + number,
                order=self._now.order,
                lines=lines,
            )
            self._plan.append((at, lambda told=told: self._edit(told)))
            at += self._author.after(5 * S, 110 * S)

    def _edit(self, told: EditTold) -> None:
        self._author.send("orders/edited", bodies.edit(told), told, at=told.at)
        more = sum(told.lines.values())
        total = max(self._now.current_total + more, Decimal(0))
        lines = Counter(self._now.lines)
        lines.update(told.lines)
        self._now = replace(
            self._now, at=told.at, current_total=total, lines=dict(lines)
        )
        self._tell_in_part()

    def _plan_telling(self, topic: str, at: datetime, **changes: Any) -> None:
        self._plan.append((at, lambda: self._tell(topic, at, **changes)))

    def _tell(
        self, topic: str, at: datetime, *, with_parcels: bool = False, **changes: Any
    ) -> None:
        self._now = replace(self._now, at=at, **changes)
        told = replace(self._now, has_just_been_paid=topic == "orders/paid")
        parcels = self._parcels if with_parcels else []
        body = bodies.order(told, self._shopper, parcels)
        self._author.send(topic, body, told, *parcels, at=at)
        if self._chance.random() < 0.4:
            self._tell_in_part()

    def _tell_in_part(self) -> None:
        """Whatever happens to an order, it is changed; of that only a part is told."""
        now = self._now
        told = OrderPartTold(
            at=now.at,
            order=now.order,
            payment=now.payment,
            cancelled_at=now.cancelled_at,
            current_total=now.current_total,
        )
        body = bodies.order_in_part(now, self._shopper)
        self._author.send("orders/updated", body, told, at=now.at)

    # Parcels

    def _ship(self, after: datetime, ends_at: datetime | None) -> datetime:
        """Answers when the last of its parcels was last heard of."""
        shipping = self._deal(kinds.SHIPPING)
        if shipping == "never":
            return after
        count = {"one": 1, "two": 2, "three": 3}[self._deal(kinds.PARCELS)]
        last = at = after
        packed = _packed(self._now.lines, count)
        for place, lines in enumerate(packed, start=1):
            at += self._author.after(*kinds.SHIPPED_AFTER[shipping])
            made_at = at if ends_at is None else min(at, ends_at)
            made, heard_at = write_parcel(
                self._author,
                self._now,
                self._shopper,
                numbers=self._deal(kinds.NUMBERS),
                journey=self._deal(kinds.JOURNEYS),
                place=place,
                lines=lines if self._deal(kinds.CONTENTS) == "told" else None,
                made_at=made_at,
            )
            self._parcels.append(made)
            last = max(last, heard_at)
        if self._chance.random() < 0.15:
            self._plan_telling("orders/fulfilled", at + 2 * S, with_parcels=True)
        return last

    def _return(self, kind: str, after: datetime) -> None:
        at = after
        for step, least, most in kinds.RETURN_STEPS.get(kind, ()):
            at += self._author.after(least, most)
            is_told = kind != "of an order not told"
            told = ReturnTold(
                at=at,
                step=step,
                returned=self._now.order + 950,
                order=self._now.order if is_told else None,
                because=self._chance.choice(_DECLINED) if step == "declined" else None,
            )
            topic = self._chance.choice(_RETURN_TOPICS[step])
            self._author.send(topic, bodies.returned(told), told, at=at)

    # Words

    def _speak(self) -> None:
        placed_at = self._now.placed_at
        soon = placed_at + self._author.after(M, 2 * D)
        match self._word:
            case "yes, taken back":
                self._note(soon, is_yes=False)
            case "yes, taken back and given again":
                self._note(soon, is_yes=False)
                self._note(soon + self._author.after(H, D), is_yes=True)
            case "given later":
                self._note(soon, is_yes=True)
            case "taken back before":
                self._note(placed_at - H, is_yes=False)
            case "given later at Shopify" if self._now.phone:
                told = WordTold(
                    at=soon, phone=self._now.phone, is_yes=True, is_of_offers=True
                )
                topic = "customers_whats_app_marketing_consent/update"
                body = bodies.consent(told, self._shopper)
                self._author.send(topic, body, told, at=soon)

    def _note(self, at: datetime, *, is_yes: bool) -> None:
        if self._now.phone is not None:
            word = WordTold(at=at, phone=self._now.phone, is_yes=is_yes)
            self._author.script.entries.append(Entry(at, word))
