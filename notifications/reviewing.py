"""Meta's review of our templates: which are submitted when, and what became of each.

Meta takes a hundred new ones an hour from an account, and 250 in all, and each language
of a template counts. So the most needed go first, and the rest follow by themselves.
"""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from core.errors import OutsideError, TryLater, Unsure, WillNotWork
from core.values import ShopId
from notifications import wording
from notifications.automations import Automation, every_template_of
from notifications.ports import Services
from notifications.rules.objections import Because
from notifications.wording import Template
from storage import numbers, outbox, reviews
from storage.numbers import TemplateRow, number_context
from storage.reviews import Needs, Noted
from storage.tenancy import Crossing

log = logging.getLogger(__name__)

MOST_AN_HOUR = 100
MOST_IN_ALL = 250
"""What Meta takes from an account that is not verified. One that has more templates
than this is, and may have so many that we never come near."""

NOT_SUBMITTED = "NOT_SUBMITTED"
"""Our own word: Meta, or a rule of Meta's that we know, refused it."""
UNKNOWN = "UNKNOWN"
"""Our own word: no answer tells whether it was submitted."""
LATER = "LATER"
"""Our own word, shown and never kept: Meta takes no more of them this hour."""

_UNDECIDED = frozenset({"PENDING", "IN_APPEAL", UNKNOWN})
_LISTED_WITHIN = timedelta(minutes=10)
_PAUSES = {
    NOT_SUBMITTED: timedelta(days=1),
    UNKNOWN: _LISTED_WITHIN,
    "DELETED": timedelta(days=30),
}
"""How long to leave what Meta does not have. It gives out no name again for thirty
days that was approved and deleted."""
_LOOK_SOON = timedelta(minutes=5)
_LOOK_AGAIN = timedelta(hours=1)
_LEASE = timedelta(minutes=30)
_ACCOUNTS_AT_ONCE = 20


class Reviewer(Protocol):
    """Meta, for the templates of an account. Calls may raise an OutsideError."""

    def templates(self, account_id: str, token: str) -> Iterator[TemplateRow]:
        """All of an account, ours and others."""

    def submit(
        self, account_id: str, token: str, template: Template, language: str
    ) -> TemplateRow:
        """Submit one language of a template of ours for review.

        Raises:
            WillNotWork: it breaks a rule that Meta has written down, or Meta says no.
        """


class Tell(Protocol):
    def __call__(self, what: str, /) -> None: ...


@dataclass(frozen=True, slots=True)
class Sender:
    """A shop and the WhatsApp Business Account that it sends through."""

    shop_id: ShopId
    account_id: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TemplateTold:
    """A language of a template of ours: what Meta says, or why it was not submitted.

    ``is_new`` is whether we submitted it just now.
    """

    name: str
    language: str
    state: str
    category: str
    reason: str | None
    is_new: bool


Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Read:
    """What Meta has: all that is ``listed``, and of that the ones of ours."""

    ours: Mapping[Key, TemplateRow]
    listed: Collection[Key]
    asked_at: datetime


def read(sender: Sender, reviewer: Reviewer, services: Services) -> Read:
    """Ask Meta for all templates of the account."""
    asked_at = services.clock()
    offered = {
        (template.name, language)
        for template in every_template_of(services.automations.values())
        for language in template.texts
    }
    found = {
        (row.name, row.language): row
        for row in reviewer.templates(sender.account_id, sender.token)
    }
    ours = {key: row for key, row in found.items() if key in offered}
    return Read(ours, found.keys(), asked_at)


def keep(sender: Sender, known: Read, services: Services) -> None:
    """Write down what Meta has. What a webhook told meanwhile is newer, and stays."""
    now = services.clock()
    with services.transactions.for_shop(sender.shop_id) as tx:
        numbers.keep_templates(
            tx,
            sender.shop_id,
            sender.account_id,
            list(known.ours.values()),
            now=now,
            as_of=known.asked_at,
        )
        reviews.note_deleted(
            tx,
            sender.shop_id,
            sender.account_id,
            still_there=known.listed,
            as_of=known.asked_at,
            submitted_before=known.asked_at - _LISTED_WITHIN,
            sparing=(NOT_SUBMITTED, UNKNOWN),
            now=now,
        )
        outbox.wake(tx, sender.shop_id, [Because.TEMPLATE_NOT_READY], now=now)


