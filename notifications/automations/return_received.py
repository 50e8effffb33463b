"""Tell the buyer that their return has been dealt with."""

from datetime import timedelta

from core.values import ReturnStep
from core.words import N_
from notifications import return_news, wording
from notifications.wording import Text

TEMPLATE = wording.news(
    "sosik_return_received_1",
    examples={
        "order_name": "#1001",
        "shop_name": "Example Store",
        "order_link": "https://example.com/orders/1001",
    },
    texts={
        "en": Text(
            header="Order {{order_name}}: return complete",
            body=(
                "Your return for the order at {{shop_name}} has been processed and "
                "is now complete.\n\n"
                "You can look at the order here: {{order_link}}\n\n"
                "If a refund is due to you, it goes back the way you paid."
            ),
        ),
        "ko": Text(
            header="주문 {{order_name}} 반품 완료",
            body=(
                "안녕하세요. {{shop_name}}에서 알려 드립니다. 반품 처리가 "
                "완료되었습니다.\n\n"
                "주문 내역은 여기에서 확인하실 수 있습니다: {{order_link}}\n\n"
                "환불 금액이 있으면 결제하신 수단으로 돌아갑니다."
            ),
        ),
        "pt_BR": Text(
            header="Pedido {{order_name}}: devolução concluída",
            body=(
                "A sua devolução na loja {{shop_name}} foi processada e está "
                "concluída.\n\n"
                "Veja o pedido aqui: {{order_link}}\n\n"
                "Se houver valor a devolver, ele volta pelo mesmo meio de pagamento."
            ),
        ),
        "es": Text(
            header="Pedido {{order_name}}: devolución completada",
            body=(
                "Tu devolución en {{shop_name}} se ha tramitado y ya está "
                "completada.\n\n"
                "Puedes ver el pedido aquí: {{order_link}}\n\n"
                "Si te corresponde un reembolso, vuelve por el mismo medio de pago."
            ),
        ),
        "hi": Text(
            header="ऑर्डर {{order_name}}: वापसी पूरी हुई",
            body=(
                "आपके {{shop_name}} के ऑर्डर की वापसी की प्रक्रिया पूरी हो गई है।\n\n"
                "अपना ऑर्डर यहाँ देखें: {{order_link}}\n\n"
                "अगर कोई रकम लौटनी है, तो वह उसी माध्यम से लौटेगी जिससे आपने भुगतान "
                "किया था।"
            ),
        ),
        "id": Text(
            header="Pesanan {{order_name}}: retur selesai",
            body=(
                "Retur untuk pesanan Anda di {{shop_name}} sudah diproses dan "
                "selesai.\n\n"
                "Lihat pesanan Anda di sini: {{order_link}}\n\n"
                "Jika ada dana yang dikembalikan, dana kembali melalui cara pembayaran "
                "Anda."
            ),
        ),
        "ar": Text(
            header="الطلب {{order_name}}: اكتمل الإرجاع",
            body=(
                "تمت معالجة إرجاع طلبك من {{shop_name}} واكتملت.\n\n"
                "يمكنك الاطلاع على طلبك من هنا:\n"
                "{{order_link}}\n\n"
                "إذا كان لك مبلغ مسترد، فسيعود بوسيلة الدفع نفسها."
            ),
        ),
        "de": Text(
            header="Bestellung {{order_name}}: Retoure erledigt",
            body=(
                "Ihre Rücksendung zur Bestellung bei {{shop_name}} ist bearbeitet "
                "und abgeschlossen.\n\n"
                "Hier können Sie die Bestellung ansehen: {{order_link}}\n\n"
                "Steht Ihnen eine Erstattung zu, geht sie auf Ihr Zahlungsmittel "
                "zurück."
            ),
        ),
        "fr": Text(
            header="Commande {{order_name}} : retour traité",
            body=(
                "Votre retour pour la commande chez {{shop_name}} a été traité ; "
                "il est terminé.\n\n"
                "Vous pouvez consulter la commande ici : {{order_link}}\n\n"
                "Si un remboursement vous est dû, il revient par votre moyen de "
                "paiement."
            ),
        ),
        "zh_TW": Text(
            header="訂單 {{order_name}} 退貨已完成",
            body=(
                "您好，您在 {{shop_name}} 的退貨已處理完成。\n\n"
                "您可以在這裡查看訂單：\n"
                "{{order_link}}\n\n"
                "如有應退款項，將退回原付款方式。"
            ),
        ),
    },
)

AUTOMATION = return_news.of_step(
    ReturnStep.PROCESSED,
    ReturnStep.CLOSED,
    name="return_received",
    summary=N_("A return has been processed, or closed as complete."),
    lifetime=timedelta(hours=72),
    template=TEMPLATE,
)
