"""What a shop says in a chat in words of its own, within the day after somebody wrote.

A reply is a row among the messages like any other, and goes out the same way. It needs
no template and no consent, for it answers; what it needs is in ``decision.REPLIES``.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from functools import cache

from core.showcases import Showcase
from core.values import Scope
from notifications import wording
from notifications.answer_texts import ANSWERS, AnswerTexts
from notifications.reply_texts import CANCELLING, CONFIRM_TITLES, CONFIRMING
from notifications.rules.window import WINDOW
from notifications.wishes.answers import Answer, answer_to
from notifications.wishes.understanding import Wish
from storage.chats import REPLY as REPLY_NAME

CONFIRM = "wish_confirm"
"""The name of the button that says yes to offers."""

WORDED = "replies_1"
"""The version of all that replies say. Another wording has another one."""


class Says(StrEnum):
    """What a reply says; kept with the message, so never rename a value."""

    STOPPED = "stopped"
    STOPPED_ALL = "stopped_all"
    STARTED = "started"
    TO_CONFIRM = "to_confirm"
    WHAT_IS_MEANT = "what_is_meant"
    HOW_TO_CANCEL = "how_to_cancel"
    ORDER_CONFIRMED = "order_confirmed"
    ORDER_CANCELLED = "order_cancelled"
    ON_ITS_WAY = "on_its_way"
    WISH_NOTED = "wish_noted"
    ANSWERED_LATE = "answered_late"
    CART = "cart"
    PRODUCT = "product"
    PRODUCTS = "products"
    CATALOG = "catalog"


STOP_ANSWERS = frozenset({Says.STOPPED, Says.STOPPED_ALL})


@dataclass(frozen=True, slots=True)
class Reply:
    """What the rules want to know of replies, as of an automation."""

    name: str = REPLY_NAME
    scope: Scope = Scope.TRANSACTIONAL
    priority: int = 0
    lifetime: timedelta = WINDOW
    milestone: None = None
    is_told_daily: bool = False
    outlives_cancellation: bool = True
    awaits_payment: bool = False
    tells_part: bool = False


REPLY = Reply()


@dataclass(frozen=True, slots=True)
class Button:
    """``name`` comes back when it is pressed; ``title`` is what stands on it."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class LinkButton:
    """``url`` is opened when it is pressed; ``title`` is what stands on it."""

    title: str
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Content:
    """What is said, and up to three buttons to answer with, or one that leads on, or
    what is shown of the catalog."""

    text: str
    buttons: tuple[Button, ...] = ()
    link: LinkButton | None = None
    showcase: Showcase | None = None


_WISHES: Mapping[Says, Wish] = {
    Says.STOPPED: Wish.STOP,
    Says.STOPPED_ALL: Wish.STOP_ALL,
    Says.STARTED: Wish.START,
    Says.WHAT_IS_MEANT: Wish.CANCEL,
}


_TO_AN_ANSWER: Mapping[Says, Callable[[AnswerTexts], str]] = {
    Says.ORDER_CONFIRMED: lambda texts: texts.confirmed,
    Says.ORDER_CANCELLED: lambda texts: texts.cancelled,
    Says.ON_ITS_WAY: lambda texts: texts.on_its_way,
    Says.WISH_NOTED: lambda texts: texts.noted,
    Says.ANSWERED_LATE: lambda texts: texts.late,
}


def content(
    says: Says,
    language: str,
    *,
    shop_name: str,
    order_name: str | None = None,
    order_link: str | None = None,
) -> Content:
    """A reply in one of the ``LANGUAGES``."""
    if (wish := _WISHES.get(says)) is not None:
        return _as_content(answer_to(wish, language))
    shop = wording.value(shop_name, "-", most=_MOST_IN_NAME)
    if says is Says.TO_CONFIRM:
        text = CONFIRMING[language].format(shop=shop)
        return Content(text, (Button(CONFIRM, CONFIRM_TITLES[language]),))
    order = wording.value(order_name, "-", most=_MOST_IN_NAME)
    if (to_an_answer := _TO_AN_ANSWER.get(says)) is not None:
        text = to_an_answer(ANSWERS[language])
        return Content(text.format(shop=shop, order=order))
    how = CANCELLING[language]
    return Content(
        (how.with_page if order_link else how.without_page).format(
            shop=shop,
            order=order,
            link=order_link,
        )
    )


_MOST_IN_NAME = 60


def _as_content(answer: Answer) -> Content:
    buttons = tuple(Button(each.choice, each.title) for each in answer.buttons)
    return Content(answer.body, buttons)


LANGUAGES: tuple[str, ...] = tuple(CONFIRMING)


def language_for(
    phrase: Sequence[str],
    *,
    locale: str | None,
    country: str | None,
    shop: Collection[str],
) -> str:
    """The language to answer in: that of what they said, ``phrase``; else that of their
    last order, of their country, or the first of the shop's that there are replies in.

    Where what they said is said so in several languages, the one of these that else is
    theirs.
    """
    others = [
        found
        for each in (locale, *(_languages_in(country) if country else ()), *shop)
        if (found := wording.nearest(each, LANGUAGES)) is not None
    ]
    said = [
        found
        for each in phrase
        if (found := wording.nearest(each, LANGUAGES)) is not None
    ]
    both = [each for each in others if each in said]
    return next(iter((*both, *said, *others)), wording.DEFAULT_LANGUAGE)


_OF_THE_COUNTRY = ("official", "de_facto_official")


@cache
def _languages_in(country: str) -> tuple[str, ...]:
    """The languages of a country by law or custom, the most spoken first."""
    # Babel's data is costly to load, and is asked for now and then.
    from babel.core import get_global

    spoken = get_global("territory_languages").get(country, {})
    shares = {
        language: float(about.get("population_percent") or 0)
        for language, about in spoken.items()
        if about.get("official_status") in _OF_THE_COUNTRY
    }
    # Which of two scripts is written goes by the country, where it is not said.
    return tuple(
        language if "_" in language else f"{language}_{country}"
        for language in sorted(shares, key=lambda each: -shares[each])
    )