def languages_needed(
    needs: Needs, offered: Collection[str], owner: str | None = None
) -> list[str]:
    """Those of the shop and its buyers, the most needed first.

    The first is the one for whoever reads none of them. A shop that names its
    languages is written for in these alone; else its country and its buyers tell. So is
    an automation, the ``owner``, in those that were chosen for it.
    """
    chosen = [each for each in needs.chosen.get(owner or "", ()) if each in offered]
    wanted: dict[str, int] = {}
    for locale, buyers in needs.locales.items():
        language = wording.nearest(locale, offered)
        if language is not None:
            wanted[language] = wanted.get(language, 0) + buyers
    named = [language for language in needs.languages if language in offered]
    if chosen:
        named = wording.preferred(chosen, named)
    if named:
        first, *others = named
        return [first, *sorted(others, key=lambda each: -wanted.get(each, 0))]
    by_buyers = sorted(wanted, key=lambda each: -wanted[each])
    at_home = [wording.nearest(each, offered) for each in _spoken_in(needs.country)]
    ranked = (wording.DEFAULT_LANGUAGE, *by_buyers, *filter(None, at_home))
    return list(dict.fromkeys(ranked))


def _spoken_in(country: str | None) -> Sequence[str]:
    # Babel's data is costly to load, and only this rare work asks for it.
    from babel.languages import get_official_languages

    return get_official_languages(country, de_facto=True) if country else ()


def needed(needs: Needs, services: Services) -> list[tuple[Template, str]]:
    """Every template in every language needed, each once: what is switched on comes
    first. What shows products is for a store that has a step which does."""
    ranked = []
    for name, automation in services.automations.items():
        is_off = name not in needs.switched_on
        templates = [automation.template]
        if automation.showing is not None and automation.owner in needs.showing:
            templates.append(automation.showing)
        for template in templates:
            languages = languages_needed(needs, template.texts, automation.owner)
            ranked += [
                (is_off, place, name, template, language)
                for place, language in enumerate(languages)
            ]
    ranked.sort(key=lambda each: each[:3])
    once = {(template.name, language): template for *_, template, language in ranked}
    return [(template, language) for (_, language), template in once.items()]


def held_back(
    automation: Automation[Any],
    templates: Iterable[TemplateRow],
    chosen: Collection[str] = (),
) -> dict[str, str]:
    """The languages in which Meta lets nothing of an automation out, and why; of those
    ``chosen`` for it, where any are."""
    held = {}
    for row in sorted(templates, key=lambda each: each.language):
        if row.name != automation.template.name:
            continue
        if chosen and row.language not in chosen:
            continue
        if row.state != "APPROVED":
            held[row.language] = row.state
        elif row.category != automation.template.category:
            held[row.language] = f"is {row.category}"
    return held


@dataclass(frozen=True, slots=True)
class Submitted:
    """What was tried, and what was left for a later hour."""

    told: Mapping[Key, TemplateTold]
    left: Sequence[tuple[Template, str]]


