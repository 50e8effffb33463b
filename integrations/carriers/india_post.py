"""India Post; its pages have no address by number that we could rely on."""

from core.values import Milestone
from integrations.carriers import Carrier

CARRIER = Carrier(
    name="India Post",
    also_called=frozenset(
        {
            "Indian Post",
            "IndiaPost",
            "Speed Post",
            "India Speed Post",
            "India Post Speed Post",
            "India Post (Domestic)",
            "Department of Posts",
            "भारतीय डाक",
            "स्पीड पोस्ट",
            "Speedpost India",
        }
    ),
    post_of="IN",
    says={
        Milestone.IN_TRANSIT: (
            "item booked",
            "item dispatched",
            "item received",
            "item bagged",
        ),
        Milestone.OUT_FOR_DELIVERY: ("out for delivery",),
        Milestone.DELIVERED: (
            "item delivered",
            "item delivery confirmed",
        ),
        Milestone.DELAYED: ("item onhold",),
        Milestone.ATTEMPTED: (
            "door locked",
            "addressee absent",
        ),
    },
)
