"""What carriers say of a parcel in Malay."""

from core.values import Milestone

WORDS = {
    Milestone.LABELLED: ("pesanan diterima", "maklumat diterima"),
    Milestone.IN_TRANSIT: (
        "dalam perjalanan", "diserahkan kepada kurier", "tiba di hab", "dalam transit",
    ),
    Milestone.OUT_FOR_DELIVERY: ("dalam penghantaran", "keluar untuk penghantaran"),
    Milestone.READY_FOR_PICKUP: ("sedia untuk diambil", "boleh diambil"),
    Milestone.ATTEMPTED: (
        "penghantaran gagal", "cubaan penghantaran gagal", "penerima tiada",
    ),
    Milestone.DELAYED: ("tertangguh", "lewat"),
    Milestone.IN_TROUBLE: (
        "dipulangkan", "dikembalikan kepada penghantar", "rosak", "hilang",
    ),
    Milestone.DELIVERED: ("berjaya dihantar", "telah dihantar", "selesai dihantar"),
}  # fmt: skip
