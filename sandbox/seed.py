"""``python -m sandbox.seed``: connects the simulated store and phone, once.

By the same use cases as a real store's, so what the demo shows is what there is. A
second time it looks and finds nothing to do, but for an APP_URL that has changed.
"""

import gc
import os
import sys
from collections.abc import Mapping
from functools import partial
from typing import Any

from core.errors import AppError, ConfigurationError, NotPossible, WillNotWork
from core.sealing import CannotOpen
from core.settings import Settings
from core.values import ShopDomain, ShopId
from integrations.meta.templates import creation_body
from notifications import (
    configuring,
    connecting,
    links,
    numbering,
    setting_automations,
)
from notifications.access import LiveToken, LiveTokens
from notifications.automations import HOLDOUT, Automation, templates_of, waits_for_more
from notifications.catalog import connecting as catalog_connecting
from notifications.catalog.connecting import Wish
from notifications.operating import Operator
from notifications.ports import Services
from notifications.setting_automations import Wanted
from sandbox.control import Control, ControlRefused
from sandbox.meta.accounts import DEFAULT_NUMBER_ID, DEFAULT_WABA_ID
from sandbox.meta.accounts import sandbox_token as meta_token
from sandbox.shopify.shops import DEFAULT_SHOP
from sandbox.shopify.shops import sandbox_token as shopify_token
from storage import access, catalogs, numbers, shops
from storage.access import TokenKind
from storage.numbers import number_context
from storage.shops import token_context
from storage.tenancy import Crossing
from wiring.outside import (
    ShopifyStore,
    account_at,
    as_metas,
    keeper_at,
    store_at,
)
from wiring.services import build

_DOMAIN = ShopDomain(DEFAULT_SHOP)
_SEEDER = Operator("sandbox")
_READ_SOON = {"read_share": 1.0, "read_ms": [900, 2500]}
_SPOKEN_FIRST = ("en", "ko")
_WAIT_SECONDS = 3
"""For more news of a parcel: whoever tries it out looks at the phone. News comes soon,
and two clicks in a row are one message."""


def seed(settings: Settings, services: Services) -> None:
    """Connect the default shop and number, and switch all automations on.

    Raises:
        ConfigurationError: the sandbox does not run.
        OutsideError: a simulator does not answer.
    """
    secret = settings.sandbox_secret
    if not settings.sandbox or secret is None:
        raise ConfigurationError("the sandbox is off: there is nothing to connect")
    store = store_at(settings, services)
    tokens = LiveTokens(store, services)
    _set_up_meta(settings, services)
    shop_id = _connected_before(secret, store, tokens)
    if shop_id is None:
        connected = connecting.connect_shop(
            _DOMAIN,
            connecting.Credentials(access_token=shopify_token(secret)),
            store=store,
            operator=_SEEDER,
            services=services,
        )
        shop_id = connected.shop_id
        languages = [*_SPOKEN_FIRST, *configuring.languages_offered(services)]
        configuring.set_shop(
            _DOMAIN,
            {"languages": ",".join(languages)},
            operator=_SEEDER,
            services=services,
        )
        for name in setting_automations.switched(services):
            automation = services.automations[name]
            config = _config(automation) or None
            setting_automations.set_automation(
                _DOMAIN,
                name,
                Wanted(enabled=True, config=config),
                operator=_SEEDER,
                services=services,
            )
        # Last, since its templates are the sign that all has been done.
        numbering.connect_whatsapp(
            _DOMAIN,
            numbering.NumberGiven(
                account_id=DEFAULT_WABA_ID,
                phone_number_id=DEFAULT_NUMBER_ID,
                token=meta_token(secret),
            ),
            account=account_at(settings),
            operator=_SEEDER,
            services=services,
        )
    elif not _has_webhooks_of_the_app(shop_id, services):
        tokens.asking(shop_id, store.subscribe)
    tokens.asking(shop_id, partial(_forget_old_addresses, store))
    _show_products(settings, services, shop_id)


