"""A store that sells by codes, and one portion of the work on its codes."""

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol, TypeVar

from core.discounts import Discount, KnownCode
from core.values import ShopDomain
from notifications.access import LiveToken, LiveTokens
from notifications.connecting import Store
from notifications.ports import Services
from storage import code_work
from storage.code_work import Due, WorkCode
from storage.offer_codes import CodeState
from storage.session import Transaction

T = TypeVar("T")


class StoreWithCodes(Store, Protocol):
    """A store that sells by codes. Each call may raise an OutsideError."""

    def find_code(
        self, shop: ShopDomain, token: LiveToken, *, code: str
    ) -> KnownCode | None: ...

    def create_discount(
        self, shop: ShopDomain, token: LiveToken, *, discount: Discount
    ) -> str:
        """Its name. Refused where there is one with such a code."""

    def add_codes(
        self,
        shop: ShopDomain,
        token: LiveToken,
        *,
        discount: str,
        codes: Sequence[str],
    ) -> str:
        """Begin to make them; the name of that work."""

    def are_added(self, shop: ShopDomain, token: LiveToken, *, work: str) -> bool: ...

    def remove_codes(
        self,
        shop: ShopDomain,
        token: LiveToken,
        *,
        discount: str,
        names: Sequence[str],
    ) -> None: ...

    def end_discount(
        self, shop: ShopDomain, token: LiveToken, *, discount: str
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Portion:
    """Codes of one store that somebody works on; what is ``left`` was not come to the
    end with."""

    due: Due
    store: StoreWithCodes
    tokens: LiveTokens
    services: Services
    left: set[int] = field(default_factory=set)

    def known(self) -> list[WorkCode]:
        with self.transaction() as tx:
            return code_work.known(tx, self.due.codes)

    def ask(self, ask: Callable[[ShopDomain, LiveToken], T]) -> T:
        return self.tokens.asking(self.due.shop_id, ask)

    def note_made(self, codes: Iterable[WorkCode]) -> None:
        ids = {each.id for each in codes}
        with self.transaction() as tx:
            code_work.note_made(tx, ids)
        self.left.difference_update(ids)

    def note_over(
        self, codes: Collection[WorkCode], state: CodeState, because: str
    ) -> None:
        """``because`` counts where no other reason is known."""
        if not codes:
            return
        ids = {each.id for each in codes}
        with self.transaction() as tx:
            code_work.note_over(tx, ids, state, because)
        self.left.difference_update(ids)

    def look_again(self, codes: Collection[int], *, after: timedelta) -> None:
        at = self.services.clock() + after
        with self.transaction() as tx:
            code_work.look_again(tx, codes, at=at)
        self.left.difference_update(codes)

    def transaction(self) -> AbstractContextManager[Transaction]:
        return self.services.transactions.for_shop(self.due.shop_id)
