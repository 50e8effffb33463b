"""A form of the store's: anybody may type anybody's number, so its owner is asked."""

import json
import re
from datetime import timedelta

import pytest
from redis import ConnectionError as RedisAway

from core.values import Act, Scope
from notifications.form_texts import TEXTS, VERSION
from notifications.reply_texts import CONFIRM_TITLES
from tests import samples
from tests.shopify_signs import forwarded
from tests.world import PHONE, SHOP

BRAZILIAN = "+5511987654321"
YES = CONFIRM_TITLES["en"]
BUTTON = {"payload": YES, "text": YES}


@pytest.fixture
def shop(world):
    world.open_shop(automations=["confirm_offers"])
    return world


def address(world, **given):
    return f"/proxy/offers?{forwarded(at=world.now, **given)}"


def nonce_of(page):
    return re.search(r'name="nonce" value="([^"]+)"', page)[1]


def opened(world, **given):
    return world.web.get(address(world, **given)).text


def sent(world, nonce=None, visitor="203.0.113.7", **fields):
    data = {"phone": PHONE, "yes": "1", "nonce": nonce or nonce_of(opened(world))}
    answer = world.web.post(
        address(world),
        data={**data, **fields},
        headers={"X-Forwarded-For": visitor, "User-Agent": "x" * 500},
    )
    assert answer.status_code == 200
    return answer.text


def words(world):
    return [(row.scope, row.act, row.source) for row in world.rows("consents")]


def shown(world, phone=PHONE):
    asked = ["consent", "show", SHOP, phone, "--json"]
    return json.loads(world.app.test_cli_runner().invoke(args=asked).output)


def test_a_yes_is_written_down_as_it_was_said_and_its_number_is_asked(shop):
    nonce = nonce_of(opened(shop, locale="de"))
    assert TEXTS["de"].done in sent(shop, nonce)
    shop.work()

    [said] = shown(shop)["history"]
    assert (said["act"], said["source"]) == ("granted", "form")
    assert said["wording"].startswith("Ja, ich möchte Angebote von ")
    assert (said["wording_version"], said["wording_language"]) == (VERSION, "de")
    assert said["evidence"] == {
        "ip": "203.0.113.7",
        "agent": "x" * 200,
        "page": "/apps/sosik/offers",
        "nonce": nonce,
    }
    [question] = shop.accepted
    assert question["template"] == "sosik_confirm_offers_1"
    assert question["to"] == PHONE[1:]


def test_it_is_a_yes_only_once_it_is_confirmed_in_every_country(shop):
    """Of a number in Brazil one yes will do elsewhere."""
    sent(shop, phone=BRAZILIAN)
    shop.work()
    assert len(shop.accepted) == 1
    assert shown(shop, BRAZILIAN)["now"]["marketing"] is None

    shop.now += timedelta(minutes=1)
    shop.person_says({"type": "button", "button": BUTTON}, phone=BRAZILIAN)
    shop.work()

    assert shown(shop, BRAZILIAN)["now"]["marketing"] == "confirmed"


def test_a_stranger_takes_back_no_stop_and_tells_shopify_nothing(shop):
    shop.agree(scope=Scope.MARKETING, act=Act.REVOKED)
    before = len(shop.rows("consent_pushes"))
    shop.now += timedelta(minutes=1)

    sent(shop)

    assert shown(shop)["now"]["marketing"] == "revoked"
    assert len(shop.rows("consent_pushes")) == before


def test_the_number_is_asked_once_a_day(shop):
    for _ in range(3):
        sent(shop)
        shop.now += timedelta(minutes=1)
        shop.work()

    assert len(shop.accepted) == 1


def test_the_answer_does_not_tell_whether_a_number_is_known(shop):
    first = sent(shop)
    shop.now += timedelta(minutes=1)

    assert sent(shop) == first


@pytest.mark.parametrize(
    ("fields", "error"),
    [({"phone": "12 <b>"}, TEXTS["en"].bad_phone), ({"yes": ""}, TEXTS["en"].unticked)],
)
def test_what_cannot_be_taken_comes_back_with_the_reason(shop, fields, error):
    page = sent(shop, **fields)

    assert error in page
    assert "<b>" not in page
    assert f'value="{fields.get("phone", PHONE).replace("<b>", "&lt;b&gt;")}"' in page
    assert words(shop) == []


@pytest.mark.parametrize("nonce", ["x", "1.en.x.y", "é.en.1.é", "9.de." + "0" * 99])
def test_nothing_is_taken_without_a_nonce_of_ours(shop, nonce):
    assert TEXTS["en"].again in sent(shop, nonce)
    assert words(shop) == []


def test_nothing_is_taken_from_a_page_that_was_open_for_long_or_of_a_robot(shop):
    nonce = nonce_of(opened(shop))
    assert TEXTS["en"].done in sent(shop, nonce, website="https://x.example")
    shop.now += timedelta(hours=2, seconds=1)

    assert TEXTS["en"].again in sent(shop, nonce)
    assert words(shop) == []


def test_one_address_may_send_ten_an_hour(shop):
    for _ in range(10):
        sent(shop)
        shop.now += timedelta(seconds=1)
    count = len(words(shop))

    assert TEXTS["en"].later in sent(shop)
    assert len(words(shop)) == count == 10
    assert TEXTS["en"].done in sent(shop, visitor="203.0.113.8")


def test_nothing_is_taken_while_nobody_can_count(shop, monkeypatch):
    nonce = nonce_of(opened(shop))

    def away(*_args, **_kwargs):
        raise RedisAway

    monkeypatch.setattr("redis.Redis.execute_command", away)

    assert TEXTS["en"].later in sent(shop, nonce)
    assert words(shop) == []


@pytest.mark.parametrize("language", TEXTS)
def test_it_speaks_the_visitor_s_language_and_its_box_is_unticked(shop, language):
    tag = language.replace("_", "-")
    page = shop.web.get(address(shop), headers={"Accept-Language": tag})

    assert f'<html lang="{tag}"' in page.text
    assert TEXTS[language].send in page.text
    assert "checked" not in page.text
    assert "<script" not in page.text
    assert "form-action 'self'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "no-store"
    assert "{shop}" in TEXTS[language].sentence


def test_there_is_no_form_where_nobody_would_be_asked(shop):
    shop.switch("confirm_offers", enabled=False)

    assert shop.web.get(address(shop)).status_code == 404


def test_the_question_is_in_the_language_of_the_form(shop):
    """Though an order of theirs, and the store, speak another."""
    shop.shopify_says("orders/create", samples.order(locale="de"))
    shop.work()

    sent(shop, nonce_of(opened(shop, locale="fr")))
    shop.work()

    [question] = [each for each in shop.messages if each.automation == "confirm_offers"]
    assert (question.state, question.language) == ("sent", "fr")
