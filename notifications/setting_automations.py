"""What an owner may set about an automation, checked before it is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.errors import NotPossible
from core.values import ShopDomain, ShopId
from core.words import N_
from notifications import hours_left, offer_terms, send_windows
from notifications.automations import Automation, Config
from notifications.operating import Operator, shop_id_of, shop_named
from notifications.ports import Services
from notifications.rules.objections import Because
from notifications.unfit import SettingRefused, Unfit
from notifications.witnessing import Door
from storage import changes, outbox, reviews, shops
from storage.changes import By, Change
from storage.shops import Switch

SEND_WINDOW, LANGUAGES = "send_window", "languages"
"""What may be set of every automation, whatever settings of its own it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to be set; None leaves it as it is. ``send_window`` is written as
    ``send_windows.as_kept`` reads it. No ``languages`` are those of the store."""

    enabled: bool | None = None
    config: Mapping[str, object] | None = None
    send_window: str | None = None
    languages: Sequence[str] | None = None


def switched(services: Services) -> list[str]:
    """The automations that have a switch of their own."""
    return [name for name, each in services.automations.items() if each.step_of is None]


def set_automation(
    domain: ShopDomain,
    name: str,
    wanted: Wanted,
    *,
    operator: Operator,
    services: Services,
) -> None:
    """As ``change_automation``, by the command line.

    Raises:
        NotPossible: the shop is not connected, there is no such automation, or a
            setting of it is refused.
    """
    _checked(name, wanted, services)
    doing = f"automation set {name} of"
    shop_id = shop_id_of(
        shop_named(domain, doing, operator=operator, services=services)
    )
    by = By(Door.COMMAND, operator.name)
    change_automation(shop_id, name, wanted, by=by, services=services)


def change_automation(
    shop_id: ShopId, name: str, wanted: Wanted, *, by: By, services: Services
) -> None:
    """Switch an automation on or off, or change its settings. What was offered and is
    offered no more counts no more, and what waits for its hours looks at the new ones.

    Raises:
        NotPossible: there is no such automation, or a setting of it is refused.
        SettingRefused: its hours or its languages cannot be these.
    """
    automation, given = _checked(name, wanted, services)
    now = services.clock()
    with services.transactions.for_shop(shop_id) as tx:
        store = shops.settings(tx, shop_id, to_change=True)
        if given.get(SEND_WINDOW):
            _must_leave_an_hour(store, automation, given[SEND_WINDOW], now)
        was = _as_it_was(shops.switches(tx, [shop_id]).get((shop_id, name)))
        shops.change_automation(tx, shop_id, name, given, now=now)
        offer_terms.end_others(tx, shop_id, automation, now=now)
        if not given.keys().isdisjoint((SEND_WINDOW, LANGUAGES)):
            reasons = [Because.OUTSIDE_ITS_HOURS, Because.TEMPLATE_NOT_READY]
            outbox.wake(tx, shop_id, reasons, now=now)
        # A form sends all of it, whatever its owner has changed.
        changed = [each for each in given if given[each] != was[each]]
        if LANGUAGES in changed:
            # Meta may not have them yet, and nothing goes out in any other.
            reviews.look_at_shop(tx, shop_id, at=now)
        note = Change(
            what="automation_set",
            subject=name,
            before={each: was[each] for each in changed},
            after={each: given[each] for each in changed},
        )
        changes.note_other(tx, shop_id, by, note, now=now)


def automation_as_set(
    shop_id: ShopId, name: str, *, services: Services
) -> Mapping[str, Any]:
    """What a form about the automation shows, to be compared with what it showed.

    Raises:
        NotPossible: there is no such automation.
    """
    automation = services.automations.get(name)
    if automation is None or automation.step_of is not None:
        raise NotPossible(N_("There is no such automation."))
    with services.transactions.for_shop(shop_id) as tx:
        switch = shops.switches(tx, [shop_id]).get((shop_id, name))
    return as_set(automation, switch)


def as_set(automation: Automation[Any], switch: Switch | None) -> Mapping[str, Any]:
    was = _as_it_was(switch)
    return {**was, "config": dict(automation.config_kept(was["config"]))}


def _as_it_was(switch: Switch | None) -> Mapping[str, Any]:
    kept = switch or Switch(enabled=False, config={}, version=0)
    return {
        "enabled": kept.enabled,
        "config": dict(kept.config),
        SEND_WINDOW: kept.send_window,
        LANGUAGES: list(kept.languages),
    }


def _checked(
    name: str, wanted: Wanted, services: Services
) -> tuple[Automation[Any], dict[str, Any]]:
    """The automation, and what is to be kept of it.

    Raises:
        NotPossible: as ``change_automation``.
    """
    automation = services.automations.get(name)
    if automation is None or automation.step_of is not None:
        known = ", ".join(switched(services))
        raise NotPossible(f"{name} is not an automation (there is: {known})")
    given: dict[str, Any] = {}
    if wanted.enabled is not None:
        given["enabled"] = wanted.enabled
    if wanted.config is not None:
        given["config"] = _own(wanted.config, automation)
    if wanted.send_window is not None:
        given[SEND_WINDOW] = _window(wanted.send_window)
    if wanted.languages is not None:
        given[LANGUAGES] = _languages(wanted.languages, automation)
    if not given:
        raise NotPossible(
            "nothing to set: give --enabled, --disabled, --config, --send-window or "
            "--languages"
        )
    return automation, given


def _own(config: Mapping[str, object], automation: Automation[Any]) -> Config:
    # What was not given is not kept, so that it follows our defaults.
    checked = automation.config(config)
    return {setting: checked[setting] for setting in config}


def _window(written: str) -> str | None:
    try:
        return send_windows.as_kept(written)
    except Unfit as error:
        raise SettingRefused(SEND_WINDOW, error) from None


def _languages(named: Sequence[str], automation: Automation[Any]) -> list[str]:
    """Each once, in their order. All that there are is a choice, too: of a store that
    is written for in fewer."""
    offered = sorted(automation.template.texts)
    for language in named:
        if language not in offered:
            error = Unfit(
                N_("cannot hold %(language)s (offered: %(offered)s)"),
                language=repr(language),
                offered=", ".join(offered),
            )
            raise SettingRefused(LANGUAGES, error)
    return list(dict.fromkeys(named))


def _must_leave_an_hour(
    store: Mapping[str, Any], automation: Automation[Any], window: str, now: datetime
) -> None:
    is_left = hours_left.is_left(
        window,
        automation.scope,
        offers=store["offers"] or {},
        timezone=store["timezone"],
        now=now,
    )
    if not is_left:
        error = Unfit(N_("leaves no hour beside the hours that the store has set"))
        raise SettingRefused(SEND_WINDOW, error)
