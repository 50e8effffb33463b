"""The phrases of every language: a file each in ``languages/``, found by itself."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

from notifications.wishes.writing import written

_HERE = Path(__file__).parent


class Piece:
    """What a part of a message is. The names are those of the files' lists.

    Bare bits: an enum's take longer to join than all the rest of the reading.
    """

    AROUND = 0
    STOP = 1
    STOP_ALL = 2
    START = 4
    CANCEL = 8
    STOP_SENDING = 16
    NOT_WANTED = 32
    START_SENDING = 64
    MESSAGES = 128
    OFFERS = 256
    THEM = 512
    EVERYTHING = 1024
    DETERMINERS = 2048
    REQUEST = 4096
    AWAITS = 8192
    """No list: something is being refused, and it was not yet said what."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """``languages`` is a bit for each; ``accented`` is told where accents matter."""

    piece: int
    languages: int
    accented: str | None = None


@dataclass(frozen=True, slots=True)
class Phrases:
    """All that is understood, by its plain letters."""

    languages: tuple[str, ...]
    meanings: Mapping[str, tuple[Meaning, ...]]
    misspelt: Mapping[str, str]
    longest: int

    @property
    def every_language(self) -> int:
        return (1 << len(self.languages)) - 1

    def named(self, languages: int) -> tuple[str, ...]:
        """The codes of these languages; none where the words are everybody's."""
        if languages == self.every_language:
            return ()
        return tuple(
            code for bit, code in enumerate(self.languages) if languages >> bit & 1
        )


@cache
def phrases() -> Phrases:
    """Every file's, and what is said everywhere."""
    files = sorted((_HERE / "languages").glob("*.toml"))
    everybodys = (1 << len(files)) - 1
    found: dict[str, dict[tuple[int, str | None], int]] = {}
    misspelt: dict[str, str] = {}
    for path, languages in (
        (_HERE / "everywhere.toml", everybodys),
        *((path, 1 << bit) for bit, path in enumerate(files)),
    ):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        for letters, meaning in _meanings(table, languages):
            of = found.setdefault(letters, {})
            said = (meaning.piece, meaning.accented)
            of[said] = of.get(said, 0) | meaning.languages
        for word in table.get("long_words", ()):
            misspelt.update(dict.fromkeys(_almost(_letters(word)), _letters(word)))
    return Phrases(
        languages=tuple(path.stem for path in files),
        meanings={
            letters: tuple(
                Meaning(piece, languages, accented)
                for (piece, accented), languages in of.items()
            )
            for letters, of in found.items()
        },
        misspelt=misspelt,
        longest=max(map(len, found)),
    )


_NOT_PIECES = {"long_words", "accents_matter"}


def _meanings(
    table: Mapping[str, list[str]], languages: int
) -> Iterator[tuple[str, Meaning]]:
    for name, said in table.items():
        if name in _NOT_PIECES:
            continue
        # STOP ALL is the one word that says two things.
        both = Piece.STOP | Piece.EVERYTHING
        piece = both if name == "stop_everything" else getattr(Piece, name.upper())
        for phrase in said:
            for variant in spelt_out(phrase):
                read = written(variant)
                if read is None or not read.letters:
                    raise ValueError(f"no phrase: {phrase!r}")
                accented = read.accented if table.get("accents_matter") else None
                yield read.letters, Meaning(piece, languages, accented)


def spelt_out(phrase: str) -> Iterator[str]:
    """Every way to say «stop {sending|writing} {me|}»."""
    parts = re.split(r"\{([^{}]*)\}", phrase)
    choices = [
        part.split("|") if is_choice else [part]
        for part, is_choice in zip(parts, _alternately(), strict=False)
    ]
    return map("".join, product(*choices))


def _alternately() -> Iterator[bool]:
    while True:
        yield False
        yield True


def _letters(word: str) -> str:
    read = written(word)
    if read is None or len(read.edges) != 2:
        raise ValueError(f"not one word: {word!r}")
    return read.letters


def _almost(word: str) -> Iterator[str]:
    """The word with one letter wrong, missing, too many, or swapped with the next.

    A dot stands for any letter.
    """
    for at in range(len(word)):
        yield f"{word[:at]}.{word[at + 1 :]}"
        yield f"{word[:at]}{word[at + 1 :]}"
        yield f"{word[:at]}.{word[at:]}"
        yield f"{word[:at]}{word[at + 1 : at + 2]}{word[at]}{word[at + 2 :]}"


def mended(word: str, misspelt: Mapping[str, str]) -> str | None:
    """The long word that somebody meant who missed one letter of it, or None."""
    if word in misspelt:
        return misspelt[word]
    for at in range(len(word)):
        found = misspelt.get(f"{word[:at]}.{word[at + 1 :]}")
        if found is not None:
            return found
    return None
