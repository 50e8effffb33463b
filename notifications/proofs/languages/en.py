"""English."""

from notifications.proofs.sentences import Sentences, acts, scopes

SENTENCES = Sentences(
    title="Proof of consent",
    store="Store",
    person="Person",
    made="Made on",
    entry="Entry {number} of the ledger",
    about="About",
    topic="Part of it",
    act="What was done",
    source="Where",
    wording="To this sentence",
    no_wording="No sentence is on record.",
    version="Version of the sentence",
    language="Language of the sentence",
    happened="When",
    recorded="Written down",
    evidence="What shows it",
    gone="Erased at the person's request.",
    digest="Digest",
    previous="Digest of the entry before",
    commitment="Commitment",
    end="The ledger's end: entry {number}",
    nothing="Nothing is on record of this person.",
    erased="This person was erased. What is left proves that they were written to "
    "lawfully: what was agreed to or taken back, to which sentence, and when. Who "
    "it was and what showed it are gone.",
    how="Each entry holds the digest (SHA-256) of the one before it, so that none "
    "can be changed, taken out or moved without all that follow. The proof as JSON "
    "has everything to compute the digests of these entries again, and says how.",
    verified="The whole ledger was checked when this was made, entry by entry: it "
    "is as it was written.",
    not_verified="The whole ledger was checked when this was made, and it is NOT "
    "as it was written.",
    no_glyph="A sign that this page cannot show stands as its code, such as U+3042.",
    scopes=scopes("news about orders", "offers"),
    acts=acts("agreed", "confirmed", "taken back", "agreed elsewhere, imported"),
    places={
        "order_attribute": "with the order",
        "purchase": "by the purchase",
        "checkout_box": "box at the checkout",
        "form": "form of the store",
        "form_confirmation": "button in WhatsApp",
        "chat_keyword": "message in WhatsApp",
        "chat_button": "button in WhatsApp",
        "whatsapp_preference": "WhatsApp's settings",
        "whatsapp_signup": "sign-up in WhatsApp",
        "meta_131050": "WhatsApp's settings",
        "shopify": "at Shopify",
        "operator": "written down by the store",
        "import": "imported list",
        "erasure": "by being erased",
    },
)
