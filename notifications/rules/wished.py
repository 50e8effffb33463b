"""What somebody's words in the chat, and what they set in WhatsApp, do to what they
agreed to.

Such acts come late, twice and in any order. Each counts from the moment at which it was
done, whatever has been read before it, so in the end the same is agreed to.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.values import Act, Scope

BY_KEYWORD = "chat_keyword"
BY_BUTTON = "chat_button"
BY_SWITCH = "whatsapp_preference"
BY_SIGN_UP = "whatsapp_signup"
BY_REFUSAL = "meta_131050"

_OF_METAS_SWITCH = frozenset({BY_SWITCH, BY_REFUSAL})


class Deed(StrEnum):
    """What somebody did. The switch is the one that WhatsApp itself has for the offers
    of a business; Meta may also refuse a message because it is off."""

    STOP = "stop"
    STOP_ALL = "stop_all"
    START = "start"
    CONFIRM = "confirm"
    SWITCH_OFF = "switch_off"
    SWITCH_ON = "switch_on"
    SIGN_UP = "sign_up"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A word about a whole scope, as the ledger has it or is to have it."""

    scope: Scope
    act: Act
    source: str
    at: datetime


def words_of(
    deed: Deed,
    *,
    at: datetime,
    source: str,
    before: Iterable[Said],
) -> Sequence[Said]:
    """What is to be added to the ledger for a deed; ``before`` is what it holds of the
    person by now, from whatever time, but for what counts for one order alone."""
    return tuple(dict.fromkeys(_words(deed, at, source, list(before))))


def _words(
    deed: Deed, at: datetime, source: str, known: Sequence[Said]
) -> Iterator[Said]:
    offers, news = Scope.MARKETING, Scope.TRANSACTIONAL
    match deed:
        case Deed.STOP | Deed.STOP_ALL:
            no = Said(scope=offers, act=Act.REVOKED, source=source, at=at)
            yield no
            yield from _without_what_hung_on(no, known)
            if deed is Deed.STOP_ALL:
                no_news = Said(scope=news, act=Act.REVOKED, source=source, at=at)
                yield no_news
                yield from _started_since(no_news, known)
        case Deed.START | Deed.CONFIRM:
            act = Act.CONFIRMED if deed is Deed.CONFIRM else Act.GRANTED
            yield Said(scope=offers, act=act, source=source, at=at)
            if _is_no(_last(news, known, by=at)):
                yield Said(scope=news, act=Act.GRANTED, source=source, at=at)
        case Deed.SWITCH_OFF | Deed.REFUSED:
            yield Said(scope=offers, act=Act.REVOKED, source=source, at=at)
        case Deed.SWITCH_ON:
            # It takes back Meta's stop, and nothing else that was said.
            before = _last(offers, _own(known), by=at)
            if before is not None and before.act is not Act.REVOKED:
                yield Said(scope=offers, act=before.act, source=source, at=at)
        case Deed.SIGN_UP:
            yield Said(scope=offers, act=Act.GRANTED, source=source, at=at)


def _without_what_hung_on(no: Said, known: Sequence[Said]) -> Iterator[Said]:
    """The switch may have been read as turned on again, on the strength of a yes that
    had been taken back by then, as we now learn."""
    for each in known:
        is_switched_on = each.source == BY_SWITCH and each.act is not Act.REVOKED
        if is_switched_on and each.at >= no.at:
            last = _last(no.scope, [*_own(known), no], by=each.at)
            if _is_no(last):
                yield Said(
                    scope=no.scope, act=Act.REVOKED, source=no.source, at=each.at
                )


def _started_since(no: Said, known: Sequence[Said]) -> Iterator[Said]:
    """A later START is known already, which would have brought the news back."""
    starts = [
        each
        for each in known
        if each.scope is Scope.MARKETING
        and each.act is not Act.REVOKED
        and each.source in (BY_KEYWORD, BY_BUTTON)
        and each.at > no.at
    ]
    if not starts:
        return
    first = min(starts, key=lambda each: each.at)
    if _is_no(_last(no.scope, [*known, no], by=first.at)):
        yield Said(scope=no.scope, act=Act.GRANTED, source=first.source, at=first.at)


def _own(known: Iterable[Said]) -> list[Said]:
    """All but what WhatsApp's switch says."""
    return [each for each in known if each.source not in _OF_METAS_SWITCH]


def _last(scope: Scope, known: Iterable[Said], *, by: datetime) -> Said | None:
    """The word that counted at a moment; of two at once it is the no."""
    said = [each for each in known if each.scope is scope and each.at <= by]
    return max(said, key=lambda each: (each.at, each.act is Act.REVOKED), default=None)


def _is_no(word: Said | None) -> bool:
    return word is not None and word.act is Act.REVOKED


def _is_yes(word: Said | None) -> bool:
    return word is not None and word.act is not Act.REVOKED


def agrees(scope: Scope, known: Iterable[Said], *, at: datetime) -> bool:
    """Whether by all of this somebody agrees to a scope at a moment."""
    return _is_yes(_last(scope, known, by=at))
