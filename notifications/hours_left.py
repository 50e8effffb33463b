"""Whether the hours that a store and its automations have set leave any to send at.

What the law of each country says is not known before somebody is to be written to.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.values import Scope
from core.words import N_
from core.zones import zone_named
from notifications import send_windows
from notifications.automations import Automation
from notifications.offer_settings import HOURS, settings_kept
from notifications.rules.hours import next_allowed
from notifications.unfit import SettingRefused, Unfit
from notifications.waking import weeks_of


def is_left(
    window: str | None,
    scope: Scope,
    *,
    offers: Mapping[str, str],
    timezone: str,
    now: datetime,
) -> bool:
    """Whether a message of this scope is ever within the ``window`` of its automation
    and within what the store has set about ``offers``."""
    own = send_windows.week_of(window)
    weeks = [*weeks_of(settings_kept(offers), scope), *([own] if own else [])]
    return next_allowed(now, [zone_named(timezone)], weeks) is not None


def must_be_left(
    windows: Mapping[str, str | None],
    wanted: Mapping[str, str],
    *,
    offers: Mapping[str, str],
    timezone: str,
    automations: Mapping[str, Automation[Any]],
    now: datetime,
) -> None:
    """Of what is ``wanted`` each setting leaves an hour to every automation that has
    hours of its own; ``windows`` are these by name, ``offers`` what was set before.

    Raises:
        SettingRefused: one leaves none.
    """
    for setting in (each for each in HOURS if each in wanted):
        offers = {**offers, setting: wanted[setting]}
        for name, window in windows.items():
            if window is None or name not in automations:
                continue
            scope = automations[name].scope
            if not is_left(window, scope, offers=offers, timezone=timezone, now=now):
                error = Unfit(
                    N_("leaves no hour to %(automation)s, which has hours of its own"),
                    automation=name,
                )
                raise SettingRefused(setting, error)
