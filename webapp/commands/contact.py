"""``contact``: one person of a store."""

from typing import Any
from zoneinfo import ZoneInfo

import click

from core.errors import NotPossible
from core.events import Named, PersonToBeForgotten
from core.values import ShopDomain
from core.words import N_
from notifications import acquainting, witnessing
from notifications.acquainting import Portrait
from notifications.privacy import receipts
from notifications.privacy.requests import ask_for
from notifications.witnessing import Kind
from webapp.commands.desk import Desk, OneLineGroup, phone_given, shop_id_of
from webapp.commands.given import domain_argument, json_option
from webapp.commands.showing import (
    moment,
    say,
    show_json,
    show_table,
    telling,
    zone_of,
)


def command(desk: Desk) -> click.Group:
    group = OneLineGroup("contact", help="One person of a store.")
    group.add_command(_show(desk))
    group.add_command(_merge(desk))
    group.add_command(_split(desk))
    group.add_command(_erase(desk))
    return group


def _show(desk: Desk) -> click.Command:
    @click.command("show", short_help="Who somebody is, and by what they are known.")
    @domain_argument
    @click.argument("phone")
    @json_option
    def show(domain: ShopDomain, phone: str, as_json: bool) -> None:
        """Who has PHONE at the store DOMAIN, or had it last: all that they were ever
        known by, their customers there, what they agreed to, and the last messages."""
        shop = desk.shop(domain, "contact show at")
        shop_id, person = shop_id_of(shop), phone_given(phone, shop)
        whose = witnessing.whoever_has(shop_id, person, desk.services)
        desk.note_look(shop, "contact show", Kind.NUMBERS, Kind.CONSENT, subject=whose)
        found = acquainting.portrait(shop_id, person, services=desk.services)
        if found is None:
            raise NotPossible(N_("nobody with that number is known to this store"))
        if as_json:
            show_json(_as_document(found))
        else:
            _say(found, zone_of(shop))

    return show


def _as_document(found: Portrait) -> dict[str, Any]:
    return {
        "contact_id": found.contact_id,
        "known_by": found.known_by,
        "customers": found.customers,
        "consent": found.stand.now,
        "marketing_since": found.marketing_since,
        "messages": found.messages,
        "merges": found.merges,
    }


def _say(found: Portrait, zone: ZoneInfo) -> None:
    say(f"Contact {found.contact_id}")
    show_table(
        ("known by", "", "since", "last shown", "until", "how"),
        [
            (
                "now" if each.is_current else "",
                each.value or f"a {each.kind} that was erased",
                moment(each.since, zone),
                moment(each.shown_at, zone),
                moment(each.until, zone),
                each.how,
            )
            for each in found.known_by
        ],
    )
    for customer in found.customers:
        named = (customer["first_name"], customer["email"])
        said = ", ".join(each for each in named if each)
        say(f"Customer {customer['customer_id']} {said}".rstrip())
    for scope, word in found.stand.now.items():
        say(f"{scope}: {word.act}, {moment(word.happened_at, zone)}, {word.source}")
    if found.marketing_since is not None:
        since = moment(found.marketing_since, zone)
        say(f"A yes to offers counts from {since} on: they have another number since.")
    for message in found.messages:
        at = moment(message["created_at"], zone)
        say(f"{at}  {message['id']}  {message['automation']}: {message['state']}")
    for each in found.merges:
        at = moment(each["at"], zone)
        say(f"{at}  contact {each['gone']} was made one with this one ({each['how']})")


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
    @click.command("erase", short_help="Forget one person.")
    @domain_argument
    @click.argument("phone")
    @json_option
    def erase(domain: ShopDomain, phone: str, as_json: bool) -> None:
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
        _tell(desk, domain, request_id, as_json=as_json)

    return erase


def _tell(desk: Desk, domain: ShopDomain, request_id: int, *, as_json: bool) -> None:
    done: Any = receipts.one(domain, request_id, services=desk.services)
    if as_json:
        show_json(done)
    elif done["state"] == "done":
        counts = ", ".join(f"{count} {what}" for what, count in done["counts"].items())
        say(f"Forgotten: {counts}")
    else:
        say(
            f"Request {request_id} waits ({done['reason']}); it is done by itself: "
            f"./sosik compliance list {domain}"
        )
