"""What a store's owner reads of each automation: its name, and when it says what."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.words import N_, P_, Words


@dataclass(frozen=True, slots=True)
class Heading:
    """Both are marked for translation."""

    title: str
    says: str


@dataclass(frozen=True, slots=True)
class Group:
    """Automations about one thing, in the order in which it goes on."""

    name: str
    title: str
    automations: Mapping[str, Heading]


GROUPS: tuple[Group, ...] = (
    Group(
        "orders",
        P_("automations", "Orders"),
        MappingProxyType(
            {
                "order_confirmation": Heading(
                    N_("Order confirmation"),
                    N_(
                        "Thanks the buyer and tells what was ordered, as soon as the "
                        "order is paid, or is to be paid at the door."
                    ),
                ),
                "order_edited": Heading(
                    N_("Order changed"),
                    N_(
                        "Tells how much was added or taken off, minutes after you have "
                        "changed an order."
                    ),
                ),
                "order_cancelled": Heading(
                    N_("Order cancelled"),
                    N_("Tells the buyer at once that their order was cancelled."),
                ),
            }
        ),
    ),
    Group(
        "parcels",
        P_("automations", "Parcels"),
        MappingProxyType(
            {
                "label_printed": Heading(
                    N_("Label printed"),
                    N_("Tells that the parcel is packed and goes to the carrier next."),
                ),
                "parcel_on_its_way": Heading(
                    N_("Parcel on its way"),
                    N_(
                        "Tells that the parcel has left, with the number by which it "
                        "can be followed."
                    ),
                ),
                "partial_shipment": Heading(
                    N_("Part of the order on its way"),
                    N_(
                        "Tells how many things are in a parcel that holds a part of "
                        "the order, and that the rest follows."
                    ),
                ),
                "parcel_in_transit": Heading(
                    N_("Parcel with the carrier"),
                    N_("Tells at the carrier's first scan that the parcel is moving."),
                ),
                "parcel_reached_hub": Heading(
                    N_("Parcel in another town"),
                    N_("Tells each town that the parcel comes to on its way."),
                ),
                "parcel_out_for_delivery": Heading(
                    N_("Out for delivery"),
                    N_("Tells that the courier has the parcel and brings it today."),
                ),
                "delivery_attempted": Heading(
                    N_("Nobody was in"),
                    N_("Tells that the courier could not hand the parcel over."),
                ),
                "parcel_ready_for_pickup": Heading(
                    N_("Ready for pickup"),
                    N_("Tells that the parcel waits at a shop or in a locker."),
                ),
                "parcel_delayed": Heading(
                    N_("Parcel delayed"),
                    N_("Tells the new day as soon as the carrier reports a delay."),
                ),
                "parcel_in_trouble": Heading(
                    N_("Problem with the parcel"),
                    N_(
                        "Tells that something went wrong with the parcel, and that you "
                        "see to it."
                    ),
                ),
                "parcel_stale": Heading(
                    N_("No news of the parcel"),
                    N_(
                        "Writes first when the carrier has told nothing for days, "
                        "before the buyer has to ask."
                    ),
                ),
                "parcel_delivered": Heading(
                    N_("Delivered"),
                    N_("Tells that the parcel has arrived, and where it was left."),
                ),
            }
        ),
    ),
    Group(
        "after_sale",
        P_("automations", "Returns and refunds"),
        MappingProxyType(
            {
                "return_requested": Heading(
                    N_("Return asked for"),
                    N_("Tells that the wish to return something has reached you."),
                ),
                "return_approved": Heading(
                    N_("Return approved"),
                    N_("Tells that the return may be sent, and what comes next."),
                ),
                "return_declined": Heading(
                    N_("Return declined"),
                    N_("Tells that something cannot be returned, and why."),
                ),
                "return_received": Heading(
                    N_("Return received"),
                    N_("Tells that the return has arrived and was dealt with."),
                ),
                "refund_issued": Heading(
                    N_("Refund"),
                    N_("Tells how much money goes back, once you have refunded it."),
                ),
            }
        ),
    ),
    Group(
        "carts",
        P_("automations", "Carts"),
        MappingProxyType(
            {
                "cart_reminder": Heading(
                    N_("Cart reminder"),
                    N_(
                        "Reminds whoever has agreed to offers of what they left at the "
                        "checkout, with a link that leads back to it."
                    ),
                ),
                "cart_offer": Heading(
                    N_("Offer for a cart"),
                    N_(
                        "A step of the cart reminder: a code for what was left, for a "
                        "short time."
                    ),
                ),
            }
        ),
    ),
    Group(
        "money",
        P_("automations", "Payments"),
        MappingProxyType(
            {
                "payment_pending": Heading(
                    N_("Payment awaited"),
                    N_(
                        "Reminds of an order that is not paid yet, such as by bank "
                        "transfer, with the way to pay it."
                    ),
                ),
                "draft_order": Heading(
                    N_("Unpaid invoice"),
                    N_("Reminds of the invoice of a draft order that is not paid yet."),
                ),
                "cod_confirmation": Heading(
                    N_("Confirm cash on delivery"),
                    N_(
                        "Asks whoever pays at the door whether they want the order, "
                        "before it is sent, with buttons to confirm or cancel it."
                    ),
                ),
            }
        ),
    ),
    Group(
        "consent",
        P_("automations", "Consent"),
        MappingProxyType(
            {
                "confirm_offers": Heading(
                    N_("Confirm the yes to offers"),
                    N_(
                        "Asks whoever has said yes to offers whether it was them, with "
                        "a button; needed where the law wants a second yes."
                    ),
                ),
            }
        ),
    ),
)
"""A new automation has its place here, too: a test asks for it."""

_HEADINGS: Mapping[str, Heading] = MappingProxyType(
    {name: each for group in GROUPS for name, each in group.automations.items()}
)


def title_of(name: str, words: Words) -> str:
    """As the owner calls it; its own name where it has no other."""
    found = _HEADINGS.get(name)
    return name if found is None else words.gettext(found.title)


def says_of(name: str, words: Words) -> str:
    found = _HEADINGS.get(name)
    return "" if found is None else words.gettext(found.says)
