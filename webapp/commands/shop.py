"""``shop``: connect a store and its WhatsApp number, look at them, set them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from core.values import ShopDomain
from core.words import SOURCE_LANGUAGE, words_for
from notifications import configuring, connecting
from notifications.access import advice_on
from notifications.connecting import ConnectedShop
from notifications.operating import crossing
from storage import (
    admin_api,
    backfills,
    comparisons,
    consent_pushes,
    numbers,
    offer_codes,
    shops,
)
from storage.access import TokenKind
from webapp.commands import forgetting, moving, staffing, tracking, whatsapp
from webapp.commands.desk import Desk, OneLineGroup, shop_id_of
from webapp.commands.given import DOMAIN, PAIR, SECRET, domain_argument, json_option
from webapp.commands.showing import (
    moment,
    say,
    show_json,
    show_json_lines,
    show_table,
    telling,
    zone_of,
)

_SHOWN = (
    *("domain", "state", "name", "timezone", "currency", "country"),
    *("transactional_consent", "purchase_wording", "throughput", "languages"),
    *("product_answers", "webhook_days", "message_days"),
    *("token_kind", "token_expires_at", "scopes", "access_lost", "connected_at"),
)


def command(desk: Desk) -> click.Group:
    group = OneLineGroup("shop", help="Connect stores and set what they do.")
    for make in (
        *(_add, whatsapp.command, tracking.command, _list, _show, _set),
        *(moving.export, moving.import_, forgetting.command, staffing.command),
    ):
        group.add_command(make(desk))
    return group


def _add(desk: Desk) -> click.Command:
    @click.command("add", short_help="Connect a store, or connect it anew.")
    @domain_argument
    @click.option("--access-token", type=SECRET, help="An Admin API token, or -.")
    @click.option("--client-id", metavar="ID", help="Of an app of the store's own.")
    @click.option("--client-secret", type=SECRET, help="Its secret, or -.")
    @json_option
    def add(
        domain: ShopDomain,
        access_token: str | None,
        client_id: str | None,
        client_secret: str | None,
        as_json: bool,
    ) -> None:
        """Connect the store DOMAIN, and create the webhook subscriptions it lacks.

        Give the Admin API token of an app of the store, or the id and the secret of
        an app of the store's organisation, whose tokens are renewed each day. A
        secret given as - is read from standard input, where no list of processes
        shows it. The store's webhooks are checked with --client-secret where it is
        given, else with SHOPIFY_API_SECRET. Doing this again changes the token only.
        """
        with telling(f"connecting {domain}") as tell:
            done = connecting.connect_shop(
                domain,
                connecting.Credentials(
                    access_token=access_token,
                    client_id=client_id,
                    client_secret=client_secret,
                ),
                store=desk.store,
                operator=desk.operator,
                services=desk.services,
                tell=tell,
            )
        if as_json:
            show_json(_connected(done))
        else:
            _say_connected(done, desk.settings.app_url)

    return add


def _connected(done: ConnectedShop) -> dict[str, Any]:
    told = done.subscriptions
    return {
        "domain": done.domain.host,
        "name": done.profile.name,
        "timezone": done.profile.timezone,
        "currency": done.profile.currency,
        "country": done.profile.country,
        "webhooks": None
        if told is None
        else {
            "created": list(told.created),
            "already": list(told.already),
            "refused": dict(told.refused),
        },
    }


def _say_connected(done: ConnectedShop, app_url: str) -> None:
    profile = done.profile
    say(f"{done.domain} is connected: {profile.name}, {profile.timezone}")
    told = done.subscriptions
    if told is None:
        say(
            f"No webhooks: Shopify cannot reach APP_URL ({app_url}). Set it to a "
            "public https address, and run this command again.",
            style="yellow",
        )
        return
    show_table(
        ("webhook", "subscription"),
        [
            *((topic, "created") for topic in told.created),
            *((topic, "was there") for topic in told.already),
            *((topic, f"refused: {why}") for topic, why in told.refused.items()),
        ],
    )
    say(f"Next: ./sosik shop whatsapp {done.domain} --help")


def _list(desk: Desk) -> click.Command:
    @click.command("list", short_help="All connected stores.")
    @json_option
    def list_(as_json: bool) -> None:
        """All stores, with their numbers and what holds these back."""
        with crossing(
            "shop list", operator=desk.operator, services=desk.services
        ) as tx:
            found = shops.all_shops(tx)
            own = numbers.of_shops(tx, [shop_id_of(shop) for shop in found])
        if as_json:
            show_json_lines(
                {
                    **{name: row[name] for name in _SHOWN},
                    "numbers": [
                        whatsapp.shown(number)
                        for number in own.get(shop_id_of(row), ())
                    ],
                }
                for row in found
            )
            return
        if not found:
            say("No store is connected yet: see ./sosik shop add --help")
            return
        show_table(
            ("domain", "name", "state", "Shopify", "numbers", "held back", "consent"),
            [
                (
                    row["domain"],
                    row["name"],
                    row["state"],
                    row["access_lost"] or "lets us in",
                    whatsapp.listed(own.get(shop_id_of(row), ()), "display_phone"),
                    whatsapp.listed(own.get(shop_id_of(row), ()), "parked_because"),
                    row["transactional_consent"],
                )
                for row in found
            ],
        )

    return list_


def _show(desk: Desk) -> click.Command:
    @click.command("show", short_help="One store, its numbers and its templates.")
    @domain_argument
    @json_option
    def show(domain: ShopDomain, as_json: bool) -> None:
        """The store DOMAIN with its settings, numbers, templates, automations, and who
        follows its parcels."""
        shop = desk.shop(domain, "shop show")
        shop_id = shop_id_of(shop)
        with desk.services.transactions.for_shop(shop_id) as tx:
            own = numbers.numbers_of(tx, shop_id)
            templates = numbers.templates_of(tx, [shop_id])
            switches = shops.switches(tx, [shop_id])
            asked = admin_api.of_shop(tx, shop_id)
            compared = comparisons.of_shop(tx, shop_id)
            past = backfills.of_shop(tx, shop_id)
            told = consent_pushes.counts(tx, shop_id)
            codes = offer_codes.counts(tx, shop_id)
        document = {
            **{name: shop[name] for name in _SHOWN},
            "admin_api": None if asked is None else _asked(asked),
            "comparison": None if compared is None else _compared(compared),
            "consent_at_shopify": dict(told),
            "offer_codes": dict(codes),
            "past": [_of_past(row) for row in past],
            "numbers": [whatsapp.shown(number) for number in own],
            "templates": [
                {
                    "account_id": account_id,
                    "name": row.name,
                    "language": row.language,
                    "state": row.state,
                    "category": row.category,
                    "reason": row.reason,
                }
                for (_, account_id, *_), row in sorted(templates.items())
            ],
            "automations": {
                name: (shop_id, name) in switches and switches[shop_id, name].enabled
                for name in desk.services.automations
            },
            "tracking": tracking.feed_shown(desk, domain, shop_id),
        }
        if as_json:
            show_json(document)
        else:
            templates_wanted = [
                automation.template for automation in desk.services.automations.values()
            ]
            wanted = {each.name: each.category for each in templates_wanted}
            _say_shop(document, shop, wanted)

    return show


def _asked(row: Mapping[str, Any]) -> dict[str, Any]:
    """How the store answers what we ask it, and the points that were left last."""
    names = ("version", "refused", "refused_at", "maximum", "restore_rate")
    left = {"available": round(row["available"]), "as_of": row["filled_at"]}
    return {**{name: row[name] for name in names}, **left}


def _compared(row: Mapping[str, Any]) -> dict[str, Any]:
    """When all was last compared with what the store says, and what was ever found
    that no webhook had told."""
    names = ("compared_at", "held_because", "due_at", "found_at", "found")
    return {name: row[name] for name in names}


def _of_past(row: Mapping[str, Any]) -> dict[str, Any]:
    """How far a part of what was before the store was connected has come."""
    names = ("part", "state", "held_because", "began_at", "ended_at")
    return {
        **{name: row[name] for name in names},
        "read": row["read_count"],
        "of": row["told_count"],
    }


def _say_shop(
    document: Mapping[str, Any], shop: Mapping[str, Any], wanted: Mapping[str, str]
) -> None:
    zone = zone_of(shop)
    values = {
        **{name: document[name] for name in _SHOWN},
        "languages": ", ".join(document["languages"]) or "all there are",
        "scopes": ", ".join(document["scopes"] or ()),
        "connected_at": moment(document["connected_at"], zone),
        "token_expires_at": moment(document["token_expires_at"], zone),
    }
    show_table(("setting", "value"), list(values.items()))
    if document["access_lost"] is not None:
        kind = TokenKind(document["token_kind"])
        english = words_for(SOURCE_LANGUAGE)
        say(advice_on(kind, document["access_lost"], english), style="red")
    if document["admin_api"] is not None:
        _say_values("Admin API", document["admin_api"], zone)
    if document["comparison"] is not None:
        found = document["comparison"]["found"]
        told = ", ".join(f"{count} {what}" for what, count in sorted(found.items()))
        _say_values(
            "comparison", document["comparison"] | {"found": told or "nothing"}, zone
        )
    _say_values("consent at Shopify", document["consent_at_shopify"], zone)
    if len(document["offer_codes"]) > 1:
        _say_values("codes for offers", document["offer_codes"], zone)
    if document["past"]:
        columns = ("part", "state", "read", "of", "held_because")
        show_table(
            ("past", *columns[1:]),
            [tuple(row[name] for name in columns) for row in document["past"]],
        )
    if not document["numbers"]:
        say("WhatsApp: not connected. See ./sosik shop whatsapp --help")
    for number in document["numbers"]:
        countries = ", ".join(number["countries"]) or "all others"
        _say_values("whatsapp", number | {"countries": countries}, zone)
    tracking.say_feed(document["tracking"], zone)
    _say_templates(document["templates"], wanted)
    show_table(("automation", "on"), list(document["automations"].items()))


def _say_templates(
    templates: Sequence[Mapping[str, Any]], wanted: Mapping[str, str]
) -> None:
    """How many there are in each language and state, and those that Meta objects to:
    by a state, or by another category than is ``wanted``."""
    counts = Counter(
        (row["account_id"], row["language"], row["state"]) for row in templates
    )
    show_table(
        ("account", "language", "state of its templates", "how many"),
        [(*told, count) for told, count in sorted(counts.items())],
    )
    objected = [
        row
        for row in templates
        if row["state"] not in _USUAL_STATES
        or row["category"] not in (wanted.get(row["name"]), "", None)
        or row["reason"]
    ]
    if objected:
        show_table(
            ("account", "template", "language", "state", "category", "reason"),
            [tuple(row.values()) for row in objected],
        )


_USUAL_STATES = ("APPROVED", "PENDING")


def _say_values(title: str, values: Mapping[str, Any], zone: ZoneInfo) -> None:
    show_table(
        (title, "value"),
        [
            (name, moment(value, zone) if isinstance(value, datetime) else value)
            for name, value in values.items()
        ],
    )


def _set(desk: Desk) -> click.Command:
    @click.command("set", short_help="Change a store's settings.")
    @click.argument("domain", type=DOMAIN)
    @click.argument("settings", nargs=-1, type=PAIR, metavar="KEY=VALUE...")
    @json_option
    def set_(
        domain: ShopDomain, settings: tuple[tuple[str, str], ...], as_json: bool
    ) -> None:
        """Change settings of the store DOMAIN: all that are given, or none.

        \b
        transactional_consent  explicit, or purchase: what counts as a yes to news
        purchase_wording       the sentence that a buyer sees, where it is purchase
        throughput             messages a second that a number may send, 1 to 1000
        languages              such as en,ko; empty for every language there is
        timezone               such as Europe/Berlin
        product_answers        off, links or names: which questions for a product
                               are answered in a chat
        webhook_days           for how many days it keeps the bodies of webhooks, and
        message_days           the texts of messages, where that is shorter than the
                               installation does; none takes it back
        """
        done = configuring.set_shop(
            domain, dict(settings), operator=desk.operator, services=desk.services
        )
        if as_json:
            show_json(done)
        else:
            show_table(("setting", "value"), list(done.items()))

    return set_
