"""What a shop's owner sees of Meta's review of its templates: each language of each,
and what is to be done about it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.errors import NotPossible
from core.values import Category, ShopId
from core.words import N_
from notifications import reviewing
from notifications.automations import every_template_of
from notifications.ports import Services
from notifications.wording import Template
from storage import changes, numbers, reviews
from storage.changes import By, Change
from storage.numbers import TemplateRow
from storage.reviews import Looked

MISSING = "MISSING"
"""Our own word: it is to be submitted, and was not yet."""
NOT_NEEDED = "NOT_NEEDED"
"""Our own word: nobody of the shop's buyers reads it."""
NOT_CHOSEN = "NOT_CHOSEN"
"""Our own word: it shows products, and no step of the shop's does."""

_TRIED_BEFORE = timedelta(days=2)
"""Longer ago than what Meta refused has to wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One language of a template at the account of the shop's number. ``state`` is
    Meta's word, or one of ours; ``category`` is the one that Meta charges it as, and
    ``submitted_as`` ours. ``automations`` are worded by it."""

    name: str
    language: str
    state: str
    reason: str | None
    category: str | None
    submitted_as: Category
    automations: Sequence[str]

    @property
    def was_moved(self) -> bool:
        """Whether Meta has moved it to another category."""
        return self.category is not None and self.category != self.submitted_as


@dataclass(frozen=True, slots=True)
class Templates:
    """``looked`` is when Meta was asked last, and will be next; None without a
    number."""

    lines: Sequence[Line]
    looked: Looked | None


def of_shop(shop_id: ShopId, services: Services) -> Templates:
    """All of ours, in the order of their names and languages; as many queries whatever
    there is."""
    with services.transactions.for_shop(shop_id) as tx:
        own = numbers.numbers_of(tx, shop_id)
        account = own[0]["account_id"] if own else None
        found = numbers.templates_of(tx, [shop_id])
        needs = reviews.needs_of(tx, shop_id)
        looked = None if account is None else reviews.looked(tx, shop_id, account)
    rows = {
        (name, language): row
        for (_, at, name, language), row in found.items()
        if at == account
    }
    wanted = {
        (template.name, language)
        for template, language in reviewing.needed(needs, services)
    }
    lines = sorted(
        (
            _line(template, language, rows.get(key), services, is_wanted=key in wanted)
            for template, language in _every(services)
            for key in [(template.name, language)]
        ),
        key=lambda line: (line.name, line.language),
    )
    return Templates(lines, looked)


def _every(services: Services) -> Iterator[tuple[Template, str]]:
    for template in every_template_of(services.automations.values()):
        for language in template.texts:
            yield template, language


def _line(
    template: Template,
    language: str,
    row: TemplateRow | None,
    services: Services,
    *,
    is_wanted: bool,
) -> Line:
    unused = NOT_CHOSEN if template.shows_products else NOT_NEEDED
    unsubmitted = MISSING if is_wanted else unused
    return Line(
        name=template.name,
        language=language,
        state=unsubmitted if row is None else row.state,
        reason=None if row is None else row.reason,
        category=None if row is None else row.category,
        submitted_as=template.category,
        automations=worded_by(template.name, services),
    )


def worded_by(template: str, services: Services) -> list[str]:
    """The automations whose messages it words."""
    return [
        name
        for name, each in services.automations.items()
        if template in {known.name for known in every_template_of([each])}
    ]


def template_named(name: str, services: Services) -> Template:
    """
    Raises:
        NotPossible: there is none of ours by that name.
    """
    for template in every_template_of(services.automations.values()):
        if template.name == name:
            return template
    raise NotPossible(N_("There is no such template."))


def ask_meta_again(shop_id: ShopId, *, services: Services) -> None:
    """Have the scheduler read what Meta has, and submit what is missing there, as soon
    as it comes to it: within half a minute.

    Raises:
        NotPossible: the shop has no number.
    """
    now = services.clock()
    with services.transactions.for_shop(shop_id) as tx:
        if not reviews.look_at_shop(tx, shop_id, at=now):
            raise NotPossible(N_("Connect a WhatsApp number first."))


def submit_missing(shop_id: ShopId, *, by: By, services: Services) -> None:
    """The same, and what Meta has refused to take is submitted again as well.

    Raises:
        NotPossible: the shop has no number.
    """
    now = services.clock()
    with services.transactions.for_shop(shop_id) as tx:
        if not reviews.look_at_shop(tx, shop_id, at=now):
            raise NotPossible(N_("Connect a WhatsApp number first."))
        reviews.try_again(
            tx, shop_id, state=reviewing.NOT_SUBMITTED, as_of=now - _TRIED_BEFORE
        )
        changes.note(tx, shop_id, by, Change(what="templates_submitted"), now=now)


def next_look(templates: Templates, now: datetime) -> datetime | None:
    """When Meta is asked next; None where that is about to be."""
    if templates.looked is None or templates.looked.next_at <= now:
        return None
    return templates.looked.next_at
