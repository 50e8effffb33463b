"""``/app/``: what happened today, what needs a hand, and how far the shop is set up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Response

from core.words import N_, P_, Words
from integrations.meta.advice import meaning_of
from integrations.shopify.scopes import missing_from
from notifications import overview, reasons, today
from notifications.overview import Overview
from notifications.roles import Role
from notifications.rules.health_lines import Light, Topic
from notifications.standing_of_numbers import Standing, standing_of
from notifications.today import Today
from storage.attention import MOST, MOST_ORDERS
from storage.tallies import What
from webapp.pages import charts
from webapp.pages.charts import Lines, Series
from webapp.pages.number_lights import number_shown
from webapp.pages.shell import Pages, Visit
from webapp.pages.templates import STOPPED

_COUNTED = {
    What.SENT: P_("messages", "Sent"),
    What.DELIVERED: P_("messages", "Delivered"),
    What.READ: P_("messages", "Read"),
    What.FAILED: P_("messages", "Failed"),
}
_REFUSED = f"/templates?state={STOPPED}"


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the page: what it is about, how far it is, and where to go on."""

    title: str
    says: str
    is_done: bool
    path: str | None = None


@dataclass(frozen=True, slots=True)
class Concern:
    """Something that needs a hand, and the place to lend it."""

    tone: str
    says: str
    path: str
    link: str


def add(pages: Pages) -> None:
    pages.place("/", N_("Home"))

    @pages.get("/", role=Role.VIEWER)
    def home(visit: Visit) -> Response:
        return _shown(visit)


def _shown(visit: Visit) -> Response:
    words = visit.words
    found = overview.of_shop(visit.shop_id, visit.services)
    now = today.of_shop(
        visit.shop_id, visit.shop, clock=words.zone, services=visit.services
    )
    numbers = standing_of(visit.shop_id, services=visit.services)
    steps = list(_steps(found, now, words))
    return visit.shows(
        "pages/home.html",
        shop=found,
        steps=steps,
        left=sum(not step.is_done for step in steps),
        # What is urgent comes first, and else what was named first.
        concerns=sorted(
            _concerns(found, numbers, now, words), key=lambda each: each.tone
        ),
        numbers=[number_shown(each, words) for each in numbers],
        figures=_figures(now, words),
        chart=_chart(now, words) if any(now.counts.values()) else None,
    )


# Today


def _figures(now: Today, words: Words) -> Sequence[tuple[str, str]]:
    counts = [
        (words.gettext(name), words.number(now.of(what)))
        for what, name in _COUNTED.items()
    ]
    orders = _at_least(now.begun.orders_today, MOST_ORDERS, words)
    return [*counts, (words.gettext(N_("Orders heard of")), orders)]


def _at_least(count: int, most: int, words: Words) -> str:
    """Counts stop somewhere: from there on there are so many or more."""
    return f"{words.number(count)}+" if count >= most else words.number(count)


def _chart(now: Today, words: Words) -> Lines:
    series = [
        Series(words.gettext(name), now.over_days(what))
        for what, name in _COUNTED.items()
    ]
    return charts.over_days(words.gettext(N_("Messages")), now.days, series, words)


# What needs a hand


def _concerns(
    found: Overview, numbers: Sequence[Standing], now: Today, words: Words
) -> Iterator[Concern]:
    yield from _of_access(found, words)
    for standing in numbers:
        step = standing.next_step
        # That nothing leaves is told already.
        is_told = step is not None and step.topic is Topic.SENDING
        if standing.light is Light.RED and not is_told:
            yield _of_number(standing, words)
    for tone, count, path, says in _counted(now, words):
        if count >= MOST:
            more = N_("%(count)s or more: %(says)s")
            says = words.gettext(more, count=words.number(MOST), says=says)
        if count:
            yield Concern(tone, says, path, words.gettext(N_("Look at it")))


