"""Who buys in a month: people of ten languages, and of some that are none of these."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Buyer:
    """``digits`` is a phone with room for six digits that make it somebody's own; and
    ``times`` what a euro comes to in their currency, roughly."""

    locale: str | None
    country: str
    currency: str
    times: Decimal
    digits: str
    first_names: Sequence[str]

    def phone(self, number: int) -> str:
        return self.digits.format(number)


_ONE = Decimal(1)
_REFUSED = 131026
"""The simulated Meta refuses numbers that end like this, with this code."""
BUYERS = (
    Buyer("en-GB", "GB", "GBP", _ONE, "+447400{:06d}", ("Grace", "Oliver")),
    Buyer("ko-KR", "KR", "KRW", Decimal(1500), "+821020{:06d}", ("지우", "민준")),
    Buyer("pt-BR", "BR", "BRL", Decimal(6), "+5511961{:06d}", ("João", "Ana Clara")),
    Buyer("es-MX", "MX", "MXN", Decimal(21), "+525512{:06d}", ("Lucía", "Íñigo")),
    Buyer("hi-IN", "IN", "INR", Decimal(98), "+918123{:06d}", ("आरव", "क्षिति\u200dज")),
    Buyer("id", "ID", "IDR", Decimal(18000), "+62812345{:06d}", ("Putri", "Budi")),
    Buyer("ar-AE", "AE", "AED", Decimal(4), "+971501{:06d}", ("ليلى", "محمد عبد الله")),
    Buyer("de-CH", "CH", "CHF", _ONE, "+41791{:06d}", ("Jürgen Groß", "Ada")),
    Buyer("fr-CA", "CA", "CAD", Decimal("1.6"), "+15142{:06d}", ("Zoë", "Étienne")),
    Buyer("zh-HK", "HK", "HKD", Decimal(9), "+85262{:06d}", ("大文", "小明")),
    Buyer("zh-TW", "TW", "TWD", Decimal(35), "+88691{:07d}", ("怡君", "志明")),
    Buyer("pl-PL", "PL", "PLN", Decimal(4), "+48512{:06d}", ("Zofia", "Łukasz")),
    Buyer("zh-CN", "CN", "CNY", Decimal(8), "+86138{:08d}", ("伟", "芳")),
    Buyer("in", "ID", "IDR", Decimal(18000), "+62813345{:06d}", ("Siti", "Agus")),
    Buyer("pt-PT", "PT", "EUR", _ONE, "+351912{:06d}", ("Inês", "Rui")),
    Buyer("de", "DE", "EUR", _ONE, "+4915112{:06d}", ("Ada", "Emil")),
    Buyer(None, "AT", "EUR", _ONE, "+43664{:07d}", ("Eva", "Max")),
)


@dataclass(frozen=True, slots=True)
class Shopper:
    """One person; ``number`` makes their phone, and ``kind`` is where it stands."""

    buyer: Buyer
    number: int
    kind: str

    @property
    def phone(self) -> str | None:
        if self.kind == "none":
            return None
        return self.buyer.phone(_REFUSED if self.is_refused else self.number)

    @property
    def is_refused(self) -> bool:
        return self.kind == "not on WhatsApp"


def refused_phones() -> frozenset[str]:
    """Those of which Meta tells that nobody is there."""
    return frozenset(buyer.phone(_REFUSED) for buyer in BUYERS)
