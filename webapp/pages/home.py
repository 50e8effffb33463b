"""``/app/``: how far the shop is set up."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response

from core.words import N_, Words
from integrations.shopify.scopes import missing_from
from notifications import overview
from notifications.overview import Overview
from notifications.roles import Role
from webapp.pages.shell import Pages, Visit


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the page: what it is about, and how far it is."""

    title: str
    says: str
    is_done: bool


def add(pages: Pages) -> None:
    pages.place("/", N_("Home"))

    @pages.get("/", role=Role.VIEWER)
    def home(visit: Visit) -> Response:
        found = overview.of_shop(visit.shop_id, visit.services)
        steps = list(_steps(found, visit.words))
        return visit.shows("pages/home.html", shop=found, steps=steps)


def _steps(found: Overview, words: Words) -> Iterator[Step]:
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
    )
    yield Step(
        words.gettext(N_("Automations")),
        words.gettext(
            N_("%(on)s of %(all)s are switched on"),
            on=words.number(found.automations_on),
            all=words.number(found.automations),
        ),
        is_done=found.automations_on > 0,
    )


def _of_shopify(found: Overview, words: Words) -> Step:
    title = words.gettext(N_("Shopify"))
    if found.access_lost is not None:
        lost = N_("The store lets Sosik in no more (%(code)s)")
        says = words.gettext(lost, code=found.access_lost)
        return Step(title, says, is_done=False)
    missing = [] if found.scopes is None else missing_from(found.scopes)
    if missing:
        says = words.gettext(
            N_("Connected, without the permissions %(scopes)s"),
            scopes=", ".join(missing),
        )
        return Step(title, says, is_done=False)
    return Step(title, words.gettext(N_("Connected")), is_done=True)


def _of_whatsapp(found: Overview, words: Words) -> Step:
    title = words.gettext(N_("WhatsApp"))
    if not found.numbers:
        says = words.gettext(N_("No number is connected yet"))
        return Step(title, says, is_done=False)
    for number in found.numbers:
        if number.held is not None:
            says = words.gettext(
                N_("%(number)s is held back (%(code)s)"),
                number=number.shown,
                code=number.held,
            )
            return Step(title, says, is_done=False)
    every = ", ".join(number.shown for number in found.numbers)
    says = words.gettext(N_("Messages come from %(number)s"), number=every)
    return Step(title, says, is_done=True)
