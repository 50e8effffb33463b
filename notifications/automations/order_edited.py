"""Tell the buyer that their order was changed, and how it stands now."""

from datetime import timedelta

from core.events import OrderEdited
from core.values import Scope
from core.words import N_
from notifications import edits, saying, wording
from notifications.automations import (
    Automation,
    Config,
    Draft,
    NotProposed,
    WholeNumber,
)
from notifications.rules.stories import Chapter, Story
from notifications.wording import Text

_WAIT = WholeNumber(
    name="wait_minutes",
    meaning="How long to wait for another edit, which is told together with this one.",
    default=2,
    least=0,
    most=60,
)


def propose(event: OrderEdited, config: Config) -> Draft | NotProposed:
    """Once for each edit. A later one that comes while it waits tells both."""
    told = edits.told_of(event)
    if told is None:
        return NotProposed("cancelled_out")
    named = event.edit_id or event.happened_at.isoformat()
    return Draft(
        occasion=f"order_edited:{event.order_id}:{named}",
        order_id=event.order_id,
        told=told,
        wanted_at=event.happened_at,
        wait=timedelta(minutes=config[_WAIT.name]),
    )


TEMPLATE = wording.news(
    "sosik_order_edited_1",
    examples={
        "order_name": "#1001",
        "shop_name": "Example Store",
        "added": "2",
        "removed": "1",
        "new_total": "€45.00",
        "order_link": "https://example.com/orders/1001",
    },
    texts={
        "en": Text(
            header="Order {{order_name}} has been changed",
            body=(
                "Your order at {{shop_name}} has been changed.\n\n"
                "Items added: {{added}}\n"
                "Items removed: {{removed}}\n"
                "New total: {{new_total}}\n\n"
                "You can look at the order here: {{order_link}}\n\n"
                "If something is not as you expected, please write to the store."
            ),
        ),
        "ko": Text(
            header="주문 {{order_name}} 변경",
            body=(
                "안녕하세요. {{shop_name}}에서 알려 드립니다. 주문 내용이 "
                "변경되었습니다.\n\n"
                "추가된 상품 수: {{added}}\n"
                "제외된 상품 수: {{removed}}\n"
                "변경 후 금액: {{new_total}}\n\n"
                "주문 내역은 여기에서 확인하실 수 있습니다: {{order_link}}\n\n"
                "예상하신 내용과 다르면 쇼핑몰에 문의해 주세요."
            ),
        ),
        "pt_BR": Text(
            header="Pedido {{order_name}} alterado",
            body=(
                "O seu pedido na loja {{shop_name}} foi alterado.\n\n"
                "Itens adicionados: {{added}}\n"
                "Itens removidos: {{removed}}\n"
                "Novo total: {{new_total}}\n"
                "Veja o pedido aqui: {{order_link}}\n\n"
                "Se algo não estiver como você esperava, fale com a loja."
            ),
        ),
        "es": Text(
            header="Pedido {{order_name}} modificado",
            body=(
                "Tu pedido en {{shop_name}} se ha modificado.\n\n"
                "Artículos añadidos: {{added}}\n"
                "Artículos quitados: {{removed}}\n"
                "Nuevo total: {{new_total}}\n"
                "Puedes ver el pedido aquí: {{order_link}}\n\n"
                "Si algo no es como esperabas, escribe a la tienda."
            ),
        ),
        "hi": Text(
            header="ऑर्डर {{order_name}} में बदलाव",
            body=(
                "आपके {{shop_name}} के ऑर्डर में बदलाव किया गया है।\n\n"
                "जोड़े गए आइटम: {{added}}\n"
                "हटाए गए आइटम: {{removed}}\n"
                "नई कुल राशि: {{new_total}}\n"
                "अपना ऑर्डर यहाँ देखें: {{order_link}}\n\n"
                "अगर कुछ आपकी उम्मीद के मुताबिक नहीं है, तो कृपया स्टोर को बताएँ।"
            ),
        ),
        "id": Text(
            header="Pesanan {{order_name}} diubah",
            body=(
                "Pesanan Anda di {{shop_name}} telah diubah.\n\n"
                "Barang ditambahkan: {{added}}\n"
                "Barang dihapus: {{removed}}\n"
                "Total baru: {{new_total}}\n"
                "Lihat pesanan Anda di sini: {{order_link}}\n\n"
                "Jika ada yang tidak sesuai, silakan hubungi toko."
            ),
        ),
        "ar": Text(
            header="تم تعديل الطلب {{order_name}}",
            body=(
                "تم تعديل طلبك من {{shop_name}}.\n\n"
                "عدد المنتجات المضافة: {{added}}\n"
                "عدد المنتجات المحذوفة: {{removed}}\n"
                "الإجمالي الجديد: {{new_total}}\n"
                "يمكنك الاطلاع على طلبك من هنا:\n"
                "{{order_link}}\n\n"
                "إذا لم يكن ذلك كما توقعت، فيُرجى التواصل مع المتجر."
            ),
        ),
        "de": Text(
            header="Bestellung {{order_name}} geändert",
            body=(
                "Ihre Bestellung bei {{shop_name}} wurde geändert.\n\n"
                "Hinzugekommene Artikel: {{added}}\n"
                "Entfernte Artikel: {{removed}}\n"
                "Neuer Gesamtbetrag: {{new_total}}\n"
                "Hier können Sie die Bestellung ansehen: {{order_link}}\n\n"
                "Falls etwas nicht Ihren Erwartungen entspricht, wenden Sie sich bitte "
                "an den Shop."
            ),
        ),
        "fr": Text(
            header="Commande {{order_name}} modifiée",
            body=(
                "Votre commande chez {{shop_name}} a été modifiée.\n\n"
                "Articles ajoutés : {{added}}\n"
                "Articles retirés : {{removed}}\n"
                "Nouveau total : {{new_total}}\n"
                "Vous pouvez la consulter ici : {{order_link}}\n\n"
                "Si quelque chose ne vous convient pas, contactez la boutique."
            ),
        ),
        "zh_TW": Text(
            header="訂單 {{order_name}} 已變更",
            body=(
                "您好，您在 {{shop_name}} 的訂單內容已變更。\n\n"
                "新增商品數：{{added}}\n"
                "移除商品數：{{removed}}\n"
                "新的總金額：{{new_total}}\n"
                "您可以在這裡查看訂單：\n"
                "{{order_link}}\n\n"
                "如有不符預期之處，請與店家聯絡。"
            ),
        ),
    },
)

AUTOMATION = Automation(
    name="order_edited",
    summary=N_("Things were added to the order, or taken off it."),
    scope=Scope.TRANSACTIONAL,
    priority=0,
    lifetime=timedelta(hours=24),
    listens_to=(OrderEdited,),
    settings=(_WAIT,),
    propose=propose,
    template=TEMPLATE,
    compose=saying.filling(TEMPLATE),
    chapter=Chapter(Story.EDITS, 0, adds_up=True),
    together=edits.together,
)
