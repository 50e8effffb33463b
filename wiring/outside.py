"""Those outside, in the shapes in which the product asks them: Shopify's Admin API,
Meta's Graph, and the services that follow parcels."""

import json
import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Event
from typing import Any
from urllib.parse import urlsplit

from core import http
from core.business_account import BusinessDesk
from core.catalog import Catalog
from core.discounts import Discount, KnownCode
from core.errors import WillNotWork
from core.products import CollectionsPage, MembersPage, Places, Product
from core.settings import Settings, is_loopback
from core.shopping import KnownDraft, Since, WrittenUp
from core.values import (
    Act,
    CheckoutNumber,
    CustomerId,
    FulfillmentId,
    OrderId,
    Phone,
    ProductId,
    ShopDomain,
    VariantId,
)
from core.words import Meaning, Words
from integrations.meta import creation_schema
from integrations.meta.advice import meaning_of
from integrations.meta.business_accounts import MetaBusinessDesk
from integrations.meta.catalog import MetaCatalog
from integrations.meta.cloud_api import Graph, words_of
from integrations.meta.graph_calls import GraphCalls
from integrations.meta.pricing import price_in
from integrations.meta.product_templates import Shows
from integrations.meta.templates import (
    CopyCode,
    QuickReply,
    TemplateText,
    UrlButton,
    creation_body,
)
from integrations.shopify import (
    asking,
    bulk_operations,
    consents,
    discounts,
    draft_orders,
    order_changes,
    product_collections,
    products,
    stock,
    things,
)
from integrations.shopify.asking import ChangedCustomer, ChangedOrder, ParcelGlance
from integrations.shopify.bulk_operations import Operation, Thing
from integrations.shopify.consents import KnownConsent
from integrations.shopify.graphql import AdminClient, Cost
from integrations.shopify.order_changes import OrderNow
from integrations.shopify.retold import Retold
from integrations.shopify.shops import shop_profile
from integrations.shopify.subscriptions import end_subscriptions, ensure_subscriptions
from integrations.shopify.tokens import AccessToken, App, TokenEndpoint
from integrations.tracking.seventeen_track.calls import SeventeenTrack
from notifications import links
from notifications.access import LiveToken, NewToken
from notifications.connecting import Profile, Subscriptions
from notifications.ports import Services, Tracker
from notifications.rules.chat_carts import OnSale
from notifications.staff import Member
from notifications.wording import Template
from storage import admin_api
from storage.numbers import TemplateRow
from storage.tenancy import Crossing


