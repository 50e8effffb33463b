"""What somebody typed, in the plain letters that phrases are compared in."""

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 200
"""Letters of a plain wish, and more than anybody needs for one."""

_MOST_CHARACTERS = 1_000
_QUESTION = re.compile("[?¿؟？՞፧⁇⁈⁉❓❔‽\u037e]")
_SCRIPTS_WITHOUT_SPACES = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
)
"""Thai, Lao, Burmese, Khmer, kana, Chinese characters; and Hangul, whose spaces
people leave out."""
_WITHOUT_SPACES = re.compile(f"[{_SCRIPTS_WITHOUT_SPACES}]")
# Where words touch, two of a letter may be the end of one and the start of the next.
_RUN = re.compile(rf"([^\W\d_{_SCRIPTS_WITHOUT_SPACES}])\1+|([^\W\d_])\2\2+")
_GREEK_QUESTION = re.compile(r"[\u0370-\u03ff].*;\W*$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Written:
    """A text without case, accents, punctuation, emoji and spaces.

    ``edges`` are the places where a word begins or ends; in what is written without
    spaces, every letter. ``accented`` are the same letters with their accents.
    """

    letters: str
    accented: str
    edges: tuple[int, ...]
    is_question: bool


def plain(text: str) -> str:
    """The text in plain letters, its words apart by one space."""
    full = unicodedata.normalize("NFKD", text).casefold()
    return " ".join(_composed(full.translate(_PLAINLY)).split())


def written(text: str) -> Written | None:
    """The text as it is compared; None for one too long to be a plain wish."""
    if len(text) > _MOST_CHARACTERS:
        return None
    full = unicodedata.normalize("NFKD", text).casefold()
    words, marked = _words(full.translate(_PLAINLY)), None
    if not full.isascii():
        marked = _words(full.translate(_WITH_ACCENTS))
    letters = "".join(words)
    if len(letters) > LONGEST:
        return None
    accented = "".join(marked) if marked is not None else letters
    return Written(
        letters=letters,
        accented=accented if len(accented) == len(letters) else letters,
        edges=tuple(_edges(words)),
        is_question=bool(_QUESTION.search(text) or _GREEK_QUESTION.search(text)),
    )


def _words(text: str) -> list[str]:
    # The runs go before the spaces do: «stop please» has no double p.
    return _RUN.sub(lambda run: run[0][0], _composed(text)).split()


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _edges(words: list[str]) -> list[int]:
    edges, at = [0], 0
    for word in words:
        if not word.isascii():
            edges += (
                at + inside
                for inside in range(1, len(word))
                if _is_edge(word[inside - 1], word[inside])
            )
        at += len(word)
        edges.append(at)
    return edges


def _is_edge(before: str, after: str) -> bool:
    # A vowel sign belongs to the letter before it.
    return unicodedata.category(after)[0] != "M" and bool(
        _WITHOUT_SPACES.match(before) or _WITHOUT_SPACES.match(after)
    )


_ONE_LETTER_FOR_TWO = {
    # Letters that no decomposition makes plain.
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "ı": "i",
    "æ": "ae",
    "œ": "oe",
    # One keyboard's letter for another's: Persian and Urdu, and Arabic in haste.
    "ى": "ي",
    "ی": "ي",
    "ې": "ي",
    "ک": "ك",
    "ة": "ه",
    "ہ": "ه",
    "ھ": "ه",
    "ۃ": "ه",
}
_DROPPED = re.compile(
    # Accents; Arabic and Hebrew vowels; tatweel; the nukta of Hindi and Bengali.
    "[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0591-\u05c7\u0640"
    "\u093c\u09bc]"
)
_APOSTROPHES = "'’‘`´ʼ"


class _Translation(dict[int, str]):
    """What becomes of each character; those of most alphabets are remembered."""

    def __init__(self, *, keeps_accents: bool) -> None:
        self._keeps_accents = keeps_accents

    def __missing__(self, code: int) -> str:
        found = self._of(chr(code))
        if code < 0x3000:
            self[code] = found
        return found

    def _of(self, character: str) -> str:
        if self._keeps_accents and (
            character == "đ" or "\u0300" <= character < "\u0370"
        ):
            return character
        if _DROPPED.match(character) or character in _APOSTROPHES:
            return ""
        kind = unicodedata.category(character)
        if kind == "Cf" or character == "\ufe0f":
            # Marks that turn the direction, joiners, and what makes an emoji of a sign.
            return ""
        plain = _ONE_LETTER_FOR_TWO.get(character, character)
        return plain if kind[0] in "LMN" and kind != "Me" else " "


_PLAINLY = _Translation(keeps_accents=False)
_WITH_ACCENTS = _Translation(keeps_accents=True)
