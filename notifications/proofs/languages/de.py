"""German."""

from notifications.proofs.sentences import Sentences, acts, scopes

SENTENCES = Sentences(
    title="Nachweis der Einwilligung",
    store="Shop",
    person="Person",
    made="Erstellt am",
    entry="Eintrag {number} des Verzeichnisses",
    about="Worüber",
    topic="Teil davon",
    act="Was geschah",
    source="Wo",
    wording="Zu diesem Satz",
    no_wording="Es ist kein Satz festgehalten.",
    version="Fassung des Satzes",
    language="Sprache des Satzes",
    happened="Wann",
    recorded="Festgehalten am",
    evidence="Was es belegt",
    gone="Auf Wunsch der Person gelöscht.",
    digest="Prüfsumme",
    previous="Prüfsumme des Eintrags davor",
    commitment="Festlegung (Commitment)",
    end="Ende des Verzeichnisses: Eintrag {number}",
    nothing="Zu dieser Person ist nichts festgehalten.",
    erased="Die Daten dieser Person wurden gelöscht. Was bleibt, belegt, dass ihr "
    "rechtmäßig geschrieben wurde: worin eingewilligt oder was widerrufen wurde, zu "
    "welchem Satz und wann. Wer es war und was es belegte, ist nicht mehr da.",
    how="Jeder Eintrag enthält die Prüfsumme (SHA-256) des Eintrags davor. Keiner "
    "kann also geändert, entfernt oder verschoben werden, ohne dass sich alle "
    "folgenden ändern. Der Nachweis als JSON enthält alles, um die Prüfsummen "
    "dieser Einträge nachzurechnen, und beschreibt wie.",
    verified="Das ganze Verzeichnis wurde beim Erstellen Eintrag für Eintrag "
    "geprüft: Es ist, wie es geschrieben wurde.",
    not_verified="Das ganze Verzeichnis wurde beim Erstellen geprüft, und es ist "
    "NICHT, wie es geschrieben wurde.",
    no_glyph="Ein Zeichen, das hier nicht dargestellt werden kann, steht als Code "
    "da, etwa U+3042.",
    scopes=scopes("Nachrichten zu Bestellungen", "Angebote"),
    acts=acts(
        "eingewilligt",
        "bestätigt",
        "widerrufen",
        "anderswo eingewilligt, importiert",
    ),
    places={
        "order_attribute": "mit der Bestellung",
        "purchase": "durch den Kauf",
        "checkout_box": "Kästchen an der Kasse",
        "form": "Formular des Shops",
        "form_confirmation": "Knopf in WhatsApp",
        "chat_keyword": "Nachricht in WhatsApp",
        "chat_button": "Knopf in WhatsApp",
        "whatsapp_preference": "WhatsApp-Einstellungen",
        "whatsapp_signup": "Anmeldung in WhatsApp",
        "meta_131050": "WhatsApp-Einstellungen",
        "shopify": "bei Shopify",
        "operator": "vom Shop aufgeschrieben",
        "import": "importierte Liste",
        "erasure": "durch die Löschung",
    },
)
