"""Each automation of a shop as its owner sees it: whether it is on, what it did lately,
and what keeps it from sending."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.errors import NotPossible
from core.values import Category, Scope, ShopId
from core.words import N_
from notifications import headings, reviewing, setting_automations, tallying
from notifications.automations import Automation, Config
from notifications.ports import Services
from notifications.tallying import NOTHING, Results
from storage import numbers, reviews, shops
from storage.numbers import TemplateRow
from storage.reviews import Needs
from storage.session import Transaction
from storage.shops import Switch

NO_NUMBER = "not_connected"
NUMBER_HELD = "parked"
NOT_APPROVED = "template_not_ready"
COUNTED_AS_MARKETING = "template_is_marketing"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why nothing of it goes out now, by a word of ``notifications.reasons``. ``code``
    is what Meta said of the number, where it did."""

    because: str
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """``as_set`` is all that may be set of it. ``send_window`` is when it may be sent,
    as it is written, None at any hour; it is written in the ``chosen`` languages alone,
    where there are any.

    ``languages`` are all that it speaks, with what Meta says of each: None for one
    that was not submitted. ``ready`` are those in which it goes out, and so of each
    message of its steps; ``wanted`` are those that the shop's buyers read, the most
    needed first, and ``missing`` those of them that nothing goes out in yet."""

    automation: Automation[Any] = field(repr=False)
    is_on: bool
    as_set: Mapping[str, Any]
    config: Config
    send_window: str | None
    chosen: Sequence[str]
    languages: Mapping[str, TemplateRow | None]
    ready: Mapping[str, Collection[str]]
    wanted: Sequence[str]
    missing: Sequence[str]
    obstacle: Obstacle | None
    results: Results

    @property
    def name(self) -> str:
        return self.automation.name


@dataclass(frozen=True, slots=True)
class _Known:
    """All that is asked of the database, in as many queries whatever the shop sent."""

    switches: Mapping[str, Switch]
    numbers: Sequence[Mapping[str, Any]]
    templates: Mapping[tuple[str, str], TemplateRow]
    needs: Needs
    results: Mapping[str, Results]


def _known(tx: Transaction, shop_id: ShopId, today: date) -> _Known:
    found = numbers.numbers_of(tx, shop_id)
    account = found[0]["account_id"] if found else None
    switches = shops.switches(tx, [shop_id])
    return _Known(
        switches={name: switch for (_, name), switch in switches.items()},
        numbers=found,
        templates={
            (name, language): row
            for (_, at, name, language), row in numbers.templates_of(
                tx, [shop_id]
            ).items()
            if at == account
        },
        needs=reviews.needs_of(tx, shop_id),
        results=tallying.lately(tx, shop_id, today),
    )


def cards_of(
    shop_id: ShopId, today: date, services: Services
) -> Mapping[str, Sequence[Card]]:
    """The cards by the names of their groups. Steps of a flow have none of their own:
    what they did counts for the flow that they are of."""
    with services.transactions.for_shop(shop_id) as tx:
        known = _known(tx, shop_id, today)
    found: dict[str, list[Card]] = {group.name: [] for group in headings.GROUPS}
    for group in headings.GROUPS:
        for name in group.automations:
            automation = services.automations.get(name)
            if automation is not None and automation.step_of is None:
                found[group.name].append(_card(automation, known, services))
    return {name: cards for name, cards in found.items() if cards}


def card_of(shop_id: ShopId, name: str, today: date, services: Services) -> Card:
    """
    Raises:
        NotPossible: there is no such automation, or it is a step of another.
    """
    automation = services.automations.get(name)
    if automation is None or automation.step_of is not None:
        raise NotPossible(N_("There is no such automation."))
    with services.transactions.for_shop(shop_id) as tx:
        known = _known(tx, shop_id, today)
    return _card(automation, known, services)


def messages_of(automation: Automation[Any], services: Services) -> list[str]:
    """The automation and what words steps of it, by their names: each is a message that
    can be looked at by itself."""
    steps = [
        n for n, each in services.automations.items() if _is_step(each, automation)
    ]
    return [automation.name, *steps]


def _is_step(each: Automation[Any], automation: Automation[Any]) -> bool:
    return each.step_of == automation.name


def _card(automation: Automation[Any], known: _Known, services: Services) -> Card:
    switch = known.switches.get(automation.name)
    template = automation.template
    languages = {
        language: known.templates.get((template.name, language))
        for language in template.texts
    }
    wanted = reviewing.languages_needed(known.needs, template.texts, automation.name)
    chosen = list(switch.languages) if switch else []
    used = {
        each: row for each, row in languages.items() if each in chosen or not chosen
    }
    names = messages_of(automation, services)
    ready = {each: _ready(services.automations[each], known) for each in names}
    return Card(
        automation=automation,
        is_on=switch is not None and switch.enabled,
        as_set=setting_automations.as_set(automation, switch),
        config=automation.config_kept(switch.config if switch else {}),
        send_window=switch.send_window if switch else None,
        chosen=chosen,
        languages=languages,
        ready=ready,
        wanted=wanted,
        missing=[each for each in wanted if each not in ready[automation.name]],
        obstacle=next(_obstacles(automation, known, used), None),
        results=tallying.together([known.results.get(n, NOTHING) for n in names]),
    )


def _ready(automation: Automation[Any], known: _Known) -> Collection[str]:
    return {
        language
        for language in automation.template.texts
        if (row := known.templates.get((automation.template.name, language)))
        and _is_ready(row, automation)
    }


def _obstacles(
    automation: Automation[Any],
    known: _Known,
    languages: Mapping[str, TemplateRow | None],
) -> Iterator[Obstacle]:
    """The first is the one to remove first."""
    if not known.numbers:
        yield Obstacle(NO_NUMBER)
        return
    # Another number goes on for its own countries; the default one is for most.
    if known.numbers[0]["parked_because"] is not None:
        yield Obstacle(NUMBER_HELD, known.numbers[0]["parked_because"])
    rows = [row for row in languages.values() if row is not None]
    if not any(row.state == "APPROVED" for row in rows):
        yield Obstacle(NOT_APPROVED)
    elif not any(_is_ready(row, automation) for row in rows):
        yield Obstacle(COUNTED_AS_MARKETING)


def _is_ready(row: TemplateRow, automation: Automation[Any]) -> bool:
    """As ``rules.consent`` and ``rules.pacing`` have it."""
    is_sold_as_news = (
        row.category == Category.MARKETING and automation.scope is not Scope.MARKETING
    )
    return row.state == "APPROVED" and not is_sold_as_news
