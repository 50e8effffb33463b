"""``sandbox``: play a buyer, a warehouse and a phone, while the sandbox runs."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import click

from core import http
from core.errors import NotPossible
from core.outcomes import Answer
from core.settings import SANDBOX_SHOP, is_loopback
from webapp.commands.desk import Desk, OneLineGroup
from webapp.commands.given import json_option, limit_option
from webapp.commands.showing import say, show_json, show_json_lines

_TRACKING = {
    "tracking_numbers": ["JD014600003333"],
    "company": "DHL",
    "url": "https://example.com/track/{number}",
}


def command(desk: Desk) -> click.Group:
    group = OneLineGroup("sandbox", help="Play the simulated store and phone.")
    for make in (_order, _ship, _phone):
        group.add_command(make(desk))
    return group


def _order(desk: Desk) -> click.Command:
    @click.command("order", short_help="Place an order.")
    @click.option("--locale", default="en", show_default=True, help="en, ko, pt-BR ...")
    @click.option("--no-consent", is_flag=True, help="The buyer leaves the box empty.")
    @click.option("--cash-on-delivery", is_flag=True, help="Paid at the door.")
    @json_option
    def order(
        locale: str, no_consent: bool, cash_on_delivery: bool, as_json: bool
    ) -> None:
        """Place an order in the simulated store."""
        wish = {
            "locale": locale,
            "consent": not no_consent,
            "cash_on_delivery": cash_on_delivery,
        }
        placed = _ask(desk, desk.settings.sandbox_shopify_url, "POST", "orders", wish)
        name = placed["order"]["name"]
        if as_json:
            show_json({"order": name, "webhook_ids": placed["webhook_ids"]})
            return
        number = name.lstrip("#")
        say(f"Order {name} is placed at {SANDBOX_SHOP}.")
        say(f"Next: ./sosik why {SANDBOX_SHOP} --order {number}")
        say("      ./sosik sandbox phone")
        say(f"      ./sosik sandbox ship {number}")

    return order


def _ship(desk: Desk) -> click.Command:
    @click.command("ship", short_help="Send an order's parcel.")
    @click.argument("order")
    @click.option("--late-tracking", is_flag=True, help="The number comes afterwards.")
    @json_option
    def ship(order: str, late_tracking: bool, as_json: bool) -> None:
        """Send the parcel of ORDER, such as 1001."""
        wish = {**_TRACKING, "order_id": _id_of(desk, order), "later": late_tracking}
        shipped = _ask(
            desk, desk.settings.sandbox_shopify_url, "POST", "fulfillments", wish
        )
        if as_json:
            show_json(
                {
                    "fulfillment_id": shipped["fulfillment"]["id"],
                    "webhook_ids": shipped["webhook_ids"],
                }
            )
            return
        number = order.lstrip("#")
        say(f"Order #{number} is on its way.")
        say(f"Next: ./sosik why {SANDBOX_SHOP} --order {number}")
        say("      ./sosik sandbox phone")

    return ship


def _id_of(desk: Desk, order: str) -> int:
    found = _ask(desk, desk.settings.sandbox_shopify_url, "GET", "orders?limit=5000")
    for body in found["data"]:
        if body["name"] == f"#{order.lstrip('#')}":
            return int(body["id"])
    raise NotPossible(
        f"the simulated store has no order {order} (it forgets them when it ends)"
    )


def _phone(desk: Desk) -> click.Command:
    @click.command("phone", short_help="What the simulated phone has got.")
    @limit_option
    @json_option
    def phone(limit: int, as_json: bool) -> None:
        """The newest messages on the simulated phone, newest last."""
        url = desk.settings.sandbox_meta_url
        found = _ask(desk, url, "GET", f"messages?limit={limit}")["data"]
        if as_json:
            show_json_lines(found)
            return
        if not found:
            say("Nothing yet. Next: ./sosik sandbox order")
        for message in found:
            say(f"{message['template']} ({message['language']})", style="bold")
            for row in _text(message["content"]).split("\n"):
                say(f"| {row}")
            say()

    return phone


def _text(content: Any) -> str:
    if isinstance(content, Mapping):
        parts = [content.get(name) for name in ("header", "body", "footer")]
        if any(parts):
            return "\n\n".join(str(part) for part in parts if part)
    return json.dumps(content, ensure_ascii=False)


def _ask(desk: Desk, url: str | None, method: str, path: str, body: Any = None) -> Any:
    """Ask a simulator.

    Raises:
        NotPossible: it does not run, or does not want to; and why.
    """
    if url is None or not is_loopback(urlsplit(url).hostname):
        raise NotPossible("the sandbox does not run: start it with ./sosik up")
    outcome = http.caller()(
        method,
        f"{url}/_sandbox/{path}",
        headers={
            "Authorization": f"Bearer {desk.settings.sandbox_secret}",
            "Content-Type": "application/json",
        },
        body=None if body is None else json.dumps(body).encode(),
    )
    if not isinstance(outcome, Answer):
        raise NotPossible("the sandbox does not answer: start it with ./sosik up")
    said = json.loads(outcome.body)
    if outcome.status >= 300:
        raise NotPossible(str(said.get("error", outcome.status)))
    return said
