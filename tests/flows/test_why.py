"""Why did, or didn't, this customer get this: every story is told to its end."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from core.values import Act
from notifications import weighing
from notifications.rules.lifecycle import State
from storage import progress, shops
from storage.changes import By
from storage.retention import Keeping
from storage.tenancy import Crossing
from tests import samples
from tests.asked import counted
from tests.world import NOON, PHONE, SHOP, World
from webapp import commands

ROOT = Path(__file__).parents[2]


class Asking:
    def __init__(self, world: World) -> None:
        self._app = Flask("asking")
        commands.register(self._app, world.settings, world.services)

    def _done(self, words: Sequence[str], env: Mapping[str, str]) -> Result:
        runner = self._app.test_cli_runner()
        return runner.invoke(args=["why", SHOP, *words], env=env)

    def text(self, *words: str, **env: str) -> str:
        """What a person reads."""
        done = self._done(words, env)
        assert done.exit_code == 0, done.stderr
        return done.stdout

    def json(self, *words: str) -> Any:
        """The rules are asked anew, and always answer what they answered then."""
        story = json.loads(self.text(*words, "--json"))
        for message in story["messages"]:
            for line in message["lines"]:
                is_decision = line["what"] in ("taken", "waiting", "skipped")
                assert bool(line["checks"]) == is_decision
                assert line["is_of_older_rules"] is False
        return story

    def past(self, name: str, at: str) -> Any:
        return json.loads(self.text("--order", name, "--at", at, "--json"))

    def refused(self, *words: str, exit_code: int = 1) -> str:
        done = self._done(words, {})
        assert done.exit_code == exit_code
        return done.stderr.strip()


@pytest.fixture
def why(world: World) -> Asking:
    return Asking(world)


def _steps(story: Any) -> list[str]:
    [message] = story["messages"]
    return [line["what"] for line in message["lines"]]


def test_tells_a_message_from_its_webhook_to_the_blue_ticks(world, why):
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    world.work()
    world.now += timedelta(seconds=5)
    about = {"biz_opaque_callback_data": f"{world.message.id}:1"}
    pricing = {"billable": True, "category": "utility", "pricing_model": "PMP"}
    world.meta_reports({"status": "delivered", "pricing": pricing, **about})
    world.now += timedelta(seconds=5)
    world.meta_reports({"status": "read", **about})
    world.work()

    story = why.json("--order", "1001")

    [order], [message] = story["orders"], story["messages"]
    [told] = order["webhooks"]
    assert (told["topic"], told["state"]) == ("orders/create", "done")
    assert told["is_late"] is False
    assert told["made"] == [
        {
            "automation": "order_confirmation",
            "message_id": message["id"],
            "reason": None,
        }
    ]
    assert (order["total"], order["currency"], order["agreed"]) == (
        "39.90",
        "EUR",
        True,
    )
    assert _steps(story) == [
        "proposed",
        "taken",
        "accepted",
        "reported_delivered",
        "reported_read",
    ]
    taken = message["lines"][1]
    assert [check["saw"] for check in taken["checks"][:3]] == [
        "yes",
        "0 sec of 24 hr",
        "yes",
    ]
    assert not any(check["objects"] for check in taken["checks"])
    assert (message["state"], message["attempts"]) == ("read", 1)
    assert message["pricing"] == pricing
    assert message["price"] == "charged by Meta as utility"
    assert message["text"].startswith("Order #1001 confirmed\n\nHello Ada, thank you")
    assert order["phone"] == message["to"] == message["sent"]["to"] == "+…78"
    sent = message["sent"]
    assert sent["biz_opaque_callback_data"] == f"{message['id']}:1"
    assert sent["template"]["name"] == "sosik_order_confirmation_1"
    assert sent["template"]["components"][0]["parameters"] == [
        {"type": "text", "parameter_name": "order_name", "text": "#1001"}
    ]
    assert PHONE not in json.dumps(story)


def test_says_in_plain_words_why_nothing_was_sent(world, why):
    world.open_shop()
    world.shopify_says("orders/create", samples.order(agreed=False))
    world.work()

    said = why.text("--order", "#1001")

    assert "The buyer has not agreed to this kind of message. [no_consent]" in said
    assert "what can be done: Offer the consent at checkout or in the cart." in said
    assert (
        "asked: switched on? yes · still new? 0 sec of 24 hr · order known? yes · "
        "still true? yes · phone number? yes · consent? no → skipped\n"
    ) in said
    assert "agreed with the order: no" in said
    assert "What was written" not in said


def test_says_why_no_message_was_even_proposed(world, why):
    world.open_shop()
    world.shopify_says("orders/create", samples.order(payment="pending"))
    world.work()

    story = why.json("--order", "1001")

    [told] = story["orders"][0]["webhooks"]
    reasons = {made["automation"]: made["reason"] for made in told["made"]}
    assert story["messages"] == []
    assert reasons["payment_pending"]["code"] == "automation_off"
    assert reasons["order_confirmation"] == {
        "code": "not_paid",
        "sentence": "The order is neither paid nor to be paid at the door.",
        "advice": "Nothing has to be done. It is confirmed once it is paid.",
    }


def test_says_that_a_webhook_came_late(world, why):
    world.open_shop()
    body = samples.order()
    early = NOON - timedelta(minutes=10)
    world.shopify_says("orders/create", body, triggered_at=early)
    world.work()

    assert "came 10 min late" in why.text("--order", "1001")


def test_tells_metas_refusal_with_its_advice(world, why):
    world.open_shop()
    world.meta.post("settings", {"recipients": {PHONE: {"refuse": 131026}}})
    world.shopify_says("orders/create", samples.order())
    try:
        world.work()
    finally:
        world.meta.post("settings", {"recipients": {}})

    [message] = why.json("--order", "1001")["messages"]
    assert message["state"] == "failed"
    assert message["reason"] == {
        "code": "meta_131026",
        "sentence": (
            "This customer cannot be reached on WhatsApp: the number has none, or a "
            "very old one, or its terms were not accepted."
        ),
        "advice": (
            "Check the number on the order. If it is right, reach them another way, "
            "such as by e-mail."
        ),
    }
    refused = message["lines"][-1]
    assert refused["what"] == "refused"
    assert refused["own"]["code"] == 131026
    assert refused["own"]["message"] == "(#131026) Message undeliverable"
    assert refused["own"]["fbtrace_id"] in why.text("--order", "1001")


def test_tells_of_doubt_and_of_sending_again(world, why):
    world.open_shop()
    world.meta.post("settings", {"faults": [{"kind": "reset_after", "next": 1}]})
    world.shopify_says("orders/create", samples.order())
    world.work()
    world.meta.post("settings", {"faults": []})

    story = why.json("--order", "1001")

    assert _steps(story)[-1] == "no_answer"
    assert story["messages"][0]["state"] == "unsure"
    assert "may have arrived or not" in why.text("--order", "1001")


def test_finds_a_person_by_their_number_and_shows_what_they_agreed_to(world, why):
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    world.work()
    world.now += timedelta(minutes=1)
    world.agree(PHONE, act=Act.REVOKED)
    world.shopify_says("fulfillments/create", samples.fulfillment())
    world.work()

    story = why.json("--phone", "0151 12345678")

    assert story["consent"]["now"]["transactional"] == "revoked"
    assert [m["automation"] for m in story["messages"]] == [
        "order_confirmation",
        "parcel_on_its_way",
    ]
    assert story["messages"][1]["reason"]["code"] == "consent_revoked"
    assert {m["to"] for m in story["messages"]} == {PHONE}
    assert [o["name"] for o in story["orders"]] == ["#1001"]


def test_names_who_decided_about_an_unsure_message(world, why):
    world.open_shop()
    world.meta.post("settings", {"faults": [{"kind": "reset_after", "next": 1}]})
    world.shopify_says("orders/create", samples.order())
    world.work()
    world.meta.post("settings", {"faults": []})
    weighing.settle_by_person(
        world.shop_ids[SHOP],
        world.message.id,
        decision=State.CANCELLED,
        by=By("command", "ada"),
        services=world.services,
    )

    assert "ada decided: do not send it." in why.text("--message", world.message.id)


def test_tells_one_message_by_its_id(world, why):
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    world.work()

    story = why.json("--message", world.message.id)

    assert [m["id"] for m in story["messages"]] == [world.message.id]
    assert [o["name"] for o in story["orders"]] == ["#1001"]


def test_says_that_a_text_is_kept_no_more(world, why):
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    world.work()
    with world.services.transactions.across(Crossing.KEEPING) as tx:
        now = NOON + timedelta(days=2)
        progress.forget_bodies(tx, Keeping(timedelta(days=1)), now=now, limit=10)

    [message] = why.json("--order", "1001")["messages"]

    assert (message["text"], message["text_is_gone"]) == (None, True)
    assert "What was written is kept no more." in why.text("--order", "1001")


def test_shows_times_on_the_clock_of_the_store(world, why):
    shop_id = world.open_shop()
    with world.services.transactions.for_shop(shop_id) as tx:
        shops.change(tx, shop_id, {"timezone": "Asia/Seoul"})
    world.shopify_says("orders/create", samples.order())
    world.work()

    said = why.text("--order", "1001")
    assert "placed: Nov 20, 2026, 21:00:00" in said
    assert why.json("--order", "1001")["orders"][0]["placed_at"] == (
        "2026-11-20T12:00:00+00:00"
    )


def test_a_name_cannot_steer_the_terminal(world, why):
    world.open_shop()
    name = "#1001\x1b]0;owned\x07"
    world.shopify_says("orders/create", samples.order(name=name))
    world.work()

    assert "\x1b" not in why.text("--phone", PHONE)


def test_tells_nothing_of_another_shop(world, why):
    world.open_shop("bob.myshopify.com", number=None)
    world.shopify_says("orders/create", samples.order(), domain="bob.myshopify.com")
    world.open_shop()
    world.work()

    assert "no order is called 1001" in why.refused("--order", "1001")
    assert "nobody has that number" in why.refused("--phone", PHONE)
    assert "there is no message" in why.refused("--message", world.message.id)


def test_wants_one_question_at_a_time(world, why):
    world.open_shop()

    assert "one of --order" in why.refused()
    assert "one of --order" in why.refused("--order", "1", "--phone", PHONE)


def test_asking_leaves_no_number_in_the_audit(world, why):
    world.open_shop()
    world.agree(PHONE)

    why.text("--phone", PHONE)

    assert world.rows("audit")[-1].doing == f"why at {SHOP}"


def test_tells_on_what_a_wait_was_decided_and_that_it_ended_in_a_skip(world, why):
    """The order never came: the same reason made it wait first, and then ended it."""
    world.open_shop()
    world.shopify_says("fulfillments/create", samples.fulfillment())
    world.work()
    world.pass_time(timedelta(hours=5))

    lines = why.json("--message", world.message.id)["messages"][0]["lines"]

    [waited, skipped] = lines[1:]
    assert (waited["what"], skipped["what"]) == ("waiting", "skipped")
    assert waited["reason"] == skipped["reason"]
    assert waited["checks"][-1]["values"]["order_is_known"] is False


def test_speaks_korean_to_whoever_asks_in_korean(world, why):
    world.open_shop()
    world.shopify_says("orders/create", samples.order(agreed=False))
    world.work()

    said = why.text("--order", "1001", "--language", "ko")
    story = why.json("--order", "1001", "--language", "ko")

    assert (
        "이유: 고객이 이런 메시지를 받는 데 동의하지 않았습니다. [no_consent]" in said
    )
    assert "할 수 있는 일: 결제 화면이나 장바구니에서 동의를 받으세요." in said
    assert "수신 동의? 아니요 → 건너뜀" in said
    assert "합계: €39.90" in said
    [message] = story["messages"]
    assert message["reason"]["code"] == "no_consent"
    assert message["reason"]["sentence"].startswith("고객이")
    assert message["lines"][-1]["checks"][-1]["question"] == "수신 동의?"


@pytest.mark.parametrize(
    ("env", "first"),
    [
        ({}, "Order"),
        ({"LANG": "ko_KR.UTF-8"}, "주문"),
        ({"LANG": "ko"}, "주문"),
        ({"LC_ALL": "C.UTF-8", "LANG": "ko_KR.UTF-8"}, "Order"),
        ({"LC_ALL": "ko_KR.UTF-8@special", "LANG": "en_US.UTF-8"}, "주문"),
        ({"LC_MESSAGES": "ko_KR.UTF-8", "LANG": "en_US.UTF-8"}, "주문"),
        ({"LANG": "pl_PL.UTF-8"}, "Order"),
    ],
)
def test_speaks_as_the_system_does_where_it_can(world, why, env, first):
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    world.work()

    assert why.text("--order", "1001", **env).startswith(f"{first} #1001\n")
    assert why.text("--order", "1001", "--language", "en", **env).startswith("Order")


def test_refuses_in_the_language_it_was_asked_in(world, why):
    world.open_shop()

    assert "그런 이름의 주문이 없습니다: 7" in why.refused(
        "--order", "7", "--language", "ko"
    )
    assert "is none of en, ko" in why.refused(
        "--order", "7", "--language", "tlh", exit_code=2
    )


def test_tells_metas_own_words_of_a_failure_whole(world, why):
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    world.work()
    error = {
        "code": 131042,
        "title": "Business eligibility payment issue",
        "message": "Business eligibility payment issue",
        "error_data": {"details": "Message failed because of a payment issue."},
        "href": "https://developers.facebook.com/docs/whatsapp",
    }
    about = {"biz_opaque_callback_data": f"{world.message.id}:1"}
    world.meta_reports({"status": "failed", "errors": [error], **about})
    world.work()

    [message] = why.json("--order", "1001")["messages"]
    [failure] = message["errors"]

    assert message["state"] == "failed"
    assert failure["own"] == error
    assert failure["reason"] == message["reason"]
    assert failure["reason"]["advice"].startswith("Add or mend the payment method")
    assert (
        "in Meta's own words: 131042 · Business eligibility payment issue · "
        "Message failed because of a payment issue. · https://developers.facebook.com"
    ) in why.text("--order", "1001")


def test_says_so_where_the_rules_of_today_would_decide_otherwise(world, why):
    """A story may be older than the program: what was decided is not made up anew."""
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    world.work()
    with world.services.transactions.across(Crossing.OPERATING) as tx:
        tx.connection.execute(
            text("""UPDATE messages SET story = jsonb_set(story, '{1,saw,is_on}',
              'false')""")
        )

    said = why.text("--order", "1001")

    assert "The rules of another version decided this" in said
    assert "Nothing stood against it: it left for WhatsApp. (attempt 1)" in said


def test_asks_as_often_for_a_long_story_as_for_a_short_one(world, why, monkeypatch):
    world.open_shop(automations=True)
    world.shopify_says("orders/create", samples.order())
    world.work()
    asked: dict[str, list[int]] = {"--order": [], "--phone": [], "--message": []}
    words = {"--order": "1001", "--phone": PHONE, "--message": world.message.id}

    for number in range(3):
        for option, word in words.items():
            with counted(monkeypatch) as sent:
                story = why.json(option, word)
            asked[option].append(len(sent))
        for parcel in range(1 + 6 * number, 7 + 6 * number):
            body = samples.fulfillment(fulfillment_id=parcel, numbers=(f"N{parcel}",))
            world.shopify_says("fulfillments/create", body)
        world.shopify_says("orders/create", samples.order(order_id=number + 1))
        world.work()
        world.pass_time(timedelta(minutes=5))

    assert len(story["messages"]) == 1
    assert len(why.json("--phone", PHONE)["messages"]) > 15
    # Three find the shop and write down who asked, and four whose data is looked at;
    # one draws the story's border, and four find the orders, messages, parcels and
    # webhooks.
    assert asked == {"--order": [13] * 3, "--phone": [15] * 3, "--message": [13] * 3}


HOUR = timedelta(hours=1)


def _late_scans(world: World) -> None:
    """The parcel was out for delivery, and only then its way there is told."""
    world.open_shop(automations=["order_confirmation", "parcel_out_for_delivery"])
    world.shopify_says("orders/create", samples.order(payment="pending"))
    world.work()
    world.now = NOON + HOUR
    paid_at = NOON + timedelta(minutes=30)
    world.shopify_says("orders/paid", samples.order(updated_at=paid_at))
    world.work()
    for hours, milestone, happened in (
        (4, "out_for_delivery", 3),
        (5, "in_transit", 2),
    ):
        world.now = NOON + hours * HOUR
        scan = samples.scan(milestone, at=NOON + happened * HOUR, id=happened)
        world.shopify_says("fulfillment_events/create", scan)
        world.work()
        world.pass_time(timedelta(minutes=1))


def test_tells_an_order_as_it_was_known_at_a_moment_of_the_past(world, why):
    _late_scans(world)

    then = why.past("1001", "2026-11-20T12:45:00Z")

    [order] = then["orders"]
    assert (order["facts"]["payment"], order["facts"]["parcels"]) == ("pending", [])
    assert order["facts"]["as_of"] == NOON.isoformat()
    assert [
        (each["kind"], each["was_known"], each["sentence"])
        for each in order["happenings"]
    ] == [
        ("OrderSeen", True, "the order (payment: awaited, €39.90)"),
        ("OrderSeen", False, "the order (payment: paid, €39.90)"),
    ]
    assert then["messages"] == []


def test_tells_the_messages_of_the_past_as_far_as_their_story_went(world, why):
    _late_scans(world)

    then = why.past("1001", "2026-11-20T14:00:00Z")

    [message] = then["messages"]
    assert message["automation"] == "order_confirmation"
    assert [line["what"] for line in message["lines"]] == [
        "proposed",
        "taken",
        "accepted",
    ]
    assert message["lines"][1]["checks"]


def test_what_came_late_is_told_in_its_place_and_marked_as_late(world, why):
    _late_scans(world)

    said = why.text("--order", "1001", "--at", "2026-11-20 20:00")
    korean = why.text("--order", "1001", "--at", "2026-11-20 20:00", "--language", "ko")

    late = "late: newer was known when it came"
    _, timeline = said.split("What had happened, in the order in which it did:\n")
    scan = f"scan of parcel {samples.FULFILLMENT_ID}"
    assert timeline.split("\n\n")[0].splitlines() == [
        "    Nov 20, 2026, 13:00:00  the order (payment: awaited, €39.90)",
        "    Nov 20, 2026, 13:30:00  the order (payment: paid, €39.90)",
        f"    Nov 20, 2026, 15:00:00  {scan} (in transit, Leipzig, DE) · {late}",
        f"    Nov 20, 2026, 16:00:00  {scan} (out for delivery, Leipzig, DE)",
    ]
    assert "  payment: paid\n" in said
    assert f"parcel {samples.FULFILLMENT_ID}: out for delivery" in said
    assert "(배송 중, Leipzig, DE) · 늦음: 더 새로운 내용이 먼저 알려짐" in korean


def test_an_order_that_had_not_come_in_was_not_known(world, why):
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    world.work()

    then = why.past("1001", "2026-11-20T11:59:59Z")
    said = why.text("--order", "1001", "--at", "2026-11-20 12:59:59")

    assert then["orders"][0]["facts"] is None
    assert then["orders"][0]["happenings"] == []
    assert "Order #1001, as it was known at Nov 20, 2026, 12:59:59" in said
    assert "It was not known then." in said
    assert "No message had been proposed." in said


def test_what_is_known_now_is_what_the_past_ends_with(world, why):
    _late_scans(world)

    [now] = why.json("--order", "1001")["orders"]
    [then] = why.past("1001", world.now.isoformat())["orders"]

    assert then["facts"] | {"webhooks": now["webhooks"]} == now


def test_a_moment_is_one_on_the_stores_clock_and_of_an_order(world, why):
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    world.work()

    assert why.past("1001", "2026-11-20 13:00")["at"] == NOON.isoformat()
    assert why.past("1001", "2026-11-20T12:00Z")["at"] == NOON.isoformat()
    for moment in ("yesterday", "2026-13-01", "0001-01-01 00:00"):
        assert "is no moment" in why.refused("--order", "1001", "--at", moment)
    assert "--at goes with" in why.refused("--phone", PHONE, "--at", "2026-11-20")


def _stable(said: str) -> str:
    """Ids are new each time."""
    return re.sub(r"msg_[0-9a-z]{10,}", "msg_1a20263648800002213a4c830", said)


@pytest.mark.parametrize(("language", "block"), [("en", 0), ("ko", 1)])
def test_the_examples_of_the_page_are_real(world, why, language, block):
    world.open_shop()
    world.shopify_says("orders/create", samples.order())
    world.work()
    world.now += timedelta(seconds=4)
    about = {"biz_opaque_callback_data": f"{world.message.id}:1"}
    pricing = {"billable": True, "category": "utility", "type": "regular"}
    world.meta_reports({"status": "delivered", "pricing": pricing, **about})
    world.now += timedelta(minutes=2)
    world.meta_reports({"status": "read", **about})
    world.work()
    world.now += timedelta(hours=1)
    world.agree(PHONE, act=Act.REVOKED)
    world.now += timedelta(hours=20)
    sent_at = world.now - timedelta(minutes=12)
    parcel = samples.fulfillment(created_at=sent_at)
    world.shopify_says("fulfillments/create", parcel, triggered_at=sent_at)
    world.work()

    said = why.text("--order", "1001", "--language", language)

    page = (ROOT / "docs" / "concepts" / "why.md").read_text(encoding="utf-8")
    examples = re.findall(r"^```text\n(.*?)\n```$", page, re.MULTILINE | re.DOTALL)
    assert examples[block] == _stable(said).rstrip()
