"""What a flow would have done lately, added up before it is switched on."""

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from core.errors import NotPossible
from core.values import ContactId, Money, ShopDomain, ShopId
from core.words import N_
from notifications import flow_files, rates, setting_flows
from notifications.configuring import languages_offered
from notifications.offering import NOT_ON_WHATSAPP
from notifications.operating import Operator, shop_id_of, shop_named
from notifications.ports import Services
from notifications.replaying import Played, Player, Shop
from notifications.rules.consent import NEVER_ALONE
from notifications.rules.objections import Because
from storage import policy_overrules, replays, shops
from storage.replays import PastPerson, Span
from storage.shops import ShopState, Switch

_BY_THE_HOUR = (Because.QUIET_HOURS, Because.OUTSIDE_ITS_HOURS)
_YOUNG = 100_000
"""So many objects are made between two looks at what can be freed."""


@dataclass(slots=True, kw_only=True)
class Summary:
    """``outcomes`` are messages by step, state and reason; ``waits`` how many waited
    for what on the way, and ``held_at_night`` how many for an hour. ``most_to_one`` is
    the worst case for one person, ``sent_to`` by country, and ``cost`` what is known to
    be taken for ``priced`` of those sent.
    """

    since: datetime
    until: datetime
    people: int = 0
    outcomes: Counter[tuple[str, str, str | None]] = field(default_factory=Counter)
    waits: Counter[str] = field(default_factory=Counter)
    held_at_night: int = 0
    sent_to: Counter[str | None] = field(default_factory=Counter)
    most_to_one: int = 0
    priced: int = 0
    cost: Money | None = None

    @property
    def sent(self) -> int:
        return sum(n for (_, state, _), n in self.outcomes.items() if state == "sent")

    @property
    def held_by_cap(self) -> int:
        return self.waits[Because.CAP_REACHED]

    def add(self, played: Iterable[Played]) -> None:
        """All that came to one person."""
        sent = 0
        for each in played:
            self.outcomes[each.step, each.state, each.reason] += 1
            self.waits.update(each.waits)
            self.held_at_night += not each.waits.isdisjoint(_BY_THE_HOUR)
            if each.state == "sent":
                sent += 1
                self.sent_to[each.country] += 1
                self._price(each)
        self.people += 1
        self.most_to_one = max(self.most_to_one, sent)

    def _price(self, played: Played) -> None:
        price = rates.marketing_price(played.country, on=played.at.date())
        if price is None:
            return
        self.priced += 1
        so_far = self.cost.amount if self.cost else Decimal(0)
        self.cost = Money(so_far + price.amount, price.currency)

    def told(self) -> dict[str, Any]:
        """Fit for JSON."""
        return {
            "since": self.since,
            "until": self.until,
            "people": self.people,
            "messages": [
                {"step": step, "state": state, "reason": reason, "count": count}
                for (step, state, reason), count in sorted(
                    self.outcomes.items(), key=lambda each: tuple(map(str, each[0]))
                )
            ],
            "held_at_night": self.held_at_night,
            "held_by_a_cap": self.held_by_cap,
            "most_to_one_person": self.most_to_one,
            "sent_to": {str(country): n for country, n in self.sent_to.most_common()},
            "priced": self.priced,
            "cost": self.cost,
        }


def replay(
    domain: ShopDomain,
    name: str,
    *,
    days: int,
    flow: object | None = None,
    operator: Operator,
    services: Services,
) -> Summary:
    """Play a flow on what the store told in the last days, as if it had been on.
    Without ``flow`` it is the one that the store has.

    Raises:
        NotPossible: the shop is not connected, there is no such flow, or the given one
            is refused.
    """
    shop_id = _shop_to_play(domain, name, operator, services)
    return replay_of(shop_id, name, days=days, flow=flow, services=services)


