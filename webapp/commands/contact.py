"""``contact``: one person of a store."""

from typing import Any

import click

from core.events import Named, PersonToBeForgotten
from core.values import ShopDomain
from notifications.privacy import receipts
from notifications.privacy.requests import ask_for
from webapp.commands.desk import Desk, OneLineGroup, phone_given, shop_id_of
from webapp.commands.given import domain_argument, json_option
from webapp.commands.showing import say, show_json, telling


def command(desk: Desk) -> click.Group:
    group = OneLineGroup("contact", help="One person of a store.")
    group.add_command(_erase(desk))
    return group


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
