"""What carriers say of a parcel in German."""

from core.values import Milestone

WORDS = {
    Milestone.LABELLED: (
        "die sendung wurde elektronisch angekündigt", "elektronisch angekündigt",
        "angekündigt", "auftragsdaten übermittelt", "sendung angekündigt", "preadvice",
        "daten übermittelt", "vorangekündigt", "bestelldaten erfasst",
    ),
    Milestone.IN_TRANSIT: (
        "in transport", "unterwegs", "im paketzentrum bearbeitet", "abgeholt",
        "im ziel-paketzentrum", "sendung unterwegs", "in transit", "sortiert",
        "im start-paketzentrum bearbeitet", "im paketzentrum", "eingeliefert",
        "auf dem weg", "paket ist unterwegs", "im paketzustellzentrum", "transport",
        "im ziel-paketzentrum bearbeitet", "beim paketdienst eingetroffen", "verzollt",
        "in verteilung", "im hermes verteilzentrum", "im depot eingetroffen",
    ),
    Milestone.OUT_FOR_DELIVERY: (
        "in zustellung", "in das zustellfahrzeug geladen", "zustellfahrzeug",
        "in auslieferung", "die sendung wurde in das zustellfahrzeug geladen",
        "auf zustelltour", "paket ist in zustellung", "heute in zustellung",
    ),
    Milestone.READY_FOR_PICKUP: (
        "zur abholung bereit", "abholbereit", "im paketshop", "in der filiale",
        "die sendung liegt zur abholung bereit", "in der packstation",
        "im gls paketshop", "liegt zur abholung bereit", "zur abholung in der filiale",
        "im hermes paketshop",
    ),
    Milestone.ATTEMPTED: (
        "zustellversuch", "empfänger nicht angetroffen", "nicht angetroffen",
        "zustellung nicht möglich", "erfolgloser zustellversuch", "nicht zugestellt",
        "zustellversuch erfolglos", "benachrichtigt",
    ),
    Milestone.DELAYED: (
        "verzögert", "verspätet", "verzögerung", "die zustellung verzögert sich",
        "zustellung verschoben", "beim zoll angehalten",
    ),
    Milestone.IN_TROUBLE: (
        "rücksendung", "annahme verweigert", "zurück an absender", "beschädigt",
        "verloren", "rücksendung an den absender", "adresse unbekannt", "storniert",
        "adressfehler", "die sendung wird an den absender zurückgesandt", "retoure",
        "unzustellbar", "an absender zugestellt",
    ),
    Milestone.DELIVERED: (
        "zugestellt", "die sendung wurde erfolgreich zugestellt",
        "erfolgreich zugestellt", "zustellung erfolgreich", "ausgeliefert",
        "beim nachbarn abgegeben", "abgegeben", "paket zugestellt",
        "an nachbarn zugestellt", "abgeholt durch empfänger",
    ),
}  # fmt: skip
