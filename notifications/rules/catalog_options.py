"""Which option of a product is its colour, which its size, however it is called."""

import unicodedata
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from core.catalog import MOST_OPTION
from notifications.rules.catalog_texts import one_line

_NAMES: Mapping[str, str] = {
    "color": (
        "color colour shade farbe couleur coloris teinte cor cores colores warna rang "
        "रंग कलर اللون لون الالوان 색상 색깔 색 컬러 顏色 顔色 颜色 色 色彩"
    ),
    "size": (
        "size sizes größe grösse groesse taille pointure tamanho tamanhos talla talle "
        "tallas tamaño ukuran साइज़ साइज आकार नाप المقاس مقاس الحجم حجم القياس قياس "
        "사이즈 크기 치수 尺寸 尺碼 尺码 大小 サイズ"
    ),
    "material": (
        "material materials fabric stoff materiale matière matiere matériau materiau "
        "tissu tecido tela bahan kain सामग्री कपड़ा المادة مادة الخامة خامة القماش "
        "قماش 소재 재질 원단 材質 材质 材料 布料 面料"
    ),
    "pattern": (
        "pattern print muster motiv motif imprimé imprime estampa padrão padrao "
        "estampado patrón patron diseño motif pola corak पैटर्न डिज़ाइन النمط "
        "نمط النقشة نقشة الطبعة 패턴 무늬 문양 圖案 图案 花紋 花纹 花色"
    ),
}
"""In English, Korean, Portuguese, Spanish, Hindi, Indonesian, Arabic, German, French
and Chinese."""

_ONLY = ("title", "default title")
"""A product without options has one all the same, by this name and with this value."""


def folded(name: str) -> str:
    """As it is looked for: without case, and each letter written in one way."""
    return unicodedata.normalize("NFKC", " ".join(name.split())).casefold()


_KINDS = MappingProxyType(
    {folded(name): kind for kind, names in _NAMES.items() for name in names.split()}
)


def attributes(
    options: Iterable[tuple[str, str]],
) -> tuple[dict[str, str], list[str]]:
    """What of these options the catalog has a place for, and the values of the others.

    Of two of one kind the first counts; the other is one of the others.
    """
    placed: dict[str, str] = {}
    others: list[str] = []
    for name, value in options:
        said = one_line(value)[:MOST_OPTION].rstrip()
        if not said or (folded(name), folded(said)) == _ONLY:
            continue
        kind = _KINDS.get(folded(name)) or _kind_in(name)
        if kind is None or kind in placed:
            others.append(said)
        else:
            placed[kind] = said
    return placed, others


def _kind_in(name: str) -> str | None:
    """For names of several words, such as *Frame colour* or *Size (EU)*."""
    words = "".join(c if unicodedata.category(c)[0] in "LMN" else " " for c in name)
    found = {_KINDS[w] for w in folded(words).split() if w in _KINDS}
    return found.pop() if len(found) == 1 else None
