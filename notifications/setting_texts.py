"""What a store's owner reads of each setting of an automation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from core.words import N_, P_


@dataclass(frozen=True, slots=True)
class SettingText:
    """All are marked for translation. ``words`` are what the words of a choice mean."""

    label: str
    help: str
    unit: str = ""
    words: Mapping[str, str] = field(default_factory=dict)


SEND_WINDOW = N_("Sent only at these hours")
LANGUAGES = N_("Only in these languages")
"""What may be set of every automation."""

_MINUTES = P_("unit", "minutes")
_HOURS = P_("unit", "hours")
_SECONDS = P_("unit", "seconds")
_DAYS = P_("unit", "days")
_PERCENT = P_("unit", "percent")

USUALLY: Mapping[str, SettingText] = MappingProxyType(
    {
        "wait_for_more_seconds": SettingText(
            N_("Wait for more news"),
            N_(
                "Carriers often report several things at once. What comes within this "
                "time is told in one message, so that a phone does not ring twice. 0 "
                "tells each at once."
            ),
            _SECONDS,
        ),
        "wait_for_tracking_minutes": SettingText(
            N_("Wait for the tracking number"),
            N_(
                "Some stores add the number a little after the parcel has left. After "
                "this time the message goes out without it. 0 does not wait."
            ),
            _MINUTES,
        ),
        "holdout": SettingText(
            N_("People held out"),
            N_(
                "So many of a hundred people get none of these messages, so that you "
                "see how many would have bought without them. 0 writes to everybody "
                "and measures nothing."
            ),
            _PERCENT,
        ),
    }
)

OF_ONE: Mapping[tuple[str, str], SettingText] = MappingProxyType(
    {
        ("cart_reminder", "after_minutes"): SettingText(
            N_("Remind after"),
            N_(
                "How long nothing was changed in the cart before its owner is reminded."
            ),
            _MINUTES,
        ),
        ("cart_reminder", "offer_percent"): SettingText(
            N_("Discount for a large cart"),
            N_(
                "Who does not come back for a large cart gets a code worth so much a "
                "day later. 0 offers none."
            ),
            _PERCENT,
        ),
        ("cod_confirmation", "wait_minutes"): SettingText(
            N_("Ask after"),
            N_("How long after the order its buyer is asked whether they want it."),
            _MINUTES,
        ),
        ("cod_confirmation", "ask_again_hours"): SettingText(
            N_("Ask again after"),
            N_("Who does not answer is asked once more, so long after the first time."),
            _HOURS,
        ),
        ("cod_confirmation", "silent_after_hours"): SettingText(
            N_("Give up after"),
            N_("So long after the second question silence counts as no answer."),
            _HOURS,
        ),
        ("cod_confirmation", "on_silence"): SettingText(
            N_("If there is no answer"),
            N_("The order gets a tag at Shopify in any case."),
            words=MappingProxyType(
                {
                    "nothing": N_("Do nothing else"),
                    "hold": N_("Hold its shipping"),
                    "cancel": N_("Cancel the order"),
                }
            ),
        ),
        ("cod_confirmation", "on_cancel"): SettingText(
            N_("If the buyer cancels"),
            N_("A cancelled order is put back into stock, and nothing is refunded."),
            words=MappingProxyType(
                {
                    "cancel": N_("Cancel the order at Shopify"),
                    "tag": N_("Only tag it, and decide yourself"),
                }
            ),
        ),
        ("draft_order", "after_hours"): SettingText(
            N_("Remind after"),
            N_("How long after you have sent the invoice."),
            _HOURS,
        ),
        ("draft_order", "remind_after_hours"): SettingText(
            N_("Remind once more after"),
            N_("Counted from the invoice as well. 0 reminds once only."),
            _HOURS,
        ),
        ("order_edited", "wait_minutes"): SettingText(
            N_("Wait for another change"),
            N_(
                "Orders are often changed several times in a row. What is changed "
                "within this time is told in one message."
            ),
            _MINUTES,
        ),
        ("parcel_stale", "days"): SettingText(
            N_("Write after"),
            N_(
                "How many days without a scan are unusual. Parcels from abroad stand "
                "still longer."
            ),
            _DAYS,
        ),
        ("payment_pending", "wait_minutes"): SettingText(
            N_("Remind after"),
            N_("Many pay within minutes. Who has paid by then is not reminded."),
            _MINUTES,
        ),
        ("payment_pending", "remind_after_hours"): SettingText(
            N_("Remind once more after"),
            N_("Counted from the order. 0 reminds once only."),
            _HOURS,
        ),
    }
)


def text_of(automation: str, setting: str) -> SettingText | None:
    """None for a setting that nobody has described yet: a test asks for all."""
    return OF_ONE.get((automation, setting)) or USUALLY.get(setting)