@dataclass(frozen=True, slots=True)
class ShopifyStore:
    """``app`` is the installation's own; ``callback_url`` is None where Shopify could
    not reach us."""

    client: AdminClient
    tokens: TokenEndpoint
    app: App
    callback_url: str | None

    def profile(self, shop: ShopDomain, token: LiveToken) -> Profile:
        said = shop_profile(self.client, shop, token)
        return Profile(
            name=said.name,
            timezone=said.timezone,
            currency=said.currency,
            country=said.country,
        )

    def by_credentials(
        self, shop: ShopDomain, *, client_id: str, client_secret: str
    ) -> NewToken:
        its_own = App(client_id, client_secret.split(","))
        return _given_out(self.tokens.by_credentials(shop, its_own))

    def by_refresh_token(self, shop: ShopDomain, refresh_token: str) -> NewToken:
        return _given_out(self.tokens.by_refresh_token(shop, self.app, refresh_token))

    def by_id_token(self, shop: ShopDomain, id_token: str) -> NewToken:
        return _given_out(self.tokens.by_id_token(shop, self.app, id_token))

    def by_code(self, shop: ShopDomain, code: str) -> NewToken:
        return _given_out(self.tokens.by_code(shop, self.app, code))

    def member_by_code(self, shop: ShopDomain, code: str) -> Member:
        found = self.tokens.member_by_code(shop, self.app, code)
        return Member(found.user, found.name)

    def wait(self, seconds: float) -> None:
        wait(seconds)

    def subscribe(self, shop: ShopDomain, token: LiveToken) -> Subscriptions | None:
        if self.callback_url is None:
            return None
        report = ensure_subscriptions(self.client, shop, token, self.callback_url)
        return Subscriptions(
            created=report.created,
            already=report.already,
            refused=report.refused,
            ended=report.ended,
            elsewhere=report.elsewhere,
        )

    def unsubscribe(self, shop: ShopDomain, token: LiveToken) -> int:
        if self.callback_url is None:
            return 0
        return end_subscriptions(self.client, shop, token, self.callback_url)

    def orders_changed(
        self, shop: ShopDomain, token: LiveToken, *, since: datetime, after: str | None
    ) -> tuple[list[ChangedOrder], str | None]:
        return asking.orders_changed(self.client, shop, token, since=since, after=after)

    def order_told(
        self, shop: ShopDomain, token: LiveToken, *, order_id: OrderId
    ) -> list[Retold]:
        return asking.order_told(self.client, shop, token, order_id)

    def things_on_sale(
        self, shop: ShopDomain, token: LiveToken, *, variants: Collection[VariantId]
    ) -> Mapping[VariantId, OnSale]:
        found = things.things_now(self.client, shop, token, variants)
        return {
            id_: OnSale(title=each.title, price=each.price, left=each.left)
            for id_, each in found.items()
        }

    def draft_under(
        self, shop: ShopDomain, token: LiveToken, *, tag: str
    ) -> KnownDraft | None:
        return draft_orders.find(self.client, shop, token, tag)

    def write_up(
        self, shop: ShopDomain, token: LiveToken, *, wanted: WrittenUp
    ) -> KnownDraft:
        return draft_orders.create(self.client, shop, token, wanted)

    def parcels_at_a_glance(
        self, shop: ShopDomain, token: LiveToken, *, parcels: Sequence[FulfillmentId]
    ) -> list[ParcelGlance]:
        return asking.parcels_at_a_glance(self.client, shop, token, parcels)

    def checkouts_changed(
        self, shop: ShopDomain, token: LiveToken, *, since: datetime, after: str | None
    ) -> tuple[list[Retold], str | None]:
        return asking.checkouts_changed(
            self.client, shop, token, since=since, after=after
        )

    def consents_changed(
        self, shop: ShopDomain, token: LiveToken, *, since: datetime, after: str | None
    ) -> tuple[list[ChangedCustomer], str | None]:
        return asking.consents_changed(
            self.client, shop, token, since=since, after=after
        )

    def consent_of(
        self, shop: ShopDomain, token: LiveToken, *, phone: Phone
    ) -> KnownConsent | None:
        return consents.consent_of(self.client, shop, token, phone)

    def write_consent(
        self,
        shop: ShopDomain,
        token: LiveToken,
        *,
        customer_id: CustomerId,
        act: Act | None,
        said_at: datetime,
    ) -> None:
        consents.write_consent(self.client, shop, token, customer_id, act, said_at)

    def find_code(
        self, shop: ShopDomain, token: LiveToken, *, code: str
    ) -> KnownCode | None:
        return discounts.find(self.client, shop, token, code)

    def create_discount(
        self, shop: ShopDomain, token: LiveToken, *, discount: Discount
    ) -> str:
        return discounts.create(self.client, shop, token, discount)

    def add_codes(
        self,
        shop: ShopDomain,
        token: LiveToken,
        *,
        discount: str,
        codes: Sequence[str],
    ) -> str:
        return discounts.add(self.client, shop, token, discount, codes)

    def are_added(self, shop: ShopDomain, token: LiveToken, *, work: str) -> bool:
        return discounts.are_added(self.client, shop, token, work)

    def remove_codes(
        self,
        shop: ShopDomain,
        token: LiveToken,
        *,
        discount: str,
        names: Sequence[str],
    ) -> None:
        discounts.remove(self.client, shop, token, discount, names)

    def end_discount(
        self, shop: ShopDomain, token: LiveToken, *, discount: str
    ) -> None:
        discounts.end(self.client, shop, token, discount)

    def things_gone(
        self, shop: ShopDomain, token: LiveToken, *, things: Sequence[VariantId]
    ) -> set[VariantId]:
        return stock.things_gone(self.client, shop, token, things)

    def since_left(
        self, shop: ShopDomain, token: LiveToken, *, carts: Sequence[CheckoutNumber]
    ) -> Mapping[CheckoutNumber, Since]:
        return stock.since_left(self.client, shop, token, carts)

    def order_at_store(
        self, shop: ShopDomain, token: LiveToken, *, order_id: OrderId
    ) -> OrderNow | None:
        return order_changes.order_now(self.client, shop, token, order_id)

    def tag_order(
        self, shop: ShopDomain, token: LiveToken, *, order_id: OrderId, tag: str
    ) -> None:
        order_changes.tag_order(self.client, shop, token, order_id, tag)

    def cancel_order(
        self, shop: ShopDomain, token: LiveToken, *, order_id: OrderId, is_wish: bool
    ) -> None:
        order_changes.cancel_order(self.client, shop, token, order_id, is_wish=is_wish)

    def hold_shipping(
        self, shop: ShopDomain, token: LiveToken, *, order_id: OrderId
    ) -> int:
        return order_changes.hold_shipping(self.client, shop, token, order_id)

    def begin_writing(
        self, shop: ShopDomain, token: LiveToken, *, part: str, now: datetime
    ) -> str:
        return bulk_operations.begin(self.client, shop, token, part, now=now)

    def look_at_writing(
        self, shop: ShopDomain, token: LiveToken, *, name: str
    ) -> Operation:
        return bulk_operations.look(self.client, shop, token, name)

    def read_written(self, part: str, url: str, start: int) -> Iterator[Thing]:
        return bulk_operations.read(part, url, start, http.download)

    def begin_writing_products(
        self,
        shop: ShopDomain,
        token: LiveToken,
        *,
        since: datetime | None,
        now: datetime,
        places: Places,
    ) -> str:
        return bulk_operations.begin(
            *(self.client, shop, token, "catalog"),
            now=now,
            since=since,
            places=places,
        )

    def products_written(self, url: str, start: int) -> Iterator[Thing]:
        return bulk_operations.read("catalog", url, start, http.download)

    def products(
        self,
        shop: ShopDomain,
        token: LiveToken,
        *,
        ids: Sequence[ProductId],
        places: Places,
    ) -> list[Product]:
        return products.products(self.client, shop, token, ids, places)

    def collections(
        self, shop: ShopDomain, token: LiveToken, *, after: str | None
    ) -> CollectionsPage:
        return product_collections.collections(self.client, shop, token, after)

    def members(
        self,
        shop: ShopDomain,
        token: LiveToken,
        *,
        collection_id: int,
        after: str | None,
    ) -> MembersPage | None:
        return product_collections.members(
            self.client, shop, token, collection_id, after
        )

    def collections_of(
        self, shop: ShopDomain, token: LiveToken, *, ids: Sequence[ProductId]
    ) -> dict[ProductId, list[int]]:
        return product_collections.collections_of(self.client, shop, token, ids)


