"""Without a frame an owner signs in by Shopify's own question, and nobody else does."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from core.errors import NotPossible
from core.signing import Signer
from notifications import staff
from notifications.roles import Role
from sandbox.shopify.shops import OWNER_ID
from storage import shops
from storage import staff as rows_of_staff
from storage.changes import By
from tests.flows.owner import APP_URL, framers, going_to
from tests.repo.waiting import eventually
from tests.shopify_signs import opened
from tests.waiting import someone_waits
from tests.world import NOON, SHOP
from webapp.app import create_app

STATE, OWNER = "__Host-sosik-sign-in", "__Host-sosik-owner"
BOB = "bob.myshopify.com"
BY = By("page", "4711")


def begins(owner, **said):
    """The owner opens the app, and Shopify's question has an address."""
    return going_to(owner.opens(opened(at=owner.world.now, **said)))


def comes_back(owner, state, **said):
    """With what looks like Shopify's answer, and whatever else it says."""
    asked = {"code": "c0de", "state": state, "at": owner.world.now, **said}
    return owner.gets(f"/auth/callback?{opened(**asked)}")


def with_cookies(app, path, cookies):
    """As a browser asks that has just these."""
    browser = app.test_client(use_cookies=False)
    return browser.get(path, base_url=APP_URL, headers={"Cookie": cookies})


def signs_in(owner):
    """Both ways to Shopify and back."""
    path = owner.says_yes(*begins(owner))
    return owner.gets(owner.says_yes(*going_to(owner.gets(path))))


def test_an_owner_signs_in_and_the_store_is_connected(world, owner):
    address, asked = begins(owner)
    again, who = going_to(owner.gets(owner.says_yes(address, asked)))
    back = owner.gets(owner.says_yes(again, who))
    home = owner.opens()

    assert address == f"{owner.shopify.url}/{SHOP}/admin/oauth/authorize"
    assert asked["client_id"] == "key"
    assert asked["redirect_uri"] == f"{APP_URL}/auth/callback"
    assert asked["scope"].split(",")[0] == "read_orders"
    assert len(asked["state"]) == 64
    assert "grant_options[]" not in asked
    assert again == address
    assert who == {
        **asked,
        "state": who["state"],
        "grant_options[]": "per-user",
    }
    assert who["state"] != asked["state"]
    assert going_to(back) == ("/app/", {})
    assert home.status_code == 200
    assert "Ada&#39;s Things" in home.get_data(as_text=True)
    [row] = world.rows("shops")
    assert (row.token_kind, row.state) == ("expiring", "active")


def test_no_two_sign_ins_have_the_same_word(owner):
    assert begins(owner)[1]["state"] != begins(owner)[1]["state"]


def test_the_cookies_are_for_us_alone_and_no_script_reads_them(owner):
    begun = owner.opens(opened(at=NOON))
    between = owner.gets(owner.says_yes(*going_to(begun)))
    done = owner.gets(owner.says_yes(*going_to(between)))

    for answer, name in ((begun, STATE), (between, STATE), (done, OWNER)):
        [cookie] = [
            each
            for each in answer.headers.getlist("Set-Cookie")
            if each.startswith(f"{name}=")
        ]
        parts = set(cookie.split("; ")[1:])
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= parts
        assert not any(part.startswith("Domain") for part in parts)


def test_the_page_that_a_cookie_opens_is_framed_by_nobody(world, owner):
    signs_in(owner)

    page = owner.opens(f"shop={SHOP}&embedded=1")

    assert page.status_code == 200
    assert framers(page) == {"'none'"}
    assert "app-bridge" not in page.get_data(as_text=True)


def test_an_owner_is_known_for_eight_hours(world, owner):
    signs_in(owner)

    world.now += timedelta(hours=8)
    known = owner.opens().status_code
    world.now += timedelta(seconds=1)

    assert (known, owner.opens().status_code) == (200, 401)


def test_an_owner_is_known_until_the_app_is_removed(world, owner):
    signs_in(owner)
    [row] = world.rows("shops")
    with world.services.transactions.for_shop(row.id) as tx:
        shops.change(tx, row.id, {"state": "uninstalled"})

    assert owner.opens().status_code == 401


