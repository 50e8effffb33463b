"""Facts that nothing stands against, to be changed one at a time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from core.values import Scope
from notifications.rules.objections import Facts, Yes

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)

WELCOME = Facts(
    is_on=True,
    shop_is_active=True,
    scope=Scope.TRANSACTIONAL,
    wanted_at=NOON,
    lifetime=timedelta(hours=24),
    order_is_known=True,
    order_cancelled_at=None,
    outlives_cancellation=False,
    is_about_parcel=True,
    tracking_key="key",
    parcel_is_cancelled=False,
    parcel_tracking_key="key",
    milestone=None,
    is_told_daily=False,
    place=None,
    parcel_milestone=None,
    parcel_milestone_at=None,
    parcel_was_under_way=True,
    parcel_set_out_at=None,
    scan_milestone=None,
    scan_at=None,
    scan_place=None,
    has_phone=True,
    yes=Yes("order_attribute", NOON),
    revoked_at=None,
    number_is_connected=True,
    parked_until=None,
    template_state="APPROVED",
    template_category="UTILITY",
    another_is_under_way=False,
    debt=None,
)


def but(**changes: Any) -> Facts:
    return replace(WELCOME, **changes)
