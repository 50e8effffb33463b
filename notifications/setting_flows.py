"""What an owner may do with a flow: look at it, write it anew, and take that back."""

from collections.abc import Mapping
from typing import Any

from core.errors import NotPossible
from core.values import ShopDomain, ShopId
from core.words import N_
from notifications import flow_files, offer_terms
from notifications.automations import HOLDOUT, Automation
from notifications.configuring import languages_offered
from notifications.operating import Operator, shop_id_of, shop_named
from notifications.ports import Services
from notifications.rules.flows import About, Limits
from notifications.witnessing import Door
from storage import changes, reviews, shops
from storage.changes import By, Change
from storage.shops import Switch


def named(name: str, services: Services) -> Automation[Any]:
    """
    Raises:
        NotPossible: there is no such flow.
    """
    automation = services.automations.get(name)
    if automation is None or automation.flow is None:
        known = ", ".join(
            each.name for each in services.automations.values() if each.flow
        )
        raise NotPossible(
            N_("%(name)s is not a flow (there is: %(known)s)"), name=name, known=known
        )
    return automation


def written(automation: Automation[Any], switch: Switch | None) -> Mapping[str, Any]:
    """The flow as it stands, in the form of a file; the share that is held out too."""
    assert automation.flow is not None
    config = automation.config_kept(switch.config if switch else {})
    own = switch.flow if switch is not None else None
    flow = own or automation.flow.default(config)
    return flow if HOLDOUT not in config else {HOLDOUT: config[HOLDOUT], **flow}


def set_flow(
    domain: ShopDomain,
    name: str,
    flow: object | None,
    *,
    operator: Operator,
    services: Services,
) -> None:
    """Write a store's flow anew; None takes its own back, and ours counts again.

    What waits already is looked at by the new flow when its time comes. Nothing that
    was told is told again: a step's key is what it is known by. What a step offered
    that makes no offer any more counts no more.

    Raises:
        NotPossible: the shop is not connected, there is no such flow, or the new one
            is refused: the place of the mistake, and what would be right there.
    """
    checked = _checked(named(name, services), flow, services)
    doing = f"flow set {name} of"
    shop_id = shop_id_of(
        shop_named(domain, doing, operator=operator, services=services)
    )
    by = By(Door.COMMAND, operator.name)
    _set(shop_id, name, checked, by=by, services=services)


def set_flow_of(
    shop_id: ShopId, name: str, flow: object | None, *, by: By, services: Services
) -> None:
    """As ``set_flow``, of a shop by its id.

    Raises:
        NotPossible: there is no such flow, or the new one is refused.
    """
    checked = _checked(named(name, services), flow, services)
    _set(shop_id, name, checked, by=by, services=services)


def _checked(
    automation: Automation[Any], flow: object | None, services: Services
) -> Mapping[str, Any]:
    """As it is kept: empty for none of the store's own."""
    if flow is None:
        return {}
    return flow_files.checked(
        flow,
        messages=messages_of(automation, services),
        languages=languages_offered(services),
        limits=limits_of(automation),
    )


def mistakes_in(
    name: str, flow: Mapping[str, Any], services: Services
) -> list[flow_files.Mistake]:
    """All for which ``set_flow_of`` would refuse it.

    Raises:
        NotPossible: there is no such flow.
    """
    automation = named(name, services)
    return flow_files.mistakes(
        flow,
        messages=messages_of(automation, services),
        languages=languages_offered(services),
        limits=limits_of(automation),
    )


def _set(
    shop_id: ShopId,
    name: str,
    kept: Mapping[str, Any],
    *,
    by: By,
    services: Services,
) -> None:
    automation, now = named(name, services), services.clock()
    with services.transactions.for_shop(shop_id) as tx:
        before = shops.switches(tx, [shop_id]).get((shop_id, name))
        shops.switch(tx, shop_id, name, enabled=None, config=None, flow=kept, now=now)
        offer_terms.end_others(tx, shop_id, automation, now=now)
        if any("show" in step for step in kept.get("steps", ())):
            # What it is shown by may be a template that Meta does not have yet.
            reviews.look_at_shop(tx, shop_id, at=now)
        change = Change(
            what="flow_set",
            subject=name,
            before={"flow": (before.flow or None) if before else None},
            after={"flow": kept or None},
        )
        changes.note_other(tx, shop_id, by, change, now=now)


def must_be_playable(automation: Automation[Any]) -> None:
    """
    Raises:
        NotPossible: the past does not tell what the flow would have done.
    """
    if not is_playable(automation):
        raise NotPossible(
            N_(
                "%(name)s cannot be played: only what was left at the checkout is "
                "played again"
            ),
            name=automation.name,
        )


def is_playable(automation: Automation[Any]) -> bool:
    return automation.flow is not None and automation.flow.about is About.CHECKOUT


def limits_of(automation: Automation[Any]) -> Limits:
    assert automation.flow is not None
    return automation.flow.limits


def messages_of(automation: Automation[Any], services: Services) -> Mapping[str, bool]:
    """What may word a step, each with whether it makes an offer."""
    return {
        each.name: each.makes_offer
        for each in services.automations.values()
        if automation.name in (each.name, each.step_of)
    }