def test_the_keys_of_cookies_rotate_and_another_key_opens_nothing(world, owner):
    signs_in(owner)
    kept = owner.browser.get_cookie(OWNER, domain="sosik.example.com").decoded_value
    old = owner.settings.secret_keys

    for keys, status in ((("n" * 40, *old), 200), (("n" * 40,), 401)):
        app = create_app(replace(owner.settings, secret_keys=keys), world.services)
        answer = with_cookies(app, "/app/", f"{OWNER}={kept}")
        assert answer.status_code == status


def test_only_the_key_for_this_cookie_makes_an_owner(world, owner):
    """Not Shopify's secret, nor the key of another cookie of ours."""
    world.open_shop()
    said = f"{SHOP}|{OWNER_ID}|0|{int(NOON.timestamp())}"
    purpose = "cookie of an owner"
    ours, shopifys = owner.settings.secret_keys, owner.settings.shopify_api_secrets
    kept = {
        Signer(ours, purpose).signed(said): 200,
        Signer(shopifys, purpose).signed(said): 401,
        Signer(ours, "cookie of a sign-in").signed(said): 401,
        said: 401,
        f"{said}.": 401,
        "é": 401,
        "": 401,
    }

    for cookie, status in kept.items():
        answer = with_cookies(owner.app, "/app/", f"{OWNER}={cookie}")
        assert answer.status_code == status
        plain = with_cookies(owner.app, "/app/", f"sosik-owner={cookie}")
        assert plain.status_code == 401


def test_an_owner_of_two_stores_sees_the_one_that_they_come_from(world, owner):
    signs_in(owner)
    owner.shopify.post("shops", {"domain": BOB, "name": "Bob's Bikes"})

    address, _ = begins(owner, shop=BOB)
    only_said = owner.opens(f"shop={BOB}")

    assert address == f"{owner.shopify.url}/{BOB}/admin/oauth/authorize"
    assert only_said.status_code == 401
    assert owner.opens(f"shop={SHOP}").status_code == 200


# Who it is


def colleague(owner, user=4712, **told):
    """Another member of the store's staff sits before a browser of their own."""
    owner.shopify.post("visitor", {"shop": SHOP, "id": user, **told})
    owner.browser = owner.app.test_client()


def shop_id(world):
    [row] = world.rows("shops")
    return row.id


def roles(world):
    return {row.user_id: row.role for row in world.rows("staff")}


def test_who_signs_in_first_is_the_owner_and_who_comes_later_looks(world, owner):
    signs_in(owner)
    world.now += timedelta(minutes=1)
    colleague(owner, first_name="Bo", last_name="Lee")
    signs_in(owner)

    everybody = staff.everybody(shop_id(world), services=world.services)
    assert roles(world) == {str(OWNER_ID): "owner", "4712": "viewer"}
    assert [each.name for each in everybody] == ["Sandbox Owner", "Bo Lee"]


def test_of_two_who_come_first_at_once_one_is_the_owner(world):
    shop = world.open_shop()
    transactions = world.services.transactions

    with ThreadPoolExecutor(max_workers=1) as other:
        with transactions.for_shop(shop) as tx:
            rows_of_staff.be_alone(tx, shop)
            rows_of_staff.add(
                tx, shop, "4711", first="owner", later="viewer", now=world.now
            )
            tx.end_pipeline()
            coming = other.submit(
                staff.role_of, shop, "4712", session=None, services=world.services
            )
            assert eventually(lambda: someone_waits(world))
        second = coming.result()

    assert second is Role.VIEWER
    assert roles(world) == {"4711": "owner", "4712": "viewer"}


def test_who_leaves_the_frame_is_the_same_as_in_it(world, owner):
    """Or they could get round the role that they have."""
    owner.opens_in_the_admin(sub="4711")
    owner.opens_in_the_admin(sub="4712")
    colleague(owner, 4712)
    signs_in(owner)

    assert roles(world) == {"4711": "owner", "4712": "viewer"}


def test_a_session_ends_at_once_when_an_owner_takes_the_role_away(world, owner):
    signs_in(owner)
    colleague(owner)
    signs_in(owner)
    before = owner.opens().status_code

    staff.set_role(shop_id(world), "4712", None, by=BY, services=world.services)

    assert (before, owner.opens().status_code) == (200, 401)
    assert signs_in(owner).status_code == 403
    assert owner.opens_in_the_admin(sub="4712").status_code == 403
    [change] = world.rows("changes")
    assert (change.door, change.actor, change.what) == ("page", "4711", "role_set")
    assert (change.subject, change.before, change.after) == (
        "staff 4712",
        {"role": "viewer"},
        {"role": None},
    )


