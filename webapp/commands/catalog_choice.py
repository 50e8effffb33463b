"""``catalog set``: what the owner wants of the catalog."""

import click

from core.errors import NotPossible
from core.values import ShopDomain
from core.words import N_
from notifications.catalog.choosing import Choice, choose
from webapp.commands.desk import Desk, OneLineCommand, shop_id_of
from webapp.commands.given import domain_argument
from webapp.commands.showing import say

_NAMES = ("sets", "languages", "countries")


def set_(desk: Desk) -> click.Command:
    @click.command(
        "set", cls=OneLineCommand, short_help="Choose what is in the catalog."
    )
    @domain_argument
    @click.argument("choices", nargs=-1, required=True, metavar="NAME=VALUE...")
    def set_choices(domain: ShopDomain, choices: tuple[str, ...]) -> None:
        """Choose what the catalog of the store DOMAIN has besides its products.

        sets=all, sets=none or sets=summer,sale: which of the store's collections are
        sets of the catalog, by their handles.

        languages=fr,pt-BR: into which languages its items are translated, where the
        store has translations. countries=FR,US: for which countries they have the
        prices of the store's markets. none is none of them.
        """
        said: dict[str, str] = {}
        for each in choices:
            name, is_said, value = each.partition("=")
            if not is_said or name not in _NAMES:
                raise NotPossible(
                    N_("%(said)s is none of these: %(names)s"),
                    said=each,
                    names=", ".join(f"{name}=" for name in _NAMES),
                )
            said[name] = value
        shop_id = shop_id_of(desk.shop(domain, "catalog set"))
        choose(shop_id, Choice(**said), desk.services)
        say(" ".join(f"{name}={value}" for name, value in said.items()))

    return set_choices
