"""Everything that the page shows and that changes, as one document.

Whoever asks has the version of what they have already, and mostly hears that nothing
is new: that costs one short query, and no simulator is asked.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from core.clock import MovedClock
from core.errors import DatabaseAway, NotPossible
from core.settings import Settings
from core.values import Act, Phone, ShopId
from core.words import Words
from notifications.ports import Services
from sandbox.files import Bell
from sandbox.meta.simulator import BELL as META_BELL
from sandbox.page import bubbles, lines, looking, parcels
from sandbox.page.acts import FAULTS
from sandbox.page.diary import Diary
from sandbox.page.eras import Eras
from sandbox.page.lines import Seen
from sandbox.page.machines import Machines
from sandbox.page.simulators import Simulators
from sandbox.shopify.people import BUYERS
from sandbox.shopify.simulator import BELL as STORE_BELL
from storage.session import Transaction
from storage.tenancy import Crossing

_ORDERS = 25
_BUBBLES = 60
_FRESH_SECONDS = 0.2
_HEALS_WITHIN = timedelta(seconds=20)
_PACE_OVER = timedelta(minutes=1)
_EMPTY: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a tab looks at: one phone, and the trace of one order or of all."""

    phone: str
    order_id: int | None
    words: Words


class News:
    def __init__(
        self,
        settings: Settings,
        services: Services,
        simulators: Simulators,
        machines: Machines,
        diary: Diary,
        clock: MovedClock,
    ) -> None:
        place = settings.data_dir / "sandbox"
        self._services = services
        self._simulators = simulators
        self._machines = machines
        self._diary = diary
        self._clock = clock
        self._bells = (Bell(place / META_BELL), Bell(place / STORE_BELL))
        self._shop_id: ShopId | None = None
        self._lock = Lock()
        self._known: tuple[float, str] = (0.0, "")
        self._killed: tuple[str, datetime | None] = ("", None)

    def version(self) -> str:
        """Another one whenever there may be something new.

        Asked by many tabs at once the database is asked once in a while.
        """
        rung = " ".join(str(bell.heard()) for bell in self._bells)
        offset = int(self._clock.offset.total_seconds())
        return (
            f"{self._stored()} {rung} {self._diary.mark()} {offset} {self._healing()}"
        )

    def _healing(self) -> str:
        """For a while after a worker was killed: who works."""
        mark = self._diary.mark()
        if self._killed[0] != mark:
            self._killed = (mark, self._last_killed())
        at = self._killed[1]
        if at is None or self._clock() - at > _HEALS_WITHIN:
            return ""
        return str(self._machines.workers())

    def _last_killed(self) -> datetime | None:
        killed = [n for n in self._diary.lines() if n["what"] == "worker_killed"]
        return datetime.fromisoformat(killed[-1]["at"]) if killed else None

    def _stored(self) -> str:
        with self._lock:
            asked_at, known = self._known
            if time.monotonic() - asked_at < _FRESH_SECONDS:
                return known
        found = self._ask_version()
        with self._lock:
            self._known = (time.monotonic(), found)
        return found

    def _ask_version(self) -> str:
        try:
            with self._services.transactions.across(Crossing.LOOKING) as tx:
                shop_id = looking.shop_of(tx)
                self._shop_id = shop_id
                return "" if shop_id is None else looking.version(tx, shop_id)
        except DatabaseAway:
            return "away"

    def document(self, asked: Asked) -> Mapping[str, Any]:
        """All of it. What does not answer at the moment is shown as such."""
        desk = self._desk()
        screen = self._screen(asked.phone)
        self._note_new_workers()
        try:
            stored = self._stored_things(asked, desk or _EMPTY, screen or _EMPTY)
        except DatabaseAway:
            stored = _nothing_stored("away")
        now = self._clock()
        return {
            "now": now.isoformat(),
            "offset": int(self._clock.offset.total_seconds()),
            "orders": None
            if desk is None
            else parcels.shown(desk["orders"], asked.words),
            "next_order": None if desk is None else desk["next_order"],
            "sold_out": [] if desk is None else desk["sold_out"],
            "rush": None if desk is None else desk["rush"],
            "phones": None if screen is None else _phones(screen),
            "meta": None if screen is None else _meta_is(screen),
            "struck": 0 if screen is None else sum(screen["faults_struck"].values()),
            **stored,
        }

    def _desk(self) -> Mapping[str, Any] | None:
        try:
            return self._simulators.desk(orders=_ORDERS)
        except NotPossible:
            return None

    def _screen(self, phone: str) -> Mapping[str, Any] | None:
        try:
            return self._simulators.screen(phone.lstrip("+"), most=_BUBBLES)
        except NotPossible:
            return None

    def _stored_things(
        self, asked: Asked, desk: Mapping[str, Any], screen: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        now = self._clock()
        with self._services.transactions.across(Crossing.LOOKING) as tx:
            shop_id = looking.shop_of(tx)
            if shop_id is None:
                return _nothing_stored("new")
            webhooks = looking.webhooks(tx, shop_id, asked.order_id)
            orders = {row.order_id for row in webhooks if row.order_id is not None}
            messages = looking.messages(tx, shop_id, asked.order_id, orders)
            replies = screen.get("replies", ())
            bundles = looking.bundles(tx, [each["digest"] for each in replies])
            ids = bubbles.message_ids(screen.get("bubbles", ()))
            states = looking.states(tx, shop_id, ids)
            rush = desk.get("rush", _EMPTY)
            offers = self._offers(tx, shop_id, asked.phone)
            pace = None
            if rush.get("placed"):
                pace = _pace(looking.pace(tx, shop_id, since=now - _PACE_OVER))
        notes = self._diary.lines()
        seen = Seen(
            webhooks=webhooks,
            messages=messages,
            bundles=bundles,
            deliveries=desk.get("deliveries", ()),
            replies=replies,
            notes=notes,
            names=_names(desk.get("orders", ()), webhooks),
            eras=Eras.noted(notes, now=now - self._clock.offset),
            summaries={
                name: automation.summary
                for name, automation in self._services.automations.items()
            },
        )
        told = lines.trace(seen, asked.words, order_id=asked.order_id)
        has_come = {
            message["id"]
            for reply in replies
            if reply["digest"] in {row.dedupe_id for row in bundles}
            for message in reply["messages"]
        }
        return {
            "shop": "there",
            "lines": [line.shown() for line in told],
            "bubbles": bubbles.shown(screen.get("bubbles", ()), states, has_come),
            "pace": pace,
            "offers": offers,
        }

    def _offers(
        self, tx: Transaction, shop_id: ShopId, digits: str
    ) -> Mapping[str, Any] | None:
        """What the phone's owner said about offers; None where it is nobody's."""
        if not digits:
            return None
        phone, book = Phone(f"+{digits}"), self._services.book
        word = looking.last_word_about_offers(tx, shop_id, phone, book=book)
        return {
            "agreed": word is not None and word.act is not Act.REVOKED,
            "at": None if word is None else word.happened_at.isoformat(),
        }

    def _note_new_workers(self) -> None:
        """Who took the place of a worker that was killed, is noted when it is seen."""
        since = self._last_killed()
        if since is None or self._clock() - since > _HEALS_WITHIN:
            return
        for process, began_at in self._machines.workers():
            if began_at > since - self._clock.offset:
                self._diary.note(
                    "worker_new",
                    at=began_at + self._clock.offset,
                    about=f"worker {process}",
                    process=process,
                )


def _nothing_stored(shop: str) -> Mapping[str, Any]:
    return {"shop": shop, "lines": [], "bubbles": [], "pace": None, "offers": None}


def _names(orders: Any, webhooks: looking.Rows) -> Mapping[int, str]:
    """What orders are called, as the store says, and else as we have been told."""
    told = {
        row.order_id: row.order_name
        for row in webhooks
        if row.order_id is not None and row.order_name is not None
    }
    return told | {order["id"]: order["name"] for order in orders}


def _phones(screen: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Those of our own buyers, with how much lies on each; the newest first."""
    written = {each["phone"]: each for each in screen["phones"]}
    found = []
    for buyer in BUYERS.values():
        digits = buyer.phone.lstrip("+")
        seen = written.get(digits, _EMPTY)
        found.append(
            {
                "phone": digits,
                "at": seen.get("at", 0),
                "messages": seen.get("messages", 0),
            }
        )
    return found


def _meta_is(screen: Mapping[str, Any]) -> str:
    """The name of the button that leads there; ``other`` where none does."""
    if screen["is_shut"]:
        return "down"
    faults = screen["faults"]
    for name, wanted in FAULTS.items():
        if len(faults) == len(wanted) and all(map(_is_alike, faults, wanted)):
            return name
    return "other"


def _is_alike(fault: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    code = wanted.get("code", fault["code"])
    return bool(fault["kind"] == wanted["kind"] and fault["code"] == code)


def _pace(row: Any) -> dict[str, Any]:
    return {
        "sent": row.sent,
        "median": None if row.median is None else round(float(row.median), 2),
        "p95": None if row.p95 is None else round(float(row.p95), 2),
    }
