"""What carriers say of a parcel in Indonesian."""

from core.values import Milestone

WORDS = {
    Milestone.LABELLED: (
        "pesanan dibuat", "menunggu pickup", "manifes", "menunggu penjemputan",
        "resi dibuat",
    ),
    Milestone.IN_TRANSIT: (
        "dalam perjalanan", "paket telah dijemput", "dalam pengiriman",
        "sedang transit", "paket telah diterima oleh kurir", "paket telah dipickup",
        "dikirim", "sampai di gudang", "proses pengiriman", "paket sampai di fasilitas",
    ),
    Milestone.OUT_FOR_DELIVERY: (
        "sedang diantar", "dibawa kurir", "paket dibawa kurir", "dalam pengantaran",
        "kurir menuju alamat", "paket akan dikirim ke alamat penerima",
        "sedang dikirim ke penerima",
    ),
    Milestone.READY_FOR_PICKUP: ("siap diambil", "menunggu diambil penerima"),
    Milestone.ATTEMPTED: (
        "gagal kirim", "penerima tidak di tempat", "rumah kosong", "pengantaran gagal",
        "alamat tidak ditemukan", "percobaan pengiriman gagal",
    ),
    Milestone.DELAYED: ("tertunda", "terlambat", "ditahan"),
    Milestone.IN_TROUBLE: (
        "retur", "dikembalikan", "dikembalikan ke pengirim", "rusak", "hilang",
        "dibatalkan", "ditolak", "paket bermasalah",
    ),
    Milestone.DELIVERED: (
        "terkirim", "diterima", "paket telah diterima", "diterima oleh penerima",
        "selesai", "pengiriman selesai", "paket telah diterima oleh penerima",
    ),
}  # fmt: skip