def _show_products(settings: Settings, services: Services, shop_id: ShopId) -> None:
    """The store has a catalog on WhatsApp, so that somebody can ask about a product, or
    fill a cart. The scheduler fills it."""
    with services.transactions.for_shop(shop_id) as tx:
        if catalogs.of_shop(tx, shop_id) is not None:
            return
    catalog_connecting.connect(
        _DOMAIN,
        Wish(),
        keeper=keeper_at(settings),
        operator=_SEEDER,
        services=services,
    )


def _config(automation: Automation[Any]) -> dict[str, int]:
    """Nobody likes to wait for a play, and its one buyer is in no control group."""
    names = {setting.name for setting in automation.settings}
    held_out = {HOLDOUT: 0} if HOLDOUT in names else {}
    return waits_for_more(automation, _WAIT_SECONDS) | held_out


def _set_up_meta(settings: Settings, services: Services) -> None:
    """The simulated account has had our templates approved long ago: reviewing them
    all takes Meta hours, and nobody who tries something out has these. And whoever
    holds the simulated phone reads what it gets, soon.

    Raises:
        ConfigurationError: the simulated Meta does not answer.
    """
    links_at = f"{services.app_url}{links.PATH}"
    wanted = [
        creation_body(as_metas(template, language, links_at))
        for template in templates_of(services.automations.values())
        for language in template.texts
    ]
    meta = Control(settings.sandbox_meta_url or "", settings.sandbox_secret or "")
    try:
        meta.post("known_templates", {"templates": wanted})
        meta.post("settings", {"statuses": _READ_SOON})
    except (ControlRefused, OSError) as error:
        raise ConfigurationError(f"the simulated Meta: {error}") from error


def _connected_before(
    secret: str, store: ShopifyStore, tokens: LiveTokens
) -> ShopId | None:
    """The shop, if it is connected with these very tokens, or was since installed from
    the app's own page."""
    services = tokens.services
    with services.transactions.across(Crossing.OPERATING) as tx:
        shop = shops.find(tx, _DOMAIN)
        if shop is None or shop["state"] != shops.ShopState.ACTIVE:
            return None
        shop_id = ShopId(shop["id"])
        number = numbers.default_of(tx, shop_id)
        templates = numbers.templates_of(tx, [shop_id])
    if number is None or not templates or shop["token"] is None:
        return None
    try:
        opened = services.sealer.of(shop_id).open_text
        token = opened(shop["token"], context=token_context(_DOMAIN))
        metas = opened(
            number["token"], context=number_context(shop_id, number["phone_number_id"])
        )
    except CannotOpen:
        return None
    if shop["token_kind"] == TokenKind.EXPIRING:
        is_ours = _lets_us_in(shop_id, store, tokens)
    else:
        is_ours = token == shopify_token(secret)
    return shop_id if is_ours and metas == meta_token(secret) else None


def _has_webhooks_of_the_app(shop_id: ShopId, services: Services) -> bool:
    with services.transactions.for_shop(shop_id) as tx:
        known = access.of_shop(tx, shop_id)
    return known is not None and known.kind is TokenKind.EXPIRING


def _lets_us_in(shop_id: ShopId, store: ShopifyStore, tokens: LiveTokens) -> bool:
    try:
        tokens.asking(shop_id, store.profile)
    except (NotPossible, WillNotWork):
        return False
    return True


def _forget_old_addresses(
    store: ShopifyStore, domain: ShopDomain, token: LiveToken
) -> None:
    """Without the subscriptions to an earlier port of ours."""
    client = store.client
    found = client.run(
        domain, token, "webhook_subscriptions", {"first": 100, "after": None}
    )
    for node in found["webhookSubscriptions"]["nodes"]:
        if node["uri"] != store.callback_url:
            client.run(domain, token, "webhook_subscription_delete", {"id": node["id"]})


def main(env: Mapping[str, str]) -> None:
    try:
        settings = Settings.from_env(env)
        services = build(settings)
        try:
            seed(settings, services)
        finally:
            services.close()
    except AppError as error:
        sys.exit(f"sandbox.seed: {error}")


if __name__ == "__main__":
    main(os.environ)
    gc.freeze()  # what was loaded goes with the process, without being looked through
