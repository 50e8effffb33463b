"""Brazilian Portuguese."""

from notifications.proofs.sentences import Sentences, acts, scopes

SENTENCES = Sentences(
    title="Comprovante de consentimento",
    store="Loja",
    person="Pessoa",
    made="Emitido em",
    entry="Registro {number} do livro",
    about="Sobre",
    topic="Parte",
    act="O que foi feito",
    source="Onde",
    wording="Com esta frase",
    no_wording="Nenhuma frase está registrada.",
    version="Versão da frase",
    language="Idioma da frase",
    happened="Quando",
    recorded="Registrado em",
    evidence="O que comprova",
    gone="Apagado a pedido da pessoa.",
    digest="Hash",
    previous="Hash do registro anterior",
    commitment="Compromisso",
    end="Fim do livro: registro {number}",
    nothing="Não há nada registrado sobre esta pessoa.",
    erased="Os dados desta pessoa foram apagados. O que resta comprova que as "
    "mensagens foram lícitas: o que foi aceito ou retirado, com qual frase e "
    "quando. Quem era e o que o comprovava não existem mais.",
    how="Cada registro contém o hash (SHA-256) do anterior, de modo que nenhum "
    "pode ser alterado, retirado ou movido sem mudar todos os seguintes. O "
    "comprovante em JSON traz tudo para recalcular os hashes destes registros e "
    "explica como.",
    verified="O livro inteiro foi verificado na emissão, registro por registro: "
    "está como foi escrito.",
    not_verified="O livro inteiro foi verificado na emissão e NÃO está como foi "
    "escrito.",
    no_glyph="Um sinal que esta página não mostra aparece como código, como U+3042.",
    scopes=scopes("notícias sobre pedidos", "ofertas"),
    acts=acts("aceitou", "confirmou", "retirou", "aceitou em outro lugar, importado"),
    places={
        "order_attribute": "com o pedido",
        "purchase": "pela compra",
        "checkout_box": "caixa no checkout",
        "form": "formulário da loja",
        "form_confirmation": "botão no WhatsApp",
        "chat_keyword": "mensagem no WhatsApp",
        "chat_button": "botão no WhatsApp",
        "whatsapp_preference": "ajustes do WhatsApp",
        "whatsapp_signup": "inscrição no WhatsApp",
        "meta_131050": "ajustes do WhatsApp",
        "shopify": "no Shopify",
        "operator": "anotado pela loja",
        "import": "lista importada",
        "erasure": "por exclusão dos dados",
    },
)