def _given_out(token: AccessToken) -> NewToken:
    return NewToken(
        secret=LiveToken(token.secret),
        lifetime=token.lifetime,
        scopes=token.scopes,
        refresh=token.refresh,
        refresh_lifetime=token.refresh_lifetime,
    )


@dataclass(frozen=True, slots=True)
class MetaAccount:
    """``app_url`` is where links of ours lead."""

    graph: Graph
    app_url: str

    def display_number(self, phone_number_id: str, token: str) -> str:
        return self.graph.number_info(phone_number_id, token).display_number

    def subscribe(self, account_id: str, token: str) -> None:
        self.graph.subscribe_app(account_id, token)

    def templates(self, account_id: str, token: str) -> Iterator[TemplateRow]:
        """All of them, page by page."""
        after: str | None = None
        while True:
            page = self.graph.templates_page(account_id, token, after=after)
            for known in page.templates:
                yield TemplateRow(
                    known.name,
                    known.language,
                    known.state,
                    known.category,
                    known.rejected_reason,
                )
            after = page.after
            if after is None:
                return

    def submit(
        self, account_id: str, token: str, template: Template, language: str
    ) -> TemplateRow:
        links_at = f"{self.app_url}{links.PATH}"
        body = creation_body(as_metas(template, language, links_at))
        if problems := creation_schema.problems_of_creation(body):
            raise WillNotWork("; ".join(problems), code="template_breaks_a_rule")
        made = self.graph.create_template(account_id, token, body)
        return TemplateRow(template.name, language, made.state, made.category, None)


