"""The link in a reminder is short, leads back to what was left, and tells that somebody
has followed it, and nothing else."""

import json
import re
from datetime import timedelta
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import text

from core.values import Act, Scope
from notifications.keeping import forget_what_is_old
from notifications.references import code_of, reference_to
from storage.tenancy import Crossing
from tests.repo.waiting import eventually
from tests.wire.shopify_bodies import example
from tests.world import PHONE, SHOP

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PERSON = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
)
RECOVERY = "https://ada.example/checkouts/c0ffee/recover?key=1"


@pytest.fixture
def world(world):
    world.open_shop(automations=["cart_reminder"])
    world.agree(scope=Scope.MARKETING, act=Act.CONFIRMED)
    return world


def remind(world, **changes):
    """Somebody leaves a cart and is reminded of it; the code of their link."""
    left = {"phone": PHONE, "updated_at": world.now.isoformat(), **changes}
    world.shopify_says("checkouts/create", example("checkouts/create", **left))
    world.work()
    before = {row.id for row in world.messages if row.state == "sent"}
    world.pass_time(HOUR)
    sent = {row.id: row for row in world.messages if row.state == "sent"}
    [new] = sent.keys() - before
    message = sent[new]
    return code_of(world.services.book.pepper(), message.shop_id, message.id)


def follow(world, code, *, agent=PERSON, method="GET", **headers):
    return world.web.open(
        f"/l/{code}", method=method, headers={"User-Agent": agent, **headers}
    )


def what_was_sent(world):
    with world.services.transactions.across(Crossing.OPERATING) as tx:
        [row] = tx.connection.execute(text("SELECT * FROM messages"))
    sealer = world.services.sealer.of(row.shop_id)
    return json.loads(sealer.open(bytes(row.body), context=f"message {row.id}"))


def clicks(world):
    return [
        (row.message_id, row.first_at, row.last_at, row.count)
        for row in world.rows("clicks")
    ]


# Where it leads


def test_the_message_has_a_short_link_of_ours_that_leads_to_the_checkout(world):
    code = remind(world)

    sent = json.dumps(what_was_sent(world))
    assert f"{world.settings.app_url}/l/{code}" in sent
    assert "ada.example" not in sent
    answer = follow(world, code)
    message = world.message
    reference = reference_to(world.services.book.pepper(), message.shop_id, message.id)
    assert answer.status_code == 302
    more = f"&attributes%5B_wa_ref%5D={reference}"
    assert answer.headers["Location"] == RECOVERY + more


def test_without_an_address_of_the_stores_a_cart_is_filled(world):
    lines = example("checkouts/create")["line_items"]
    code = remind(world, abandoned_checkout_url=None)

    leads_to = urlsplit(follow(world, code).headers["Location"])

    variant, count = lines[0]["variant_id"], lines[0]["quantity"]
    assert (leads_to.netloc, leads_to.path) == (SHOP, f"/cart/{variant}:{count}")
    said = dict(parse_qsl(leads_to.query))
    assert said.pop("attributes[_wa_ref]")
    assert said == {
        "checkout[email]": "ada@example.com",
        "checkout[shipping_address][first_name]": "Ada",
        "checkout[shipping_address][city]": "Berlin",
        "checkout[shipping_address][province]": "BE",
        "checkout[shipping_address][country]": "DE",
        "discount": "TEA10",
    }
    assert "1511234" not in leads_to.query


@pytest.mark.parametrize(
    ("languages", "path"),
    [(["en"], "/cart/"), (["en", "pt_BR"], "/pt/cart/"), (["pt_BR", "en"], "/cart/")],
)
def test_the_cart_is_in_the_language_in_which_the_store_was_read(
    world, languages, path
):
    with world.services.transactions.for_shop(world.shop_ids[SHOP]) as tx:
        tx.connection.execute(
            text("UPDATE shops SET languages = :said"), {"said": json.dumps(languages)}
        )
    code = remind(world, abandoned_checkout_url=None)

    leads_to = urlsplit(follow(world, code).headers["Location"])

    assert leads_to.path.startswith(path)


