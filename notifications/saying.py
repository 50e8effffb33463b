"""Every value that a message may tell, by its name, and what stands for an unknown one.

Each is fit for a message, and in the reader's language.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from decimal import Decimal

from core import discounts
from notifications import places, wording
from notifications.automations import Known
from notifications.wording import Template

_MOST_IN_A_NAME = 60
"""A body has 1,024 characters with its values, of which a link may take 200."""
_LONGEST_LINK_OF_OURS = 300
"""A cut one would lead nowhere, and our own host is not longer than that."""


def filling(template: Template) -> Callable[[Known], Mapping[str, str]]:
    """What fills a template: every value that it has an example of."""

    def compose(known: Known) -> Mapping[str, str]:
        return values(known, template.examples)

    return compose


def values(known: Known, names: Iterable[str]) -> dict[str, str]:
    """The values by these names."""
    return {name: _SAY[name](known) for name in names}


def instead(known: Known, name: str) -> str:
    """What to say in the reader's language where something is not known."""
    return _INSTEAD.get(known.language, _INSTEAD[wording.DEFAULT_LANGUAGE])[name]


def _order_name(known: Known) -> str:
    return wording.value(known.order_name, "-", most=wording.MOST_IN_HEADER)


def _shop_name(known: Known) -> str:
    return wording.value(known.shop_name, "-", most=_MOST_IN_A_NAME)


def _first_name(known: Known) -> str:
    return wording.value(known.first_name, instead(known, "first_name"))


def _total(known: Known) -> str:
    return wording.money(known.total, known.language) if known.total else "-"


def _payment(known: Known) -> str:
    if known.is_paid_at_door:
        said = instead(known, "payment_at_door")
        return wording.value(said.format(total=_total(known)), "-")
    return instead(known, _PAYMENTS.get(known.payment or "", "payment_received"))


_PAYMENTS = {
    "authorized": "payment_authorized",
    "partially_paid": "payment_in_part",
}


def _amount(known: Known) -> str:
    return wording.money(known.refunded, known.language) if known.refunded else "-"


def _order_link(known: Known) -> str:
    return wording.value(known.order_link, "-")


def _tracking_link(known: Known) -> str:
    return wording.value(known.tracking_link or known.order_link, "-")


def _tracking_number(known: Known) -> str:
    numbers = ", ".join(known.tracking_numbers)
    return wording.value(numbers, instead(known, "tracking_number"))


def _carrier(known: Known) -> str:
    return wording.value(known.carrier, instead(known, "carrier"), most=_MOST_IN_A_NAME)


def _parcel(known: Known) -> str:
    """What tells this parcel from the others of its order."""
    numbers = ", ".join(known.tracking_numbers)
    named = wording.value(known.parcel_name, known.order_name, most=_MOST_IN_A_NAME)
    told = wording.value(numbers, named, most=_MOST_IN_A_NAME)
    return wording.value(told, "-", most=_MOST_IN_A_NAME)


def _city(known: Known) -> str:
    town = places.said(known.city, known.country, known.language)
    return wording.value(town, instead(known, "city"), most=_MOST_IN_A_NAME)


def _expected_on(known: Known) -> str:
    if known.expected_on is None:
        return instead(known, "expected_on")
    return wording.day(known.expected_on, known.language)


def _heard_on(known: Known) -> str:
    if known.heard_on is None:
        return instead(known, "heard_on")
    return wording.day(known.heard_on, known.language)


def _added(known: Known) -> str:
    return str(known.edited[0]) if known.edited else "-"


def _removed(known: Known) -> str:
    return str(known.edited[1]) if known.edited else "-"


def _new_total(known: Known) -> str:
    if known.new_total is None:
        return instead(known, "new_total")
    return wording.money(known.new_total, known.language)


def _count(known: Known) -> str:
    return str(known.part.count) if known.part else "-"


def _all_items(known: Known) -> str:
    return str(known.part.of) if known.part else "-"


def _rest(known: Known) -> str:
    if known.part is None:
        return "-"
    return instead(known, "rest_follows" if known.part.more_follows else "rest_sent")


def _sender(known: Known) -> str:
    name = " ".join(filter(None, (known.label, known.shop_name)))
    return wording.value(name, "-", most=wording.MOST_IN_HEADER)


def _cart_items(known: Known) -> str:
    first = wording.value(
        known.first_item, instead(known, "first_item"), most=_MOST_IN_A_NAME
    )
    if not known.more_items:
        return first
    return instead(known, "with_more").format(first=first, count=known.more_items)


def _cart_link(known: Known) -> str:
    return wording.value(known.cart_link, "-", most=_LONGEST_LINK_OF_OURS)


def _code(known: Known) -> str:
    return wording.value(known.code, "-", most=discounts.MOST_IN_A_MESSAGE)


def _percent(known: Known) -> str:
    return wording.percent(known.percent or Decimal(0), known.language)


def _time_left(known: Known) -> str:
    return wording.hours(known.time_left or timedelta(), known.language)


