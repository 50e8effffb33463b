"""The messages about one order to one person, decided about as in the real program.

There is no database and no Meta: rows in memory, a clock that steps on, and refusals
and reviews that the story asks for.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal

from core.sealing import Keyring
from core.values import ContactId, Debt, MessageId, Scope, ShopId
from notifications import automations, deciding, gathering
from notifications.flows import Flows
from notifications.offering import Audience
from notifications.rules import telling
from notifications.rules.decision import Send
from notifications.rules.objections import Skip, Wait
from notifications.senders import Sender
from notifications.surroundings import Surroundings
from storage.facts import KnownMessage, KnownOrder, KnownParcel, KnownSibling
from storage.numbers import TemplateRow
from storage.people import PhoneBook
from storage.shops import Switch
from storage.slots import ReadyNumber
from tests.rules.facts import NOON

ALL = automations.discover()
SHOP = ShopId(1)
A_SECOND = timedelta(seconds=1)


@dataclass(repr=False)
class Row:
    """``refusals`` are what Meta answers first, as pauses; ``reviewed_at`` is when its
    template is approved."""

    id: str
    automation: str
    wanted_at: datetime
    created_at: datetime
    due_at: datetime
    fulfillment_id: int | None = None
    tracking_key: str | None = None
    told: Mapping[str, str] = field(default_factory=dict)
    refusals: list[timedelta] = field(default_factory=list)
    reviewed_at: datetime = NOON
    state: str = "waiting"
    reason: str | None = None
    asked_at: datetime | None = None
    told_by: str | None = None
    said: Mapping[str, str] | None = None

    def __repr__(self) -> str:
        """Short, for whoever reads a failure: moments are seconds from noon."""
        moments = {
            name: None if moment is None else (moment - NOON).total_seconds()
            for name, moment in vars(self).items()
            if name.endswith("_at")
        }
        about = f"{self.automation}/{self.fulfillment_id or ''}"
        return f"{self.id} {about} {self.state} {self.reason} {moments} {self.refusals}"


@dataclass
class OutboxOfOne:
    rows: list[Row]
    now: datetime = NOON
    most_at_once: int = 100
    debt: Debt | None = None
    sent: list[Row] = field(default_factory=list)

    def settle(self, *, within: timedelta) -> None:
        """Let time pass until all is done, a second at a time where there is work."""
        end = self.now + within
        while self.now < end and (waiting := self._waiting()):
            self.now = max(self.now + A_SECOND, min(row.due_at for row in waiting))
            self._take()

    def _waiting(self) -> list[Row]:
        return [row for row in self.rows if row.state == "waiting"]

    def _take(self) -> None:
        known = [row for row in self.rows if row.created_at <= self.now]
        due = sorted(
            (row for row in known if row.state == "waiting" and row.due_at <= self.now),
            key=lambda row: (row.due_at, row.id),
        )[: self.most_at_once]
        by_id = {row.id: row for row in due}
        around = self._around(by_id.keys())
        batch = [self._known(row, known) for row in due]
        for message in gathering.in_turn(batch, ALL):
            self._decide(by_id[message.id], message, around)

    def _decide(self, row: Row, message: KnownMessage, around: Surroundings) -> None:
        automation = ALL[row.automation]
        decided = deciding.decided(message, around, automation, SENDER, now=self.now)
        match decided.decision:
            case Send():
                self.debt = deciding.count(around, message, now=self.now)
                row.asked_at = self.now
                if row.refusals:
                    row.due_at = self.now + row.refusals.pop(0)
                    row.reason = "meta_131057"
                else:
                    row.state, row.reason = "sent", None
                    known = decided.tells(message, at=self.now)
                    row.said = automation.compose(known)
                    self.sent.append(row)
            case Wait(until, because):
                row.due_at, row.reason = until, because
            case Skip(because):
                row.state, row.reason = "skipped", because
                row.told_by = telling.told_along_by(decided.facts)

    def _around(self, batch: Collection[str]) -> Surroundings:
        states = {
            ALL[row.automation].template.name: "APPROVED"
            if row.reviewed_at <= self.now
            else "PENDING"
            for row in self.rows
        }
        switches = {
            (SHOP, name): Switch(enabled=True, config={}, version=1) for name in ALL
        }
        return Surroundings(
            words={},
            asked_about={},
            switches=switches,
            flows=Flows(ALL, switches),
            templates={
                (SHOP, "1", name, "en"): TemplateRow(name, "en", state, "UTILITY", None)
                for name, state in states.items()
            },
            automations=ALL,
            batch={MessageId(id_) for id_ in batch},
            audience=Audience({}, PhoneBook(Keyring(["secret"]), bytes)),
        )

    def _known(self, row: Row, known: list[Row]) -> KnownMessage:
        return KnownMessage(
            id=MessageId(row.id),
            shop_id=SHOP,
            automation=row.automation,
            scope=Scope.TRANSACTIONAL,
            order_id=1,
            attempt=0,
            reason=row.reason,
            wanted_at=row.wanted_at,
            created_at=row.created_at,
            due_at=row.due_at,
            tracking_key=row.tracking_key,
            told=row.told,
            fulfillment_id=row.fulfillment_id,
            checkout_key=None,
            draft_order_id=None,
            shop_name="Ada's Things",
            timezone="UTC",
            shop_is_active=True,
            consent_rule="explicit",
            languages=(),
            offers={},
            contact_id=ContactId(1),
            sealed_phone=b"p",
            sealed_user_id=None,
            marketing_since=None,
            debt=self.debt,
            wrote_at=None,
            wrote_to=None,
            under_way=False,
            order=ORDER,
            parcel=_parcel(row),
            things=None,
            siblings=list(self._siblings(row, known)),
        )

    def _siblings(self, row: Row, known: list[Row]) -> Iterator[KnownSibling]:
        for other in known:
            left = other.reason == "told_together"
            if other is not row and (other.state != "skipped" or left):
                yield KnownSibling(
                    id=MessageId(other.id),
                    automation=other.automation,
                    fulfillment_id=other.fulfillment_id,
                    tracking_key=other.tracking_key,
                    told=other.told,
                    state=other.state,
                    reason=other.reason,
                    wanted_at=other.wanted_at,
                    created_at=other.created_at,
                    due_at=other.due_at,
                    told_by=None if not left else other.told_by,
                )


def _parcel(row: Row) -> KnownParcel:
    """Just where the message says that it is."""
    return KnownParcel(
        is_cancelled=False,
        milestone=ALL[row.automation].milestone,
        milestone_at=row.wanted_at,
        was_under_way=True,
        moved_at=None,
        set_out_at=None,
        scan_at=None,
        scan={},
        tracking_key=row.tracking_key or "",
        private={},
    )


SENDER = Sender(
    ReadyNumber(
        phone_number_id="1",
        account_id="1",
        is_default=True,
        countries=(),
        token=b"t",
        next_slot_at=NOON,
        news_until=None,
        offers_until=None,
        parked_until=None,
        is_on_phone=False,
    ),
    moments=[NOON],
    between=timedelta(0),
)
"""A number that never runs out of slots, since none is taken of it."""


ORDER = KnownOrder(
    name="#1001",
    placed_at=NOON,
    cancelled_at=None,
    payment="paid",
    cash_on_delivery=False,
    total=Decimal("39.90"),
    current_total=None,
    current_total_at=None,
    currency="EUR",
    locale="en",
    country="DE",
    agreed=True,
    first_name=None,
    status_url=None,
)


def row(id_: str, automation: str, *, after: float = 0, **changes: object) -> Row:
    """Proposed so many seconds after noon, and due at once."""
    at = NOON + timedelta(seconds=after)
    one = Row(id=id_, automation=automation, wanted_at=at, created_at=at, due_at=at)
    return replace(one, **changes)  # type: ignore[arg-type]