def submit_missing(
    sender: Sender,
    known: Read,
    reviewer: Reviewer,
    services: Services,
    *,
    tell: Tell = lambda _what: None,
    even_if_refused: bool = False,
) -> Submitted:
    """Submit what Meta does not have, as much as it takes; most needed first.

    One that is refused does not keep the others from being submitted, and is tried
    again after a day, or at once ``even_if_refused``.
    """
    now = services.clock()
    with services.transactions.across(Crossing.LOOKING) as tx:
        needs = reviews.needs_of(tx, sender.shop_id)
        before = reviews.noted_of(tx, sender.shop_id, sender.account_id)
        lately = reviews.submitted_since(
            tx, sender.account_id, since=now - timedelta(hours=1)
        )
    missing = [
        (template, language)
        for template, language in needed(needs, services)
        if (template.name, language) not in known.ours
        and (
            even_if_refused
            or _may_be_submitted(before.get((template.name, language)), now)
        )
    ]
    room = _room(lately, len(known.listed))
    told: dict[Key, TemplateTold] = {}
    for done, (template, language) in enumerate(missing[:room]):
        tell(f"submitting {template.name} in {language}")
        try:
            one = _submit(sender, template, language, reviewer, services)
        except TryLater as error:
            log.info("submitting_stopped shop=%s code=%s", sender.shop_id, error.code)
            return Submitted(told, missing[done:])
        told[template.name, language] = one
    return Submitted(told, missing[room:])


def _room(lately: int, in_all: int) -> int:
    room = MOST_AN_HOUR - lately
    if in_all <= MOST_IN_ALL:
        room = min(room, MOST_IN_ALL - in_all)
    return max(room, 0)


def _may_be_submitted(before: Noted | None, now: datetime) -> bool:
    """Whether what Meta does not list is to be submitted, or submitted again."""
    if before is None:
        return True
    pause = _PAUSES.get(before.state)
    return pause is not None and before.at + pause <= now


def _submit(
    sender: Sender,
    template: Template,
    language: str,
    reviewer: Reviewer,
    services: Services,
) -> TemplateTold:
    try:
        row = reviewer.submit(sender.account_id, sender.token, template, language)
        is_new = True
    except (WillNotWork, Unsure) as error:
        state = UNKNOWN if isinstance(error, Unsure) else NOT_SUBMITTED
        reason = f"{error} ({error.code})"
        row = TemplateRow(template.name, language, state, template.category, reason)
        is_new = False
    # At once, since Meta's decision about it may come by webhook at any moment, and is
    # noted on templates that we know.
    now = services.clock()
    with services.transactions.for_shop(sender.shop_id) as tx:
        numbers.keep_templates(
            tx, sender.shop_id, sender.account_id, [row], now=now, submitted_at=now
        )
    return told_of(row, is_new=is_new)


def told_of(row: TemplateRow, *, is_new: bool) -> TemplateTold:
    return TemplateTold(
        row.name, row.language, row.state, row.category, row.reason, is_new
    )


def look_after_templates(reviewer: Reviewer, *, services: Services) -> int:
    """Read what Meta says of the accounts whose turn it is, and submit what they lack;
    answer how many accounts these were.

    An account's turn comes each hour, and within minutes while something is undecided.
    """
    now = services.clock()
    with services.transactions.across(Crossing.LOOKING) as tx:
        due = reviews.take_due(tx, now=now, lease=_LEASE, limit=_ACCOUNTS_AT_ONCE)
    for each in due:
        pause = _LOOK_AGAIN
        try:
            token = services.sealer.of(each.shop_id).open_text(
                each.token, context=number_context(each.shop_id, each.phone_number_id)
            )
            sender = Sender(each.shop_id, each.account_id, token)
            if _look_after(sender, reviewer, services):
                pause = _LOOK_SOON
        except OutsideError as error:
            log.warning("templates_not_read shop=%s code=%s", each.shop_id, error.code)
            pause = _LOOK_AGAIN if isinstance(error, WillNotWork) else _LOOK_SOON
        with services.transactions.for_shop(each.shop_id) as tx:
            reviews.look_again(
                tx, each.shop_id, each.account_id, at=services.clock() + pause
            )
    return len(due)


def _look_after(sender: Sender, reviewer: Reviewer, services: Services) -> bool:
    """Whether something is left to do or undecided."""
    known = read(sender, reviewer, services)
    keep(sender, known, services)
    submitted = submit_missing(sender, known, reviewer, services)
    states = [row.state for row in known.ours.values()]
    states += [told.state for told in submitted.told.values()]
    return bool(submitted.left) or not _UNDECIDED.isdisjoint(states)