def replay_of(
    shop_id: ShopId,
    name: str,
    *,
    days: int,
    flow: object | None = None,
    services: Services,
    told_of: tuple[int, Callable[[int], None]] | None = None,
) -> Summary:
    """As ``replay``, of a shop by its id. ``told_of`` is after how many people somebody
    is told how many there have been.

    Raises:
        NotPossible: as ``replay``.
    """
    now = services.clock()
    summary = Summary(since=now - timedelta(days=days), until=now)
    every, tell = told_of or (0, None)
    with _looking_for_rubbish_rarely():
        for _, played in _played(shop_id, name, summary.since, flow, services):
            summary.add(played)
            if tell is not None and summary.people % every == 0:
                tell(summary.people)
    return summary


def people_since(shop_id: ShopId, since: datetime, services: Services) -> int:
    """How many people would be played."""
    with services.transactions.for_shop(shop_id) as tx:
        return replays.count_people(tx, shop_id, since=since)


@contextmanager
def _looking_for_rubbish_rarely() -> Iterator[None]:
    """People are played one after the other, and what is left of each is freed by its
    references: to search for circles among so many young objects is a sixth of it all.
    """
    usual = gc.get_threshold()
    gc.set_threshold(_YOUNG, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def played_people(
    domain: ShopDomain,
    name: str,
    *,
    since: datetime,
    flow: object | None = None,
    operator: Operator,
    services: Services,
) -> Iterator[tuple[ContactId, Iterator[Played]]]:
    """Everybody who has changed a checkout since, with what would have come to them."""
    shop_id = _shop_to_play(domain, name, operator, services)
    yield from _played(shop_id, name, since, flow, services)


def _shop_to_play(
    domain: ShopDomain, name: str, operator: Operator, services: Services
) -> ShopId:
    setting_flows.must_be_playable(setting_flows.named(name, services))
    doing = f"flow replay {name} of"
    return shop_id_of(shop_named(domain, doing, operator=operator, services=services))


def _played(
    shop_id: ShopId,
    name: str,
    since: datetime,
    flow: object | None,
    services: Services,
) -> Iterator[tuple[ContactId, Iterator[Played]]]:
    automation = setting_flows.named(name, services)
    setting_flows.must_be_playable(automation)
    messages = setting_flows.messages_of(automation, services)
    with services.transactions.for_shop(shop_id) as tx:
        row = shops.row_of(tx, shop_id)
    if row is None or row["state"] != ShopState.ACTIVE:
        shop = "" if row is None else row["domain"]
        raise NotPossible(N_("%(shop)s has removed the app"), shop=shop)
    given: Mapping[str, Any] | None = None
    if flow is not None:
        languages = languages_offered(services)
        given = flow_files.checked(
            flow,
            messages=messages,
            languages=languages,
            limits=setting_flows.limits_of(automation),
        )
    with services.transactions.for_shop(shop_id) as tx:
        kept = shops.switches(tx, [shop_id]).get((shop_id, name))
        overrules = policy_overrules.of_shops(tx, [shop_id]).get(shop_id, {})
    kept = kept or Switch(enabled=False, config={}, version=0)
    own = given if given is not None else kept.flow
    player = Player(
        Shop(
            row=row,
            automation=automation,
            switch=replace(kept, enabled=True, flow=own),
            automations=services.automations,
            book=services.book,
            now=services.clock(),
            overrules=overrules,
        )
    )
    span = Span(
        shop_id=shop_id,
        since=since,
        until=services.clock(),
        automations=list(messages),
        unreachable=NOT_ON_WHATSAPP,
    )
    for person in _everybody(span, services):
        yield person.contact_id, player.play(person)


def _everybody(span: Span, services: Services) -> Iterator[PastPerson]:
    """A page at a time, and the next is read while one is played: no transaction stays
    open for that."""

    def page(after: int) -> Sequence[PastPerson]:
        with services.transactions.for_shop(span.shop_id) as tx:
            return replays.page(
                tx, span, after=after, not_from=NEVER_ALONE, sealer=services.sealer
            )

    with ThreadPoolExecutor(1, "replay") as reader:
        found = page(0)
        while found:
            coming = reader.submit(page, found[-1].contact_id)
            yield from found
            found = coming.result()
