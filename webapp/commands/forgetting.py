"""``shop erase``: all that is a store's, destroyed."""

import click

from core.errors import NotPossible, OutsideError
from core.events import ShopToBeForgotten
from core.values import ShopDomain, ShopId
from notifications.access import LiveTokens
from notifications.privacy import receipts
from notifications.privacy.requests import ask_for
from webapp.commands.desk import Desk, shop_id_of
from webapp.commands.given import domain_argument, json_option
from webapp.commands.showing import say, show_json, telling


def command(desk: Desk) -> click.Command:
    @click.command("erase", short_help="Destroy all that is a store's.")
    @domain_argument
    @click.option("--yes", is_flag=True, help="Do not ask whether this is meant.")
    @json_option
    def erase(domain: ShopDomain, yes: bool, as_json: bool) -> None:
        """Destroy all that is kept of the store DOMAIN, with the key that it is sealed
        with, so that no copy of it can be read any more either.

        Asks to type the domain first. The store is asked to send no webhooks any more.
        Nothing brings it back. What remains is the line of it in ./sosik compliance
        list.
        """
        shop = desk.shop(domain, "shop erase")
        if not yes:
            typed = click.prompt(f"This destroys all of {domain}. Type it to go on")
            if typed.strip().lower() != domain.host:
                raise NotPossible("nothing was destroyed: that is not its name")
        with telling(f"destroying {domain}") as tell:
            tell("ending the webhooks")
            _unsubscribe(desk, shop_id_of(shop))
            tell("deleting")
            event = ShopToBeForgotten(
                happened_at=desk.services.clock(), shop=domain.host
            )
            request_id = ask_for(
                event,
                shop_id_of(shop),
                operator=desk.operator,
                services=desk.services,
            )
            desk.attendant.attend_to(request_id)
        done = receipts.one(domain, request_id, services=desk.services)
        if as_json:
            show_json(done)
        elif done["state"] == "done":
            say(f"{domain} is forgotten")
        else:
            say(f"Request {request_id} waits ({done['reason']}); it is done by itself")

    return erase


def _unsubscribe(desk: Desk, shop_id: ShopId) -> None:
    """What it still sends is of no interest afterwards, so a failure does no harm."""
    tokens = LiveTokens(desk.store, desk.services)
    try:
        tokens.asking(shop_id, desk.store.unsubscribe)
    except (NotPossible, OutsideError) as error:
        click.echo(f"The store's webhooks could not be ended: {error}", err=True)