def _reason(known: Known) -> str:
    """Shopify has three words for it, of which one says that there is another."""
    name = f"declined_{known.declined}"
    is_said = name in _INSTEAD[wording.DEFAULT_LANGUAGE]
    return instead(known, name if is_said else "declined_other")


_SAY: Mapping[str, Callable[[Known], str]] = {
    "order_name": _order_name,
    "shop_name": _shop_name,
    "first_name": _first_name,
    "total": _total,
    "payment": _payment,
    "amount": _amount,
    "order_link": _order_link,
    "tracking_link": _tracking_link,
    "tracking_number": _tracking_number,
    "carrier": _carrier,
    "parcel": _parcel,
    "city": _city,
    "expected_on": _expected_on,
    "heard_on": _heard_on,
    "reason": _reason,
    "count": _count,
    "all_items": _all_items,
    "rest": _rest,
    "added": _added,
    "removed": _removed,
    "new_total": _new_total,
    "sender": _sender,
    "cart_items": _cart_items,
    "cart_link": _cart_link,
    "code": _code,
    "percent": _percent,
    "time_left": _time_left,
}

_INSTEAD: Mapping[str, Mapping[str, str]] = {
    "en": {
        "first_name": "there",
        "payment_received": "received",
        "payment_authorized": "accepted",
        "payment_in_part": "received in part",
        "payment_at_door": "at the door; please have {total} ready",
        "carrier": "our carrier",
        "tracking_number": "not known yet",
        "rest_follows": "follows in another parcel",
        "rest_sent": "has been sent already",
        "city": "the next place",
        "expected_on": "not known yet",
        "heard_on": "several days ago",
        "new_total": "shown on the page of the order",
        "declined_final_sale": "sold as final sale",
        "declined_return_period_ended": "the return period has ended",
        "declined_other": "please ask the store",
        "first_item": "your things",
        "with_more": "{first} and {count} more",
    },
    "ko": {
        "first_name": "고객",
        "payment_received": "완료",
        "payment_authorized": "승인됨",
        "payment_in_part": "일부 완료",
        "payment_at_door": "상품 수령 시 결제 (준비하실 금액: {total})",
        "carrier": "택배사",
        "tracking_number": "아직 등록되지 않음",
        "rest_follows": "별도로 발송 예정",
        "rest_sent": "이미 발송됨",
        "city": "다음 경유지",
        "expected_on": "아직 정해지지 않음",
        "heard_on": "며칠 전",
        "new_total": "주문 내역에서 확인",
        "declined_final_sale": "반품 불가 상품",
        "declined_return_period_ended": "반품 기간 종료",
        "declined_other": "쇼핑몰에 문의해 주세요",
        "first_item": "담아 두신 상품",
        "with_more": "{first} 외 {count}개",
    },
    "pt_BR": {
        "first_name": "cliente",
        "payment_received": "recebido",
        "payment_authorized": "autorizado",
        "payment_in_part": "recebido em parte",
        "payment_at_door": "na entrega; tenha {total} em mãos",
        "carrier": "parceira da loja",
        "tracking_number": "ainda não disponível",
        "rest_follows": "segue em outro pacote",
        "rest_sent": "já foi enviado",
        "city": "próxima parada",
        "expected_on": "ainda não definida",
        "heard_on": "há vários dias",
        "new_total": "veja na página do pedido",
        "declined_final_sale": "venda final, sem devolução",
        "declined_return_period_ended": "o prazo de devolução terminou",
        "declined_other": "consulte a loja",
        "first_item": "seus produtos",
        "with_more": "{first} e mais {count}",
    },
    "es": {
        "first_name": "qué tal",
        "payment_received": "recibido",
        "payment_authorized": "autorizado",
        "payment_in_part": "recibido en parte",
        "payment_at_door": "a la entrega; ten preparados {total}",
        "carrier": "el habitual de la tienda",
        "tracking_number": "aún no disponible",
        "rest_follows": "sale en otro paquete",
        "rest_sent": "ya se ha enviado",
        "city": "la próxima parada",
        "expected_on": "aún por confirmar",
        "heard_on": "hace varios días",
        "new_total": "consúltalo en la página del pedido",
        "declined_final_sale": "venta final, sin devolución",
        "declined_return_period_ended": "el plazo de devolución ha terminado",
        "declined_other": "consulta a la tienda",
        "first_item": "tus productos",
        "with_more": "{first} y {count} más",
    },
    "hi": {
        "first_name": "जी",
        "payment_received": "मिल गया",
        "payment_authorized": "स्वीकृत",
        "payment_in_part": "आंशिक रूप से मिला",
        "payment_at_door": "डिलीवरी पर; कृपया {total} तैयार रखें",
        "carrier": "हमारा कूरियर पार्टनर",
        "tracking_number": "अभी उपलब्ध नहीं",
        "rest_follows": "दूसरे पार्सल में आएगा",
        "rest_sent": "पहले ही भेजा जा चुका है",
        "city": "अगला पड़ाव",
        "expected_on": "अभी तय नहीं",
        "heard_on": "कई दिन पहले",
        "new_total": "ऑर्डर के पेज पर देखें",
        "declined_final_sale": "अंतिम बिक्री, वापसी नहीं",
        "declined_return_period_ended": "वापसी की अवधि समाप्त",
        "declined_other": "कृपया स्टोर से पूछें",
        "first_item": "आपका चुना सामान",
        "with_more": "{first} और {count} अन्य",
    },
    "id": {
        "first_name": "Kak",
        "payment_received": "sudah diterima",
        "payment_authorized": "disetujui",
        "payment_in_part": "diterima sebagian",
        "payment_at_door": "saat barang tiba; mohon siapkan {total}",
        "carrier": "kurir rekanan kami",
        "tracking_number": "belum tersedia",
        "rest_follows": "menyusul dalam paket lain",
        "rest_sent": "sudah dikirim",
        "city": "titik berikutnya",
        "expected_on": "belum diketahui",
        "heard_on": "beberapa hari lalu",
        "new_total": "lihat di halaman pesanan",
        "declined_final_sale": "penjualan final, tanpa retur",
        "declined_return_period_ended": "masa retur telah berakhir",
        "declined_other": "silakan tanyakan kepada toko",
        "first_item": "pilihan Anda",
        "with_more": "{first} dan {count} lainnya",
    },
    "ar": {
        "first_name": "بك",
        "payment_received": "تم الاستلام",
        "payment_authorized": "تمت الموافقة",
        "payment_in_part": "تم استلام جزء منه",
        "payment_at_door": "عند الاستلام، يُرجى تجهيز {total}",
        "carrier": "شركة الشحن المعتمدة لدينا",
        "tracking_number": "غير متوفر بعد",
        "rest_follows": "تصل في طرد آخر",
        "rest_sent": "تم شحنها بالفعل",
        "city": "المحطة التالية",
        "expected_on": "لم يُحدد بعد",
        "heard_on": "قبل عدة أيام",
        "new_total": "يظهر في صفحة الطلب",
        "declined_final_sale": "بيع نهائي دون إرجاع",
        "declined_return_period_ended": "انتهت مدة الإرجاع",
        "declined_other": "يُرجى سؤال المتجر",
        "first_item": "منتجاتك المختارة",
        "with_more": "{first} و{count} غيره",
    },
    "de": {
        "first_name": "liebe Kundin, lieber Kunde",
        "payment_received": "eingegangen",
        "payment_authorized": "genehmigt",
        "payment_in_part": "teilweise eingegangen",
        "payment_at_door": "bei der Zustellung; bitte halten Sie {total} bereit",
        "carrier": "unserem Versandpartner",
        "tracking_number": "noch nicht bekannt",
        "rest_follows": "folgt in einem weiteren Paket",
        "rest_sent": "ist bereits verschickt",
        "city": "die nächste Station",
        "expected_on": "noch nicht bekannt",
        "heard_on": "vor einigen Tagen",
        "new_total": "siehe Bestellseite",
        "declined_final_sale": "von der Rückgabe ausgeschlossen",
        "declined_return_period_ended": "die Rückgabefrist ist abgelaufen",
        "declined_other": "bitte fragen Sie den Shop",
        "first_item": "Ihre Artikel",
        "with_more": "{first} und {count} mehr",
    },
    "fr": {
        "first_name": "à vous",
        "payment_received": "reçu",
        "payment_authorized": "autorisé",
        "payment_in_part": "reçu en partie",
        "payment_at_door": "à la livraison ; merci de préparer {total}",
        "carrier": "notre partenaire",
        "tracking_number": "pas encore disponible",
        "rest_follows": "suit dans un autre colis",
        "rest_sent": "est déjà expédié",
        "city": "la prochaine étape",
        "expected_on": "pas encore connue",
        "heard_on": "il y a plusieurs jours",
        "new_total": "voir la page de la commande",
        "declined_final_sale": "vente ferme, sans retour",
        "declined_return_period_ended": "le délai de retour est dépassé",
        "declined_other": "veuillez contacter la boutique",
        "first_item": "vos articles",
        "with_more": "{first} et {count} de plus",
    },
    "zh_TW": {
        "first_name": "顧客",
        "payment_received": "已收到",
        "payment_authorized": "已授權",
        "payment_in_part": "已收到部分款項",
        "payment_at_door": "貨到付款，請備妥 {total}",
        "carrier": "合作物流公司",
        "tracking_number": "尚未提供",
        "rest_follows": "另行寄出",
        "rest_sent": "已寄出",
        "city": "下一站",
        "expected_on": "尚未確定",
        "heard_on": "數天前",
        "new_total": "請見訂單頁面",
        "declined_final_sale": "出清商品，恕不退貨",
        "declined_return_period_ended": "退貨期限已過",
        "declined_other": "請洽店家",
        "first_item": "您挑選的商品",
        "with_more": "{first} 等，另有 {count} 件",
    },
}
