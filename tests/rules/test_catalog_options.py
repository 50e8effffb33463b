"""Options find their place whatever language the store speaks."""

import pytest

from notifications.rules.catalog_codes import google_category_of, gtin_of
from notifications.rules.catalog_options import attributes


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        *[(n, "color") for n in ("Color", "COLOUR", "Farbe", "Couleur", "Cor")],
        *[
            (n, "color")
            for n in ("Warna", "रंग", "اللون", "색상", "顏色", "Frame colour")
        ],
        *[(n, "size") for n in ("Size", "Größe", "Taille", "Tamanho", "Talla")],
        *[
            (n, "size")
            for n in ("Ukuran", "साइज़", "المقاس", "사이즈", "尺寸", "Size (EU)")
        ],
        *[
            (n, "material")
            for n in ("Material", "Matière", "Bahan", "सामग्री", "الخامة")
        ],
        *[(n, "material") for n in ("소재", "材質", "Stoff", "Tela", "Tecido")],
        *[
            (n, "pattern")
            for n in ("Pattern", "Muster", "Motif", "Estampa", "Estampado")
        ],
        *[(n, "pattern") for n in ("Motif", "पैटर्न", "النمط", "패턴", "圖案")],
    ],
)
def test_a_name_in_any_of_ten_languages_is_known(name, kind):
    assert attributes([(name, "X")]) == ({kind: "X"}, [])


def test_what_has_no_place_is_told_apart():
    options = [("Engraving", "Yes"), ("Size", "M"), ("Taille", "40"), ("Colour", " ")]

    assert attributes(options) == ({"size": "M"}, ["Yes", "40"])


def test_a_product_without_options_has_none():
    assert attributes([("Title", "Default Title")]) == ({}, [])


@pytest.mark.parametrize(
    ("barcode", "gtin"),
    [
        ("4006381333931", "4006381333931"),
        ("400-6381 333931", "4006381333931"),
        ("036000291452", "036000291452"),
        ("96385074", "96385074"),
        ("10614141000415", "10614141000415"),
        ("4006381333930", None),
        ("2001234567893", None),
        ("0000000000000", None),
        ("12345", None),
        ("٤٠٠٦٣٨١٣٣٣٩٣١", None),
        ("ABC", None),
        ("", None),
        (None, None),
    ],
)
def test_a_barcode_counts_by_its_check_digit(barcode, gtin):
    assert gtin_of(barcode) == gtin


@pytest.mark.parametrize(
    ("category", "google"),
    [
        ("aa-1-13-8", "1604"),
        ("aa-8", "187"),
        ("el-2-1", "222"),
        ("na", None),
        ("", None),
        (None, None),
    ],
)
def test_a_category_is_the_nearest_that_both_trees_have(category, google):
    assert google_category_of(category) == google
