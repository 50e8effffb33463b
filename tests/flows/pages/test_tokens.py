"""A program of a store's reads its messages with a token, and nothing else."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from core.errors import NotPossible
from notifications import api_tokens, witnessing
from notifications.roles import Role
from storage import api_tokens as rows_of_tokens
from storage import shops
from storage.changes import By
from tests import samples
from tests.flows.owner import APP_URL
from tests.flows.pages.desk import version_in, words_in
from tests.repo.waiting import eventually
from tests.waiting import someone_waits
from tests.world import NOON, PHONE, SHOP

BY = By("page", "4711")


def shop_id(desk):
    return desk.world.shop_ids[SHOP]


def token(desk, role="viewer"):
    services = desk.world.services
    return api_tokens.make(shop_id(desk), "Till", role, by=BY, services=services)


def asks(desk, plain, query=""):
    headers = {"Authorization": f"Bearer {plain}"}
    path = f"/api/messages?{query}"
    return desk.owner.browser.get(path, base_url=APP_URL, headers=headers)


def sold(desk, count=1):
    for number in range(count):
        desk.world.shopify_says(
            "orders/create",
            samples.order(order_id=9_000 + number, name=f"#{1001 + number}"),
        )
        desk.world.work()
        desk.world.now += timedelta(minutes=10)


def makes(desk, **said):
    version = version_in(desk.gets("/settings/tokens"), "/settings/tokens")
    form = {"name": "Till", "role": "viewer", **said, "version": version}
    return desk.sends("/settings/tokens", form)


# On the page


def test_a_token_is_shown_once_and_its_digest_alone_is_kept(desk):
    page = makes(desk).get_data(as_text=True)
    plain = page.split("<pre")[1].split(">")[1].split("<")[0]
    again = desk.gets("/settings/tokens").get_data(as_text=True)

    [row] = desk.world.rows("api_tokens")
    assert bytes(row.digest) == hashlib.sha256(plain.encode()).digest()
    assert plain not in again
    assert "Till" in again
    assert asks(desk, plain).status_code == 200
    [change] = desk.world.rows("changes")
    assert (change.what, change.subject) == ("token_made", f"token {row.id}")
    assert plain not in str(change)


def test_a_form_that_is_sent_twice_makes_one_token(desk):
    version = version_in(desk.gets("/settings/tokens"), "/settings/tokens")
    form = {"name": "Till", "role": "viewer", "version": version}

    first = desk.sends("/settings/tokens", form)
    second = desk.sends("/settings/tokens", form)

    assert (first.status_code, second.status_code) == (200, 409)
    assert len(desk.world.rows("api_tokens")) == 1


@pytest.mark.parametrize(
    "said",
    [{"name": ""}, {"name": " "}, {"name": "x" * 61}, {"role": "owner"}, {"role": ""}],
)
def test_a_token_has_a_name_and_a_role_of_a_program(desk, said):
    assert makes(desk, **said).status_code == 422
    assert desk.world.rows("api_tokens") == []


def test_a_store_has_twenty_tokens_at_most(desk):
    for _ in range(20):
        token(desk)

    answer = makes(desk)

    assert answer.status_code == 422
    assert "20 tokens already" in words_in(answer)


def test_two_who_press_at_once_do_not_pass_that_together(desk):
    transactions = desk.world.services.transactions
    for _ in range(19):
        token(desk)
    new = rows_of_tokens.NewToken(
        name="Till", role="viewer", digest=b"first", made_by="4712"
    )

    with ThreadPoolExecutor(max_workers=1) as other:
        with transactions.for_shop(shop_id(desk)) as tx:
            assert rows_of_tokens.live(tx, shop_id(desk)) == 19
            rows_of_tokens.add(tx, shop_id(desk), new, now=desk.world.now)
            second = other.submit(token, desk)
            assert eventually(lambda: someone_waits(desk.world) or second.done())
        with pytest.raises(NotPossible, match="20 tokens already"):
            second.result()

    assert len(desk.world.rows("api_tokens")) == 20


def test_one_that_was_taken_back_opens_nothing_from_then_on(desk):
    made = token(desk)
    before = asks(desk, made.plain).status_code

    done = desk.sends(f"/settings/tokens/{made.id}/revoke")

    assert (before, done.status_code) == (200, 303)
    assert asks(desk, made.plain).status_code == 401
    assert "taken back" in desk.reads("/settings/tokens")
    assert desk.sends(f"/settings/tokens/{made.id}/revoke").status_code == 303
    assert [row.what for row in desk.world.rows("changes")] == [
        "token_made",
        "token_revoked",
    ]


def test_only_an_owner_makes_them(desk):
    made = token(desk)
    desk.has_role(Role.AGENT)

    page = desk.reads("/settings/tokens")

    assert "Make a token" not in page
    assert desk.sends("/settings/tokens", {}).status_code == 403
    assert desk.sends(f"/settings/tokens/{made.id}/revoke").status_code == 403


def test_a_name_that_is_code_is_shown_as_text(desk):
    makes(desk, name="<script>alert(1)</script>")

    assert "<script>alert" not in desk.gets("/settings/tokens").get_data(as_text=True)


# Of a program


def test_it_reads_what_was_sent_and_a_viewer_s_reads_no_numbers(desk):
    sold(desk)

    answer = asks(desk, token(desk).plain)
    of_agent = asks(desk, token(desk, "agent").plain).get_json()

    [message] = answer.get_json()["messages"]
    assert (message["automation"], message["state"]) == ("order_confirmation", "sent")
    assert (message["order_id"], message["order_name"]) == (9_000, "#1001")
    assert message["created_at"].startswith("2026-11-20T12:00:")
    assert "phone" not in message
    assert PHONE not in answer.get_data(as_text=True)
    assert of_agent["messages"][0]["phone"] == PHONE
    assert of_agent["next"] is None
    assert answer.headers["Cache-Control"] == "no-store"


def test_it_goes_on_page_by_page_until_there_are_no_more(desk):
    sold(desk, 5)
    plain = token(desk).plain

    found, query = [], "limit=2"
    while True:
        said = asks(desk, plain, query).get_json()
        found.append([each["order_name"] for each in said["messages"]])
        if said["next"] is None:
            break
        query = f"limit=2&after={said['next']}"

    assert found == [["#1005", "#1004"], ["#1003", "#1002"], ["#1001"]]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("state=sent", 2),
        ("state=failed", 0),
        ("automation=order_confirmation&order=1001", 1),
        ("order=%231002", 1),
        ("from=2026-11-21", 0),
        ("to=2026-11-20", 2),
    ],
)
def test_it_is_narrowed_down_as_the_page_is(desk, query, names):
    sold(desk, 2)

    said = asks(desk, token(desk).plain, query).get_json()

    assert len(said["messages"]) == names


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("state=x", "state"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("after=%27", "after"),
        ("contact=x", "contact"),
        ("from=soon", "from"),
    ],
)
def test_what_is_no_filter_is_named(desk, query, name):
    answer = asks(desk, token(desk).plain, query)

    assert answer.status_code == 400
    assert answer.get_json() == {"error": "filter", "fields": [name]}


@pytest.mark.parametrize("query", ["order=%00", "after=a%00", "%00=1"])
def test_what_no_database_can_hold_is_refused(desk, query):
    assert asks(desk, token(desk).plain, query).status_code == 400


@pytest.mark.parametrize(
    "plain", ["", "x", "sosik_", "sosik_" + "a" * 43, "sosik_" + "a" * 9_999, "é"]
)
def test_what_is_no_token_opens_nothing(desk, plain):
    token(desk)

    answer = asks(desk, plain)

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.get_json() == {"error": "token"}


def test_a_cookie_opens_it_for_nobody(desk):
    desk.signs_in()

    assert desk.owner.gets("/api/messages").status_code == 401


def test_a_store_that_has_removed_the_app_shows_nothing(desk):
    made = token(desk)
    with desk.world.services.transactions.for_shop(shop_id(desk)) as tx:
        shops.change(tx, shop_id(desk), {"state": "uninstalled"})

    assert asks(desk, made.plain).status_code == 401


def test_each_look_is_written_down_and_when_the_token_was_last_used(desk):
    made = token(desk, "agent")

    asks(desk, made.plain)
    desk.world.now += timedelta(seconds=30)
    asks(desk, made.plain, "contact=7")
    used = desk.world.rows("api_tokens")[0].last_used_at
    desk.world.now += timedelta(minutes=1)
    asks(desk, made.plain)

    looks = witnessing.newest(shop_id(desk), limit=9, services=desk.world.services)
    assert [(look["door"], look["actor"]) for look in looks] == [
        ("token", f"token {made.id}")
    ] * 3
    assert [look["subject"] for look in looks] == [None, "contact 7", None]
    assert looks[0]["kinds"] == ["numbers"]
    assert used == NOON
    assert desk.world.rows("api_tokens")[0].last_used_at > NOON


def test_it_changes_nothing(desk):
    made = token(desk, "agent")
    headers = {"Authorization": f"Bearer {made.plain}"}

    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = desk.owner.browser.open(
            "/api/messages", method=method, base_url=APP_URL, headers=headers
        )
        assert answer.status_code == 405
