"""An order that there never was, with which a message is shown where the store has none
that fits, and of which a test tells."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from core import currencies
from core.values import Money
from notifications.automations import Known, Part

CODE = "HJ4K7MRT9CXW"
TIME_LEFT = timedelta(hours=24)
ORDER_NAME = "#1001"

_FIRST_NAMES: Mapping[str, str] = {
    "en": "Ada",
    "ko": "민지",
    "pt_BR": "Ana",
    "es": "Lucía",
    "hi": "प्रिया",
    "id": "Sari",
    "ar": "ليلى",
    "de": "Anna",
    "fr": "Camille",
    "zh_TW": "怡君",
}
_THINGS: Mapping[str, str] = {
    "en": "Stoneware mug",
    "ko": "도자기 머그컵",
    "pt_BR": "Caneca de cerâmica",
    "es": "Taza de gres",
    "hi": "मिट्टी का मग",
    "id": "Cangkir keramik",
    "ar": "كوب خزفي",
    "de": "Steingutbecher",
    "fr": "Tasse en grès",
    "zh_TW": "陶瓷馬克杯",
}
_NUMBER = "JD014600003333"
_PRICE = Decimal("39.90")
_ROUND_PRICE = Decimal(39_900)
"""For a currency without cents, of which a coin is worth little."""


def made_up(
    language: str,
    *,
    shop_name: str,
    currency: str,
    on: date,
    link: str,
) -> Known:
    """All that any message may tell. ``on`` is today; all that leads on is ``link``."""
    total = Money(price_in(currency), currency)
    return Known(
        language=language,
        shop_name=shop_name,
        order_name=ORDER_NAME,
        first_name=_FIRST_NAMES.get(language, _FIRST_NAMES["en"]),
        total=total,
        payment="paid",
        is_paid_at_door=False,
        order_link=link,
        tracking_numbers=(_NUMBER,),
        tracking_link=link,
        carrier="DHL",
        city="Seoul",
        country="KR",
        expected_on=on + timedelta(days=2),
        heard_on=on - timedelta(days=7),
        refunded=total,
        declined="return_period_ended",
        edited=(1, 1),
        new_total=total,
        part=Part(count=1, of=3, more_follows=True),
        cart_link=link,
        first_item=_THINGS.get(language, _THINGS["en"]),
        more_items=2,
        code=CODE,
        percent=Decimal(10),
        time_left=TIME_LEFT,
    )


def price_in(currency: str) -> Decimal:
    return _PRICE if currencies.decimals_of(currency) else _ROUND_PRICE
