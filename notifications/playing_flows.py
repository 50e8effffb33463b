"""A flow played on the past beside everything else, for whoever waits at a page.

It is asked for by a row, and played by the scheduler, which writes down how far it is.
A process that dies in the middle leaves a play that somebody else begins again.
"""

import logging
from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from core.errors import NotPossible
from core.values import ShopId
from notifications import flow_files, replays, setting_flows
from notifications.configuring import languages_offered
from notifications.ports import Services
from notifications.replays import Summary
from storage import flow_replays, shops
from storage.flow_replays import DuePlay
from storage.tenancy import Crossing

log = logging.getLogger(__name__)

MOST_DAYS = 90

_LEASE = timedelta(minutes=2)
_MOST_ATTEMPTS = 3
_PEOPLE_BETWEEN_NOTES = 500


class _AskedAnew(Exception):
    """Nobody waits for this play any more."""


def ask(
    shop_id: ShopId,
    name: str,
    *,
    days: int,
    flow: object | None,
    services: Services,
) -> None:
    """Have a flow of the shop played on its last days, as it is written in ``flow`` or
    else as it stands. A second time begins anew.

    Raises:
        NotPossible: it cannot be played, or is refused.
    """
    automation = setting_flows.named(name, services)
    setting_flows.must_be_playable(automation)
    with services.transactions.for_shop(shop_id) as tx:
        switch = shops.switches(tx, [shop_id]).get((shop_id, name))
    written = setting_flows.written(automation, switch)
    if flow is not None:
        written = flow_files.checked(
            flow,
            messages=setting_flows.messages_of(automation, services),
            languages=languages_offered(services),
            limits=setting_flows.limits_of(automation),
        )
    with services.transactions.for_shop(shop_id) as tx:
        flow_replays.ask(
            tx,
            shop_id,
            name,
            written,
            days=days,
            run=services.new_id("play"),
            now=services.clock(),
        )


def newest(shop_id: ShopId, name: str, services: Services) -> Mapping[str, Any] | None:
    """The last play of a flow that was asked for, with how far it is."""
    with services.transactions.for_shop(shop_id) as tx:
        return flow_replays.of_flow(tx, shop_id, name)


def play_what_is_asked(*, services: Services) -> bool:
    """Play the flow that has waited longest; whether there was one. What somebody else
    is playing is left to them, until they have been silent for two minutes."""
    now = services.clock()
    with services.transactions.across(Crossing.LOOKING) as tx:
        due = flow_replays.take_due(tx, now=now, until=now + _LEASE)
    if due is None:
        return False
    if due.attempts > _MOST_ATTEMPTS:
        _end(due, None, "gave_up", services)
        return True
    try:
        _end(due, _played(due, services), None, services)
    except _AskedAnew:
        log.info("flow_play_dropped shop=%s flow=%s", due.shop_id, due.flow)
    except NotPossible as error:
        log.info("flow_not_played shop=%s because=%s", due.shop_id, error)
        _end(due, None, "refused", services)
    return True


def _played(due: DuePlay, services: Services) -> Summary:
    since = due.asked_at - timedelta(days=due.days)
    people = replays.people_since(due.shop_id, since, services)
    note = partial(_note, due, people, services)
    note(0)
    return replays.replay_of(
        due.shop_id,
        due.flow,
        days=due.days,
        flow=due.written,
        services=services,
        told_of=(_PEOPLE_BETWEEN_NOTES, note),
    )


def _note(due: DuePlay, people: int, services: Services, played: int) -> None:
    until = services.clock() + _LEASE
    with services.transactions.for_shop(due.shop_id) as tx:
        goes_on = flow_replays.go_on(
            tx, due, people=max(people, played), played=played, until=until
        )
    if not goes_on:
        raise _AskedAnew


def _end(
    due: DuePlay, summary: Summary | None, because: str | None, services: Services
) -> None:
    with services.transactions.for_shop(due.shop_id) as tx:
        flow_replays.end(
            tx,
            due,
            summary=None if summary is None else summary.told(),
            because=because,
            now=services.clock(),
        )
