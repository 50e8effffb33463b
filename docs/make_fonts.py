"""Makes the fonts of the proofs of consent: the parts of Noto Sans that are needed.

Wants Debian's packages fonts-noto-core and fonts-noto-cjk. The same fonts in, the same
fonts out.
"""

from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont, newTable

FONTS = Path(__file__).parents[1] / "notifications" / "proofs" / "fonts"
NOTO = Path("/usr/share/fonts/truetype/noto")
CJK = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")

ASCII = range(0x20, 0x7F)
SIGNS = {
    "NotoSans": (
        *(ASCII, range(0xA0, 0x370), range(0x370, 0x530), range(0x1E00, 0x1F00)),
        *(range(0x2000, 0x20C1), range(0x2100, 0x2150), range(0x2190, 0x2300)),
        range(0x25A0, 0x2600),
    ),
    "NotoSansArabic": (
        *(ASCII, range(0x600, 0x700), range(0x750, 0x780), range(0x200C, 0x2010)),
        *(range(0xFB50, 0xFE00), range(0xFE70, 0xFF00)),
    ),
    "NotoSansDevanagari": (
        *(ASCII, range(0x900, 0x980), range(0xA8E0, 0xA900), range(0x200C, 0x200E)),
        *(range(0x20B9, 0x20BA), range(0x25CC, 0x25CD)),
    ),
}


def signs_of(encoding: str, first: Iterable[int], second: Iterable[int]) -> set[int]:
    """All that two bytes say in one of the old encodings."""
    pairs = (bytes([a, b]) for a in first for b in second)
    return {ord(sign) for pair in pairs for sign in pair.decode(encoding, "ignore")}


def korean() -> set[int]:
    """The syllables of KS X 1001; its ideographs are in the Chinese font."""
    found = signs_of("euc_kr", range(0xA1, 0xFF), range(0xA1, 0xFF))
    ideographs = {*range(0x4E00, 0xA000), *range(0xF900, 0xFB00)}
    return found - ideographs | {*ASCII, *range(0x3130, 0x318F)}


def chinese() -> set[int]:
    """The common ideographs of Big5, and kana."""
    second = [*range(0x40, 0x7F), *range(0xA1, 0xFF)]
    found = signs_of("big5", range(0xA1, 0xC7), second)
    return found | {*ASCII, *range(0x3000, 0x3100), *range(0xFF00, 0xFFF0)}


def cut(font: TTFont, signs: Iterable[int], features: list[str]) -> None:
    options = subset.Options()
    options.layout_features = features
    options.hinting = options.glyph_names = False
    options.notdef_outline = options.desubroutinize = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "DSIG"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=signs)
    cutter.subset(font)


def with_quadratic_curves(font: TTFont) -> None:
    """What every reader of PDF understands best."""
    glyphs = {}
    for name, glyph in font.getGlyphSet().items():
        pen = TTGlyphPen(None)
        glyph.draw(Cu2QuPen(pen, max_err=1.5, reverse_direction=True))
        glyphs[name] = pen.glyph()
    table = font["glyf"] = newTable("glyf")
    table.glyphOrder, table.glyphs = font.getGlyphOrder(), glyphs
    font["loca"] = newTable("loca")
    del font["CFF "]
    most = font["maxp"]
    most.tableVersion = 0x00010000
    for field in (
        *("maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs"),
        *("maxInstructionDefs", "maxStackElements", "maxSizeOfInstructions"),
        *("maxComponentElements", "maxPoints", "maxContours", "maxCompositePoints"),
        *("maxCompositeContours", "maxComponentDepth"),
    ):
        setattr(most, field, int(field == "maxZones"))
    font["post"].formatType = 3.0
    font.sfntVersion = "\x00\x01\x00\x00"


def keep(font: TTFont, name: str) -> None:
    font.flavor, font.recalcTimestamp = "woff", False
    font.save(FONTS / f"{name}-Regular.woff")


def main() -> None:
    for name, ranges in SIGNS.items():
        font = TTFont(NOTO / f"{name}-Regular.ttf")
        cut(font, {sign for signs in ranges for sign in signs}, ["*"])
        keep(font, name)
    faces = {font["name"].getDebugName(4): font for font in TTCollection(CJK).fonts}
    for face, name, signs in (
        ("Noto Sans CJK KR", "NotoSansKR", korean()),
        ("Noto Sans CJK TC", "NotoSansTC", chinese()),
    ):
        cut(faces[face], signs, ["ccmp", "kern", "locl"])
        with_quadratic_curves(faces[face])
        keep(faces[face], name)


if __name__ == "__main__":
    main()
