"""The flows of a store, and where each message stands in its own."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import lru_cache
from typing import Any

import orjson

from core.values import ContactId, ShopId
from notifications import flow_files
from notifications.automations import (
    AFTER_MINUTES,
    HOLDOUT,
    STEP,
    Automation,
    Told,
)
from notifications.rules.control import is_in_control_group
from notifications.rules.flows import Flow, Step
from storage.facts import KnownMessage
from storage.shops import Switch

Automations = Mapping[str, Automation[Any]]
Switches = Mapping[tuple[ShopId, str], Switch]


def flow_of(automation: Automation[Any], switch: Switch | None) -> Flow:
    """The store's own where it has one that this version still allows, else ours."""
    assert automation.flow is not None
    config = automation.config_kept(switch.config if switch else {})
    if switch is not None and switch.flow:
        with suppress(ValueError):
            return _read(orjson.dumps(switch.flow), config[HOLDOUT])
    ours = automation.flow.default(config)
    return _read(orjson.dumps(ours), config[HOLDOUT])


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


def stepping_of(
    message: KnownMessage, automations: Automations, switches: Switches
) -> Stepping | None:
    """None for a message that is in no flow."""
    automation = automations.get(message.automation)
    owner = None if automation is None else automations.get(automation.owner)
    if owner is None or owner.flow is None:
        return None
    flow = flow_of(owner, switches.get((message.shop_id, owner.name)))
    step = flow.step(message.told.get(STEP, ""))
    return Stepping(owner.name, flow, step)


def as_they_stand(
    messages: Iterable[KnownMessage], automations: Automations, switches: Switches
) -> list[KnownMessage]:
    """Each worded by what its step names by now: the owner may have changed it since it
    was proposed."""
    return [_as_it_stands(each, automations, switches) for each in messages]


def _as_it_stands(
    message: KnownMessage, automations: Automations, switches: Switches
) -> KnownMessage:
    if message.checkout_key is None:
        return message
    stepping = stepping_of(message, automations, switches)
    step = None if stepping is None else stepping.step
    if step is None or step.message not in automations:
        return message
    if step.message == message.automation:
        return message
    return replace(message, automation=step.message)


def asks_what_was_bought_before(
    messages: Iterable[KnownMessage], automations: Automations, switches: Switches
) -> bool:
    """Whether a condition of any of them is about it; finding it costs a little."""
    found = (stepping_of(message, automations, switches) for message in messages)
    return any(
        each.step is not None and each.step.when.first_time_buyer is not None
        for each in found
        if each is not None
    )
