"""How messages are worded: templates in every language, and values fit for them."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from core.values import Category, Money

if TYPE_CHECKING:
    from babel import Locale

DEFAULT_LANGUAGE = "en"
_MOST_IN_ONE_VALUE = 200
MOST_IN_HEADER = 28
"""A header with its value has 60 characters at most, in every language."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One language of a template. ``{{name}}`` stands for a value, and ``stop`` is the
    label of a button by which its reader ends all offers, ``yes`` of one by which they
    confirm that they want them; '' where it has none. ``answers`` are the labels of
    buttons by which they answer the question that it asks.

    ``deal`` stands over the time that an offer has left, and ``link`` is the label of
    the button that leads to where it is spent; neither is without the other.
    """

    header: str
    body: str
    footer: str = ""
    stop: str = ""
    yes: str = ""
    deal: str = ""
    link: str = ""
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template of ours. Its name ends in a number that grows with each new wording,
    since Meta allows an approved one to be changed once a day only.

    ``examples`` shows Meta's reviewers a value for each name. ``answers`` are the names
    that come back of the buttons that its texts have ``answers`` for, in their order.
    ``shows_products`` is whether it has the button that opens things of the catalog.
    """

    name: str
    category: Category
    examples: Mapping[str, str]
    texts: Mapping[str, Text]
    answers: tuple[str, ...] = ()
    shows_products: bool = False

    def values_in(self, text: str) -> list[str]:
        """The names of the values in a text, in their order, each once."""
        return list(dict.fromkeys(re.findall(r"\{\{(\w+)\}\}", text)))


def news(
    name: str, *, examples: Mapping[str, str], texts: Mapping[str, Text]
) -> Template:
    """A template of news about an order, which Meta counts as utility.

    Each language ends by saying why its reader gets it.
    """
    return Template(
        name=name,
        category=Category.UTILITY,
        examples=examples,
        texts={
            language: replace(text, footer=_WHY_YOU_READ_THIS[language])
            for language, text in texts.items()
        },
    )


def question(
    name: str,
    *,
    answers: tuple[str, ...],
    examples: Mapping[str, str],
    texts: Mapping[str, Text],
) -> Template:
    """The same, for what asks something about the order: with a button for each of the
    ``answers``, which are the names that come back."""
    return replace(news(name, examples=examples, texts=texts), answers=answers)


def confirmation(
    name: str, *, examples: Mapping[str, str], texts: Mapping[str, Text]
) -> Template:
    """A template that asks for a yes a second time, which Meta counts as utility. It
    holds no advertising, and says itself why its reader gets it."""
    return Template(
        name=name, category=Category.UTILITY, examples=examples, texts=texts
    )


def offer(
    name: str, *, examples: Mapping[str, str], texts: Mapping[str, Text]
) -> Template:
    """A template of marketing. Each language ends by saying how to have no more of it,
    and has a button for that.

    The header begins with ``{{sender}}``, the store's name behind what the law of some
    countries wants at the very beginning of an advertisement.
    """
    return Template(
        name=name,
        category=Category.MARKETING,
        examples=examples,
        texts={
            language: replace(
                text, footer=_HOW_TO_END_THIS[language], stop=_STOP[language]
            )
            for language, text in texts.items()
        },
    )


def offer_of_products(
    name: str, *, examples: Mapping[str, str], texts: Mapping[str, Text]
) -> Template:
    """The same, for what shows things of the catalog. The button that opens them is the
    only one that Meta lets it have, so that its end tells alone how to have no more."""
    plain = offer(name, examples=examples, texts=texts)
    words = {language: replace(text, stop="") for language, text in plain.texts.items()}
    return replace(plain, texts=words, shows_products=True)


def limited_offer(
    name: str, *, examples: Mapping[str, str], texts: Mapping[str, Text]
) -> Template:
    """A template of marketing with a code and the time that it has left.

    Meta lets it have neither a header of words nor a footer, and no buttons but for the
    code and a link. So the body begins with the store's name, in bold type, since Meta
    takes no body that begins with a value; and it ends by how to have no more of it.
    """
    return Template(
        name=name,
        category=Category.MARKETING,
        examples=examples,
        texts={
            language: replace(
                text,
                body=f"{SENDER_IN_BOLD}{text.body}\n\n{_HOW_TO_END_THIS[language]}",
            )
            for language, text in texts.items()
        },
    )