def as_metas(
    template: Template, language: str, links_at: str = "https://sosik.example.com/l/"
) -> TemplateText:
    """One language of a template of ours, in the words of Meta's API. ``links_at`` is
    what links of ours begin with."""
    text = template.texts[language]
    buttons: list[QuickReply | CopyCode | UrlButton] = [
        QuickReply(text=label)
        for label in (text.yes, text.stop, *text.answers)
        if label
    ]
    if text.deal:
        example = f"{links_at}{_EXAMPLE_OF_A_LINK}"
        buttons = [
            CopyCode(example=template.examples["code"]),
            UrlButton(text=text.link, url=f"{links_at}{{{{1}}}}", example=example),
        ]
    return TemplateText(
        name=template.name,
        language=language,
        category=template.category,
        header=text.header,
        body=text.body,
        footer=text.footer,
        deal=text.deal,
        buttons=tuple(buttons),
        shows=Shows.PRODUCTS if template.shows_products else None,
        examples=template.examples,
    )


_EXAMPLE_OF_A_LINK = "8fK2mQz71bYc4R"


_TOKEN_SECONDS = 15.0
"""For each of two secrets: both within ``notifications.access.LEASE``."""


_LEFT_BY_THE_PATIENT = 0.5
"""Of a store's bucket, for whoever is waited for."""


@dataclass(frozen=True, slots=True)
class SharedLedger:
    """A store's points, counted in PostgreSQL by all who ask it."""

    services: Services

    def take(self, shop: ShopDomain, points: float, *, is_patient: bool) -> float:
        leaving = _LEFT_BY_THE_PATIENT if is_patient else 0.0
        with self.services.transactions.across(Crossing.SERVING) as tx:
            now = self.services.clock()
            return admin_api.take(tx, shop.host, points, leaving=leaving, now=now)

    def give_back(self, shop: ShopDomain, points: float) -> None:
        with self.services.transactions.across(Crossing.SERVING) as tx:
            admin_api.give_back(tx, shop.host, points)

    def note(
        self, shop: ShopDomain, *, taken: float, cost: Cost | None, version: str
    ) -> None:
        if cost is None:
            return
        with self.services.transactions.across(Crossing.SERVING) as tx:
            admin_api.note(
                tx,
                shop.host,
                maximum=cost.maximum,
                restore_rate=cost.restore_rate,
                available=cost.available,
                unspent=taken - (cost.spent or 0.0),
                version=version,
                now=self.services.clock(),
            )

    def note_refused(self, shop: ShopDomain, code: str) -> None:
        with self.services.transactions.across(Crossing.SERVING) as tx:
            admin_api.note_refused(tx, shop.host, code, now=self.services.clock())


def store_at(settings: Settings, services: Services) -> ShopifyStore:
    """Shopify, asked at once: for whoever is waited for."""
    origin = settings.shopify_admin_origin
    client = AdminClient(
        post=http.caller(),
        origin=origin,
        version=settings.shopify_api_version,
        wait=wait,
        ledger=SharedLedger(services),
        dice=random.random,
    )
    is_reachable = can_be_reached(settings)
    return ShopifyStore(
        client,
        tokens=TokenEndpoint(
            http.caller(read_seconds=_TOKEN_SECONDS, total_seconds=_TOKEN_SECONDS),
            origin,
        ),
        app=App(settings.shopify_api_key, settings.shopify_api_secrets),
        callback_url=f"{settings.app_url}/webhooks/shopify" if is_reachable else None,
    )


