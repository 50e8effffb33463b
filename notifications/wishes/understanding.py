"""What a whole message wishes, if it says nothing else.

A message is taken apart into phrases of one language: what says a wish by itself
(«unsubscribe»), what says it of something («stop sending me … messages»), and courtesy
around it («please», «hi»). Nothing may be left over. So a sentence that merely contains
such a word is no wish, nor is one with a «not» in front of it, without anybody having
to list what else people say.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from notifications.wishes.phrases import Phrases, Piece, mended, phrases
from notifications.wishes.writing import Written, written

_FEWEST_LETTERS_TO_MEND = 7


class Wish(StrEnum):
    """What somebody may want of our messages."""

    STOP = "stop"
    """No more advertising. News of their orders goes on."""
    STOP_ALL = "stop_all"
    """No more messages at all."""
    START = "start"
    """Messages again."""
    CANCEL = "cancel"
    """Said to a machine it ends messages, said to a shop an order: to be asked."""


@dataclass(frozen=True, slots=True)
class Understood:
    """``languages`` are those in which one says it so; none, where all do («STOP»)."""

    wish: Wish
    languages: tuple[str, ...] = ()

    @property
    def language(self) -> str | None:
        """The one language of what was said; None where several come into question."""
        return self.languages[0] if len(self.languages) == 1 else None


def understood(text: str, *, names: Iterable[str] = ()) -> Understood | None:
    """The wish that the whole of ``text`` is, or None for any other message.

    ``names`` are those by which the shop may be spoken to («stop, Acme»).
    """
    known = phrases()
    read = written(text)
    if read is None or not read.letters:
        return None
    called = _letters_of(names)
    found = _wished(read, known, called)
    if found is None and (better := _mended(read, known)) is not None:
        found = _wished(better, known, called)
        # Nobody agrees to anything by a slip of the finger.
        return found if found and found.wish in _ENDS else None
    return found


def wish_in(text: str, *, names: Iterable[str] = ()) -> Wish | None:
    """As ``understood``, for those to whom the language is all one."""
    found = understood(text, names=names)
    return None if found is None else found.wish


_FIRST_OF_MESSAGES = (Wish.STOP_ALL, Wish.STOP, Wish.START, Wish.CANCEL)
"""«Cancel the messages» can be read as a mere CANCEL too, and means more."""
_FIRST_TO_BE_ASKED = (Wish.CANCEL, Wish.STOP_ALL, Wish.STOP, Wish.START)
"""«Cancel it» may mean the messages, or an order."""

_ENDS = {Wish.STOP, Wish.STOP_ALL}


def _wished(read: Written, known: Phrases, names: frozenset[str]) -> Understood | None:
    by_wish: dict[Wish, int] = {}
    readings = _readings(read, known, names)
    for pieces, languages in readings.items():
        wish = _wish_of(pieces, is_question=read.is_question)
        if wish is not None:
            by_wish[wish] = by_wish.get(wish, 0) | languages
    if Wish.START in by_wish and len(by_wish) > 1:
        return None
    says_of_what = any(pieces & (Piece.MESSAGES | Piece.OFFERS) for pieces in readings)
    for wish in _FIRST_OF_MESSAGES if says_of_what else _FIRST_TO_BE_ASKED:
        if wish in by_wish:
            return Understood(wish, known.named(by_wish[wish]))
    return None


def _readings(read: Written, known: Phrases, names: frozenset[str]) -> dict[int, int]:
    """Every way to take the whole apart: its pieces, and the languages of all of them.

    The work is bounded by the length of a message times that of the longest phrase.
    """
    reached: dict[int, dict[int, int]] = {0: {Piece.AROUND: known.every_language}}
    for number, start in enumerate(read.edges):
        states = reached.pop(start, None)
        if states is None or start == len(read.letters):
            if states is not None:
                return states
            continue
        for end in read.edges[number + 1 :]:
            if end - start > known.longest:
                break
            for piece, languages in _said(read, start, end, known, names):
                ahead = reached.setdefault(end, {})
                for pieces, of in states.items():
                    after = _after(pieces, piece)
                    if after is not None and (both := of & languages):
                        ahead[after] = ahead.get(after, 0) | both
    return {}


def _said(
    read: Written, start: int, end: int, known: Phrases, names: frozenset[str]
) -> Iterator[tuple[int, int]]:
    part = read.letters[start:end]
    for meaning in known.meanings.get(part, ()):
        if meaning.accented in (None, read.accented[start:end]):
            yield meaning.piece, meaning.languages
    if part in names:
        yield Piece.AROUND, known.every_language


_SOMETHING = Piece.MESSAGES | Piece.OFFERS | Piece.THEM | Piece.EVERYTHING
_ASKED_OF = _SOMETHING | Piece.STOP_ALL


_VERBS = Piece.STOP_SENDING | Piece.NOT_WANTED
_WISHES = (
    _VERBS
    | Piece.STOP
    | Piece.STOP_ALL
    | Piece.START
    | Piece.CANCEL
    | Piece.START_SENDING
)


def _after(pieces: int, piece: int) -> int | None:
    """All pieces so far with the next one; None where the two cannot be one wish.

    «I do not want» waits for what is not wanted, and «the» for what it belongs to.
    What follows them is no wish of its own: «I do not want to unsubscribe», «the end».
    """
    if piece & _WISHES and pieces & (Piece.AWAITS | Piece.DETERMINERS):
        return None
    if piece & _SOMETHING:
        pieces &= ~(Piece.AWAITS | Piece.DETERMINERS)
    if piece & _VERBS:
        piece |= Piece.AWAITS
    return pieces | piece


def _wish_of(pieces: int, *, is_question: bool) -> Wish | None:
    if pieces & Piece.DETERMINERS or _contradict(pieces):
        return None
    if is_question and not (pieces & Piece.REQUEST and pieces & _ASKED_OF):
        return None
    end = _end_in(pieces)
    if pieces & (Piece.START | Piece.START_SENDING):
        is_plain = not is_question and not pieces & _VERBS
        return Wish.START if is_plain and _starts(pieces) else None
    if end is None and pieces & Piece.CANCEL and not is_question:
        return Wish.CANCEL
    return end


def _starts(pieces: int) -> bool:
    if pieces & Piece.START_SENDING and pieces & (Piece.MESSAGES | Piece.OFFERS):
        return True
    # «Mulai pesan» is to start ordering.
    return bool(pieces & Piece.START) and not pieces & Piece.MESSAGES


def _contradict(pieces: int) -> bool:
    """Whether what was said is taken back: «cancel the opt-out», «start, no, stop»."""
    ends = pieces & (Piece.STOP | Piece.STOP_ALL)
    starts = pieces & (Piece.START | Piece.START_SENDING)
    return bool(pieces & Piece.CANCEL and (ends or starts)) or bool(ends and starts)


def _end_in(pieces: int) -> Wish | None:
    if pieces & Piece.STOP_ALL:
        return Wish.STOP_ALL
    says_so = (
        pieces & Piece.STOP
        or (pieces & Piece.STOP_SENDING and pieces & _SOMETHING)
        or (pieces & Piece.NOT_WANTED and pieces & (Piece.MESSAGES | Piece.OFFERS))
    )
    if not says_so:
        return None
    # «Stop all ads» is of all advertising, and of nothing else.
    is_of_all = pieces & Piece.EVERYTHING and not pieces & Piece.OFFERS
    return Wish.STOP_ALL if is_of_all else Wish.STOP


def _mended(read: Written, known: Phrases) -> Written | None:
    """The message with its one misspelt long word put right, where it has one."""
    for start, end in zip(read.edges, read.edges[1:], strict=False):
        if end - start < _FEWEST_LETTERS_TO_MEND:
            continue
        word = mended(read.letters[start:end], known.misspelt)
        if word is None or word == read.letters[start:end]:
            continue
        letters = f"{read.letters[:start]}{word}{read.letters[end:]}"
        longer = len(word) - (end - start)
        return Written(
            letters=letters,
            accented=letters,
            edges=tuple(edge + longer if edge >= end else edge for edge in read.edges),
            is_question=read.is_question,
        )
    return None


def _letters_of(names: Iterable[str]) -> frozenset[str]:
    read = (written(name) for name in names)
    return frozenset(name.letters for name in read if name is not None)