def _counted(now: Today, words: Words) -> Iterator[tuple[str, int, str, str]]:
    waiting, stuck = now.waiting, now.webhooks.stuck
    says = words.ngettext(
        "%(num)s message may have arrived or not: somebody has to say.",
        "%(num)s messages may have arrived or not: somebody has to say.",
        waiting.unsure,
    )
    yield "warning", waiting.unsure, "/messages?state=unsure", says
    says = words.ngettext(
        "%(num)s message has failed since yesterday.",
        "%(num)s messages have failed since yesterday.",
        waiting.failed,
    )
    yield "warning", waiting.failed, "/messages?state=failed", says
    says = words.ngettext(
        "%(num)s text is not let out by Meta.",
        "%(num)s texts are not let out by Meta.",
        waiting.refused_templates,
    )
    yield "warning", waiting.refused_templates, _REFUSED, says
    says = words.ngettext(
        "%(num)s piece of news from the store could not be read.",
        "%(num)s pieces of news from the store could not be read.",
        stuck,
    )
    yield "critical", stuck, "/operations", says
    says = words.ngettext(
        "The store has not been told what the buyer of %(num)s order answered.",
        "The store has not been told what the buyers of %(num)s orders answered.",
        waiting.answers,
    )
    yield "warning", waiting.answers, "/operations", says
    says = words.ngettext(
        "%(num)s request about somebody's data has not been done for an hour.",
        "%(num)s requests about somebody's data have not been done for an hour.",
        waiting.requests,
    )
    yield "critical", waiting.requests, "/operations", says


def _of_number(standing: Standing, words: Words) -> Concern:
    shown = number_shown(standing, words)
    says = f"{shown.shown}: {shown.why} {shown.step}"
    return Concern(
        tone="critical",
        says=says,
        path=f"/whatsapp/{shown.id}",
        link=words.gettext(N_("See what helps")),
    )


def _of_access(found: Overview, words: Words) -> Iterator[Concern]:
    if found.access_lost is not None:
        says = N_(
            "The store lets Sosik in no more (%(code)s). Open Sosik in the store's "
            "admin once: by that it is let in again."
        )
        shown = words.gettext(says, code=found.access_lost)
        yield Concern("critical", shown, "/operations", words.gettext(N_("Look at it")))
    for number in found.numbers:
        if number.held is not None:
            because = reasons.explained(number.held, meaning_of, words)
            says = N_("No message leaves through %(number)s. %(because)s")
            shown = words.gettext(
                says,
                number=number.shown,
                because=f"{because.sentence} {because.advice}",
            )
            link = words.gettext(N_("See what helps"))
            yield Concern("critical", shown, "/whatsapp", link)


# Setting up


def _steps(found: Overview, now: Today, words: Words) -> Iterator[Step]:
    yield _of_shopify(found, words)
    yield _of_whatsapp(found, words)
    yield Step(
        words.gettext(N_("Templates")),
        words.ngettext(
            "%(num)s text is approved by Meta",
            "%(num)s texts are approved by Meta",
            found.templates_approved,
        ),
        is_done=found.templates_approved > 0,
        path="/templates",
    )
    yield Step(
        words.gettext(N_("Automations")),
        words.gettext(
            N_("%(on)s of %(all)s are switched on"),
            on=words.number(found.automations_on),
            all=words.number(found.automations),
        ),
        is_done=found.automations_on > 0,
        path="/automations",
    )
    has_tested, has_sent = now.begun.has_tested, now.begun.has_sent
    tested = N_("A test has come to a phone of yours")
    untested = N_("Send yourself one from the page of an automation")
    yield Step(
        words.gettext(N_("A test")),
        words.gettext(tested if has_tested else untested),
        is_done=has_tested,
        path="/automations",
    )
    sent = N_("It has left for a buyer")
    unsent = N_("It leaves by itself with the next order whose buyer agrees")
    yield Step(
        words.gettext(N_("The first message")),
        words.gettext(sent if has_sent else unsent),
        is_done=has_sent,
        path="/messages",
    )


def _of_shopify(found: Overview, words: Words) -> Step:
    title = words.gettext(N_("Shopify"))
    if found.access_lost is not None:
        lost = N_("The store lets Sosik in no more (%(code)s)")
        says = words.gettext(lost, code=found.access_lost)
        return Step(title, says, is_done=False, path="/operations")
    missing = [] if found.scopes is None else missing_from(found.scopes)
    if missing:
        says = words.gettext(
            N_("Connected, without the permissions %(scopes)s"),
            scopes=", ".join(missing),
        )
        return Step(title, says, is_done=False)
    return Step(title, words.gettext(N_("Connected")), is_done=True)


def _of_whatsapp(found: Overview, words: Words) -> Step:
    title, path = words.gettext(N_("WhatsApp")), "/whatsapp"
    if not found.numbers:
        says = words.gettext(N_("No number is connected yet"))
        return Step(title, says, is_done=False, path=path)
    for number in found.numbers:
        if number.held is not None:
            says = words.gettext(
                N_("%(number)s is held back (%(code)s)"),
                number=number.shown,
                code=number.held,
            )
            return Step(title, says, is_done=False, path=path)
    every = ", ".join(number.shown for number in found.numbers)
    says = words.gettext(N_("Messages come from %(number)s"), number=every)
    return Step(title, says, is_done=True, path=path)
