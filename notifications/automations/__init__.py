"""One file for each automation: what it listens to, proposes, and says.

To add one, add a file here that ends in ``AUTOMATION = Automation(...)``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Generic, TypeVar

from core.errors import NotPossible
from core.events import Event
from core.values import (
    DraftOrderId,
    FulfillmentId,
    Milestone,
    Money,
    OrderId,
    Phone,
    Scope,
)
from notifications.rules.flows import About, Limits, Step
from notifications.rules.stories import Chapter
from notifications.wording import Template

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message worth sending, if nothing stands against it when its time comes.

    ``occasion`` names the reason: two drafts with one occasion are one message.
    ``phone`` is the number to use where the order does not give a better one, and
    ``tracking_key`` the set of numbers that the message is about. One about a checkout
    has its ``checkout_token``, which opens it to anybody: a fingerprint of it is put
    behind the occasion, and the token is not kept. ``told`` is what the
    event told and no other will know later; it is kept as it is, so nothing personal.
    ``message`` is the automation that words it, where that is another than proposes it.
    ``wait`` is how long it waits in any case, ``not_before`` until when, and
    ``wait_for_more`` how long at most for a later chapter that may tell it along, where
    the store has one switched on.
    """

    occasion: str
    order_id: OrderId | None
    fulfillment_id: FulfillmentId | None = None
    tracking_key: str | None = None
    checkout_token: str | None = field(default=None, repr=False)
    draft_order_id: DraftOrderId | None = None
    told: "Told" = field(default_factory=dict)
    message: str | None = None
    phone: Phone | None = None
    wanted_at: datetime
    wait: timedelta = timedelta()
    wait_for_more: timedelta = timedelta()
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class NotProposed:
    """Why an event calls for no message, by a word of ``docs/reference/reasons.md``."""

    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """How many of how many things a parcel holds, and whether some are still to be
    sent."""

    count: int
    of: int
    more_follows: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a message may tell. ``language`` is the one it will be told in.

    ``payment`` is Shopify's word for how far the order is paid; ``is_paid_at_door`` is
    whether the buyer is still to pay whoever brings it.

    ``parcel_name`` is the store's own for one parcel among several. ``city`` is where
    it was last seen, in its carrier's words, and ``country`` in which country that is.
    ``expected_on`` is the day on which the carrier means to deliver, and ``heard_on``
    that of its last word.
    ``refunded`` is the money that goes back, where that is the news, and ``declined``
    the store's word, or Shopify's, for why something cannot be returned. ``edited`` is
    how many things were added to the order and how many removed, and ``new_total``
    what it costs since then, if that is known. ``part`` is what of the order is in the
    parcel, where that is not all. ``cart_link`` leads to what somebody has left,
    ``first_item`` is the first thing in there, and ``more_items`` how many others are.
    ``label`` is what an advertisement has to begin with where its reader is.
    ``code`` is worth ``percent`` off, for ``time_left`` from when the message leaves.
    """

    language: str
    shop_name: str
    order_name: str
    first_name: str | None
    total: Money | None
    payment: str | None
    is_paid_at_door: bool
    order_link: str | None
    tracking_numbers: tuple[str, ...]
    tracking_link: str | None
    carrier: str | None
    parcel_name: str | None = None
    city: str | None = None
    country: str | None = None
    expected_on: date | None = None
    heard_on: date | None = None
    refunded: Money | None = None
    declined: str | None = None
    edited: tuple[int, int] | None = None
    new_total: Money | None = None
    part: Part | None = None
    cart_link: str | None = None
    first_item: str | None = None
    more_items: int = 0
    label: str | None = None
    code: str | None = None
    percent: Decimal | None = None
    time_left: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeNumber:
    """A setting of an automation that a store owner may change."""

    name: str
    meaning: str
    default: int
    least: int
    most: int

    @property
    def bounds(self) -> Mapping[str, Any]:
        return {"least": self.least, "most": self.most}

    def checked(self, value: object) -> int:
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        if not is_whole or not self.least <= value <= self.most:  # type: ignore[operator]
            raise NotPossible(
                f"{self.name} must be a whole number from {self.least} to {self.most}"
            )
        return int(value)  # type: ignore[call-overload, no-any-return]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A setting of an automation that is one of a few words."""

    name: str
    meaning: str
    default: str
    words: tuple[str, ...]

    @property
    def bounds(self) -> Mapping[str, Any]:
        return {"words": list(self.words)}

    def checked(self, value: object) -> str:
        if not isinstance(value, str) or value not in self.words:
            raise NotPossible(f"{self.name} must be one of {', '.join(self.words)}")
        return value


