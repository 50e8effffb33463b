"""What carriers say of a parcel in Portuguese, of Brazil first."""

from core.values import Milestone

WORDS = {
    Milestone.LABELLED: (
        "etiqueta emitida", "objeto ainda não postado", "aguardando postagem",
        "pedido criado", "emitido", "aguardando coleta", "pré-postado",
    ),
    Milestone.IN_TRANSIT: (
        "objeto postado", "postado", "objeto em trânsito", "em trânsito",
        "objeto encaminhado", "coletado", "objeto recebido pelos correios do brasil",
        "objeto em transferência", "em transferência", "transferência", "a caminho",
        "fiscalização aduaneira finalizada", "pagamento confirmado", "entrada",
        "objeto recebido na unidade de exportação no país de origem", "expedido",
        "objeto em trânsito por favor aguarde", "encaminhado",
        "em rota de transferência", "aceite", "recebido no local de entrega",
    ),
    Milestone.OUT_FOR_DELIVERY: (
        "objeto saiu para entrega ao destinatário", "saiu para entrega",
        "em rota de entrega", "saída para entrega", "em distribuição",
        "objeto saiu para entrega", "em entrega",
    ),
    Milestone.READY_FOR_PICKUP: (
        "objeto aguardando retirada no endereço indicado", "aguardando retirada",
        "disponível para retirada", "objeto disponível para retirada",
        "disponível para levantamento",
    ),
    Milestone.ATTEMPTED: (
        "objeto não entregue - carteiro não atendido", "carteiro não atendido",
        "tentativa de entrega", "destinatário ausente",
        "tentativa de entrega não efetuada", "objeto não entregue", "não entregue",
        "insucesso na entrega", "entrega não efetuada",
        "a entrega não pode ser efetuada",
    ),
    Milestone.DELAYED: (
        "aguardando pagamento", "objeto em atraso", "atrasado", "entrega atrasada",
        "aguardando pagamento do despacho postal", "retido na alfândega",
        "em fiscalização",
    ),
    Milestone.IN_TROUBLE: (
        "objeto devolvido", "devolvido", "objeto roubado", "extraviado",
        "objeto em devolução ao remetente", "em devolução", "recusado", "avariado",
        "endereço insuficiente", "cancelado", "objeto extraviado",
        "objeto não localizado", "entregue ao remetente",
        "objeto entregue ao remetente", "sinistro", "roubo",
    ),
    Milestone.DELIVERED: (
        "objeto entregue ao destinatário", "entregue", "entrega realizada",
        "objeto entregue", "entrega efetuada", "entregue ao destinatário",
    ),
}  # fmt: skip
