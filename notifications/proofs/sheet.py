"""A proof as PDF, for people: in their language and their writing.

The library for it is costly to load, and is loaded when somebody wants a sheet.
"""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from core.words import Words
from notifications.proofs.proof import Link, Proof
from notifications.proofs.sentences import Sentences, sentences_in

_FONTS = Path(__file__).parent / "fonts"
_BASE = "NotoSans"
_SIGNS = {
    "NotoSansArabic": re.compile(
        r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefe]"
    ),
    "NotoSansDevanagari": re.compile(r"[\u0900-\u097f\ua8e0-\ua8ff]"),
    "NotoSansKR": re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]"),
    "NotoSansTC": re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]"),
}
_FIRST = {"ko": "NotoSansKR", "zh_TW": "NotoSansTC"}
"""Whose ideographs and punctuation are taken where several fonts have them."""

_FROM_RIGHT = {"ar"}
_MARGIN = 18
_LABELS = 46
_ROOM, _ROOM_BELOW_HEADING = 14, 40
_LINE_HEIGHT = 0.53
"""Millimetres for each point of a letter's size."""
# A label and what stands beside it are never of one size: the library takes them for
# one font then, though the label was in another one's letters.
_LABEL, _TEXT, _CODE, _HEADING, _TITLE = 8, 10, 7, 12, 18
_GREY, _BLACK = 95, 20


def sheet_of(proof: Proof, zone: ZoneInfo) -> bytes:
    """The pages. Moments are on the clock of ``zone``, which is named beside them."""
    lines = list(_lines(proof, zone))
    with closing(_Sheet(proof.language, lines)) as sheet:
        for line in lines:
            sheet.write(line)
        if sheet.lacks_signs:
            sheet.write(
                _Line(sentences_in(proof.language).no_glyph, _LABEL, space_before=3)
            )
        return sheet.finished(sentences_in(proof.language).title)


@dataclass(frozen=True, slots=True)
class _Line:
    """``is_code`` for what runs from the left in every language: digests, numbers."""

    text: str
    size: int = _TEXT
    label: str = ""
    is_code: bool = False
    space_before: int = 0


def _lines(proof: Proof, zone: ZoneInfo) -> Iterator[_Line]:
    said = sentences_in(proof.language)
    words = Words(proof.language, zone)
    yield _Line(said.title, _TITLE)
    yield _Line(proof.domain.host, label=said.store, is_code=True, space_before=4)
    if proof.phone is not None:
        yield _Line(proof.phone.e164, label=said.person, is_code=True)
    yield _Line(f"{words.moment(proof.made_at)} ({zone.key})", label=said.made)
    if proof.is_erased:
        yield _Line(said.erased, space_before=3)
    if not proof.links:
        yield _Line(said.nothing, space_before=3)
    for link in proof.links:
        yield from _lines_of(link, said, words)
    verdict = proof.verdict
    end = said.end.format(number=words.number(verdict.entries))
    yield _Line(end, _HEADING, space_before=7)
    yield _Line(verdict.digest.hex(), _CODE, label=said.digest, is_code=True)
    yield _Line(said.verified if verdict.is_whole else said.not_verified)
    yield _Line(said.how, space_before=3)


def _lines_of(link: Link, said: Sentences, words: Words) -> Iterator[_Line]:
    entry = link.entry
    number = words.number(entry.number)
    yield _Line(said.entry.format(number=number), _HEADING, space_before=7)
    yield _Line(said.acts[entry.act], label=said.act)
    yield _Line(said.scopes[entry.scope], label=said.about)
    if entry.topic is not None:
        yield _Line(entry.topic, label=said.topic)
    yield _Line(said.places.get(entry.source, entry.source), label=said.source)
    yield _Line(entry.wording or said.no_wording, label=said.wording)
    for label, text in (
        (said.version, entry.wording_version),
        (said.language, entry.wording_language),
    ):
        if text is not None:
            yield _Line(text, label=label, is_code=True)
    happened, recorded = (
        words.moment(entry.happened_at),
        words.moment(entry.recorded_at),
    )
    yield _Line(happened, label=said.happened)
    yield _Line(recorded, label=said.recorded)
    yield from _evidence(link, said)
    for label, digest in (
        (said.previous, link.previous),
        (said.commitment, entry.commitment),
        (said.digest, entry.digest),
    ):
        shown = "-" if digest is None else digest.hex()
        yield _Line(shown, _CODE, label=label, is_code=True)


