"""The seven checks of Shopify's own `shopify app security check`, by their names."""

import re
import subprocess
import tomllib
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from integrations.shopify import payloads
from tests.flows.terminal import attendant_at
from tests.flows.test_privacy import data_request, order, redact
from tests.shopify_signs import forwarded, id_token, opened
from tests.world import SHOP
from wiring.outside import can_be_reached

ROOT = Path(__file__).parents[2]
APP = tomllib.loads((ROOT / "shopify.app.toml").read_text(encoding="utf-8"))
SUBSCRIPTIONS = APP["webhooks"]["subscriptions"]
BOB = "bob.myshopify.com"

_SECRETS = re.compile(
    r"shp(?:at|ca|pa|ss|rt|ua)_[0-9a-fA-F]{32}|EAA[A-Za-z0-9]{60,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|(?:API|APP)_SECRET\s*[=:]\s*[\"']?[0-9a-f]{32}"
)
_MADE_UP = (
    *("0123456789abcdef0123456789abcdef", "aa11bb22cc33dd44ee55ff6677889900"),
    "00998877665544332211ffeeddccbbaa",
)
"""What stands in tests of signatures and of logs."""


def _committed():
    """Every file that git knows, or that would be in an archive of it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False
    )
    names = listed.stdout.decode().split("\0") if listed.returncode == 0 else []
    return [ROOT / name for name in names if name] or [
        path
        for path in ROOT.rglob("*")
        if path.is_file() and not {".venv", "var", ".git"} & set(path.parts)
    ]


# COMMITTED_SECRET


def test_no_file_holds_a_secret():
    files = [path for path in _committed() if path.is_file()]
    found = {
        (path.relative_to(ROOT), each)
        for path in files
        for each in _SECRETS.findall(path.read_bytes().decode("utf-8", "replace"))
        if not each.endswith(_MADE_UP)
    }

    assert len(files) > 500
    assert found == set()
    assert _SECRETS.search("SHOPIFY_API_SECRET=" + "0123456789abcdef" * 2)
    assert _SECRETS.search("shpss_" + "0" * 32)


# REQUEST_DERIVED_SHOP_SCOPE


@pytest.mark.parametrize("path", ["/app/", "/app/anything"])
def test_the_store_is_whose_the_proof_is_and_not_whose_the_request_names(
    world, owner, path
):
    world.open_shop(BOB, number=None)
    token = id_token(at=world.now)
    others = {
        "X-Shopify-Shop-Domain": BOB,
        "Authorization": f"Bearer {token}",
        "Cookie": f"shop={BOB}",
    }

    answer = owner.gets(f"{path}?shop={BOB}&id_token={token}", headers=others)

    assert BOB not in answer.text
    assert BOB not in answer.headers.get("Location", "")
    policy = answer.headers["Content-Security-Policy"]
    assert f"https://{SHOP}" in policy
    assert BOB not in policy


def test_an_address_that_names_another_store_than_it_was_signed_for_opens_none(
    world, owner
):
    world.open_shop(BOB, number=None)
    signed = opened(at=world.now).replace(SHOP, BOB)

    answer = owner.opens(signed)

    assert BOB not in answer.text


# APP_PROXY_UNVERIFIED_SIGNATURE


def test_nothing_under_the_proxy_is_served_without_shopifys_signature(world):
    under = [
        rule.rule
        for rule in world.app.url_map.iter_rules()
        if rule.rule.startswith(urlsplit(APP["app_proxy"]["url"]).path)
    ]

    assert under
    for rule in under:
        path = re.sub(r"<[^>]*>", "x", rule)
        for query in ("", f"shop={SHOP}", forwarded(secret="another"), "signature=0"):
            for method in ("GET", "POST"):
                answer = world.web.open(f"{path}?{query}", method=method)
                assert answer.status_code == 401, (rule, query, method)


# APP_PROXY_LIQUID_INJECTION


@pytest.mark.parametrize("words", ["{{shop.email}}", "{% raw %}", "<script>x</script>"])
def test_what_a_visitor_writes_is_never_rendered_by_the_storefront(world, words):
    for answer in (
        world.web.get(f"/proxy/{words}?{forwarded()}"),
        world.web.get(f"/proxy/x?{forwarded(q=words)}"),
        world.web.get(f"/proxy/x?q={words}"),
    ):
        assert "liquid" not in answer.headers["Content-Type"]
        assert words not in answer.text


# INSECURE_WEBHOOK_URL


def test_webhooks_go_to_https_and_nowhere_else(world):
    assert urlsplit(APP["application_url"]).scheme == "https"
    for each in SUBSCRIPTIONS:
        parts = urlsplit(each["uri"])
        assert parts.scheme in ("", "https")
        assert parts.scheme or parts.path == "/webhooks/shopify"

    real = replace(world.settings, shopify_admin_origin="https://{shop}")
    for url in ("http://sosik.example.com", "http://127.0.0.1:8000"):
        assert not can_be_reached(replace(real, app_url=url))
    assert can_be_reached(replace(real, app_url="https://sosik.example.com"))


# MISSING_COMPLIANCE_WEBHOOKS


def test_shopify_is_asked_for_all_that_the_law_wants_and_it_is_done(
    world, terminal, shopify
):
    asked = {
        topic: each["uri"]
        for each in SUBSCRIPTIONS
        for topic in each.get("compliance_topics", ())
    }
    assert asked.keys() == payloads.OWED
    assert set(asked.values()) == {"/webhooks/shopify"}

    world.open_shop()
    world.shopify_says("orders/create", order())
    shopify.post("uninstall", {"shop": SHOP})
    for topic, body in (
        ("customers/data_request", data_request()),
        ("customers/redact", redact()),
        ("shop/redact", {"shop_id": 1, "shop_domain": SHOP}),
    ):
        assert world.shopify_says(topic, body, secret="another") == 401
        assert world.shopify_says(topic, body) == 200
        world.work()
        attendant_at(terminal).attend()

    rows = world.rows("privacy_requests")
    assert [(row.kind, row.state) for row in rows] == [
        ("data_request", "done"),
        ("erase_person", "done"),
        ("erase_shop", "done"),
    ]
    assert world.rows("shops") == []


# EXPIRING_OFFLINE_TOKEN


def test_a_token_that_the_app_is_given_runs_out_and_is_renewed(world, owner):
    assert owner.opens_in_the_admin().status_code == 200

    [shop] = world.rows("shops")
    assert shop.token_kind == "expiring"
    assert shop.token_expires_at is not None
    assert shop.refresh_token is not None
    assert shop.refresh_token_expires_at is not None
