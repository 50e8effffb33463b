"""``contact``: one person of a store."""

from collections.abc import Mapping
from typing import Any

import click

from core.events import Named, PersonToBeForgotten
from core.values import ShopDomain
from core.words import Words
from notifications import acquainting, terms
from notifications.privacy import receipts
from notifications.privacy.requests import ask_for
from webapp.commands.desk import (
    Desk,
    OneLineCommand,
    OneLineGroup,
    phone_given,
    shop_id_of,
)
from webapp.commands.given import domain_argument, json_option, language_option
from webapp.commands.portraying import show
from webapp.commands.showing import say, show_json, telling


def command(desk: Desk) -> click.Group:
    group = OneLineGroup("contact", help="One person of a store.")
    group.add_command(show(desk))
    group.add_command(_merge(desk))
    group.add_command(_split(desk))
    group.add_command(_erase(desk))
    return group


def _merge(desk: Desk) -> click.Command:
    @click.command("merge", short_help="Say that two numbers are one person.")
    @domain_argument
    @click.argument("kept")
    @click.argument("gone")
    @json_option
    def merge(domain: ShopDomain, kept: str, gone: str, as_json: bool) -> None:
        """Make one person of those who have the numbers KEPT and GONE at the store
        DOMAIN. What is GONE's is KEPT's then: orders, what waits to be sent, and what
        was agreed to. A no of either counts; a yes to offers that only GONE gave does
        not. It can be undone: contact split."""
        shop = desk.shop(domain, "contact merge at")
        contact = acquainting.merge(
            shop_id_of(shop),
            phone_given(kept, shop),
            phone_given(gone, shop),
            operator=desk.operator,
            services=desk.services,
        )
        if as_json:
            show_json({"contact_id": contact})
        else:
            say(f"Both are contact {contact} now")

    return merge


def _split(desk: Desk) -> click.Command:
    @click.command("split", short_help="Undo the last merge of somebody.")
    @domain_argument
    @click.argument("phone")
    @json_option
    def split(domain: ShopDomain, phone: str, as_json: bool) -> None:
        """Make two persons again of whoever has PHONE at the store DOMAIN: each has
        what was theirs before they were made one the last time. What came since stays.
        """
        shop = desk.shop(domain, "contact split at")
        contact = acquainting.split(
            shop_id_of(shop), phone_given(phone, shop), services=desk.services
        )
        if as_json:
            show_json({"contact_id": contact})
        else:
            say(f"Contact {contact} is there again")

    return split


def _erase(desk: Desk) -> click.Command:
    @click.command("erase", cls=OneLineCommand, short_help="Forget one person.")
    @domain_argument
    @click.argument("phone")
    @language_option
    @json_option
    def erase(domain: ShopDomain, phone: str, words: Words, as_json: bool) -> None:
        """Forget whoever has PHONE at the store DOMAIN, with all that was told of them.

        What is waiting is not sent. What remains is that they agreed or took it back,
        and that messages went out, under a fingerprint of the number. A second time
        there is nothing left to forget.
        """
        shop = desk.shop(domain, "contact erase at")
        person = phone_given(phone, shop)
        event = PersonToBeForgotten(
            happened_at=desk.services.clock(),
            shop=domain.host,
            person=Named(phone=person),
        )
        with telling(f"forgetting somebody at {domain}"):
            request_id = ask_for(
                event,
                shop_id_of(shop),
                operator=desk.operator,
                services=desk.services,
            )
            desk.attendant.attend_to(request_id)
        done: Any = receipts.one(domain, request_id, services=desk.services)
        if as_json:
            show_json(done)
        else:
            _tell(done, domain, words)

    return erase


def _tell(done: Mapping[str, Any], domain: ShopDomain, words: Words) -> None:
    if done["state"] != "done":
        waits = words.gettext(
            "Request %(id)s waits (%(reason)s); it is done by itself: "
            "./sosik compliance list %(domain)s",
            id=done["id"],
            reason=done["reason"],
            domain=domain,
        )
        say(waits)
        return
    found = {what: count for what, count in done["counts"].items() if count}
    if not found:
        say(words.gettext("There was nothing to forget."))
        return
    say(words.gettext("Forgotten:"))
    for what, count in found.items():
        say(f"  {terms.name_of(what, terms.ERASED, words)}: {words.number(count)}")