def patient_store_at(settings: Settings, services: Services) -> ShopifyStore:
    """The same, for work in the background, which leaves half of each bucket."""
    store = store_at(settings, services)
    return replace(store, client=replace(store.client, is_patient=True))


_BRIEF_SECONDS = 2.0


def brief_store_at(settings: Settings, services: Services) -> ShopifyStore:
    """The same, asked at once and never long waited for: others have their turn."""
    store = store_at(settings, services)
    client = replace(store.client, longest_wait_seconds=_BRIEF_SECONDS)
    return replace(store, client=client)


def account_at(settings: Settings) -> MetaAccount:
    return MetaAccount(
        Graph(http.caller(), settings.meta_graph_origin, settings.meta_graph_version),
        settings.app_url,
    )


SIGNUP_PATH = "/auth/meta"
"""Where Meta's dialog leads back to, below APP_URL."""


def desk_at(settings: Settings) -> BusinessDesk:
    """Meta, for whoever connects numbers."""
    # All calls for a number must end before its lease does: notifications.signing_up
    # and notifications.looking_at_numbers.
    call = http.caller(read_seconds=15.0, total_seconds=20.0)
    return MetaBusinessDesk(
        GraphCalls(call, settings.meta_graph_origin, settings.meta_graph_version),
        app_id=settings.meta_app_id,
        app_secret=settings.meta_app_secrets[0],
        redirect_uri=f"{settings.app_url}{SIGNUP_PATH}",
    )


def keeper_at(settings: Settings) -> Catalog:
    """Who keeps the catalogs of stores: Meta."""
    # A portion of thousands of items is large, and read before it is answered.
    call = http.caller(read_seconds=60.0, total_seconds=120.0)
    graph = GraphCalls(call, settings.meta_graph_origin, settings.meta_graph_version)
    return MetaCatalog(graph)


def trackers_at(settings: Settings) -> Mapping[str, Tracker]:
    """Every service that follows parcels, by the name of ``integrations.tracking``.

    None of them in the sandbox, which nothing leaves, unless it is on this machine.
    """
    origin = settings.seventeen_track_origin
    if settings.sandbox and not is_loopback(urlsplit(origin).hostname):
        return {}
    # All calls for a shop must end before its lease does: notifications.registering.
    call = http.caller(read_seconds=20.0, total_seconds=40.0)
    return {"17track": SeventeenTrack(call, origin)}


def wait(seconds: float) -> None:
    Event().wait(seconds)


def can_be_reached(settings: Settings) -> bool:
    """Whether Shopify can call us at APP_URL; one on this machine always can."""
    origin = settings.shopify_admin_origin.replace("{shop}", "shop.myshopify.com")
    if is_loopback(urlsplit(origin).hostname):
        return True
    app = urlsplit(settings.app_url)
    return app.scheme == "https" and not is_loopback(app.hostname)


@dataclass(frozen=True, slots=True)
class MetasWords:
    """What Meta says and is told: a ``notifications.retelling.Interpreter``."""

    def meaning_of(self, code: int) -> Meaning:
        return meaning_of(code)

    def values_in(self, body: bytes) -> Mapping[str, str]:
        try:
            components = json.loads(body)["template"]["components"]
            return {
                str(parameter["parameter_name"]): str(parameter["text"])
                for component in components
                for parameter in component["parameters"]
                if "parameter_name" in parameter
            }
        except (LookupError, RecursionError, TypeError, ValueError):
            return {}

    def words_in(self, body: bytes) -> str | None:
        return words_of(body)

    def as_sent(self, body: bytes, *, to: str | None) -> Any:
        try:
            sent = json.loads(body)
        except (RecursionError, ValueError):
            return None
        return sent | {"to": to} if isinstance(sent, dict) else None

    def price_in(self, pricing: Mapping[str, Any], words: Words) -> str:
        return price_in(pricing, words)
