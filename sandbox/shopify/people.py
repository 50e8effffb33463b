"""Believable buyers and goods. The numbers are example numbers, the people invented."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

_FAMILY_FIRST = ("ko", "zh")


@dataclass(frozen=True, slots=True)
class Buyer:
    locale: str
    first_name: str
    last_name: str
    phone: str
    country: str
    country_code: str
    city: str
    street: str
    zip: str
    wording: str

    @property
    def name(self) -> str:
        return called(self.first_name, self.last_name, self.locale)

    @property
    def email(self) -> str:
        return f"buyer.{self.country_code.lower()}@example.com"


@dataclass(frozen=True, slots=True)
class Product:
    """``price`` is in the currency of whichever shop sells it; ``abroad`` is what it
    costs in the other currencies that buyers may choose."""

    id: int
    variant_id: int
    title: str
    variant: str
    sku: str
    price: Decimal
    grams: int
    abroad: Mapping[str, Decimal] = field(default_factory=dict)

    def price_in(self, currency: str) -> Decimal:
        """As a buyer sees it; the shop's own price where there is no other."""
        return self.abroad.get(currency, self.price)


BUYERS: dict[str, Buyer] = {
    "en": Buyer("en", "Grace", "Whitfield", "+447400123456", "United Kingdom", "GB",
                "Bristol", "12 Harbour Row", "BS1 4RB",
                "Send me news about my order on WhatsApp"),
    "ko": Buyer("ko", "지우", "김", "+821020000000", "South Korea", "KR",
                "서울", "세종대로 110", "04524",
                "주문 소식을 WhatsApp으로 받겠습니다"),
    "pt-BR": Buyer("pt-BR", "João", "Almeida", "+5511961234567", "Brazil", "BR",
                   "São Paulo", "Rua das Acácias 77", "01310-100",
                   "Quero receber notícias do meu pedido pelo WhatsApp"),
    "id": Buyer("id", "Putri", "Wulandari", "+62812345678", "Indonesia", "ID",
                "Bandung", "Jalan Melati 9", "40111",
                "Kirimi saya kabar pesanan lewat WhatsApp"),
    "ar": Buyer("ar", "ليلى", "حداد", "+971501234567", "United Arab Emirates", "AE",
                "دبي", "شارع الوصل 21", "00000",
                "أرسلوا لي أخبار طلبي عبر واتساب"),
    "es": Buyer("es", "Lucía", "Ortega", "+34612345678", "Spain", "ES",
                "Valencia", "Calle del Mar 5", "46003",
                "Quiero recibir noticias de mi pedido por WhatsApp"),
    "hi": Buyer("hi", "आरव", "शर्मा", "+918123456789", "India", "IN",
                "जयपुर", "गुलाब मार्ग 14", "302001",
                "मेरे ऑर्डर की खबर WhatsApp पर भेजें"),
    "de": Buyer("de", "Johanna", "Brandt", "+4915112345678", "Germany", "DE",
                "Freiburg", "Lindenweg 8", "79098",
                "Schickt mir Neues zu meiner Bestellung per WhatsApp"),
    "fr": Buyer("fr", "Camille", "Moreau", "+33612345678", "France", "FR",
                "Nantes", "3 rue des Lilas", "44000",
                "Envoyez-moi des nouvelles de ma commande sur WhatsApp"),
    "zh-TW": Buyer("zh-TW", "雅婷", "林", "+886912345678", "Taiwan", "TW",
                   "臺中", "向上路一段 26 號", "403",
                   "請用 WhatsApp 告訴我訂單的最新消息"),
}  # fmt: skip


def called(first_name: str, last_name: str, locale: str) -> str:
    """The whole name as people of that language say it."""
    if locale.partition("-")[0] in _FAMILY_FIRST:
        return f"{last_name}{first_name}"
    return f"{first_name} {last_name}"


def _abroad(real: str, won: str, dollars: str) -> Mapping[str, Decimal]:
    return {"BRL": Decimal(real), "KRW": Decimal(won), "USD": Decimal(dollars)}


PRODUCTS: tuple[Product, ...] = (
    Product(8100000000001, 45100000000001, "Linen apron", "Sand", "APR-SND",
            Decimal("34.00"), 320, _abroad("189.90", "48000", "36.00")),
    Product(8100000000002, 45100000000002, "Stoneware mug", "Celadon", "MUG-CEL",
            Decimal("18.50"), 410, _abroad("99.90", "26000", "19.50")),
    Product(8100000000003, 45100000000003, "Walnut tray", "Large", "TRY-LRG",
            Decimal("52.00"), 900, _abroad("289.00", "72000", "55.00")),
    Product(8100000000004, 45100000000004, "Wool throw", "Charcoal", "THR-CHA",
            Decimal("89.90"), 1250, _abroad("499.00", "129000", "95.00")),
    Product(8100000000005, 45100000000005, "Brass candle holder", "Single", "CND-SGL",
            Decimal("24.00"), 280, _abroad("129.90", "34000", "25.50")),
    Product(8100000000006, 45100000000006, "Paper lamp", "Moon", "LMP-MON",
            Decimal("39.00"), 540, _abroad("219.00", "56000", "42.00")),
)  # fmt: skip

SHIPPING = Product(
    0, 0, "Standard", "", "", Decimal("4.90"), 0, _abroad("29.90", "7000", "5.50")
)
"""What it costs to send an order, wherever to."""


def buyer_for(locale: str) -> Buyer:
    """The buyer of that language; the English one where there is none."""
    language = locale.partition("-")[0]
    for known, buyer in BUYERS.items():
        if locale == known or language == known.partition("-")[0]:
            return buyer
    return BUYERS["en"]
