"""What became of the messages that we sent, as Meta reports it."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from types import MappingProxyType

from core.events import DeliveryReported, Event
from core.values import MessageId, Report, UserId, WhatsAppUser
from integrations.meta.parts import Wire, moment, number_of, text
from integrations.meta.pricing import charged_as
from integrations.phones import phone_of_wa_id
from integrations.strict_json import objects_in

_REPORTS = MappingProxyType(
    {
        "sent": Report.SENT,
        "delivered": Report.DELIVERED,
        "read": Report.READ,
        "played": Report.READ,  # a voice message that was listened to
        "failed": Report.FAILED,
    }
)
"""Meta's words and ours. Others (deleted, warning) say nothing about delivery."""

_OURS = re.compile(r"(msg_[0-9a-z]{1,60})(?::(\d{1,6}))?", re.ASCII)


def delivery_reports(_account: str, _at: datetime, value: Wire) -> Iterator[Event]:
    people = objects_in(value.get("contacts"))
    for status in objects_in(value.get("statuses")):
        report = _REPORTS.get(str(status.get("status")))
        provider_id = text(status.get("id"))
        happened_at = moment(status.get("timestamp"))
        if report is None or not provider_id or happened_at is None:
            continue
        reference, attempt = _ours(status.get("biz_opaque_callback_data"))
        pricing = status.get("pricing")
        pricing = pricing if isinstance(pricing, dict) else None
        yield DeliveryReported(
            happened_at=happened_at,
            phone_number_id=number_of(value),
            provider_id=provider_id,
            reference=reference,
            attempt=attempt,
            report=report,
            errors=tuple(objects_in(status.get("errors"))),
            pricing=pricing,
            charged_as=charged_as(pricing) if pricing else None,
            user=_recipient(status, people),
        )


def _recipient(status: Wire, people: Sequence[Wire]) -> WhatsAppUser | None:
    """Who got it. What is sent to a group is sent to nobody alone."""
    if status.get("recipient_type") == "group":
        return None
    wa_id = text(status.get("recipient_id"))
    user_id = text(status.get("recipient_user_id"))
    # Reports of a bundle stand together with the contacts of all of them.
    if user_id is None and wa_id is not None:
        beside = (one for one in people if one.get("wa_id") == wa_id)
        user_id = next((text(one.get("user_id")) for one in beside), None)
    phone = phone_of_wa_id(wa_id)
    if phone is None and not user_id:
        return None
    return WhatsAppUser(phone=phone, user_id=UserId(user_id) if user_id else None)


def _ours(said: object) -> tuple[MessageId | None, int | None]:
    """``msg_...:2`` is the second attempt of that message; else it is not of ours."""
    found = _OURS.fullmatch(said) if isinstance(said, str) else None
    if found is None:
        return None, None
    return MessageId(found[1]), int(found[2]) if found[2] else None
