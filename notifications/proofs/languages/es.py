"""Spanish."""

from notifications.proofs.sentences import Sentences, acts, scopes

SENTENCES = Sentences(
    title="Prueba de consentimiento",
    store="Tienda",
    person="Persona",
    made="Emitida el",
    entry="Asiento {number} del libro",
    about="Sobre",
    topic="Parte",
    act="Qué se hizo",
    source="Dónde",
    wording="Con esta frase",
    no_wording="No consta ninguna frase.",
    version="Versión de la frase",
    language="Idioma de la frase",
    happened="Cuándo",
    recorded="Anotado el",
    evidence="Qué lo demuestra",
    gone="Borrado a petición de la persona.",
    digest="Hash",
    previous="Hash del asiento anterior",
    commitment="Compromiso",
    end="Fin del libro: asiento {number}",
    nothing="No consta nada sobre esta persona.",
    erased="Los datos de esta persona se borraron. Lo que queda demuestra que se "
    "le escribió lícitamente: qué aceptó o retiró, con qué frase y cuándo. Quién "
    "era y lo que lo demostraba ya no existen.",
    how="Cada asiento contiene el hash (SHA-256) del anterior, de modo que ninguno "
    "puede cambiarse, quitarse ni moverse sin cambiar todos los siguientes. La "
    "prueba en JSON incluye todo lo necesario para volver a calcular los hashes de "
    "estos asientos y explica cómo.",
    verified="Al emitirla se comprobó el libro entero, asiento por asiento: está "
    "tal como se escribió.",
    not_verified="Al emitirla se comprobó el libro entero y NO está tal como se "
    "escribió.",
    no_glyph="Un signo que esta página no puede mostrar figura como código, por "
    "ejemplo U+3042.",
    scopes=scopes("avisos sobre pedidos", "ofertas"),
    acts=acts("aceptó", "confirmó", "retiró", "aceptó en otro lugar, importado"),
    places={
        "order_attribute": "con el pedido",
        "purchase": "por la compra",
        "checkout_box": "casilla en el pago",
        "form": "formulario de la tienda",
        "form_confirmation": "botón en WhatsApp",
        "chat_keyword": "mensaje en WhatsApp",
        "chat_button": "botón en WhatsApp",
        "whatsapp_preference": "ajustes de WhatsApp",
        "whatsapp_signup": "alta en WhatsApp",
        "meta_131050": "ajustes de WhatsApp",
        "shopify": "en Shopify",
        "operator": "anotado por la tienda",
        "import": "lista importada",
        "erasure": "por borrado de los datos",
    },
)
