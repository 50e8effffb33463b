"""``shop tracking``: have a tracking service follow a store's parcels."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import click

from core.errors import NotPossible
from core.values import ShopDomain, ShopId
from integrations import tracking as services_that_follow
from notifications import feeding
from notifications.registering import NOT_ASKED
from notifications.rules.patience import BUG
from webapp.commands.desk import Desk
from webapp.commands.given import SECRET, domain_argument, json_option
from webapp.commands.showing import moment, say, show_json, show_table, telling


def command(desk: Desk) -> click.Command:
    @click.command("tracking", short_help="Have a store's parcels followed.")
    @domain_argument
    @click.option("--service", help="Who follows them: 17track.")
    @click.option("--key", type=SECRET, help="The store's key there, or -.")
    @click.option("--off", is_flag=True, help="Follow no parcel any more.")
    @json_option
    def tracking(
        domain: ShopDomain,
        service: str | None,
        key: str | None,
        off: bool,
        as_json: bool,
    ) -> None:
        """Have a tracking service follow the parcels of the store DOMAIN.

        Its carriers' scans are told, then, also where Shopify does not follow them.
        The store needs an account of its own there, since an account's scans are told
        to one address only: the one that this command shows. Parcels that are under
        way are followed, too. Doing this again ends what held the service back.
        """
        if off:
            if service is not None or key is not None:
                raise NotPossible("--off needs neither --service nor --key")
            was_on = feeding.switch_off(
                domain, operator=desk.operator, services=desk.services
            )
            _say_off(domain, was_on, as_json)
            return
        if service is None or key is None:
            raise NotPossible("give --service and --key, or --off")
        if not desk.trackers:
            raise NotPossible("no tracking service is asked while the sandbox is on")
        with telling(f"asking {service}") as tell:
            left = feeding.switch_on(
                domain,
                service,
                key,
                trackers=desk.trackers,
                operator=desk.operator,
                services=desk.services,
                tell=tell,
            )
        address = desk.tracking_address(service, domain)
        if as_json:
            show_json(
                {"service": service, "quota_left": left, "webhook_address": address}
            )
            return
        say(
            f"{service} follows the parcels of {domain}: {left} numbers are left there."
        )
        say(f"Next: enter this as the webhook's address at {service}:")
        say(f"      {address}")

    return tracking


def _say_off(domain: ShopDomain, was_on: bool, as_json: bool) -> None:
    if as_json:
        show_json({"service": None, "was_on": was_on})
    elif was_on:
        say(f"Nobody follows the parcels of {domain} any more; the key is forgotten.")
    else:
        say(f"Nobody followed the parcels of {domain}.")


def feed_shown(
    desk: Desk, domain: ShopDomain, shop_id: ShopId
) -> dict[str, Any] | None:
    """A store's service as it stands; None while its parcels are not followed."""
    feed = feeding.feed_of(shop_id, desk.services)
    if feed is None:
        return None
    return {
        "service": feed.service,
        "webhook_address": desk.tracking_address(feed.service, domain),
        "connected_at": feed.connected_at,
        "quota_left": feed.quota_left,
        "quota_at": feed.quota_at,
        "parked_until": feed.parked_until,
        "parked_because": feed.parked_because,
        "numbers": {state.value: count for state, count in feed.numbers.items()},
    }


def say_feed(feed: Mapping[str, Any] | None, zone: ZoneInfo) -> None:
    if feed is None:
        say("Tracking: off. See ./sosik shop tracking --help")
        return
    numbers = ", ".join(f"{count} {state}" for state, count in feed["numbers"].items())
    because = feed["parked_because"]
    shown = {
        **{name: feed[name] for name in ("service", "webhook_address", "quota_left")},
        "quota_at": moment(feed["quota_at"], zone),
        "parked_until": moment(feed["parked_until"], zone),
        "parked_because": _held_back(feed["service"], because),
        "numbers": numbers,
    }
    show_table(("tracking", "value"), list(shown.items()))


def _held_back(service: str, because: str | None) -> str | None:
    if because is None:
        return None
    if because == NOT_ASKED:
        return f"{because}: the sandbox is on, which nothing leaves"
    if because.startswith(BUG):
        return f"{because}: an error of our own, which the scheduler's log tells"
    known = services_that_follow.discover().get(service)
    return f"{because}: {known.advice(because)}" if known else because
