"""Apps write up draft orders, of which nobody is sent an invoice, and buyers pay."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.clock import Clock
from sandbox.knobs import BadControl, text
from sandbox.shopify.app_drafts import Draft, Things, items_of, problems, shown
from sandbox.shopify.bodies import written
from sandbox.shopify.drafts import SOURCE, body_of
from sandbox.shopify.execute import Node
from sandbox.shopify.hooks import Hooks
from sandbox.shopify.shops import Shop
from sandbox.shopify.till import Till

_NOBODYS = {
    "customer": None,
    "email": None,
    "shipping_address": None,
    "billing_address": None,
}


class AnswerLost(Exception):
    """It was done, and whoever asked is not told."""


class WrittenUp:
    """What apps have written up; it lasts as long as the process."""

    def __init__(self, till: Till, hooks: Hooks, clock: Clock) -> None:
        self._till, self._hooks, self._clock = till, hooks, clock
        self.acts = {"written_up": self._turn, "written_up_paid": self._pay}

    def create(self, shop: Shop, arguments: Mapping[str, Any], things: Things) -> Node:
        """Raises AnswerLost where it was told to lose one."""
        wanted, book = arguments["input"], self._till.books(shop).written_up
        if errors := problems(wanted, things):
            return {"draftOrder": None, "userErrors": errors}
        items = items_of(wanted, things)
        marks = {
            each["key"]: each["value"] for each in wanted.get("customAttributes") or ()
        }
        # Ids of lines that nothing else has: they begin after the draft's own.
        wish = self._till.wished(shop, {})
        ids = [wish.order_id * 1000 + place for place in range(len(items) + 2)]
        wish = replace(wish, items=items, extra_ids=ids, attributes=marks, number=0)
        body = {
            **body_of(wish, shop, at=self._clock()),
            **_NOBODYS,
            "tags": ", ".join(sorted(wanted.get("tags") or ())),
            "note_attributes": [{"name": n, "value": v} for n, v in marks.items()],
            "allow_discount_codes_in_checkout?": bool(
                wanted.get("allowDiscountCodesInCheckout")
            ),
        }
        draft = Draft(wish, body)
        book.drafts[draft.id] = draft
        self._hooks.tell(shop, "draft_orders/create", body)
        if book.loses_answers >= 1:
            book.loses_answers -= 1
            raise AnswerLost
        return {"draftOrder": shown(draft, is_ready=not book.is_slow), "userErrors": []}

    def shown(self, shop: Shop) -> dict[str, Any]:
        drafts = self._till.books(shop).written_up.drafts.values()
        return {"data": [each.body for each in drafts]}

    def _turn(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        """``POST /_sandbox/written_up``: drafts are ready at once or not, and how many
        answers are lost."""
        book = self._till.books(shop).written_up
        book.is_slow = body.get("is_slow") is True
        book.loses_answers = int(body.get("loses_answers", 0))
        return self.shown(shop)

    def _pay(self, shop: Shop, body: Mapping[str, Any]) -> dict[str, Any]:
        """``POST /_sandbox/written_up_paid``: somebody pays the ``invoice``, and the
        order brings back what stands on the draft."""
        wanted = text(body, "invoice")
        found = [
            each
            for each in self._till.books(shop).written_up.drafts.values()
            if each.body["invoice_url"] == wanted and not each.body["completed_at"]
        ]
        if not found:
            raise BadControl("invoice: no such invoice, or it is paid")
        [draft] = found
        wish = replace(
            self._till.wished(shop, body),
            items=draft.wish.items,
            extra_ids=draft.wish.extra_ids,
            attributes=draft.wish.attributes,
        )
        more = {"source_name": SOURCE, "tags": draft.body["tags"]}
        order, ids = self._till.place(shop, wish, more)
        done = {
            "completed_at": written(self._clock()),
            "updated_at": written(self._clock()),
            "status": "completed",
            "order_id": order["id"],
        }
        draft.body |= done
        ids += self._hooks.tell(shop, "draft_orders/update", draft.body)
        return {"order": order, "webhook_ids": ids}
