"""``caps``: how many offers a person may get, when, and what counts as a yes."""

from typing import Any

import click

from core.errors import NotPossible
from core.values import ShopDomain
from core.words import N_, Words
from notifications import offer_settings
from notifications.configuring import set_offers
from webapp.commands.desk import Desk, OneLineCommand, OneLineGroup
from webapp.commands.given import domain_argument, json_option, language_option
from webapp.commands.showing import show_json, show_table


def command(desk: Desk) -> click.Group:
    group = OneLineGroup("caps", help="How many offers, and when.")
    for make in (_show, _set):
        group.add_command(make(desk))
    return group


def _show(desk: Desk) -> click.Command:
    @click.command(
        "show",
        cls=OneLineCommand,
        short_help="How many offers a person may get, and when.",
    )
    @domain_argument
    @language_option
    @json_option
    def show(domain: ShopDomain, words: Words, as_json: bool) -> None:
        """What the store DOMAIN has set about offers, and what holds without it."""
        _tell(desk.shop(domain, "caps show at"), words, as_json)

    return show


def _set(desk: Desk) -> click.Command:
    @click.command(
        "set", cls=OneLineCommand, short_help="Change how many offers, and when."
    )
    @domain_argument
    @click.argument("settings", nargs=-1, required=True, metavar="KEY=VALUE ...")
    @language_option
    @json_option
    def set_(
        domain: ShopDomain, settings: tuple[str, ...], words: Words, as_json: bool
    ) -> None:
        """Change what the store DOMAIN has set about offers, all of it or nothing.

        \b
        default=2/7                  at most two in seven days, to one person
        frequent=3/7                 to who bought three times in a quarter
        churn_risk=1/10              who has neither ordered nor written for 30 days
        quiet_hours=21:00-08:00      besides what the law says, at the person's place
        send_window="tue 10:00-12:00, 18:00-20:00"
        news_quiet_hours=23:00-07:00 also for news of orders and parcels
        holdout=10                   percent who are never sent offers
        double_opt_in=CH,IT          where a yes is to be confirmed besides the law's

        none takes a setting back.
        """
        wanted = dict(map(_given, settings))
        set_offers(domain, wanted, operator=desk.operator, services=desk.services)
        _tell(desk.shop(domain, "caps show at"), words, as_json)

    return set_


def _given(setting: str) -> tuple[str, str]:
    name, is_there, value = setting.partition("=")
    if not is_there:
        raise NotPossible(N_("%(setting)s is not KEY=VALUE"), setting=repr(setting))
    return name.strip(), value


def _tell(shop: Any, words: Words, as_json: bool) -> None:
    kept = shop["offers"] or {}
    shown = {**offer_settings.DEFAULTS, **kept}
    if as_json:
        show_json(shown)
        return
    rows = [
        (name, value, words.gettext(_MEANINGS[name])) for name, value in shown.items()
    ]
    headings = (N_("setting"), N_("value"), N_("meaning"))
    show_table([words.gettext(heading) for heading in headings], rows)


_MEANINGS = {
    "default": N_("offers in so many days, to anybody; never more than 3 in 7"),
    "frequent": N_("the same, to who bought three times in a quarter"),
    "churn_risk": N_("the same, to who has neither ordered nor written for 30 days"),
    "quiet_hours": N_("no offers then, besides the law's hours, at the person's place"),
    "send_window": N_("offers only then, at the person's place"),
    "news_quiet_hours": N_("no news of orders and parcels then"),
    "holdout": N_("percent of people who are never sent offers"),
    "double_opt_in": N_("countries where a yes is confirmed, besides the law's"),
}
