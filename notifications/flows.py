"""The flows of a store, and where each message stands in its own."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from typing import Any, Protocol

import orjson

from core.values import ContactId, Money, ShopId
from notifications import flow_files
from notifications.automations import (
    AFTER_MINUTES,
    HOLDOUT,
    STEP,
    Automation,
    Told,
)
from notifications.rules.control import is_in_control_group
from notifications.rules.flows import About, Flow, Seen, Step, unmet
from storage.facts import KnownMessage
from storage.shops import Switch

Automations = Mapping[str, Automation[Any]]
Switches = Mapping[tuple[ShopId, str], Switch]


def flow_of(automation: Automation[Any], switch: Switch | None) -> Flow:
    """The store's own where it has one that this version still allows, else ours."""
    assert automation.flow is not None
    config = automation.config_kept(switch.config if switch else {})
    holdout = config.get(HOLDOUT, 0)
    if switch is not None and switch.flow:
        with suppress(ValueError):
            return _read(orjson.dumps(switch.flow), holdout)
    ours = automation.flow.default(config)
    return _read(orjson.dumps(ours), holdout)


@lru_cache(maxsize=1024)
def _read(written: bytes, holdout: int) -> Flow:
    """The same file is looked at for each of a store's messages."""
    return flow_files.read(orjson.loads(written), holdout=holdout)


@dataclass(frozen=True, slots=True)
class Stepping:
    """Where a message stands in the flow ``named``; ``step`` is None where the owner
    has taken it out."""

    named: str
    flow: Flow
    step: Step | None

    def holds_out(self, contact: ContactId) -> bool:
        percent = self.flow.holdout
        return is_in_control_group(contact, self.named, percent=percent)

    def after(self, told: Told) -> timedelta:
        """How long after the last change its time comes; as it was told at first where
        there is no such step any more."""
        if self.step is not None:
            return self.step.after
        return timedelta(minutes=int(told.get(AFTER_MINUTES, 0)))


class Flows:
    """The flows of some stores as they have set them; each is read once."""

    def __init__(self, automations: Automations, switches: Switches) -> None:
        self._automations = automations
        self._switches = switches
        self._found: dict[tuple[ShopId, str], Flow] = {}

    def stepping_of(self, message: KnownMessage) -> Stepping | None:
        """None for a message that is in no flow."""
        owner = _owner(message, self._automations)
        if owner is None or owner.flow is None:
            return None
        flow = self._flow_of(message.shop_id, owner)
        return Stepping(owner.name, flow, flow.step(message.told.get(STEP, "")))

    def _flow_of(self, shop_id: ShopId, owner: Automation[Any]) -> Flow:
        key = (shop_id, owner.name)
        if (flow := self._found.get(key)) is None:
            flow = self._found[key] = flow_of(owner, self._switches.get(key))
        return flow

    def as_it_stands(self, message: KnownMessage) -> KnownMessage:
        """Worded by what its step names by now: the owner may have changed that since
        it was proposed."""
        stepping = self.stepping_of(message)
        step = None if stepping is None else stepping.step
        if step is None or step.message not in self._automations:
            return message
        if step.message == message.automation:
            return message
        return replace(message, automation=step.message)

    def about_bills(self, messages: Iterable[KnownMessage]) -> list[KnownMessage]:
        """Those of the messages that are steps about something to be paid."""
        return [
            message
            for message in messages
            if (owner := _owner(message, self._automations)) is not None
            and owner.flow is not None
            and owner.flow.about is not About.CHECKOUT
        ]

    def ask_what_was_bought_before(self, messages: Iterable[KnownMessage]) -> bool:
        """Whether a condition of any of them is about it; finding it costs a little."""
        found = map(self.stepping_of, messages)
        return any(
            each.step is not None and each.step.when.first_time_buyer is not None
            for each in found
            if each is not None
        )


def _owner(message: KnownMessage, automations: Automations) -> Automation[Any] | None:
    automation = automations.get(message.automation)
    return None if automation is None else automations.get(automation.owner)


class Left(Protocol):
    """What is known of what a flow reminds somebody of, for a step's conditions."""

    @property
    def worth(self) -> Money | None: ...
    @property
    def country(self) -> str | None: ...
    @property
    def items(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def had_bought(self) -> bool: ...
    @property
    def before(self) -> str | None: ...
    @property
    def before_was_clicked(self) -> bool: ...


def unmet_first(
    stepping: Stepping | None,
    known: Left,
    *,
    language: str,
    country: str | None,
    tags: Collection[str],
) -> str | None:
    """The first condition of a step that does not hold. ``country`` is its reader's,
    and ``tags`` are theirs."""
    step = None if stepping is None else stepping.step
    if step is None:
        return None
    seen = Seen(
        worth=known.worth,
        country=known.country or country,
        language=language,
        tags=frozenset(tags),
        is_first_time=not known.had_bought,
        items=sum(item.get("quantity") or 0 for item in known.items),
        products=frozenset(
            item["product_id"] for item in known.items if item.get("product_id")
        ),
        was_read=known.before == "read",
        was_clicked=known.before_was_clicked,
    )
    return unmet(step.when, seen)
