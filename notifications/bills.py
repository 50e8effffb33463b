"""What somebody is yet to pay: its facts for the rules."""

from collections.abc import Collection

from notifications import flows
from notifications.automations import Told
from notifications.flows import Stepping
from notifications.rules.news import is_payment_awaited
from notifications.rules.objections import Bill
from storage.bills import KnownBill


def bill_of(
    known: KnownBill | None,
    told: Told,
    stepping: Stepping | None,
    *,
    language: str,
    country: str | None,
    tags: Collection[str],
) -> Bill | None:
    """None for a message that is no step of a flow about it. ``country`` is whoever has
    to pay's, and ``tags`` are theirs."""
    if known is None or stepping is None:
        return None
    step = stepping.step
    is_owed = is_payment_awaited(known.payment, known.cash_on_delivery)
    invoice = known.invoice
    if invoice is not None:
        is_owed = invoice.sent_at is not None and not invoice.is_paid
    return Bill(
        is_open=is_owed and not known.is_cancelled,
        is_there=invoice is None or invoice.sent_at is not None or invoice.is_paid,
        changed_at=known.since,
        unread_since=known.unread_since,
        after=stepping.after(told),
        step_is_gone=step is None,
        unmet=flows.unmet_first(
            stepping, known, language=language, country=country, tags=tags
        ),
        has_own_hours=step is not None and step.window is not None,
    )
