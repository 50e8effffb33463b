"""Codes of offers, made at a store: each once, whatever happens to a call.

All codes of one step of a flow that are made within an hour are of one discount. What
is asked for has letters of its own, and is looked for before it is asked for again.
"""

import json
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from core.discounts import Discount, new_code
from core.errors import WillNotWork
from core.values import CustomerId, MessageId
from notifications.code_portions import Portion
from storage import code_work
from storage.code_work import KnownDiscount, NewDiscount, WorkCode
from storage.offer_codes import CodeState

log = logging.getLogger(__name__)

REFUSED = "shopify_user_error"
SHARED_FOR = timedelta(hours=1)
LASTS_ON = timedelta(minutes=10)
"""A discount outlives by so much what is told in its hour: a message may leave a little
after its code was made."""
_THERE_BY = timedelta(seconds=2)
_LOOKS_AT_WORK = 4
_PAUSE_SECONDS = 0.25


class Making:
    def __init__(self, portion: Portion) -> None:
        self._portion = portion
        self._store = portion.store

    def assign(self, codes: Sequence[WorkCode], now: datetime) -> None:
        """Give letters to those that have none, and a discount that they are of."""
        new = [each for each in codes if each.discount is None]
        if not new:
            return
        shop_id = self._portion.due.shop_id
        with self._portion.transaction() as tx:
            buyers = code_work.buyers(tx, shop_id, _for_one(new))
            for group in _groups(new, buyers):
                letters = {each.id: new_code() for each in group}
                discount = _new_discount(group[0], letters[group[0].id], buyers, now)
                rows = [{"id": id_, "code": code} for id_, code in letters.items()]
                code_work.begin(tx, shop_id, discount, json.dumps(rows))

    def make(self, discount: KnownDiscount, codes: Sequence[WorkCode]) -> None:
        """Those that are not there by now are looked for again in a moment."""
        name = discount.name or self._create(discount, codes[0])
        if name is None:
            self._portion.note_over(codes, CodeState.FAILED, "refused")
            return
        there = [each for each in codes if self._is_there(each, discount, name)]
        self._portion.note_made(there)
        missing = [each for each in codes if each not in there]
        if missing and self._add(name, missing):
            self._portion.note_made(missing)
        elif missing:
            ids = [each.id for each in missing]
            self._portion.look_again(ids, after=_THERE_BY)

    def _create(self, discount: KnownDiscount, one: WorkCode) -> str | None:
        """Its name once it is there; None where Shopify refuses it. It is created once
        however often this is begun."""
        name = self._found(discount) if discount.asked_at is not None else None
        if name is None:
            with self._portion.transaction() as tx:
                now = self._portion.services.clock()
                code_work.note_discount_asked(tx, discount.id, now=now)
            wanted = _as_created(discount, one)
            try:
                create = partial(self._store.create_discount, discount=wanted)
                name = self._portion.ask(create)
            except WillNotWork as refusal:
                if refusal.code != REFUSED:
                    raise
                name = self._found(discount)  # taken, if only by ourselves before
        if name is None:
            shop_id = self._portion.due.shop_id
            log.warning("discount_refused_by_shopify shop=%s", shop_id)
            return None
        with self._portion.transaction() as tx:
            code_work.note_discount(tx, discount.id, name)
        return name

    def _found(self, discount: KnownDiscount) -> str | None:
        find = partial(self._store.find_code, code=discount.code)
        found = self._portion.ask(find)
        return None if found is None else found.discount

    def _is_there(self, code: WorkCode, discount: KnownDiscount, name: str) -> bool:
        if code.code == discount.code:
            return True
        if code.asked_at is None or code.code is None:
            return False
        found = self._portion.ask(partial(self._store.find_code, code=code.code))
        return found is not None and found.discount == name

    def _add(self, name: str, codes: Sequence[WorkCode]) -> bool:
        """Whether all of them are there by now."""
        with self._portion.transaction() as tx:
            now = self._portion.services.clock()
            code_work.note_asked(tx, [each.id for each in codes], now=now)
        letters = [each.code for each in codes if each.code is not None]
        add = partial(self._store.add_codes, discount=name, codes=letters)
        work = self._portion.ask(add)
        for look in range(_LOOKS_AT_WORK):
            if look:
                self._store.wait(_PAUSE_SECONDS)
            if self._portion.ask(partial(self._store.are_added, work=work)):
                return True
        return False


Buyers = Mapping[MessageId, CustomerId]


def _for_one(codes: Sequence[WorkCode]) -> list[MessageId]:
    return [
        each.message_id
        for each in codes
        if each.terms.one_customer and each.message_id is not None
    ]


def _buyer(code: WorkCode, buyers: Buyers) -> CustomerId | None:
    """Whom it is for alone; None where it is for whoever has it."""
    if not code.terms.one_customer or code.message_id is None:
        return None
    return buyers.get(code.message_id)


def _groups(codes: Sequence[WorkCode], buyers: Buyers) -> list[list[WorkCode]]:
    """Those that may share a discount."""
    groups: dict[object, list[WorkCode]] = {}
    for code in codes:
        is_alone = _buyer(code, buyers) is not None
        groups.setdefault(code.id if is_alone else code.terms, []).append(code)
    return list(groups.values())


def _new_discount(
    first: WorkCode, code: str, buyers: Buyers, now: datetime
) -> NewDiscount:
    hour_at = now.replace(minute=0, second=0, microsecond=0)
    valid_for = timedelta(hours=first.terms.valid_hours)
    buyer = _buyer(first, buyers)
    return NewDiscount(
        terms=first.terms,
        hour_at=hour_at,
        ends_at=hour_at + SHARED_FOR + valid_for + LASTS_ON,
        code=code,
        of_code=0 if buyer is None else first.id,
        customer_id=buyer,
    )


def _as_created(discount: KnownDiscount, one: WorkCode) -> Discount:
    terms = one.terms
    title = f"Sosik {terms.flow} {terms.step}: {terms.percent:f} %"
    return Discount(
        title=f"{title}, {discount.starts_at:%Y-%m-%d %H:%M} UTC, {discount.id}",
        code=discount.code,
        percent=terms.percent,
        starts_at=discount.starts_at,
        ends_at=discount.ends_at,
        combines=terms.combines,
        customer_id=discount.customer_id,
    )