def test_with_another_role_they_sign_in_anew(world, owner):
    signs_in(owner)
    colleague(owner)
    signs_in(owner)

    staff.set_role(shop_id(world), "4712", Role.AGENT, by=BY, services=world.services)

    assert owner.opens().status_code == 401
    signs_in(owner)
    assert owner.opens().status_code == 200
    assert roles(world)["4712"] == "agent"


def test_the_last_owner_stays_one(world, owner):
    signs_in(owner)
    colleague(owner)
    signs_in(owner)

    for role in (None, Role.AGENT, Role.VIEWER):
        with pytest.raises(NotPossible, match="has an owner"):
            staff.set_role(
                shop_id(world), str(OWNER_ID), role, by=BY, services=world.services
            )
    staff.set_role(shop_id(world), "4712", Role.OWNER, by=BY, services=world.services)
    staff.set_role(shop_id(world), str(OWNER_ID), None, by=BY, services=world.services)

    assert roles(world) == {str(OWNER_ID): None, "4712": "owner"}


def test_nobody_is_given_a_role_who_was_never_here(world, owner):
    signs_in(owner)

    with pytest.raises(NotPossible, match="nobody"):
        staff.set_role(shop_id(world), "1", Role.OWNER, by=BY, services=world.services)

    assert roles(world) == {str(OWNER_ID): "owner"}


def test_a_cookie_that_was_kept_opens_nothing_after_signing_out(world, owner):
    signs_in(owner)
    kept = owner.browser.get_cookie(OWNER, domain="sosik.example.com").decoded_value

    send = {"base_url": APP_URL, "headers": {"Origin": APP_URL}}
    out = owner.browser.post("/app/sign-out", **send)

    assert out.status_code == 200
    assert owner.browser.get_cookie(OWNER, domain="sosik.example.com") is None
    assert owner.opens().status_code == 401
    assert with_cookies(owner.app, "/app/", f"{OWNER}={kept}").status_code == 401
    signs_in(owner)
    assert owner.opens().status_code == 200


def test_the_command_line_lets_somebody_be_an_owner_again(world, owner, terminal):
    """Where whoever was it has left the store for good."""
    signs_in(owner)
    nobody = terminal.refused("shop", "staff", SHOP, "--owner", "ada")

    [first] = terminal.lines("shop", "staff", SHOP, "--json")
    terminal.run("shop", "staff", SHOP, "--owner", "4713")
    table = terminal.run("shop", "staff", SHOP)
    colleague(owner, 4713)
    signs_in(owner)

    assert "USER_ID is the number" in nobody
    assert (first["user_id"], first["name"]) == (str(OWNER_ID), "Sandbox Owner")
    assert first["role"] == "owner"
    assert "4713" in table
    assert owner.opens().status_code == 200
    assert roles(world) == {str(OWNER_ID): "owner", "4713": "owner"}
    [change] = world.rows("changes")
    assert change.door == "command"


# Who did not begin here


def test_another_browser_does_not_come_back_with_this_one_s_word(world, owner):
    """Somebody could have an owner sign in to a store that is not the owner's own."""
    path = owner.says_yes(*begins(owner))
    stranger = owner.app.test_client()

    answer = stranger.get(path, base_url=APP_URL)

    assert answer.status_code == 403
    assert world.rows("shops") == []


def test_a_word_is_taken_once_even_by_who_keeps_its_cookie(world, owner):
    path = owner.says_yes(*begins(owner))
    kept = owner.browser.get_cookie(STATE, domain="sosik.example.com").decoded_value

    first = owner.gets(path)
    gone = owner.gets(path)
    again = with_cookies(owner.app, path, f"{STATE}={kept}")

    assert first.status_code == 302
    assert (gone.status_code, again.status_code) == (403, 403)


def test_a_word_is_good_for_ten_minutes(world, owner):
    early = begins(owner)
    world.now += timedelta(minutes=10)
    first = owner.gets(owner.says_yes(*early))
    owner.browser = owner.app.test_client()
    late = begins(owner)
    world.now += timedelta(minutes=10, seconds=1)
    second = owner.gets(owner.says_yes(*late))

    assert (first.status_code, second.status_code) == (302, 403)


