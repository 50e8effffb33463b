"""A small world: real servers, a simulated Meta, a clock you can set.

``World`` reads like the story: a store says something, the workers work, and Meta has
got a message, or not.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from redis import Redis
from sqlalchemy import text

from core.lanes import LANES, Lane
from core.settings import Settings
from core.values import Act, Phone, Scope, ShopDomain, ShopId, VariantId
from integrations.job_queue import queue_on
from integrations.job_worker import worker_on
from notifications import reading
from notifications.automations import HOLDOUT, templates_of
from notifications.looking import look_around
from notifications.looking_at_carts import look_at_carts
from notifications.office import Office
from notifications.ports import Services
from sandbox.control import Control
from sandbox.meta.accounts import DEFAULT_NUMBER_ID, DEFAULT_WABA_ID, sandbox_token
from storage import ledger, numbers, people, shops
from storage.ledger import Word
from storage.numbers import NewNumber, TemplateRow
from storage.shops import NewShop
from storage.tenancy import Crossing
from workers.runtime import bound_to

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SHOP = "ada.myshopify.com"
PHONE = "+4915112345678"
USUAL = ("order_confirmation", "parcel_on_its_way")
APP_SECRET = "the-secret-of-the-app-of-the-store"
META_SECRET = "the-secret-of-the-app-at-meta"
VERIFY_TOKEN = "verify-token-for-tests"
ADMIN_TOKEN = "admin-token-for-tests-only"
SANDBOX_SECRET = "sandbox-secret-for-tests"
USUAL_AT_META = {
    "throughput": 1_000,
    "pair_limit": False,
    "templates": {"review_ms": 0, "creates_an_hour": 1_000},
}

_FORGET_EVERYTHING = text(
    "WITH of_nobody AS (DELETE FROM webhooks), asked AS (DELETE FROM privacy_requests),"
    " leased AS (DELETE FROM leases) DELETE FROM shops"
)


class FullShelves:
    """A store that has everything, and of whose customers nobody has bought since."""

    def things_gone(self, *_whose: object, **_asked: object) -> set[VariantId]:
        return set()

    def since_left(self, *_whose: object, **_asked: object) -> dict[Any, Any]:
        return {}


@dataclass
class World:
    """``carts_store`` is whoever is asked about carts, None for nobody."""

    settings: Settings
    services: Services
    app: Flask
    redis: "Redis[bytes]"
    meta: Control
    now: datetime = NOON
    shop_ids: dict[str, ShopId] = field(default_factory=dict)
    carts_store: Any = field(default_factory=FullShelves)
    _idle_worker: Any = field(default=None, init=False, repr=False)

    @property
    def web(self) -> FlaskClient:
        return self.app.test_client()

    # What the store owner does

    def open_shop(
        self,
        domain: str = SHOP,
        *,
        number: str | None = DEFAULT_NUMBER_ID,
        token: str | None = None,
        client_secret: str | None = None,
        automations: Collection[str] | bool = USUAL,
        **settings: Any,
    ) -> ShopId:
        """A connected shop with its number, approved templates, and automations
        on: the usual two, those that are named, every one, or none."""
        with self.services.transactions.across(Crossing.OPERATING) as tx:
            shop_id = shops.connect(
                tx,
                NewShop(
                    domain=ShopDomain(domain),
                    token_kind="permanent",
                    token="shpat_test",
                    token_expires_at=None,
                    client_id=None,
                    client_secret=client_secret,
                    name="Ada's Things",
                    timezone="Europe/Berlin",
                    currency="EUR",
                    country="DE",
                ),
                sealer=self.services.sealer,
                now=self.now,
            )
            if number is not None:
                numbers.connect_number(
                    tx,
                    shop_id,
                    NewNumber(
                        account_id=DEFAULT_WABA_ID,
                        phone_number_id=number,
                        token=token or sandbox_token(SANDBOX_SECRET),
                        catalog_id=None,
                        display_phone="+1 555-013-0100",
                    ),
                    sealer=self.services.sealer,
                    now=self.now,
                )
            rows = [
                TemplateRow(each.name, language, "APPROVED", each.category, None)
                for each in templates_of(self.services.automations.values())
                for language in each.texts
            ]
            numbers.keep_templates(tx, shop_id, DEFAULT_WABA_ID, rows, now=self.now)
            every = list(self.services.automations)
            named = automations if not isinstance(automations, bool) else every
            for name in named if automations else ():
                in_steps = self.services.automations[name].flow is not None
                # Whoever a test is about gets what it is about.
                plain = {HOLDOUT: 0, "offer_percent": 0, "remind_after_hours": 0}
                config = plain if in_steps else None
                shops.switch(
                    tx, shop_id, name, enabled=True, config=config, now=self.now
                )
            if settings:
                shops.change(tx, shop_id, settings)
        self.shop_ids[domain] = shop_id
        return shop_id

    def switch(self, name: str, *, enabled: bool, domain: str = SHOP) -> None:
        shop_id = self.shop_ids[domain]
        with self.services.transactions.for_shop(shop_id) as tx:
            shops.switch(tx, shop_id, name, enabled=enabled, config=None, now=self.now)

    def set_up(self, name: str, *, domain: str = SHOP, **config: int) -> None:
        """Settings of an automation, as its owner gives them at the command line."""
        asked = ["automation", "set", domain, name, "--config", json.dumps(config)]
        done = self.app.test_cli_runner().invoke(args=asked)
        assert done.exit_code == 0, done.output

    # What the buyer does

    def agree(
        self,
        phone: str = PHONE,
        *,
        act: Act = Act.GRANTED,
        scope: Scope = Scope.TRANSACTIONAL,
        topic: str | None = None,
        domain: str = SHOP,
    ) -> None:
        shop_id = self.shop_ids[domain]
        with self.services.transactions.for_shop(shop_id) as tx:
            person = (shop_id, Phone(phone))
            found = people.contacts_of(
                tx, [person], book=self.services.book, now=self.now
            )
            word = Word(
                shop_id=shop_id,
                contact_id=found[person],
                scope=scope,
                topic=topic,
                act=act,
                source="test",
                happened_at=self.now,
                who=phone,
            )
            ledger.record(tx, [word], now=self.now, sealer=self.services.sealer)

    # What the outside says

    def shopify_says(
        self,
        topic: str,
        body: bytes | Mapping[str, Any],
        *,
        webhook_id: str | None = None,
        domain: str = SHOP,
        secret: str = APP_SECRET,
        triggered_at: datetime | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> int:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        digest = hmac.new(secret.encode(), raw, hashlib.sha256).digest()
        named = webhook_id or hashlib.sha256(topic.encode() + raw).hexdigest()[:32]
        moment = triggered_at or self.now
        return self.web.post(
            "/webhooks/shopify",
            data=raw,
            headers={
                "Content-Type": "application/json",
                "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode(),
                "X-Shopify-Topic": topic,
                "X-Shopify-Shop-Domain": domain,
                "X-Shopify-Webhook-Id": named,
                "X-Shopify-Triggered-At": moment.isoformat(),
                **(headers or {}),
            },
        ).status_code

    def meta_says(self, body: bytes | Mapping[str, Any]) -> int:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        digest = hmac.new(META_SECRET.encode(), raw, hashlib.sha256).hexdigest()
        return self.web.post(
            "/webhooks/whatsapp",
            data=raw,
            headers={"X-Hub-Signature-256": f"sha256={digest}"},
        ).status_code

    def meta_reports(
        self, *statuses: Mapping[str, Any], number: str = DEFAULT_NUMBER_ID
    ) -> int:
        """Statuses in one bundle; each needs ``status`` and what it is about."""
        stamped = [
            {
                "id": "wamid.unknown",
                "timestamp": str(int(self.now.timestamp())),
                "recipient_id": PHONE[1:],
                **status,
            }
            for status in statuses
        ]
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"phone_number_id": number},
            "statuses": stamped,
        }
        return self.meta_says(
            {
                "object": "whatsapp_business_account",
                "entry": [
                    {
                        "id": DEFAULT_WABA_ID,
                        "changes": [{"field": "messages", "value": value}],
                    }
                ],
            }
        )

    def person_says(
        self,
        said: str | Mapping[str, Any],
        *,
        phone: str | None = PHONE,
        number: str = DEFAULT_NUMBER_ID,
        message_id: str | None = None,
        at: datetime | None = None,
        user_id: str | None = None,
        username: str | None = None,
    ) -> int:
        """What a buyer types, or any other message in Meta's words, with its type."""
        moment = str(int((at or self.now).timestamp()))
        message = (
            {"type": "text", "text": {"body": said}} if isinstance(said, str) else said
        )
        digits = None if phone is None else phone[1:]
        named = f"{phone} {moment} {json.dumps(message)}".encode()
        person = {"wa_id": digits, "user_id": user_id, "profile": {"name": "Ada"}}
        if username is not None:
            person["profile"] = {"name": "Ada", "username": username}
        item = {
            "from": digits,
            "from_user_id": user_id,
            "id": message_id or f"wamid.{hashlib.sha256(named).hexdigest()[:24]}",
            "timestamp": moment,
            **message,
        }
        return self._chat_says("messages", number, person, {"messages": [item]})

    def person_prefers(
        self,
        preference: str,
        *,
        phone: str = PHONE,
        number: str = DEFAULT_NUMBER_ID,
        at: datetime | None = None,
    ) -> int:
        """What a buyer sets in WhatsApp itself: stop, resume or signup."""
        said = {
            "wa_id": phone[1:],
            "category": "marketing_messages",
            "value": preference,
            "timestamp": int((at or self.now).timestamp()),
        }
        value = {"user_preferences": [said]}
        return self._chat_says("user_preferences", number, {"wa_id": phone[1:]}, value)

    def _chat_says(
        self,
        field: str,
        number: str,
        person: Mapping[str, Any],
        told: Mapping[str, Any],
    ) -> int:
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"phone_number_id": number},
            "contacts": [person],
            **told,
        }
        change = {"field": field, "value": value}
        entry = {"id": DEFAULT_WABA_ID, "changes": [change]}
        return self.meta_says({"object": "whatsapp_business_account", "entry": [entry]})

    def review(
        self,
        template: str,
        state: str | None,
        *,
        category: str | None = None,
        at: datetime | None = None,
        account: str = DEFAULT_WABA_ID,
    ) -> None:
        """Meta's reviewers decide about all languages of a template of ours, and we
        are told now."""
        for language in self._languages_of(template):
            if category is not None:
                value: dict[str, Any] = {
                    "previous_category": "UTILITY",
                    "new_category": category,
                }
                self._account_says(
                    "template_category_update", template, language, value, at, account
                )
            if state is not None:
                value = {"event": state, "reason": "NONE"}
                self._account_says(
                    "message_template_status_update",
                    template,
                    language,
                    value,
                    at,
                    account,
                )
        self.work()

    def _languages_of(self, template: str) -> list[str]:
        automations = self.services.automations.values()
        [ours] = [a for a in templates_of(automations) if a.name == template]
        return list(ours.texts)

    def _account_says(
        self,
        field: str,
        template: str,
        language: str,
        value: Mapping[str, Any],
        at: datetime | None,
        account: str,
    ) -> None:
        named = {
            "message_template_id": 1,
            "message_template_name": template,
            "message_template_language": language,
        }
        change = {"field": field, "value": {**named, **value}}
        entry = {
            "id": account,
            "time": int((at or self.now).timestamp()),
            "changes": [change],
        }
        assert (
            self.meta_says({"object": "whatsapp_business_account", "entry": [entry]})
            == 200
        )

    # What the program does

    def work(self) -> None:
        """Do every job that waits, and those it leads to, in a real RQ worker."""
        with bound_to(self.services):
            while True:
                while self.waiting_jobs():
                    self._have_a_worker_work()
                self.wait_for_the_office()
                if not self.waiting_jobs():
                    return

    def _have_a_worker_work(self) -> None:
        """The one that did before, unless it is at work or has died of it."""
        worker = self._idle_worker or worker_on(
            self.redis, f"test-{self.redis.incr('tests')}"
        )
        self._idle_worker = None
        worker.work(burst=True, logging_level="CRITICAL")
        self._idle_worker = worker

    def wait_for_the_office(self) -> None:
        """Until all that is on its way has its answer, and that is written down."""
        assert isinstance(self.services.office, Office)
        assert self.services.office.flush(20)

    def look(self) -> None:
        """The scheduler's look around, and the work that it finds."""
        look_around(services=self.services)
        self.work()
        if self.carts_store is not None and self.look_at_carts():
            look_around(services=self.services)
            self.work()

    def look_at_carts(self) -> int:
        """As the scheduler does beside its looks around."""
        return look_at_carts(self.carts_store, services=self.services)

    def pass_time(self, time: timedelta) -> None:
        self.now += time
        self.look()

    def read_everything_now(self) -> None:
        """Read without any job: for what happens while another job runs."""
        for lane in range(LANES):
            reading.read_webhooks(Lane(lane), services=self.services)

    def waiting_jobs(self) -> int:
        return queue_on(self.redis).count

    # What can be seen

    def rows(self, table: str) -> list[Any]:
        with self.services.transactions.across(Crossing.OPERATING) as tx:
            return list(
                tx.connection.execute(text(f"SELECT * FROM {table} ORDER BY 1"))
            )

    @property
    def messages(self) -> list[Any]:
        return self.rows("messages")

    @property
    def message(self) -> Any:
        [message] = self.messages
        return message

    @property
    def accepted(self) -> list[dict[str, Any]]:
        """What Meta has taken, oldest first."""
        entries: list[dict[str, Any]] = self.meta.get("ledger")["entries"]
        return entries

    def forget_everything(self) -> None:
        self.redis.flushdb()
        with self.services.transactions.across(Crossing.OPERATING) as tx:
            tx.connection.execute(_FORGET_EVERYTHING)
        self.meta.post("begin_anew", USUAL_AT_META)
