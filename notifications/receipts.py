"""What became of a message after the channel took it, and of a template at Meta."""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from core.dialling import country_of
from core.events import AccountMoved, DeliveryReported, Event, TemplateReviewed
from core.values import MessageId
from notifications import refusals
from notifications.ports import Services
from notifications.rules import lifecycle
from notifications.rules.lifecycle import State
from notifications.rules.objections import Because
from storage import number_health, numbers, outbox, progress
from storage.ledger import Word
from storage.progress import Row
from storage.session import Transaction

log = logging.getLogger(__name__)


def note(
    events: Sequence[Event], *, tx: Transaction, now: datetime, services: Services
) -> list[Word]:
    """Move on whatever the reports move on. Noting twice is noting once.

    Answers what is to be added to the ledger: Meta refuses offers to whoever has turned
    them off in WhatsApp, and tells it by that.
    """
    refused = _note_reports(
        [event for event in events if isinstance(event, DeliveryReported)],
        tx,
        now,
        services,
    )
    _note_reviews(
        [event for event in events if isinstance(event, TemplateReviewed)], tx, now
    )
    _look_at_numbers(
        {event.account_id for event in events if isinstance(event, AccountMoved)},
        tx,
        now,
    )
    return refused


def _look_at_numbers(
    account_ids: Collection[str], tx: Transaction, now: datetime
) -> None:
    """Have Meta asked at once how the numbers of these accounts are."""
    owners = numbers.shops_of_accounts(tx, account_ids)
    for account_id in sorted(owners):
        for shop_id in sorted(owners[account_id]):
            number_health.look_soon_at(tx, shop_id, account_id, now=now)


def _note_reports(
    reports: Sequence[DeliveryReported],
    tx: Transaction,
    now: datetime,
    services: Services,
) -> list[Word]:
    rows = progress.locked(
        tx,
        {report.reference for report in reports if report.reference is not None},
        provider_ids={
            report.provider_id for report in reports if report.reference is None
        },
    )
    by_id: Mapping[str, Row] = {row.id: row for row in rows}
    by_provider_id = {row.provider_id: row for row in rows if row.provider_id}
    ours = numbers.ids_of(tx, {row.shop_id for row in rows})
    changed: dict[MessageId, Row] = {}
    refused: list[Word] = []
    for report in sorted(reports, key=lambda report: report.happened_at):
        row = by_id.get(report.reference or "") or by_provider_id.get(
            report.provider_id
        )
        if row is None:
            continue  # not ours: another app may send through the same number
        if not _may_report(row, report, ours.get(row.shop_id, ())):
            # It names our message, and whoever sends through that number chose its
            # words.
            log.warning("report_of_another_number message=%s", row.id)
            continue
        refused += refusals.words_of(row, report.errors, at=report.happened_at)
        if _report(row, report, now):
            changed[row.id] = row
            services.counters.add("messages_reported", {"report": report.report})
    # In the order in which they were locked, so that nobody waits in a circle.
    progress.keep(tx, [row for row in rows if row.id in changed], now=now)
    return refused


def _may_report(row: Row, report: DeliveryReported, of_shop: Collection[str]) -> bool:
    """Whether it comes from the number that the message left through. An earlier
    attempt may have left through another one of the shop."""
    if report.phone_number_id == row.phone_number_id:
        return True
    is_earlier = report.attempt is not None and report.attempt < row.attempt
    return is_earlier and report.phone_number_id in of_shop


def _report(row: Row, report: DeliveryReported, now: datetime) -> bool:
    """Note one report; answer whether it told anything new."""
    reported = State(report.report)
    state = lifecycle.after(State(row.state), reported)
    told_nothing = (
        state == row.state
        and row.reported_at is not None
        and (row.pricing is not None or report.pricing is None)
    )
    if told_nothing:
        return False
    entry: dict[str, Any] = {
        "at": report.happened_at.isoformat(),
        "what": f"reported_{reported}",
    }
    if report.attempt is not None and report.attempt != row.attempt:
        # Two attempts of one message arrived: the one thing that must not happen.
        log.error("message_arrived_twice message=%s", row.id)
        entry["attempt"] = report.attempt
    if state != row.state:
        row.state = state
        row.reason = _code(report)
    if reported is State.FAILED:
        row.errors = [dict(error) for error in report.errors] or None
        entry["code"] = _code(report)
    if row.pricing is None and report.charged_as is not None:
        row.charge = report.charged_as, _country(report) or ""
    row.pricing = row.pricing or (report.pricing and dict(report.pricing))
    row.reported_at = row.reported_at or now
    row.provider_id = row.provider_id or report.provider_id
    row.entries.append(entry)
    return True


def _country(report: DeliveryReported) -> str | None:
    """Whose price counts: that of the number."""
    phone = report.user.phone if report.user is not None else None
    return None if phone is None else country_of(phone)


def _code(report: DeliveryReported) -> str | None:
    if not report.errors:
        return None
    return f"meta_{report.errors[0].get('code')}"


def _note_reviews(
    reviews: Sequence[TemplateReviewed], tx: Transaction, now: datetime
) -> None:
    owners = numbers.shops_of_accounts(tx, {review.account_id for review in reviews})
    for review in reviews:
        for shop_id in owners.get(review.account_id, ()):
            is_news = numbers.review_template(
                tx,
                shop_id,
                review.account_id,
                review.template,
                review.language,
                state=review.state,
                category=review.category,
                reason=review.reason,
                at=_moment_of(review, now),
                now=now,
            )
            if is_news and review.state == "APPROVED":
                outbox.wake(tx, shop_id, [Because.TEMPLATE_NOT_READY], now=now)


def _moment_of(review: TemplateReviewed, now: datetime) -> datetime:
    """When Meta said so; when it came where Meta tells no time, or one to come."""
    is_told = 0 < review.happened_at.timestamp() < now.timestamp()
    return review.happened_at if is_told else now