@pytest.mark.parametrize("state", ["", "0" * 64, "é", "\ud7ff", "a b", None])
def test_another_word_than_this_browser_s_is_refused(world, owner, state):
    begins(owner)
    asked = {} if state is None else {"state": state}

    answer = owner.gets(f"/auth/callback?{opened(at=NOON, code='c0de', **asked)}")

    assert answer.status_code == 403
    assert world.rows("shops") == []


def test_the_code_of_one_way_does_not_do_for_the_other(world, owner):
    """The store's own code tells nobody who it is, and a person's connects nothing."""
    path = owner.says_yes(*begins(owner))
    address, asked = going_to(owner.gets(path))
    asked.pop("grant_options[]")

    answer = owner.gets(owner.says_yes(address, asked))

    assert answer.status_code == 502
    assert owner.opens().status_code == 401


def test_the_answer_of_another_shop_is_refused(world, owner):
    """The browser began with one shop, and Shopify sends back another's owner."""
    owner.shopify.post("shops", {"domain": BOB})
    state = begins(owner)[1]["state"]

    assert comes_back(owner, state, shop=BOB).status_code == 403
    assert world.rows("shops") == []


# What Shopify has not signed


@pytest.mark.parametrize(
    "change",
    [
        {"secret": "another"},
        {"secret": ""},
        {"at": NOON - timedelta(seconds=91)},
        {"at": NOON + timedelta(seconds=91)},
        {"shop": "evil.example"},
        {"shop": f"{SHOP}.evil.example"},
        {"shop": f"evil@{SHOP}"},
        {"shop": f"{SHOP}."},
        {"shop": f"{SHOP}\n"},
        {"shop": SHOP.replace("a", "\u0430", 1)},
        {"timestamp": "now"},
        {"timestamp": ""},
    ],
    ids=ascii,
)
def test_what_is_not_signed_now_neither_begins_nor_ends_a_sign_in(world, owner, change):
    state = begins(owner)[1]["state"]
    said = {"at": NOON, **change}

    begun = owner.opens(opened(**said))
    ended = owner.gets(f"/auth/callback?{opened(code='c0de', state=state, **said)}")

    assert (begun.status_code, ended.status_code) == (401, 401)
    assert world.rows("shops") == []


@pytest.mark.parametrize("name", ["code", "host", "shop", "state", "timestamp", "hmac"])
def test_what_stands_there_twice_is_refused(world, owner, name):
    state = begins(owner)[1]["state"]
    query = opened(at=NOON, code="c0de", state=state)

    answer = owner.gets(f"/auth/callback?{query}&{name}=x")

    assert answer.status_code == 401


@pytest.mark.parametrize(
    "host",
    ["", "x", "é", "YWRtaW4=", "ZXZpbC5leGFtcGxlL2FkbWlu", "a" * 4_000],
)
def test_a_place_that_is_not_the_shop_s_admin_is_refused(world, owner, host):
    state = begins(owner)[1]["state"]

    assert comes_back(owner, state, host=host).status_code == 400
    assert world.rows("shops") == []


@pytest.mark.parametrize("code", ["", " ", "a b", "é", "a\n", "a" * 256, "<script>"])
def test_a_code_that_is_none_is_refused(world, owner, code):
    state = begins(owner)[1]["state"]

    assert comes_back(owner, state, code=code).status_code == 400


def test_a_code_that_shopify_does_not_know_connects_nothing(world, owner):
    state = begins(owner)[1]["state"]

    answer = comes_back(owner, state, code="guessed")

    assert answer.status_code == 502
    assert world.rows("shops") == []
    assert owner.opens().status_code == 401


@pytest.mark.parametrize(
    "query",
    ["", "?", "code=1&code=2", "%ff=%fe", "hmac=é", "&".join(["a=1"] * 200)],
)
def test_odd_addresses_are_refused(owner, query):
    assert owner.gets(f"/auth/callback?{query}").status_code == 401


def test_nobody_is_sent_to_a_host_that_only_the_address_names(owner):
    """Only where Shopify has signed the shop is there anywhere to go."""
    asked = urlencode({"shop": SHOP, "hmac": "0" * 64, "timestamp": "1"})

    answer = owner.opens(asked)

    assert answer.status_code == 401
    assert "Location" not in answer.headers
