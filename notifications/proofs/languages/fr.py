"""French."""

from notifications.proofs.sentences import Sentences, acts, scopes

SENTENCES = Sentences(
    title="Preuve du consentement",
    store="Boutique",
    person="Personne",
    made="Établie le",
    entry="Inscription {number} du registre",
    about="Au sujet de",
    topic="Partie",
    act="Ce qui a été fait",
    source="Où",
    wording="À cette phrase",
    no_wording="Aucune phrase n'est enregistrée.",
    version="Version de la phrase",
    language="Langue de la phrase",
    happened="Quand",
    recorded="Inscrit le",
    evidence="Ce qui l'atteste",
    gone="Effacé à la demande de la personne.",
    digest="Empreinte",
    previous="Empreinte de l'inscription précédente",
    commitment="Engagement",
    end="Fin du registre : inscription {number}",
    nothing="Rien n'est enregistré sur cette personne.",
    erased="Les données de cette personne ont été effacées. Ce qui reste prouve "
    "que les messages étaient licites : ce qui a été accepté ou retiré, à quelle "
    "phrase et quand. Qui c'était et ce qui l'attestait n'existent plus.",
    how="Chaque inscription contient l'empreinte (SHA-256) de la précédente : "
    "aucune ne peut être modifiée, retirée ou déplacée sans changer toutes les "
    "suivantes. La preuve en JSON contient tout ce qu'il faut pour recalculer les "
    "empreintes de ces inscriptions, et dit comment.",
    verified="Tout le registre a été vérifié lors de l'établissement, inscription "
    "par inscription : il est tel qu'il a été écrit.",
    not_verified="Tout le registre a été vérifié lors de l'établissement, et il "
    "N'EST PAS tel qu'il a été écrit.",
    no_glyph="Un signe que cette page ne peut montrer figure par son code, par "
    "exemple U+3042.",
    scopes=scopes("nouvelles des commandes", "offres"),
    acts=acts("accepté", "confirmé", "retiré", "accepté ailleurs, importé"),
    places={
        "order_attribute": "avec la commande",
        "purchase": "par l'achat",
        "checkout_box": "case au paiement",
        "form": "formulaire de la boutique",
        "form_confirmation": "bouton dans WhatsApp",
        "chat_keyword": "message WhatsApp",
        "chat_button": "bouton dans WhatsApp",
        "whatsapp_preference": "réglages de WhatsApp",
        "whatsapp_signup": "inscription dans WhatsApp",
        "meta_131050": "réglages de WhatsApp",
        "shopify": "chez Shopify",
        "operator": "noté par la boutique",
        "import": "liste importée",
        "erasure": "par l'effacement",
    },
)