SENDER_IN_BOLD = "*{{sender}}*"

_HOW_TO_END_THIS = {
    "en": "You agreed to offers from us. Reply STOP to end them.",
    "ko": "수신에 동의하신 분께 보내 드립니다. 수신거부: '수신거부' 답장(무료)",
    "pt_BR": "Você aceitou receber ofertas. Para sair, responda SAIR.",
    "es": "Aceptaste recibir ofertas. Para no recibir más: BAJA.",
    "hi": "आपने ऑफ़र पाने की सहमति दी है। बंद करने के लिए STOP लिखें।",
    "id": "Anda setuju menerima promo. Balas STOP untuk berhenti.",
    "ar": "لقد وافقت على تلقي عروضنا. لإيقافها أرسل: إيقاف",
    "de": "Sie haben Angeboten zugestimmt. Abmelden mit STOPP.",
    "fr": "Vous avez accepté nos offres. Répondez STOP pour arrêter.",
    "zh_TW": "您已同意接收優惠訊息。如不想再收到，請回覆「停止」。",
}
_STOP = {
    "en": "Stop promotions",
    "ko": "광고 수신거부",
    "pt_BR": "Parar promoções",
    "es": "Dejar de recibir ofertas",
    "hi": "ऑफ़र बंद करें",
    "id": "Hentikan promosi",
    "ar": "إيقاف العروض",
    "de": "Werbung abbestellen",
    "fr": "Arrêter les promotions",
    "zh_TW": "停止接收優惠",
}

_WHY_YOU_READ_THIS = {
    "en": "You asked for news about your order.",
    "ko": "주문 소식 수신에 동의하신 분께 보내 드립니다.",
    "pt_BR": "Você pediu para receber notícias do seu pedido.",
    "es": "Pediste recibir avisos sobre tu pedido.",
    "hi": "आपने अपने ऑर्डर की जानकारी पाने की सहमति दी है।",
    "id": "Anda meminta kabar tentang pesanan Anda.",
    "ar": "لقد طلبت تلقي أخبار طلبك.",
    "de": "Sie haben um Nachrichten zu Ihrer Bestellung gebeten.",
    "fr": "Vous avez demandé à suivre votre commande.",
    "zh_TW": "您已同意接收訂單相關通知。",
}


def language_for(
    locale: str | None, offered: Collection[str], default: str = DEFAULT_LANGUAGE
) -> str:
    """The one language for a buyer of this locale: the first of ``languages_for``."""
    return languages_for(locale, offered, default)[0]


def languages_for(
    locale: str | None, offered: Collection[str], default: str = DEFAULT_LANGUAGE
) -> tuple[str, ...]:
    """What a buyer may be written to in, the best first, each once.

    The offered language that is nearest to the buyer's locale, where one is near;
    the shop's ``default``, where it is offered; and English always, for a message in
    the wrong language is better than none.
    """
    near = nearest(locale, offered)
    chosen = [] if near is None else [near]
    if default in offered:
        chosen.append(default)
    return tuple(dict.fromkeys((*chosen, DEFAULT_LANGUAGE)))


def languages_of(
    locale: str | None,
    texts: Collection[str],
    *,
    of_store: Sequence[str],
    chosen: Sequence[str],
) -> tuple[str, ...]:
    """What a buyer may be written to in out of ``texts``, the best first, each once.

    ``of_store`` are the languages that the store prefers, the first one first, and
    ``chosen`` those that its owner wants these texts in alone: of them every one is
    better than none, and no other is used. Where none is chosen, as ``languages_for``.
    """
    if wanted := preferred([each for each in chosen if each in texts], of_store):
        usual = wanted[0]
        if not of_store and DEFAULT_LANGUAGE in wanted:
            usual = DEFAULT_LANGUAGE
        near = nearest(locale, wanted)
        first = usual if near is None else near
        return tuple(dict.fromkeys((first, usual, *wanted)))
    spoken = [each for each in of_store if each in texts] or list(texts)
    return languages_for(locale, spoken, spoken[0] if of_store else DEFAULT_LANGUAGE)