Setting = WholeNumber | Choice

_WAIT_FOR_MORE = "wait_for_more_seconds"


def wait_for_more(thing: str) -> WholeNumber:
    """The setting of news that later news of a thing tells along. How much of it is
    waited in the end: ``notifications.rules.telling.time_for_more``."""
    return WholeNumber(
        name=_WAIT_FOR_MORE,
        meaning=f"How long to wait for later news of the {thing}, which tells this "
        "too; a third of it if this itself was heard of late.",
        default=60,
        least=0,
        most=60,
    )


def waiting_for_more(config: "Config") -> timedelta:
    """How long that is at most, where it is set."""
    return timedelta(seconds=config.get(_WAIT_FOR_MORE, 0))


def waits_for_more(automation: "Automation[Any]", seconds: int) -> dict[str, int]:
    """The setting for it, as so many seconds; nothing for one that never waits."""
    names = {setting.name for setting in automation.settings}
    return {_WAIT_FOR_MORE: seconds} if _WAIT_FOR_MORE in names else {}


Config = Mapping[str, Any]
"""The values of settings by their names: whole numbers, and words of a ``Choice``."""

Told = Mapping[str, str]

AFTER_MINUTES = "after_minutes"
"""By this name a message was told how long after the last change its time comes."""

AGAIN = "again"
"""By this name a question was told that it is asked for the second time."""

STEP, BEFORE, FIRST = "step", "before", "first"
"""By these names it was told which step of a flow it is, which was the last one sent
before it, ``""`` if none was, and with which one the flow began."""


def first_told(step: Step) -> "Told":
    """What the first message of a flow is told."""
    return {STEP: step.key, AFTER_MINUTES: minutes(step.after)}


