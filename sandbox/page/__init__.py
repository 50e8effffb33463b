"""The first ten minutes: a store, a phone and the trace between them, at ``/sandbox/``.

A blueprint, which ``webapp.wsgi`` mounts while the sandbox runs. It shows what was
written down and has the simulators do things; it decides nothing.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import Forbidden, NotFound

from core.errors import NotPossible
from core.settings import SANDBOX_SHOP, Settings
from core.values import Money
from core.words import N_, Words, words_for
from notifications.ports import Services
from sandbox.page import parcels
from sandbox.page import words as languages
from sandbox.page.acts import CURRENCIES, FAULTS, Acts, wish_in
from sandbox.page.diary import Diary
from sandbox.page.guard import Guard
from sandbox.page.machines import Machines
from sandbox.page.news import Asked, News
from sandbox.page.simulators import Simulators
from sandbox.page.stories import Stories
from sandbox.shopify.admin import admin_at
from sandbox.shopify.people import BUYERS, PRODUCTS, SHIPPING
from sandbox.shopify.storefront import offers_form_at
from wiring.clock import sandbox_clock

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
_LONGEST_ID = 64
_LARGEST_ID = 2**63 - 1
_ATTRIBUTE = re.compile(r"attributes\[([^\[\]]{1,60})\]")


def blueprint(
    settings: Settings, services: Services, environment: Mapping[str, str]
) -> Blueprint:
    """The page and what it asks. ``environment`` is that of this process."""
    pages = Blueprint(
        "sandbox",
        __name__,
        url_prefix="/sandbox",
        template_folder="templates",
        static_folder="static",
    )
    guard = Guard(settings)
    simulators = Simulators.of(settings)
    machines = Machines(settings.redis_url, environment)
    diary = Diary(settings.data_dir)
    clock = sandbox_clock(settings.data_dir, settings.database_url)
    news = News(settings, services, simulators, machines, diary, clock)
    stories = Stories(services, simulators)
    acts = Acts(settings, services, simulators, machines, diary, clock)
    _guard(pages, guard)
    shopify = settings.sandbox_shopify_url
    form = offers_form_at(shopify, SANDBOX_SHOP) if shopify else None
    admin = admin_at(shopify, SANDBOX_SHOP) if shopify else None
    _add_page(pages, guard, machines, form=form, admin=admin)
    _add_store(pages, guard, simulators)
    _add_news(pages, news)
    _add_stories(pages, stories)
    _add_acts(pages, acts)
    return pages


def _guard(pages: Blueprint, guard: Guard) -> None:
    """Who may come in, and what a browser may do with what it gets."""

    @pages.before_request
    def admit() -> None:
        if not guard.may_see(request):
            raise NotFound
        if request.method == "POST" and not guard.may_press(request):
            raise Forbidden

    @pages.after_request
    def harden(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def _add_page(
    pages: Blueprint,
    guard: Guard,
    machines: Machines,
    *,
    form: str | None,
    admin: str | None,
) -> None:
    """``form`` is where the store's own form for offers is, ``admin`` where its owner
    has the app."""

    @pages.get("/")
    def page() -> str:
        spoken = _words()
        return render_template(
            "sandbox/page.html",
            _=spoken.gettext,
            words=spoken,
            money=lambda amount, currency: spoken.money(Money(amount, currency)),
            language_name=lambda locale: languages.language_name(locale, spoken),
            languages=languages.LANGUAGES,
            for_script=languages.for_script(spoken),
            goods=_GOODS,
            meta_states=[(name, spoken.gettext(_META_IS[name])) for name in FAULTS],
            token=guard.token,
            products=PRODUCTS,
            currencies=CURRENCIES,
            buyers=BUYERS,
            city_of=lambda buyer: parcels.town(
                (buyer.city, buyer.country_code), spoken
            ),
            owns_valkey=machines.owns_valkey(),
            has_workers=bool(machines.workers()),
            form=form,
            admin=admin,
        )


def _add_store(pages: Blueprint, guard: Guard, simulators: Simulators) -> None:
    """The store's own page, to which the link in a reminder leads."""

    @pages.get("/store/checkouts/<token>/recover")
    def recover(token: str) -> tuple[str, int]:
        spoken = _words()
        left, because = None, None
        code, *_ = request.args.get("discount", "").split(",")
        try:
            left = simulators.checkout(token, request.args.get("key", ""), code)
        except NotPossible as error:
            because = spoken.gettext(error.sentence, **error.values)
        page = render_template(
            "sandbox/checkout.html",
            _=spoken.gettext,
            words=spoken,
            money=lambda amount, currency: spoken.money(
                Money(Decimal(amount), currency)
            ),
            token=guard.token,
            left=left,
            because=because,
            code=code,
            attributes=_attributes(request.args),
        )
        return page, 200 if left else 404


