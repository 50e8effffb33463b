"""Asks every automation that is on what it makes of an event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.events import Event, OffersAgreed
from core.lanes import Lane
from core.values import ContactId, MessageId, ShopId
from notifications import flows
from notifications.automations import Automation, Draft, NotProposed
from notifications.facts_told.parts import Names, mention_of
from notifications.ports import Services
from notifications.rules.objections import Because
from notifications.rules.telling import time_for_more
from storage import outbox, shops
from storage.outbox import Intent
from storage.people import Mention
from storage.session import Transaction
from storage.shops import KnownShop, Switch

Told = tuple[int, KnownShop | None, Sequence[Event]]
"""The id of a webhook, whose it is, and what it told."""

Switches = Mapping[tuple[ShopId, str], Switch]


@dataclass(frozen=True, slots=True)
class Proposals:
    """``lanes`` have new messages; ``outcomes`` says for each webhook what each
    automation made of it: a message's occasion, or why there is none."""

    lanes: set[Lane]
    outcomes: Mapping[int, Mapping[str, Any]]


def propose(
    told: Sequence[Told],
    contacts: Mapping[Mention, ContactId],
    *,
    tx: Transaction,
    now: datetime,
    services: Services,
) -> Proposals:
    """Store a message for each occasion that is new.

    An occasion that was met before stays with the message it has.
    """
    owners = {shop.id: shop for _, shop, _ in told if shop is not None}
    switches = shops.switches(tx, owners.keys(), _who_may_speak(told, services))
    intents: list[Intent] = []
    outcomes: dict[int, dict[str, Any]] = {}
    for webhook_id, shop, events in told:
        outcome: dict[str, Any] = {"events": [type(event).__name__ for event in events]}
        outcomes[webhook_id] = outcome
        if shop is None:
            continue
        for event in events:
            for automation in services.automations.values():
                if not isinstance(event, automation.listens_to):
                    continue
                if not automation.concerns(event):
                    continue
                switch = switches.get((shop.id, automation.name))
                draft = _draft(automation, event, switch)
                if isinstance(draft, NotProposed):
                    outcome.setdefault(automation.name, draft.because)
                    continue
                contact = _contact(draft, event, shop.id, contacts)
                said_by = services.automations.get(draft.message or "", automation)
                intent = _intent(draft, said_by, shop, switches, contact, now, services)
                intents.append(intent)
                outcome[automation.name] = intent.occasion
    added = outbox.add(tx, _each_once(intents), now=now)
    lanes = {owners[intent.shop_id].lane for intent in intents if intent.id in added}
    return Proposals(lanes, outcomes)


def _who_may_speak(told: Sequence[Told], services: Services) -> set[str]:
    """Those who listen to any of it, and those who could tell of it along with more."""
    kinds = {type(event) for _, _, events in told for event in events}
    return {
        name
        for name, automation in services.automations.items()
        if automation.chapter is not None
        or any(issubclass(kind, automation.listens_to) for kind in kinds)
    }


def _draft(
    automation: Automation[Any], event: Event, switch: Switch | None
) -> Draft | NotProposed:
    if switch is None or not switch.enabled:
        return NotProposed(Because.AUTOMATION_OFF)
    if automation.flow is not None:
        return automation.flow.begin(event, flows.flow_of(automation, switch).first)
    return automation.propose(event, automation.config_kept(switch.config))


def _each_once(intents: Sequence[Intent]) -> list[Intent]:
    """One for each occasion: PostgreSQL would refuse two in one statement."""
    first: dict[tuple[int, str], Intent] = {}
    for intent in intents:
        first.setdefault((intent.shop_id, intent.occasion), intent)
    return list(first.values())


def _intent(
    draft: Draft,
    automation: Automation[Any],
    shop: KnownShop,
    switches: Switches,
    contact_id: ContactId | None,
    now: datetime,
    services: Services,
) -> Intent:
    wait = draft.wait
    for_more = time_for_more(draft.wait_for_more, happened_at=draft.wanted_at, now=now)
    if for_more > wait and _may_be_told_along(automation, shop.id, switches, services):
        wait = for_more
    due_at = max(now + wait, draft.not_before or now)
    names = Names({}, services.book.pepper())
    checkout_key = names.checkout(shop.id, draft.checkout_token)
    return Intent(
        id=MessageId(services.new_id("msg")),
        shop_id=shop.id,
        occasion=_occasion(draft, checkout_key),
        automation=automation.name,
        scope=automation.scope,
        priority=automation.priority,
        order_id=draft.order_id,
        fulfillment_id=draft.fulfillment_id,
        tracking_key=draft.tracking_key,
        checkout_key=checkout_key,
        draft_order_id=draft.draft_order_id,
        told=draft.told or None,
        contact_id=contact_id,
        wanted_at=draft.wanted_at,
        due_at=due_at,
        story=[
            {
                "at": now.isoformat(),
                "what": "proposed",
                "automation": automation.name,
                "wanted_at": draft.wanted_at.isoformat(),
                **({"due_at": due_at.isoformat()} if due_at > now else {}),
            }
        ],
    )


def _occasion(draft: Draft, checkout_key: bytes | None) -> str:
    if checkout_key is None:
        return draft.occasion
    return f"{draft.occasion}:{checkout_key.hex()}"


def _may_be_told_along(
    automation: Automation[Any],
    shop_id: ShopId,
    switches: Switches,
    services: Services,
) -> bool:
    """Whether the store tells of later chapters. If not, there is no use in waiting;
    nor for the next number, which is the same moment in other words."""
    mine = automation.chapter
    return mine is not None and any(
        other.chapter is not None
        and other.chapter.story == mine.story
        and other.chapter.number > mine.number + 1
        and _is_on(switches.get((shop_id, other.name)))
        for other in services.automations.values()
    )


def _is_on(switch: Switch | None) -> bool:
    return switch is not None and switch.enabled


def _contact(
    draft: Draft,
    event: Event,
    shop_id: ShopId,
    contacts: Mapping[Mention, ContactId],
) -> ContactId | None:
    """The order's own contact is looked up when the message is sent: it counts for
    more than what a parcel's label says, and may come later."""
    if isinstance(event, OffersAgreed):
        return event.contact_id
    mention = mention_of(shop_id, event)
    if mention is None or draft.phone is None or draft.fulfillment_id is not None:
        return None
    return contacts.get(mention)
