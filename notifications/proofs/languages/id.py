"""Indonesian."""

from notifications.proofs.sentences import Sentences, acts, scopes

SENTENCES = Sentences(
    title="Bukti persetujuan",
    store="Toko",
    person="Orang",
    made="Dibuat pada",
    entry="Catatan {number} dalam buku",
    about="Tentang",
    topic="Bagian",
    act="Yang dilakukan",
    source="Di mana",
    wording="Atas kalimat ini",
    no_wording="Tidak ada kalimat yang tercatat.",
    version="Versi kalimat",
    language="Bahasa kalimat",
    happened="Kapan",
    recorded="Dicatat pada",
    evidence="Yang membuktikannya",
    gone="Dihapus atas permintaan orang tersebut.",
    digest="Hash",
    previous="Hash catatan sebelumnya",
    commitment="Komitmen",
    end="Akhir buku: catatan {number}",
    nothing="Tidak ada catatan tentang orang ini.",
    erased="Data orang ini telah dihapus. Yang tersisa membuktikan bahwa pesan "
    "dikirim secara sah: apa yang disetujui atau ditarik, atas kalimat apa, dan "
    "kapan. Siapa orangnya dan buktinya sudah tidak ada.",
    how="Setiap catatan memuat hash (SHA-256) dari catatan sebelumnya, sehingga "
    "tidak satu pun dapat diubah, dikeluarkan, atau dipindahkan tanpa mengubah "
    "semua yang mengikutinya. Bukti dalam JSON memuat semua yang diperlukan untuk "
    "menghitung ulang hash catatan ini beserta caranya.",
    verified="Seluruh buku diperiksa saat bukti ini dibuat, catatan demi catatan: "
    "isinya tetap seperti saat ditulis.",
    not_verified="Seluruh buku diperiksa saat bukti ini dibuat, dan isinya TIDAK "
    "seperti saat ditulis.",
    no_glyph="Tanda yang tidak dapat ditampilkan ditulis sebagai kode, misalnya "
    "U+3042.",
    scopes=scopes("kabar pesanan", "promo"),
    acts=acts(
        "menyetujui", "mengonfirmasi", "menarik kembali", "disetujui di tempat lain"
    ),
    places={
        "order_attribute": "bersama pesanan",
        "purchase": "melalui pembelian",
        "checkout_box": "kotak di checkout",
        "form": "formulir toko",
        "form_confirmation": "tombol di WhatsApp",
        "chat_keyword": "pesan di WhatsApp",
        "chat_button": "tombol di WhatsApp",
        "whatsapp_preference": "setelan WhatsApp",
        "whatsapp_signup": "pendaftaran di WhatsApp",
        "meta_131050": "setelan WhatsApp",
        "shopify": "di Shopify",
        "operator": "dicatat oleh toko",
        "import": "daftar yang diimpor",
        "erasure": "karena data dihapus",
    },
)
