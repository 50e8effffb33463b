"""Carts from a chat that no address can hold are written up at the store, as draft
orders: each once, whatever happens to a call.

A draft has a tag that names the answer it is for, and is looked for by that before it
is asked for. While it is asked for nobody else has the cart. Nobody is sent an invoice
of it by the store, so nobody is reminded of it either.
"""

import logging
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Protocol, TypeVar

from core.errors import TryLater, WillNotWork
from core.shopping import MOST_WRITTEN_UP, REFERENCE, KnownDraft, WrittenUp
from core.values import MessageId, ShopDomain
from notifications import chat_carts, references
from notifications.access import LiveToken
from notifications.chat_carts import INVOICE
from notifications.connecting import Store
from notifications.ports import Services
from storage import access
from storage import chat_carts as rows
from storage.chat_carts import Due
from storage.links import target_context

log = logging.getLogger(__name__)

T = TypeVar("T")

SCOPE = "write_draft_orders"
LEASE = timedelta(seconds=90)
"""Longer than the longest call: nobody else asks for a draft meanwhile."""
_REFUSALS = frozenset({"shopify_user_error", "shopify_access_denied"})


class StoreWithDrafts(Store, Protocol):
    """A store that writes up orders. Each call may raise an OutsideError."""

    def draft_under(
        self, shop: ShopDomain, token: LiveToken, *, tag: str
    ) -> KnownDraft | None:
        """What it has written up under that tag."""

    def write_up(
        self, shop: ShopDomain, token: LiveToken, *, wanted: WrittenUp
    ) -> KnownDraft:
        """Each time is another one."""


def tag_of(message_id: MessageId) -> str:
    return f"wa-{message_id.removeprefix('msg_')}"


@dataclass(slots=True)
class Desk:
    """Where a portion of carts is written up. ``due`` is the portion as it is ours
    now."""

    due: Due
    store: StoreWithDrafts
    ask: Callable[[Callable[[ShopDomain, LiveToken], T]], T] = field(repr=False)
    services: Services = field(repr=False)

    def needed(self, message_id: MessageId, told: Mapping[str, str]) -> bool:
        """Whether there is something to buy in a cart, and no address for it."""
        basket = chat_carts.basket_of(told, None, ())
        if basket is None:
            return False
        mark = self._reference(message_id)
        return self.services.leads_back(basket, reference=mark) is None

    def invoice(
        self, message_id: MessageId, told: Mapping[str, str]
    ) -> Mapping[str, str]:
        """What an answer is to tell of the draft of its cart: nothing where the store
        does not let us write it up. Raises as ``LiveTokens.asking``."""
        lines = chat_carts.found_in(told).lines
        if len(lines) > MOST_WRITTEN_UP or not self._may_write():
            return {}
        wanted = WrittenUp(
            tag=tag_of(message_id),
            lines=lines,
            marks={REFERENCE: self._reference(message_id)},
        )
        try:
            draft = self._written_up(wanted)
        except WillNotWork as refusal:
            if refusal.code not in _REFUSALS:
                raise
            log.warning("cart_not_written_up because=%s", refusal.code)
            return {}
        if draft.invoice is None:
            raise TryLater("the store still works on a draft", code="draft_not_ready")
        sealed = self.services.sealer.of(self.due.shop_id).seal_text(
            draft.invoice, context=target_context(message_id)
        )
        return {INVOICE: b64encode(sealed).decode()}

    def _written_up(self, wanted: WrittenUp) -> KnownDraft:
        look = partial(self.store.draft_under, tag=wanted.tag)
        known = self.ask(look)
        if known is not None:
            return known
        self._keep_turn()
        return self.ask(partial(self.store.write_up, wanted=wanted))

    def _keep_turn(self) -> None:
        """Raises TryLater where another has taken it."""
        until = self.services.clock() + LEASE
        with self.services.transactions.for_shop(self.due.shop_id) as tx:
            kept = rows.keep_turn(tx, self.due, until=until)
        if kept is None:
            raise TryLater("another process has this cart", code="cart_is_taken")
        self.due = kept

    def _may_write(self) -> bool:
        with self.services.transactions.for_shop(self.due.shop_id) as tx:
            known = access.of_shop(tx, self.due.shop_id)
        scopes = None if known is None else known.scopes
        return scopes is None or SCOPE in scopes

    def _reference(self, message_id: MessageId) -> str:
        pepper = self.services.book.pepper()
        return references.reference_to(pepper, self.due.shop_id, message_id)
