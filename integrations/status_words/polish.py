"""What carriers say of a parcel in Polish."""

from core.values import Milestone

WORDS = {
    Milestone.LABELLED: (
        "przygotowana przez nadawcę", "przesyłka utworzona", "utworzona",
        "zarejestrowana", "przygotowana do nadania", "oczekuje na nadanie",
    ),
    Milestone.IN_TRANSIT: (
        "odebrana od nadawcy", "przyjęta w oddziale", "w drodze", "nadana",
        "nadana w paczkomacie", "wyjechała z oddziału", "przyjęta w sortowni",
        "przyjęta w oddziale inpost", "w transporcie", "w trasie",
        "odebrana od klienta", "nadana w punkcie",
    ),
    Milestone.OUT_FOR_DELIVERY: (
        "przekazana do doręczenia", "wydana do doręczenia", "w doręczeniu",
        "wydana kurierowi do doręczenia",
    ),
    Milestone.READY_FOR_PICKUP: (
        "gotowa do odbioru", "umieszczona w paczkomacie", "oczekuje na odbiór", "awizo",
        "umieszczona w paczkomacie odbiorczym", "do odbioru",
    ),
    Milestone.ATTEMPTED: (
        "próba doręczenia", "nieudana próba doręczenia", "awizowana",
        "odbiorca nieobecny",
    ),
    Milestone.DELAYED: ("opóźniona", "opóźnienie"),
    Milestone.IN_TROUBLE: (
        "zwrot", "zwrócona do nadawcy", "odmowa przyjęcia", "zwrot do nadawcy",
        "uszkodzona", "anulowana", "zagubiona", "zwrócona",
    ),
    Milestone.DELIVERED: (
        "doręczona", "odebrana", "dostarczona", "przesyłka doręczona",
    ),
}  # fmt: skip
