"""A store's owner opens the app in the store's admin, and nobody else gets at it."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from integrations.shopify.scopes import SCOPES
from storage import access
from tests.flows.owner import APP_URL, framers, going_to
from tests.shopify_signs import id_token, opened
from tests.wire.test_id_tokens import HOSTS, ODD, REFUSED
from tests.world import NOON, SHOP
from webapp.app import create_app
from wiring.outside import store_at

RETRY = "X-Shopify-Retry-Invalid-Session-Request"
BOB = "bob.myshopify.com"
ADMINS = {f"https://{SHOP}", "https://admin.shopify.com"}


# Who is let in


def test_the_first_look_connects_the_store(world, owner):
    before = owner.granted("token_exchange")

    first, second = owner.opens_in_the_admin(), owner.opens_in_the_admin()

    assert (first.status_code, second.status_code) == (200, 200)
    assert owner.granted("token_exchange") == before + 1
    [row] = world.rows("shops")
    assert (row.domain, row.state, row.token_kind) == (SHOP, "active", "expiring")
    assert (row.name, row.timezone, row.currency, row.country) == (
        *("Ada's Things", "Europe/Berlin", "EUR", "DE"),
    )
    assert "read_orders" in row.scopes


def test_the_page_says_what_is_connected_and_what_is_missing(world, owner):
    new = owner.opens_in_the_admin().get_data(as_text=True)
    world.open_shop()
    done = owner.opens_in_the_admin().get_data(as_text=True)

    assert "No number is connected yet" in new
    assert "0 texts are approved" in new
    assert "Messages come from +1 555-013-0100" in done
    assert "Ada&#39;s Things" in done


def test_the_page_says_when_the_store_lets_us_in_no_more(world, owner):
    shop_id = world.open_shop()
    with world.services.transactions.for_shop(shop_id) as tx:
        access.note_lost(tx, shop_id, because="shopify_401", now=world.now)
    owner.shopify.post("settings", {"fail_next": 5, "fail_http": 503})

    assert owner.opens_in_the_admin().status_code == 502


def test_permissions_that_the_store_has_not_given_are_named(world, owner):
    owner.shopify.post("shops", {"domain": SHOP, "scopes": "read_orders"})

    page = owner.opens_in_the_admin().get_data(as_text=True)

    missing = [scope for scope in SCOPES if scope != "read_orders"]
    assert f"without the permissions {', '.join(missing)}" in page


def test_the_page_speaks_the_admin_s_language_where_it_can(world, owner):
    korean = owner.opens(f"{owner.framed()}&id_token={id_token()}&locale=ko-KR")
    other = owner.opens(f"{owner.framed()}&id_token={id_token()}&locale=xx")

    assert '<html lang="en">' in other.get_data(as_text=True)
    # Of two locales in an address the first counts.
    assert '<html lang="en">' in korean.get_data(as_text=True)
    alone = owner.opens(urlencode({"id_token": id_token(), "locale": "ko-KR"}))
    assert '<html lang="ko">' in alone.get_data(as_text=True)


def test_without_a_locale_the_page_speaks_the_browser_s_language(world, owner):
    query = urlencode({"id_token": id_token()})

    korean = owner.opens(query, headers={"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.8"})
    other = owner.opens(query, headers={"Accept-Language": "fr"})

    assert '<html lang="ko">' in korean.get_data(as_text=True)
    assert '<html lang="en">' in other.get_data(as_text=True)


def test_the_store_is_the_token_s_whatever_else_the_request_says(world, owner):
    owner.shopify.post("shops", {"domain": BOB, "name": "Bob's Bikes"})
    query = urlencode({"shop": BOB, "id_token": id_token(), "embedded": "1"})

    page = owner.opens(query)

    assert "Ada&#39;s Things" in page.get_data(as_text=True)
    assert framers(page) == ADMINS | {owner.shopify.url}
    assert [row.domain for row in world.rows("shops")] == [SHOP]


def test_one_store_s_owner_sees_nothing_of_another_store(world, owner):
    owner.shopify.post("shops", {"domain": BOB, "name": "Bob's Bikes"})
    owner.opens_in_the_admin(shop=BOB)

    page = owner.opens_in_the_admin().get_data(as_text=True)

    assert "Bob" not in page


def test_both_secrets_count_while_one_takes_the_others_place(world, owner):
    settings = replace(
        owner.settings,
        shopify_api_secrets=(
            *owner.settings.shopify_api_secrets,
            "the-old-" + "x" * 32,
        ),
    )
    app = create_app(settings, world.services)
    old = id_token(secret="the-old-" + "x" * 32)
    world.open_shop()

    assert app.test_client().get(f"/app/?id_token={old}").status_code == 200
    assert owner.opens(f"id_token={old}").status_code == 401


def test_a_token_from_a_header_counts_for_more_than_one_in_the_address(world, owner):
    world.open_shop()
    headers = {"Authorization": f"Bearer {id_token()}"}

    assert owner.opens("id_token=old", headers=headers).status_code == 200


# Who is not


@pytest.mark.parametrize("token", ODD.values(), ids=ODD.keys())
def test_what_is_no_token_is_refused(world, owner, token):
    by_page = owner.opens(urlencode({"id_token": token.encode("utf-8", "replace")}))

    assert by_page.status_code == 401
    assert world.rows("shops") == []


@pytest.mark.parametrize(
    "changes",
    [
        *(changes for changes, _ in REFUSED.values()),
        *(
            {"dest": f"https://{host}", "iss": f"https://{host}/admin"}
            for host in HOSTS.values()
        ),
        {"secret": "somebody-elses-secret-of-32-letters"},
    ],
    ids=lambda changes: ascii(changes)[:60],
)
def test_a_forged_token_is_refused_to_pages_and_to_scripts(world, owner, changes):
    token = id_token(**changes)

    by_page = owner.opens(f"{owner.framed()}&id_token={token}")
    by_script = owner.asks_by_script(token)

    assert (by_page.status_code, by_script.status_code) == (401, 401)
    assert by_script.headers[RETRY] == "1"
    assert world.rows("shops") == []


@pytest.mark.parametrize(
    "header",
    [
        "Bearer",
        "Bearer ",
        "bearer x y",
        "Token x",
        "Basic YWRtaW46eA==",
        "Bearer \xe9",
        "Bearer " + "A" * 9_000,
        "Digest a=b",
    ],
)
def test_an_odd_header_is_refused(owner, header):
    answer = owner.opens(headers={"Authorization": header})

    assert answer.status_code == 401


def test_a_token_that_stands_there_twice_is_none(world, owner):
    answer = owner.opens(f"id_token={id_token()}&id_token={id_token()}")

    assert answer.status_code == 401


def test_the_operator_s_key_opens_no_store(owner):
    key = f"Bearer {owner.settings.admin_token}"

    assert owner.opens(headers={"Authorization": key}).status_code == 401


def test_without_anything_there_is_nothing_to_see(world, owner):
    for query in ("", f"shop={SHOP}", "embedded=1", "embedded=1&shop=evil.example"):
        answer = owner.opens(query)
        assert answer.status_code == 401
        assert "Open Sosik in your store" in answer.get_data(as_text=True)


# A new token


def test_without_a_token_in_the_frame_app_bridge_gets_one_and_comes_back(owner):
    address, said = going_to(owner.opens(owner.framed()))
    page = owner.gets(f"{address}?{urlencode(said)}")

    assert address == "/auth/id-token"
    assert said["shop"] == SHOP
    assert said["shopify-reload"].startswith(f"{APP_URL}/app/?")
    assert "id_token" not in said["shopify-reload"]
    assert page.status_code == 200
    assert framers(page) == ADMINS | {owner.shopify.url}
    text = page.get_data(as_text=True)
    assert '<meta name="shopify-api-key" content="key">' in text
    assert '<script src="https://cdn.shopify.com/shopifycloud/app-bridge.js">' in text


def test_a_token_that_has_run_out_is_replaced_and_not_without_end(world, owner):
    late = id_token(at=world.now - timedelta(minutes=5))

    first = owner.opens(f"{owner.framed()}&id_token={late}")
    _, said = going_to(first)
    back = said["shopify-reload"].removeprefix(APP_URL)
    again = owner.gets(f"{back}&id_token={late}")
    without = owner.gets(back)
    good = owner.gets(f"{back}&id_token={id_token()}")

    assert said["shop"] == SHOP
    assert [a.status_code for a in (again, without, good)] == [401, 401, 200]


def test_a_script_whose_token_has_run_out_is_told_to_ask_again(world, owner):
    answer = owner.asks_by_script(id_token(at=world.now - timedelta(minutes=5)))

    assert (answer.status_code, answer.headers[RETRY]) == (401, "1")


def test_a_token_that_only_shopify_takes_for_late_is_replaced_too(world, owner):
    """Its clock is ahead of ours, or the token was on its way for long."""
    token = id_token(at=world.now - timedelta(seconds=65))

    by_page = owner.opens(f"{owner.framed()}&id_token={token}")
    by_script = owner.asks_by_script(token)

    assert going_to(by_page)[0] == "/auth/id-token"
    assert (by_script.status_code, by_script.headers[RETRY]) == (401, "1")
    assert world.rows("shops") == []


@pytest.mark.parametrize(
    "back",
    [
        None,
        "",
        "/app/",
        "https://evil.example/app/",
        f"{APP_URL}.evil.example/app/",
        f"{APP_URL}@evil.example/app/",
        f"{APP_URL}/rq/",
        "javascript:alert(1)",
        "//evil.example/app/",
    ],
)
def test_the_page_for_a_new_token_leads_nowhere_else(owner, back):
    asked = {"shop": SHOP} if back is None else {"shop": SHOP, "shopify-reload": back}

    assert owner.gets(f"/auth/id-token?{urlencode(asked)}").status_code == 400


@pytest.mark.parametrize("shop", [*HOSTS.values(), ""], ids=ascii)
def test_the_page_for_a_new_token_is_framed_by_shops_only(owner, shop):
    """What is no shop must not get into a header, by which it could frame us."""
    asked = {"shop": shop, "shopify-reload": f"{APP_URL}/app/"}
    is_shop = shop.lower() == SHOP

    answer = owner.gets(f"/auth/id-token?{urlencode(asked)}")

    assert answer.status_code == (200 if is_shop else 400)
    assert (framers(answer) == {"'none'"}) is not is_shop


# Frames


def test_the_page_is_framed_by_the_shop_s_admin_and_by_nothing_else(world, owner):
    answer = owner.opens_in_the_admin()

    assert framers(answer) == ADMINS | {owner.shopify.url}
    assert "X-Frame-Options" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert 'app-bridge.js>; rel="preload"' in answer.headers["Link"]
    policy = answer.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy


def test_a_shopify_that_is_real_frames_alone(world, owner):
    real = replace(owner.settings, shopify_admin_origin="https://{shop}", sandbox=False)
    app = create_app(real, world.services)
    world.open_shop()

    answer = app.test_client().get(f"/app/?id_token={id_token()}")

    assert framers(answer) == ADMINS


def test_a_played_shopify_brings_its_own_app_bridge(world, owner):
    played = replace(owner.settings, sandbox=True)
    app = create_app(played, world.services)
    world.open_shop()

    page = app.test_client().get(f"/app/?id_token={id_token()}")

    bridge = f"{owner.shopify.url}/shopifycloud/app-bridge.js"
    assert f'<script src="{bridge}">' in page.get_data(as_text=True)
    assert f"script-src 'self' {owner.shopify.url}" in str(page.headers)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/app/", 401), ("/app/nothing", 404), ("/app", 401), ("/auth/id-token", 400)],
)
def test_errors_are_framed_by_the_shop_s_admin_too(owner, path, status):
    answer = owner.gets(f"{path}?shop={SHOP}&id_token=forged")

    assert answer.status_code == status
    assert framers(answer) == ADMINS | {owner.shopify.url}


def test_an_error_is_framed_by_the_shop_of_the_token_and_not_of_the_address(
    world, owner
):
    asked = urlencode({"shop": BOB, "id_token": id_token()})

    answer = owner.gets(f"/app/nothing?{asked}")

    assert answer.status_code == 404
    assert framers(answer) == ADMINS | {owner.shopify.url}


def test_what_breaks_inside_is_framed_as_well(world, owner):
    class Broken:
        def __getattr__(self, name):
            raise RuntimeError(name)

    app = create_app(owner.settings, world.services, store=Broken())
    app.config["PROPAGATE_EXCEPTIONS"] = False

    answer = app.test_client().get(f"/app/?shop={SHOP}&id_token={id_token()}")

    assert answer.status_code == 500
    assert framers(answer) == ADMINS | {owner.shopify.url}


def test_other_pages_are_framed_by_nobody(owner):
    for path in ("/", "/rq/", "/nothing"):
        answer = owner.gets(f"{path}?x=1")
        assert framers(answer) == {"'none'"}


# What Shopify does


def test_a_wrong_secret_of_ours_is_told_to_the_log_and_not_to_the_owner(
    world, owner, caplog
):
    wrong = replace(owner.settings, shopify_api_secrets=("w" * 40,))
    app = create_app(
        owner.settings, world.services, store=store_at(wrong, world.services)
    )

    answer = app.test_client().get(f"/app/?id_token={id_token()}")

    assert answer.status_code == 502
    assert "shopify_invalid_client" in caplog.text
    assert "invalid_client" not in answer.get_data(as_text=True)
    assert world.rows("shops") == []


def test_a_shopify_that_does_not_answer_leaves_nothing_behind(world, owner):
    owner.shopify.post("settings", {"fail_next": 1, "fail_http": 503})

    first, second = owner.opens_in_the_admin(), owner.opens_in_the_admin()

    assert (first.status_code, second.status_code) == (502, 200)


def test_a_store_whose_name_is_code_is_shown_as_text(world, owner):
    owner.shopify.post("shops", {"domain": SHOP, "name": "<script>alert(1)</script>"})

    page = owner.opens_in_the_admin().get_data(as_text=True)

    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


# The front door


def test_the_root_leads_shopify_s_visitors_to_the_app(owner):
    answer = owner.gets(f"/?{owner.framed()}&id_token={id_token()}")

    address, said = going_to(answer)
    assert address == "/app/"
    assert said["shop"] == SHOP
    assert owner.gets("/").status_code == 200


def test_no_way_leads_to_a_host_that_the_request_names(owner):
    evil = {"base_url": "https://evil.example"}
    asked = (
        f"/?{owner.framed()}",
        f"/app?{owner.framed()}",
        f"/app/?{owner.framed()}",
        f"/app/?{opened(at=NOON)}",
    )

    for path in asked:
        answer = owner.browser.get(path, **evil)
        assert "evil.example" not in answer.headers.get("Location", "")