def _evidence(link: Link, said: Sentences) -> Iterator[_Line]:
    private = link.entry.private
    if private is None:
        yield _Line(said.gone, label=said.evidence)
        return
    if private.who is not None:
        yield _Line(private.who, label=said.person, is_code=True)
    if private.evidence:
        shown = "\n".join(f"{key}: {value}" for key, value in private.evidence.items())
        yield _Line(shown, label=said.evidence, is_code=True)


class _Sheet:
    """Paper of one language, with the fonts that its lines need and no others."""

    def __init__(self, language: str, lines: Sequence[_Line]) -> None:
        from fpdf import FPDF

        self._pdf = FPDF(format="A4")
        self._pdf.set_margin(_MARGIN)
        self._pdf.set_auto_page_break(True, margin=_MARGIN)
        self._pdf.set_lang(language.replace("_", "-"))
        self._runs_from_right = language in _FROM_RIGHT
        self._missing = ""
        self._load_fonts(language, "".join(line.label + line.text for line in lines))
        self._pdf.add_page()

    def _load_fonts(self, language: str, text: str) -> None:
        """Each takes a moment to load, and most proofs need two of them."""
        wanted = [family for family, signs in _SIGNS.items() if signs.search(text)]
        wanted.sort(key=lambda family: family != _FIRST.get(language))
        for family in (_BASE, *wanted):
            self._pdf.add_font(family, fname=_FONTS / f"{family}-Regular.woff")
        self._pdf.set_fallback_fonts(wanted, exact_match=False)
        self._pdf.set_font(_BASE, size=_TEXT)
        shown = {sign for font in self._pdf.fonts.values() for sign in _cmap(font)}
        self._missing = "".join({s for s in text if ord(s) not in shown and s != "\n"})

    @property
    def lacks_signs(self) -> bool:
        return bool(self._missing)

    def write(self, line: _Line) -> None:
        pdf = self._pdf
        room = _ROOM_BELOW_HEADING if line.size == _HEADING else _ROOM
        if pdf.get_y() + line.space_before + room > pdf.h - _MARGIN:
            pdf.add_page()
        elif line.space_before:
            pdf.ln(line.space_before)
        top, page = pdf.get_y(), pdf.page
        if not line.label:
            self._put(line.text, line.size, _MARGIN, pdf.epw, _BLACK, is_code=False)
            return
        column = pdf.epw - _LABELS
        left, right = float(_MARGIN), float(_MARGIN + _LABELS)
        if self._runs_from_right:
            left, right = _MARGIN + column, _MARGIN
        self._put(line.label, _LABEL, left, _LABELS, _GREY, is_code=False)
        below = pdf.get_y()
        pdf.set_y(top)
        self._put(line.text, line.size, right, column, _BLACK, is_code=line.is_code)
        if pdf.page == page:
            pdf.set_y(max(below, pdf.get_y()))

    def _put(
        self, text: str, size: int, x: float, width: float, grey: int, *, is_code: bool
    ) -> None:
        pdf = self._pdf
        pdf.set_font(_BASE, size=size)
        pdf.set_text_color(grey)
        pdf.set_text_shaping(True, direction="ltr" if is_code else None)
        pdf.set_x(x)
        pdf.multi_cell(
            width,
            size * _LINE_HEIGHT,
            self._with_codes(text),
            align="R" if self._runs_from_right else "L",
            new_x="LMARGIN",
            new_y="NEXT",
        )

    def _with_codes(self, text: str) -> str:
        """Nothing of a sentence is lost: what no font has is told by its code."""
        for sign in self._missing:
            text = text.replace(sign, f"[U+{ord(sign):04X}]")
        return text

    def close(self) -> None:
        """Let go of the fonts' files, which are read until the end."""
        for font in self._pdf.fonts.values():
            font.ttfont.close()  # type: ignore[union-attr]  # all of ours are files

    def finished(self, title: str) -> bytes:
        self._pdf.set_title(title)
        out = io.BytesIO()
        self._pdf.output(out)
        return out.getvalue()


def _cmap(font: Any) -> Iterable[int]:
    return font.cmap  # type: ignore[no-any-return]
