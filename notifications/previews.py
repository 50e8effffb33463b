"""What a message would say: of the newest order of the shop that fits, or of one that
there never was, in every language that there is."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.sealing import CannotOpen
from core.values import Money, ShopId
from notifications import examples, parcel_news
from notifications.automations import Automation, Known
from notifications.ports import Services
from notifications.rules.news import is_paid_at_door
from notifications.wording import Template, Text
from storage import newest
from storage.newest import Kind
from storage.orders import OrderFacts, ParcelFacts
from storage.session import Transaction


@dataclass(frozen=True, slots=True)
class Store:
    """What of the shop stands in its messages."""

    shop_id: ShopId
    name: str
    currency: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Preview:
    """A message in one language, as its reader gets it."""

    language: str
    text: str = field(repr=False)
    buttons: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """What messages are shown with. ``order`` and ``parcel`` are None where they are
    made up. The page of an order is not led to: its address opens it to anybody."""

    store: Store
    at: datetime
    order: OrderFacts | None = None
    parcel: ParcelFacts | None = None
    refunded: Money | None = None

    @property
    def is_real(self) -> bool:
        return self.order is not None

    def known(self, language: str, *, link: str) -> Known:
        """``link`` is what links of our own look like."""
        made_up = examples.made_up(
            language,
            shop_name=self.store.name,
            currency=self.store.currency,
            on=self.at.date(),
            link=link,
        )
        if self.order is None:
            return made_up
        return replace(
            made_up, **_of_order(self.order), **self._of_parcel(), **self._of_money()
        )

    def _of_money(self) -> Mapping[str, Any]:
        return {} if self.refunded is None else {"refunded": self.refunded}

    def _of_parcel(self) -> Mapping[str, Any]:
        parcel = self.parcel
        if parcel is None:
            return {}
        private, scan = parcel.private or {}, parcel.scan or {}
        heard_at = parcel.scan_at or parcel.milestone_at
        timezone = self.store.timezone
        numbers = private.get("numbers")
        return {
            "tracking_numbers": tuple(numbers.split("\n")) if numbers else (),
            "tracking_link": private.get("link"),
            "carrier": private.get("carrier"),
            "parcel_name": private.get("name"),
            "city": scan.get("city"),
            "country": scan.get("country"),
            "expected_on": None
            if parcel.scan_at is None
            else parcel_news.expected_on(scan, parcel.scan_at, timezone),
            "heard_on": heard_at and parcel_news.day_on(heard_at, timezone),
        }


def _of_order(order: OrderFacts) -> Mapping[str, Any]:
    total = _money(order.total, order.currency)
    titles = [item.get("title") for item in order.items or ()]
    return {
        "order_name": order.name or "",
        "first_name": order.first_name,
        "total": total,
        "payment": order.payment,
        "is_paid_at_door": is_paid_at_door(order.payment, bool(order.cash_on_delivery)),
        "refunded": total,
        "new_total": _money(order.current_total, order.currency) or total,
        "first_item": next(filter(None, titles), None),
        "more_items": max(len(titles) - 1, 0),
    }


def _money(amount: Any, currency: str | None) -> Money | None:
    return None if amount is None or not currency else Money(amount, currency)


_KINDS: Mapping[str, Kind] = {
    "order_edited": Kind.EDITED,
    "order_cancelled": Kind.CANCELLED,
    "payment_pending": Kind.UNPAID,
    "cod_confirmation": Kind.AT_DOOR,
}
_REFUND = "refund_issued"
_OF_PARCELS = frozenset({"tracking_link", "tracking_number", "parcel", "carrier"})


def example_for(
    tx: Transaction, store: Store, automation: Automation[Any], services: Services
) -> Example:
    """The newest that fits, in two queries at most; one that is made up where nobody
    can open what is kept of it."""
    try:
        return _newest(tx, store, automation, services)
    except CannotOpen:
        return Example(store, _here(store, services))


def _newest(
    tx: Transaction, store: Store, automation: Automation[Any], services: Services
) -> Example:
    shop_id, sealer, at = store.shop_id, services.sealer, _here(store, services)
    names = automation.template.examples.keys()
    if automation.milestone is not None or not _OF_PARCELS.isdisjoint(names):
        parcel = newest.parcel(tx, shop_id, automation.milestone, sealer=sealer)
        if parcel is not None:
            order_id = parcel.order_id
            order = newest.order_with(tx, shop_id, order_id, sealer=sealer)
            return Example(store, at, order, parcel)
    elif automation.name == _REFUND and (found := newest.refund(tx, shop_id)):
        order = newest.order_with(tx, shop_id, found.order_id, sealer=sealer)
        return Example(store, at, order, refunded=found.amount)
    kind = _KINDS.get(automation.name, Kind.ANY)
    return Example(store, at, newest.order(tx, shop_id, kind, sealer=sealer))


def _here(store: Store, services: Services) -> datetime:
    now = services.clock()
    try:
        return now.astimezone(ZoneInfo(store.timezone))
    except (ValueError, ZoneInfoNotFoundError):
        return now


def previews_of(
    automation: Automation[Any],
    example: Example,
    *,
    app_url: str,
    template: Template | None = None,
) -> list[Preview]:
    """One for each language of its template, in the template's order; or of another
    ``template`` that words it."""
    link, shown = f"{app_url}{_LINK}", template or automation.template
    return [
        preview(shown, language, automation.compose(example.known(language, link=link)))
        for language in shown.texts
    ]


_LINK = "/l/8fK2mQz71bYc4R"
_OPENS_ITEMS = "View items"
"""Meta's own label, which WhatsApp translates for its reader."""


def preview(template: Template, language: str, values: Mapping[str, str]) -> Preview:
    """Filled in as the phone shows it."""
    text = template.texts[language]
    parts = (text.deal, text.header, text.body, text.footer)
    filled = "\n\n".join(_filled(part, values) for part in parts if part)
    opens = (_OPENS_ITEMS,) if template.shows_products else ()
    return Preview(language, filled, (*opens, *buttons_of(text)))


def buttons_of(text: Text) -> tuple[str, ...]:
    """The words on its buttons, in their order."""
    every = (*text.answers, text.yes, text.link, text.stop)
    return tuple(filter(None, every))


def _filled(part: str, values: Mapping[str, str]) -> str:
    bare = part.replace("*{{sender}}*", "{{sender}}")  # bold type, on the phone
    return re.sub(r"\{\{(\w+)\}\}", lambda found: values.get(found[1], "-"), bare)
