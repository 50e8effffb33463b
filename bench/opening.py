"""Shops for the benches: connected, with a number and approved templates each."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from core.settings import Settings
from core.values import ShopDomain, ShopId
from integrations.meta.templates import creation_body
from notifications import automations
from notifications.automations import HOLDOUT, templates_of, waits_for_more
from notifications.ports import Services
from sandbox.control import Control
from storage import numbers, shops
from storage.numbers import NewNumber, TemplateRow
from storage.shops import NewShop
from storage.tenancy import Crossing
from wiring.outside import as_metas
from wiring.services import build

WABA_ID = "200000000000001"
_META_TOKEN = "EAANtokenforbenches"


class Place(Protocol):
    """Where a database and a simulated Meta are."""

    @property
    def settings(self) -> Settings: ...
    @property
    def meta(self) -> Control: ...


@dataclass(frozen=True, slots=True)
class Shop:
    id: ShopId
    domain: str
    phone_number_id: str


def open_shops(
    stage: Place,
    count: int,
    *,
    throughput: int = 80,
    at_meta: int | None = None,
    settings: Settings | None = None,
) -> list[Shop]:
    """Connect so many shops. ``throughput`` is what their owners have set, in messages
    a second, and ``at_meta`` what Meta really allows, the same if not said.
    ``settings`` may lead to another database than the stage's."""
    services = build(settings or stage.settings)
    try:
        opened = [
            _open(stage, services, number, throughput, at_meta or throughput)
            for number in range(count)
        ]
    finally:
        services.close()
    if settings is None:  # else Meta knows them from the first time
        _know_templates(stage)
    return opened


def _open(
    stage: Place, services: Services, number: int, throughput: int, at_meta: int
) -> Shop:
    domain = f"bench-{number}.myshopify.com"
    phone_number_id = f"3{number:014d}"
    stage.meta.post(
        "accounts",
        {
            "waba_id": WABA_ID,
            "phone_number_id": phone_number_id,
            "token": _META_TOKEN,
            "display_phone_number": f"+1 555-010-{number:04d}",
            "throughput": at_meta,
        },
    )
    now = datetime.now(UTC)
    with services.transactions.across(Crossing.OPERATING) as tx:
        shop_id = shops.connect(
            tx,
            NewShop(
                domain=ShopDomain(domain),
                token_kind="permanent",
                token="shpat_bench",
                token_expires_at=None,
                client_id=None,
                client_secret=None,
                name=f"Bench Store {number}",
                timezone="Europe/Berlin",
                currency="EUR",
                country="DE",
            ),
            sealer=services.sealer,
            now=now,
        )
        numbers.connect_number(
            tx,
            shop_id,
            NewNumber(
                account_id=WABA_ID,
                phone_number_id=phone_number_id,
                token=_META_TOKEN,
                catalog_id=None,
                display_phone=None,
            ),
            sealer=services.sealer,
            now=now,
        )
        rows = [
            TemplateRow(each.name, language, "APPROVED", each.category, None)
            for each in templates_of(services.automations.values())
            for language in each.texts
        ]
        numbers.keep_templates(tx, shop_id, WABA_ID, rows, now=now)
        for name, automation in services.automations.items():
            # A bench measures what the program takes, not what it waits for.
            config = waits_for_more(automation, 0)
            if automation.flow is not None:
                config |= {HOLDOUT: 0, "offer_percent": 0, "remind_after_hours": 0}
            shops.switch(tx, shop_id, name, enabled=True, config=config, now=now)
        shops.change(tx, shop_id, {"throughput": throughput})
    return Shop(shop_id, domain, phone_number_id)


def _know_templates(stage: Place) -> None:
    templates = [
        creation_body(as_metas(template, language))
        for template in templates_of(automations.discover().values())
        for language in template.texts
    ]
    known = {"waba_id": WABA_ID, "templates": templates}
    stage.meta.post("known_templates", known)
