"""What carriers say of a parcel in Dutch."""

from core.values import Milestone

WORDS = {
    Milestone.LABELLED: (
        "aangemeld", "zending aangemeld", "voorgemeld", "nog niet ontvangen",
    ),
    Milestone.IN_TRANSIT: (
        "onderweg", "zending ontvangen", "gesorteerd", "zending is gesorteerd",
        "ontvangen", "in het sorteercentrum", "opgehaald", "bij de douane",
        "zending gesorteerd",
    ),
    Milestone.OUT_FOR_DELIVERY: (
        "bezorger is onderweg", "in bezorging", "chauffeur is onderweg",
        "wordt bezorgd", "geladen voor bezorging", "bij de bezorger",
    ),
    Milestone.READY_FOR_PICKUP: (
        "klaar om af te halen", "ligt klaar", "af te halen",
        "beschikbaar voor afhaling", "ligt klaar bij een postnl-punt", "op afhaalpunt",
    ),
    Milestone.ATTEMPTED: (
        "niet thuis", "bezorgpoging", "geadresseerde niet thuis", "niet bezorgd",
        "afwezig",
    ),
    Milestone.DELAYED: ("vertraagd", "vertraging", "vastgehouden door de douane"),
    Milestone.IN_TROUBLE: (
        "retour afzender", "geweigerd", "beschadigd", "retour naar afzender",
        "onbestelbaar", "adres onjuist", "geannuleerd",
    ),
    Milestone.DELIVERED: (
        "bezorgd", "afgeleverd", "zending bezorgd", "pakket bezorgd",
        "bezorgd bij buren", "geleverd", "uitgereikt", "afgehaald",
    ),
}  # fmt: skip