def minutes(after: timedelta) -> str:
    return str(int(after.total_seconds() // 60))


HOLDOUT_SETTING = WholeNumber(
    name="holdout",
    meaning="Percent of people who get none of it, by which is seen what it does.",
    default=10,
    least=0,
    most=50,
)
HOLDOUT = HOLDOUT_SETTING.name


@dataclass(frozen=True, slots=True, kw_only=True)
class InSteps(Generic[E]):
    """That an automation sends several messages about one thing, one after another.

    ``default`` are its steps where the store has set none of its own, as they would be
    written in a file; ``begin`` proposes the first one. ``about`` is what of, and
    ``limits`` are what a store's own steps may not have.
    """

    default: Callable[[Config], Mapping[str, Any]]
    begin: Callable[[E, Step], Draft | NotProposed]
    limits: Limits
    about: About = About.CHECKOUT


def _always(event: Event) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Automation(Generic[E]):
    """``lifetime`` is how long its news is worth telling, from ``wanted_at`` on.

    ``concerns`` is asked first: of an event that does not concern it an automation
    says nothing at all, not even why. ``milestone`` is the news about a parcel, if it
    is one that a parcel passes; ``is_told_daily`` is whether it may pass it again on
    another day. ``outlives_cancellation`` is whether it is true of cancelled orders,
    ``awaits_payment`` whether it is true of unpaid ones alone, and ``tells_part``
    whether it is true of a parcel that holds a part of its order alone.

    ``topic`` is the part of its scope that it is about, which people may refuse alone.
    ``asks_for_yes`` is whether it asks somebody to confirm a yes to offers: it is none
    itself, and goes to those whose yes does not count yet.

    ``asks_buyer`` is whether it asks the buyer if they want what they have ordered, to
    be paid at the door; what comes of it is for ``notifications.buyers_answers``.

    ``chapter`` is where its news stands in a story that several messages tell: all of
    it is known when the last one goes out. Where it is not, ``together`` makes one of
    what each of them was told, the oldest first; None if nothing is left to tell.

    ``worded_as`` is the automation whose template it shares, if it has none of its own:
    Meta counts them.

    ``showing`` is the template of a step that is to show what it tells of out of the
    catalog. It is submitted for a store alone that has such a step: Meta counts them.

    ``flow`` says that it sends several, one after another. One that words steps of
    another's flow alone is a ``step_of`` that one, and has no switch of its own; if it
    ``makes_offer``, a step that it words says which.
    """

    name: str
    summary: str
    scope: Scope
    priority: int
    lifetime: timedelta
    listens_to: tuple[type[E], ...]
    settings: tuple[Setting, ...]
    propose: Callable[[E, Config], Draft | NotProposed]
    template: Template
    compose: Callable[[Known], Mapping[str, str]]
    concerns: Callable[[E], bool] = _always
    milestone: Milestone | None = None
    is_told_daily: bool = False
    outlives_cancellation: bool = False
    awaits_payment: bool = False
    tells_part: bool = False
    topic: str | None = None
    asks_for_yes: bool = False
    asks_buyer: bool = False
    chapter: Chapter | None = None
    together: Callable[[Sequence[Told]], Told | None] | None = None
    flow: InSteps[E] | None = None
    step_of: str | None = None
    makes_offer: bool = False
    worded_as: str | None = None
    showing: Template | None = None

    @property
    def owner(self) -> str:
        """The automation whose switch and settings count for it."""
        return self.step_of or self.name

    def config_kept(self, kept: Mapping[str, object]) -> Config:
        """Every setting, with the values that were stored for the owner once.

        What this version no longer has, or no longer allows, is as if it were not set:
        an old choice must not keep a store's webhooks from being read.
        """
        config = dict(self.config({}))
        for setting in self.settings:
            with suppress(NotPossible):
                config[setting.name] = setting.checked(
                    kept.get(setting.name, setting.default)
                )
        return config

    def config(self, given: Mapping[str, object]) -> Config:
        """Every setting, with the owner's values where they are given.

        Raises:
            NotPossible: a name that is no setting, or a value out of range.
        """
        unknown = sorted(given.keys() - {setting.name for setting in self.settings})
        if unknown:
            known = ", ".join(setting.name for setting in self.settings) or "none"
            raise NotPossible(
                f"{unknown[0]} is not a setting of {self.name} (there is: {known})"
            )
        return {
            setting.name: setting.checked(given.get(setting.name, setting.default))
            for setting in self.settings
        }


def templates_of(automations: Iterable[Automation[Any]]) -> list[Template]:
    """What words them for every store, each once: some share one."""
    return list({each.template.name: each.template for each in automations}.values())


def every_template_of(automations: Iterable[Automation[Any]]) -> list[Template]:
    """The same, and what words them for some stores alone."""
    known = list(automations)
    return [*templates_of(known), *(a.showing for a in known if a.showing is not None)]


@cache
def discover() -> Mapping[str, Automation[Any]]:
    """Every automation in this folder, by name.

    Raises:
        LookupError: a file has no ``AUTOMATION``, or two share a name.
    """
    found: dict[str, Automation[Any]] = {}
    for module_info in iter_modules(__path__):
        module = import_module(f"{__name__}.{module_info.name}")
        automation = getattr(module, "AUTOMATION", None)
        if not isinstance(automation, Automation):
            raise LookupError(f"{module.__name__} defines no AUTOMATION")
        if automation.name in found:
            raise LookupError(f"two automations are called {automation.name!r}")
        found[automation.name] = automation
    return {name: found[name] for name in sorted(found)}