def test_an_address_too_long_for_more_leads_to_the_store(world):
    code = remind(world, abandoned_checkout_url=f"https://a.example/{'x' * 1_980}")

    assert follow(world, code).headers["Location"] == f"https://{SHOP}/"


def test_nobody_leads_anywhere_by_our_name(world):
    """Where to is looked up: nothing in the request has a say in it."""
    code = remind(world)

    for query in ("?to=https://evil.example", "?url=//evil.example", "?next=/x"):
        answer = world.web.get(
            f"/l/{code}{query}",
            headers={"User-Agent": PERSON, "Host": "evil.example",
                     "X-Forwarded-Host": "evil.example"},
        )  # fmt: skip
        assert answer.headers["Location"].startswith(RECOVERY)


@pytest.mark.parametrize(
    "code", ["a", "a" * 14, "a" * 15, "a" * 5_000, "..", "%00", "%F0%9F%8D%B5" * 14]
)
def test_what_is_no_link_of_ours_leads_nowhere(world, code):
    remind(world)

    answer = follow(world, code)

    assert answer.status_code == 404
    assert "Location" not in answer.headers
    assert clicks(world) == []


def test_nobody_on_the_way_keeps_it_or_passes_it_on(world):
    code = remind(world)
    answers = [
        follow(world, code),
        follow(world, code, agent="WhatsApp/2.23.20.0 A"),
        follow(world, "a" * 14),
        follow(world, code, method="HEAD"),
        follow(world, code, **{"Sec-Purpose": "prefetch"}),
    ]

    for answer in answers:
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "Set-Cookie" not in answer.headers


# Who followed it


def test_a_click_is_when_and_how_often_and_nothing_else(world):
    code = remind(world)
    first = world.now
    follow(world, code)
    world.now += HOUR

    follow(world, code)

    assert clicks(world) == [(world.message.id, first, world.now, 2)]
    [row] = world.rows("clicks")
    assert set(row._fields) == {
        *("shop_id", "message_id", "first_at", "last_at", "count"),
    }


@pytest.mark.parametrize(
    "agent", ["", "WhatsApp/2.23.20.0 A", "facebookexternalhit/1.1", "curl/8.5.0"]
)
def test_a_preview_is_no_click_and_sees_no_cart(world, agent):
    code = remind(world)

    answer = follow(world, code, agent=agent)

    assert answer.status_code == 200
    assert "<title>Ada&#39;s Things</title>" in answer.text
    assert "ada.example" not in answer.text
    assert "Location" not in answer.headers
    assert clicks(world) == []


def test_who_only_asks_for_the_head_has_not_clicked(world):
    code = remind(world)

    answer = follow(world, code, method="HEAD")

    assert (answer.status_code, answer.data) == (200, b"")
    assert "Location" not in answer.headers
    assert clicks(world) == []


def test_a_browser_that_fetches_ahead_is_refused_and_asks_anew(world):
    code = remind(world)

    ahead = follow(world, code, **{"Sec-Purpose": "prefetch;prerender"})
    pressed = follow(world, code)

    assert (ahead.status_code, pressed.status_code) == (503, 302)
    assert clicks(world)[0][3] == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_else_is_a_click(world, method):
    code = remind(world)

    assert follow(world, code, method=method).status_code in (200, 405)
    assert clicks(world) == []


# When it is over


def test_after_thirty_days_it_leads_to_the_stores_own_page(world):
    code = remind(world)
    world.now += 30 * DAY - HOUR
    assert follow(world, code).status_code == 302
    world.now += 2 * HOUR

    answer = follow(world, code, **{"Accept-Language": "pt-PT,pt;q=0.9"})

    assert answer.status_code == 410
    assert "Este link não é mais válido." in answer.text
    assert re.findall(r'href="([^"]*)"', answer.text) == [f"https://{SHOP}/"]
    assert clicks(world)[0][3] == 1


