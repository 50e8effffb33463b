"""USPS."""

from core.values import Milestone
from integrations.carriers import Carrier
from integrations.tracking_numbers import form, gs1_holds

CARRIER = Carrier(
    name="USPS",
    also_called=frozenset(
        {
            "United States Postal Service",
            "US Postal Service",
            "U.S. Postal Service",
            "US Mail",
            "USPS Priority Mail",
            "USPS First Class",
            "USPS First-Class Mail",
            "USPS Ground Advantage",
            "USPS Media Mail",
            "USPS Priority Mail Express",
            "USPS Parcel Select",
            "USPS Marketplace",
            "US Post",
            "미국 우체국",
            "美国邮政",
        }
    ),
    page="https://tools.usps.com/go/TrackConfirmAction?tLabels={number}",
    post_of="US",
    forms=(
        form(
            "(?:420[0-9]{5}(?:[0-9]{4})?)?(?P<checked>9[1-5][0-9]{20})",
            gs1_holds,
            is_its_own=True,
        ),
        form(
            "(?:420[0-9]{5}(?:[0-9]{4})?)?(?P<checked>9[2-5][0-9]{24})",
            gs1_holds,
            is_its_own=True,
        ),
        form("[0-9]{20}", gs1_holds),
    ),
    says={
        Milestone.LABELLED: (
            "shipping label created, usps awaiting item",
            "usps awaiting item",
            "pre-shipment info sent to usps",
        ),
        Milestone.IN_TRANSIT: (
            "arrived at usps regional facility",
            "departed usps regional facility",
            "arrived at post office",
            "usps in possession of item",
            "processed through usps facility",
            "in transit to next facility",
            "accepted at usps origin facility",
            "arrived at usps regional origin facility",
            "arrived at usps regional destination facility",
            "departed post office",
        ),
        Milestone.READY_FOR_PICKUP: (
            "available for pickup",
            "held at post office, at customer request",
        ),
        Milestone.ATTEMPTED: (
            "notice left (no authorized recipient available)",
            "delivery attempted - no access to delivery location",
            "no access",
        ),
        Milestone.DELAYED: (
            "in transit, arriving late",
            "delivery delayed, mail delay",
        ),
        Milestone.IN_TROUBLE: (
            "return to sender processed",
            "delivered, to original sender",
            "undeliverable as addressed",
            "forward expired",
            "no such number",
        ),
        Milestone.DELIVERED: (
            "delivered, in/at mailbox",
            "delivered, front door/porch",
            "delivered, left with individual",
            "delivered, parcel locker",
            "delivered to agent",
            "delivered, po box",
        ),
    },
)
