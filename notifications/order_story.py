"""All of an order on one page: what happened and was sent, where its parcels are, and
what comes next. In business time: a scan that was told late stands where it happened.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.errors import NotPossible
from core.values import Milestone, Money, OrderId
from core.words import N_
from notifications import terms
from notifications.automations import Automation
from notifications.listing import called
from notifications.past import Past, past_of
from notifications.retelling import Retelling
from notifications.story import Happening, Message, Order
from notifications.tracks import Track, tracks_of
from notifications.why import Reader
from storage import shops
from storage.session import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A line of the timeline: something that was told, or a message. ``times`` is how
    often the same was told, one after the other."""

    at: datetime
    happening: Happening | None = None
    message: Message | None = None
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """``at`` is when a message is looked at again; None where it waits for the
    ``milestone`` of a parcel, and is none yet."""

    called: str
    at: datetime | None = None
    message: Message | None = None
    milestone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderStory:
    order: Order
    tracks: Sequence[Track]
    timeline: Sequence[Entered]
    planned: Sequence[Planned]

    @property
    def total(self) -> Money | None:
        if self.order.total is None or self.order.currency is None:
            return None
        return Money(Decimal(self.order.total), self.order.currency)


def story_of(order_id: OrderId, *, retelling: Retelling) -> OrderStory:
    """Costs the same number of queries however much there is to tell.

    Raises:
        NotPossible: the shop has no such order.
    """
    shop_id, services = retelling.shop_id, retelling.services
    story = Reader(retelling).of_order_id(order_id)
    if not story.orders:
        raise NotPossible(N_("there is no such order"))
    with services.transactions.for_shop(shop_id) as tx:
        past = past_of(tx, shop_id, order_id, services=services)
        switched_on = _switched_on(tx, retelling)
    tracks = tracks_of(past.tellings, retelling.words)
    [order] = story.orders
    return OrderStory(
        order=order,
        tracks=tracks,
        timeline=_timeline(past, story.messages, retelling),
        planned=[
            *_waiting(story.messages, retelling),
            *_by_milestones(order, tracks, switched_on, retelling),
        ],
    )


def _switched_on(tx: Transaction, retelling: Retelling) -> list[Automation[Any]]:
    switches = shops.switches(tx, {retelling.shop_id})
    return [
        automation
        for name, automation in retelling.services.automations.items()
        if (switch := switches.get((retelling.shop_id, name))) and switch.enabled
    ]


def _timeline(
    past: Past, messages: Sequence[Message], retelling: Retelling
) -> list[Entered]:
    now, parcels = retelling.services.clock(), past.parcel_names()
    told = [retelling.happening(entry, now, parcels) for entry in past.timeline()]
    happened = [Entered(at=each.happened_at, happening=each) for each in told]
    decided = [
        Entered(at=_moment_of(message), message=message)
        for message in messages
        if message.state != "waiting"
    ]
    return _each_once(sorted([*happened, *decided], key=lambda entered: entered.at))


def _moment_of(message: Message) -> datetime:
    """When it left, or else when it was last decided about."""
    left = [line.at for line in message.lines if line.what in ("accepted", "taken")]
    return left[-1] if left else message.lines[-1].at


def _each_once(entries: Sequence[Entered]) -> list[Entered]:
    """A store tells of an order again whenever anything about it is touched."""
    found: list[Entered] = []
    for entered in entries:
        last = found[-1] if found else None
        if last and entered.happening and _says(last) == _says(entered):
            found[-1] = Entered(
                at=last.at, happening=last.happening, times=last.times + 1
            )
            continue
        found.append(entered)
    return found


def _says(entered: Entered) -> str | None:
    return None if entered.happening is None else entered.happening.sentence


def _waiting(messages: Sequence[Message], retelling: Retelling) -> Iterator[Planned]:
    for message in messages:
        if message.state == "waiting":
            name = called(message.automation, retelling.words)
            yield Planned(called=name, at=message.due_at, message=message)


def _by_milestones(
    order: Order,
    tracks: Sequence[Track],
    switched_on: Sequence[Automation[Any]],
    retelling: Retelling,
) -> Iterator[Planned]:
    """What is told when a parcel comes further, as the store has it switched on."""
    if order.cancelled_at is not None:
        return
    to_come: dict[Milestone, None] = {}
    for track in tracks:
        to_come |= dict.fromkeys(track.to_come)
    for milestone in to_come:
        for automation in switched_on:
            if automation.milestone is milestone:
                yield Planned(
                    called=called(automation.name, retelling.words),
                    milestone=terms.name_of(
                        milestone, terms.MILESTONES, retelling.words
                    ),
                )
