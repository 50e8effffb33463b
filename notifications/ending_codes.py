"""Codes of offers, ended at a store before their discount ends by itself."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from core.discounts import KnownCode
from notifications.code_portions import Portion
from storage import code_work
from storage.code_work import KnownDiscount, WorkCode
from storage.offer_codes import CodeState

_GONE_BY = timedelta(seconds=5)
"""Shopify takes a moment to remove a code. Then it is looked whether it has."""
_THERE_AT_LAST = timedelta(seconds=45)
"""What was asked for may come to be there for so long: longer than a call lasts."""
_PATIENCE = timedelta(minutes=10)


def is_to_end(code: WorkCode, now: datetime) -> bool:
    is_over = code.ends_at is not None and code.ends_at <= now
    return code.because is not None or is_over


class Ending:
    def __init__(self, portion: Portion) -> None:
        self._portion = portion
        self._store = portion.store

    def end(
        self,
        discount: KnownDiscount | None,
        codes: Sequence[WorkCode],
        now: datetime,
    ) -> None:
        """Those that Shopify still has are to be gone by the next look."""
        live = [each for each in codes if _may_be_live(each, discount, now)]
        gone = [each for each in codes if each not in live]
        self._portion.note_over(gone, CodeState.ENDED, "over")
        found = {each.id: self._found(each, discount, now) for each in live}
        there = [each for each in live if found[each.id] is not None]
        if discount is None or not there:
            return
        names = [known for known in found.values() if known is not None]
        name = names[0].discount
        if discount.is_for_one_code or _are_cancelled(there):
            self._end_all(discount, name, there)
            return
        single = [known.name for known in names if known.name is not None]
        if single:
            remove = partial(self._store.remove_codes, discount=name, names=single)
            self._portion.ask(remove)
        after = _GONE_BY if single else _PATIENCE
        self._portion.look_again([each.id for each in there], after=after)

    def _found(
        self, code: WorkCode, discount: KnownDiscount | None, now: datetime
    ) -> KnownCode | None:
        """None where there is nothing to end, which is noted."""
        found = self._portion.ask(partial(self._store.find_code, code=code.code or ""))
        if found is not None and found.uses > 0:
            self._portion.note_over([code], CodeState.USED, "over")
            return None
        if found is not None and found.is_active:
            return found
        if found is None and _may_come(code, discount, now):
            self._portion.look_again([code.id], after=_GONE_BY)
        else:
            self._portion.note_over([code], CodeState.ENDED, "over")
        return None

    def _end_all(
        self, discount: KnownDiscount, name: str, codes: Sequence[WorkCode]
    ) -> None:
        """One call for all codes of a discount."""
        self._portion.ask(partial(self._store.end_discount, discount=name))
        with self._portion.transaction() as tx:
            code_work.close(tx, discount.id, now=self._portion.services.clock())
        self._portion.note_over(codes, CodeState.ENDED, "over")


def _asked_at(code: WorkCode, discount: KnownDiscount) -> datetime | None:
    """When Shopify was asked for it, alone or as the first of its discount."""
    is_first = code.code == discount.code
    return discount.asked_at if is_first else code.asked_at


def _may_be_live(code: WorkCode, discount: KnownDiscount | None, now: datetime) -> bool:
    """Whether Shopify may have it, and may still take it."""
    if discount is None or discount.ends_at <= now:
        return False
    return code.code is not None and _asked_at(code, discount) is not None


def _may_come(code: WorkCode, discount: KnownDiscount | None, now: datetime) -> bool:
    """Whether it is not there because it is being made at this moment."""
    if discount is None or code.state is not CodeState.WANTED:
        return False
    asked_at = _asked_at(code, discount)
    return asked_at is not None and now < asked_at + _THERE_AT_LAST


def _are_cancelled(codes: Sequence[WorkCode]) -> bool:
    """Then nothing of their discount is to count any more."""
    return all(each.because == "cancelled" for each in codes)