def preferred(languages: Collection[str], of_store: Sequence[str]) -> list[str]:
    """These languages, those first that the store prefers."""
    first = [each for each in of_store if each in languages]
    return list(dict.fromkeys((*first, *languages)))


def nearest(locale: str | None, offered: Collection[str]) -> str | None:
    """The offered language that somebody of this locale reads, or None.

    First the very locale, then its language, then that of another country: ``ko-KR``
    finds ``ko``, and ``pt-PT`` finds ``pt_BR``. Chinese is written in two ways, and
    who reads the one is not taken to read the other.
    """
    for candidate in _near(locale or ""):
        if candidate in offered:
            return candidate
    return None


_ALIASES = {"in": "id"}
"""Codes of old that some systems still write."""

_ELSEWHERE = {"pt": ("pt_BR",)}
"""Which country's writing to take where a language is not offered as such."""

_TRADITIONAL = {"TW", "HK", "MO"}


@lru_cache(maxsize=1024)
def _near(locale: str) -> tuple[str, ...]:
    base, *rest = locale.replace("-", "_").split("_")
    base = _ALIASES.get(base.lower(), base.lower())
    script = next((part.lower() for part in rest if len(part) == 4), "")
    region = next((part.upper() for part in rest if len(part) == 2), "")
    exact = (f"{base}_{region}",) if region else ()
    if base == "zh":
        is_traditional = script == "hant" or (not script and region in _TRADITIONAL)
        return (f"zh_{region}", "zh_TW") if is_traditional else ("zh_CN", "zh")
    return (*exact, base, *_ELSEWHERE.get(base, ()))


def prefix_of(locale: str | None, languages: Sequence[str]) -> str | None:
    """What a store's pages begin with in that language, such as ``de``; None in the
    first of the store's ``languages``, and in one that is none of them."""
    spoken = _base(locale or "")
    first, *others = [_base(each) for each in languages] or [""]
    return spoken if spoken in others and spoken != first else None


def _base(locale: str) -> str:
    return locale.replace("-", "_").partition("_")[0].lower()


_JOINERS = "\u200c\u200d"
"""They shape letters in Persian, Hindi and Sinhala names, and join emoji."""


def value(raw: str | None, otherwise: str, *, most: int = _MOST_IN_ONE_VALUE) -> str:
    """A text that Meta takes as a value: one line, not empty, not too long.

    Control characters and marks that turn the direction of what follows are dropped:
    a buyer chooses their own name. What shapes the letters of a script stays.
    """
    if raw and len(raw) <= most and raw.isprintable():
        # Nearly always: nothing to drop, and only spaces for white space.
        return " ".join(raw.split()) or otherwise
    kept = "".join(
        " " if character.isspace() else character
        for character in (raw or "")
        if character.isspace()
        or character in _JOINERS
        or unicodedata.category(character)[0] != "C"
    )
    words = (word.strip(_JOINERS) for word in kept.split())
    cut = " ".join(word for word in words if word)[:most]
    return cut.rstrip(f" {_JOINERS}") or otherwise


def money(amount: Money, language: str) -> str:
    """The amount as people write it who read this language."""
    # Babel's data is costly to load, and many processes never speak of money.
    from babel.numbers import format_currency

    shown = format_currency(
        Decimal(amount.amount), amount.currency, locale=_locale(language)
    )
    return value(shown, str(amount.amount))


def percent(share: Decimal, language: str) -> str:
    """So many percent, as people write it who read this language."""
    from babel.numbers import format_percent

    shown = format_percent(
        share / 100, locale=_locale(language), decimal_quantization=False
    )
    return value(shown, f"{share:f}%")


def hours(time: timedelta, language: str) -> str:
    """A time in whole hours, such as ``24 hours``, and never in days."""
    from babel.dates import format_timedelta

    whole = timedelta(hours=max(int(time / timedelta(hours=1)), 1))
    shown = format_timedelta(
        whole, granularity="hour", threshold=1_000_000, locale=_locale(language)
    )
    return value(shown, str(whole))


def day(moment: date, language: str) -> str:
    """The day as people write it who read this language."""
    from babel.dates import format_date

    return value(
        format_date(moment, "long", locale=_locale(language)), moment.isoformat()
    )


@cache
def _locale(language: str) -> "Locale":
    from babel import Locale

    return Locale.parse(language)
