"""What a step of a flow offers, and where the code that carries it stands."""

from datetime import datetime
from typing import Any

from core.discounts import Deal
from core.values import ShopId
from notifications import flows
from notifications.automations import Automation
from notifications.flows import Stepping
from notifications.rules.objections import Code
from storage import offer_codes, shops
from storage.facts import KnownMessage
from storage.offer_codes import Asked, CodeState, KnownOffer, Terms
from storage.session import Transaction


def end_others(
    tx: Transaction, shop_id: ShopId, automation: Automation[Any], *, now: datetime
) -> None:
    """End the codes of steps that offer nothing any more, as none does of a flow that
    is off. To be called once what the owner has set is written down."""
    if automation.flow is None:
        return
    switch = shops.switches(tx, [shop_id]).get((shop_id, automation.name))
    steps = flows.flow_of(automation, switch).steps
    is_on = switch is not None and switch.enabled
    offering = [each.key for each in steps if each.offer is not None and is_on]
    offer_codes.cancel(tx, shop_id, automation.name, keeping=offering, now=now)


def terms_of(stepping: Stepping | None) -> Terms | None:
    """None where the owner has taken the offer out of the step."""
    if stepping is None or stepping.step is None or stepping.step.offer is None:
        return None
    offer = stepping.step.offer
    return Terms(
        flow=stepping.named,
        step=stepping.step.key,
        percent=offer.percent,
        valid_hours=offer.valid_hours,
        one_customer=offer.one_customer,
    )


def code_of(
    automation: Automation[Any],
    stepping: Stepping | None,
    offer: KnownOffer | None,
    *,
    now: datetime,
) -> Code | None:
    """None for a message that carries none."""
    if not automation.makes_offer:
        return None
    if offer is None:
        return Code(False, lost=terms_of(stepping) is None, asked_for_at=None)
    if ends_too_soon(offer, now):
        return Code(ready=False, lost=False, asked_for_at=None)
    is_live = offer.state in (CodeState.MADE, CodeState.TOLD) and offer.because is None
    is_coming = offer.state is CodeState.WANTED and offer.because is None
    return Code(is_live, not (is_live or is_coming), offer.wanted_at)


def ends_too_soon(offer: KnownOffer, now: datetime) -> bool:
    """Whether a code was made so long ago that it could not last as it should. Nobody
    knows it yet, so another is made."""
    is_untold = offer.state is CodeState.MADE and offer.because is None
    return (
        is_untold
        and offer.lasts_until is not None
        and offer.lasts_until < now + offer.valid_for
    )


def asking(
    message: KnownMessage, stepping: Stepping | None, offer: KnownOffer | None
) -> Asked | None:
    """What is to be asked for a message that lacks nothing but its code; None where it
    has been."""
    terms = terms_of(stepping)
    if terms is None or (offer is not None and offer.state is not CodeState.MADE):
        return None
    return Asked(message.shop_id, message.id, terms, had=offer is not None)


def ends_at(offer: KnownOffer, at: datetime) -> datetime:
    """When it ends, if its message leaves ``at`` that moment."""
    end = at + offer.valid_for
    return end if offer.lasts_until is None else min(end, offer.lasts_until)


def deal_of(offer: KnownOffer | None, link: str | None, *, at: datetime) -> Deal | None:
    """What its reader is told; None for a message that carries no code."""
    if offer is None or offer.code is None or link is None:
        return None
    return Deal(code=offer.code, ends_at=ends_at(offer, at), url=link)