def _attributes(asked: Mapping[str, str]) -> dict[str, str]:
    """Those of the cart that stand in the address, as ``attributes[name]=value``."""
    found = {_ATTRIBUTE.fullmatch(name): value for name, value in asked.items()}
    return {named[1]: value for named, value in found.items() if named is not None}


def _add_news(pages: Blueprint, news: News) -> None:
    """What an open tab asks for again and again: 304 while nothing is new."""

    @pages.get("/news")
    def what_is_new() -> Response:
        asked = Asked(
            phone=_digits(request.args.get("phone", "")),
            order_id=_number(request.args.get("order")),
            words=_words(),
        )
        tag = _tag(f"{news.version()} {request.query_string!r}")
        if request.headers.get("If-None-Match") == tag:
            response = Response(status=304)
        else:
            response = _json(news.document(asked))
        response.headers["ETag"] = tag
        response.headers["Cache-Control"] = "no-cache"
        return response


def _add_stories(pages: Blueprint, stories: Stories) -> None:
    """What stands behind a line of the trace."""

    @pages.get("/webhooks/<int:webhook_id>")
    def webhook(webhook_id: int) -> Response:
        return _answered(lambda: stories.of_webhook(webhook_id, _words()), 404)

    @pages.get("/messages/<message_id>")
    def message(message_id: str) -> Response:
        if len(message_id) > _LONGEST_ID:
            raise NotFound
        return _answered(lambda: stories.of_message(message_id, _words()), 404)


def _add_acts(pages: Blueprint, acts: Acts) -> None:
    """What the buttons do."""

    @pages.post("/acts/<name>")
    def act(name: str) -> Response:
        if name not in acts.names:
            raise NotFound
        return _answered(lambda: acts.do(name, wish_in(request.get_data())), 400)


_META_IS = {
    "well": N_("well"),
    "down": N_("down"),
    "slow": N_("slow"),
    "number_limit": N_("limiting the number"),
    "pair_limit": N_("limiting one person"),
    "resets": N_("resetting after it took"),
}
_GOODS = {
    "prices": {
        product.sku: {code: float(product.price_in(code)) for code in CURRENCIES}
        for product in PRODUCTS
    },
    "shipping": {code: float(SHIPPING.price_in(code)) for code in CURRENCIES},
    "wordings": {locale: buyer.wording for locale, buyer in BUYERS.items()},
}


def _words() -> Words:
    """The reader's language: as asked for, else the browser's, else English."""
    asked = request.args.get("lang")
    if asked not in languages.LANGUAGES:
        asked = request.accept_languages.best_match(languages.LANGUAGES, "en")
    return words_for(asked or "en")


def _answered(find: Callable[[], Mapping[str, Any]], refused: int) -> Response:
    try:
        return _json(find())
    except NotPossible as error:
        said = _words().gettext(error.sentence, **error.values)
        return _json({"error": said}, refused)


def _json(document: Any, status: int = 200) -> Response:
    return Response(
        json.dumps(document, ensure_ascii=False),
        status,
        content_type="application/json; charset=utf-8",
    )


def _tag(text: str) -> str:
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


def _digits(text: str) -> str:
    return text if text.isascii() and text.isdecimal() and len(text) <= 15 else ""


def _number(text: str | None) -> int | None:
    if not text or not text.isascii() or not text.isdecimal():
        return None
    return min(int(text[:20]), _LARGEST_ID)
