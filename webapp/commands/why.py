"""``why``: the whole story of an order, a person or a message."""

from collections.abc import Mapping
from typing import Any

import click

from core.errors import NotPossible
from core.values import MessageId, ShopDomain
from core.words import N_, Words
from notifications.story import Story
from notifications.why import Reader
from webapp.commands.consent import as_document
from webapp.commands.desk import Desk, OneLineCommand, phone_given, shop_id_of
from webapp.commands.given import domain_argument, json_option, language_option
from webapp.commands.showing import show_json, zone_of
from webapp.commands.telling import tell


def command(desk: Desk) -> click.Command:
    @click.command(
        "why", cls=OneLineCommand, short_help="Why somebody got a message, or not."
    )
    @domain_argument
    @click.option("--order", metavar="NAME", help="Such as 1001 or '#1001'.")
    @click.option("--phone", metavar="PHONE", help="A person, by their number.")
    @click.option("--message", metavar="ID", help="A message, by its id.")
    @language_option
    @json_option
    def why(
        domain: ShopDomain,
        order: str | None,
        phone: str | None,
        message: str | None,
        words: Words,
        as_json: bool,
    ) -> None:
        """Every decision about an order, a person or a message of the store DOMAIN.

        What the store told and when, what each automation made of it, each message
        with its whole story, sent or not, and the reason in plain words with what can
        be done. Times are on the store's clock, and in UTC with --json.
        """
        asked = [given for given in (order, phone, message) if given is not None]
        if len(asked) != 1:
            raise NotPossible(N_("give one of --order, --phone and --message"))
        shop = desk.shop(domain, "why at")
        if as_json:
            show_json(_document(_story(desk, shop, words, order, phone, message)))
            return
        words = words.on_clock(zone_of(shop))
        tell(_story(desk, shop, words, order, phone, message), words)

    return why


def _story(
    desk: Desk,
    shop: Mapping[str, Any],
    words: Words,
    order: str | None,
    phone: str | None,
    message: str | None,
) -> Story:
    from wiring.outside import MetasWords

    reader = Reader(
        shop_id=shop_id_of(shop),
        services=desk.services,
        interpreter=MetasWords(),
        words=words,
    )
    if order is not None:
        return reader.of_order(order)
    if phone is not None:
        return reader.of_person(phone_given(phone, shop))
    return reader.of_message(MessageId(message or ""))


def _document(story: Story) -> dict[str, Any]:
    return {
        "orders": list(story.orders),
        "messages": list(story.messages),
        "consent": None if story.stand is None else as_document(story.stand),
    }