def test_where_it_led_is_forgotten_then_and_later_that_there_was_a_link(world):
    code = remind(world)
    follow(world, code)

    world.now += 31 * DAY
    forget_what_is_old(services=world.services)
    [link] = world.rows("links")
    assert link.target is None
    assert follow(world, code).status_code == 410

    world.now += world.services.message_body_retention
    forget_what_is_old(services=world.services)
    assert world.rows("links") == []
    assert follow(world, code).status_code == 404
    assert clicks(world)[0][3] == 1


def test_who_is_erased_leaves_no_click_and_no_way_to_their_cart(world):
    code = remind(world)
    follow(world, code)
    asked = ["contact", "erase", SHOP, PHONE]
    done = world.app.test_cli_runner().invoke(args=asked)
    assert done.exit_code == 0, done.output

    answer = follow(world, code)

    assert answer.status_code == 410
    assert f"https://{SHOP}/" in answer.text
    assert clicks(world) == []
    assert world.rows("links")[0].target is None


def test_who_is_erased_at_the_moment_of_a_click_leaves_none(world):
    """The erasure has begun, and waits; so does the click, and finds nothing then."""
    code, answers = remind(world), []
    clicking = Thread(target=lambda: answers.append(follow(world, code).status_code))

    with world.services.transactions.across(Crossing.OPERATING) as tx:
        tx.connection.execute(text("UPDATE links SET target = NULL"))
        tx.connection.execute(text("DELETE FROM clicks"))
        clicking.start()
        assert eventually(lambda: _somebody_waits(world))
    clicking.join(20)

    assert answers == [410]
    assert clicks(world) == []


def _somebody_waits(world):
    with world.services.transactions.across(Crossing.LOOKING) as tx:
        waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        return tx.connection.scalar(text(waits))


def test_a_message_that_is_sent_once_more_has_the_same_link(world):
    world.meta.post(
        "settings", {"faults": [{"kind": "refusal", "share": 1.0, "code": 130429}]}
    )
    left = example("checkouts/create", phone=PHONE, updated_at=world.now.isoformat())
    world.shopify_says("checkouts/create", left)
    world.work()
    world.pass_time(HOUR)
    assert world.message.attempt == 1
    world.meta.post("settings", {"faults": []})

    world.pass_time(HOUR)

    assert (world.message.state, world.message.attempt) == ("sent", 2)
    [link] = world.rows("links")
    message = world.message
    code = code_of(world.services.book.pepper(), message.shop_id, message.id)
    assert follow(world, code).status_code == 302
    assert link.expires_at == world.now + 30 * DAY


def test_where_it_leads_is_sealed(world):
    remind(world)

    [link] = world.rows("links")
    assert b"ada.example" not in bytes(link.target)
    assert b"c0ffee" not in bytes(link.target)


def test_the_links_of_many_messages_are_one_statement(world, monkeypatch):
    """What a batch costs does not hang on how many of them have a link."""
    from storage import links
    from storage.session import Transaction

    sent = []
    run = Transaction.run

    def counted(self, statement, asked):
        if statement is links._KEEP:
            sent.append(len(json.loads(asked["rows"])))
        return run(self, statement, asked)

    monkeypatch.setattr(Transaction, "run", counted)
    for n in range(5):
        phone = f"+4915112345{n:03d}"
        world.agree(phone, scope=Scope.MARKETING, act=Act.CONFIRMED)
        left = example(
            "checkouts/create",
            phone=phone,
            token=f"token{n}",
            cart_token=f"cart{n}",
            email=None,
            customer=None,
            updated_at=world.now.isoformat(),
        )
        world.shopify_says("checkouts/create", left)
    world.work()
    world.pass_time(HOUR)

    assert len(world.accepted) == 5
    assert sum(sent) == 5
    assert len(sent) < 5
