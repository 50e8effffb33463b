"""What is told of money that moved, and of things that come back."""

from typing import Any

from core.events import PaymentTried, RefundIssued, ReturnMoved
from core.values import ReturnStep
from notifications.facts_told import parts
from storage.after_sale import PaymentFacts, RefundFacts, ReturnFacts
from storage.history import Telling

_STATUSES = ("pending", "error", "failure", "success")
_STEPS = tuple(ReturnStep)


def payment(told: Telling, event: PaymentTried) -> PaymentFacts:
    place = _STATUSES.index(event.status) + 1 if event.status in _STATUSES else 0
    return PaymentFacts(
        shop_id=told.shop_id,
        payment_id=event.payment_id,
        version=parts.version(told, rank=place),
        order_id=event.order_id,
        tried_at=event.happened_at,
        kind=event.kind,
        status=event.status,
        **parts.amount("amount", event.amount),
        gateway=event.gateway,
        error_code=event.error_code,
    )


def refund(told: Telling, event: RefundIssued) -> RefundFacts:
    return RefundFacts(
        shop_id=told.shop_id,
        refund_id=event.refund_id,
        version=parts.version(told),
        order_id=event.order_id,
        issued_at=event.happened_at,
        **parts.amount("amount", event.amount),
        **parts.amount("pending", event.pending),
        items=parts.items(event.items),
        return_id=event.return_id,
    )


def returned(told: Telling, event: ReturnMoved) -> ReturnFacts:
    """``updated`` is no step of its own: a return that is changed stays where it is."""
    is_step = event.step is not ReturnStep.UPDATED
    taken_at: dict[str, Any] = {f"{event.step}_at": event.happened_at}
    return ReturnFacts(
        shop_id=told.shop_id,
        return_id=event.return_id,
        version=parts.version(told, rank=_STEPS.index(event.step)),
        order_id=event.order_id,
        step=event.step if is_step else None,
        status=event.status,
        name=event.name,
        lines=event.lines,
        decline_reason=event.decline_reason,
        **taken_at,
    )
