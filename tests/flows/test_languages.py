"""Everybody is written to in a language they read, and Meta has approved."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from core.errors import TryLater, Unsure, WillNotWork
from notifications import reviewing
from sandbox.meta.accounts import DEFAULT_WABA_ID
from storage import numbers
from storage.numbers import TemplateRow
from tests import samples
from tests.flows.terminal import META_TOKEN, TOKEN
from tests.world import SHOP
from wiring.outside import account_at

NAMES = {
    "en": ("en-GB", "Ada"),
    "ko": ("ko-KR", "김아다"),
    "pt_BR": ("pt-BR", "João"),
    "es": ("es-MX", "Íñigo"),
    "hi": ("hi-IN", "क्षिति\u200dज"),
    "id": ("in", "Siti"),
    "ar": ("ar-EG", "محمد عبد الله"),
    "de": ("de-CH", "Jürgen Groß"),
    "fr": ("fr-CA", "Zoë"),
    "zh_TW": ("zh-HK", "陳大文"),
}
CONFIRMATION = "sosik_order_confirmation_1"
_SERIAL = count(1)


@pytest.fixture
def reviewers(world):
    """The simulated Meta's reviewers."""
    return lambda **wanted: world.meta.post("settings", {"templates": wanted})


def _order(world, locale, *, number=1, first_name="Ada"):
    body = samples.order(
        order_id=number,
        name=f"#{number}",
        locale=locale,
        first_name=first_name,
        phone=f"+4915112340{number:03}",
    )
    assert world.shopify_says("orders/create", body) == 200


def _sent(world):
    return [sent["language"] for sent in world.accepted]


def _states(world):
    return {(row.name, row.language): row.state for row in world.rows("templates")}


def _new_account(world):
    """An account at Meta without templates, and the words that connect it."""
    serial = next(_SERIAL)
    number = {
        "waba_id": f"91{serial:013}",
        "phone_number_id": f"92{serial:013}",
        "token": f"EAAN-{serial}",
        "display_phone_number": f"+1 555-014-{serial:04}",
    }
    world.meta.post("accounts", number)
    words = ("shop", "whatsapp", SHOP, "--waba-id", number["waba_id"])
    words += ("--phone-number-id", number["phone_number_id"])
    return (*words, "--token", number["token"])


def _with_automations(services, how_many):
    """As many automations as that, all like one we have but for the name."""
    one = services.automations["order_confirmation"]
    many = {
        f"copy_{place:02}": replace(
            one,
            name=f"copy_{place:02}",
            template=replace(one.template, name=f"sosik_copy_{place:02}_1"),
        )
        for place in range(how_many)
    }
    return replace(services, automations=many)


# Which language goes out


def test_everybody_is_written_to_in_their_own_language_and_by_their_name(world):
    world.open_shop()

    for number, (locale, name) in enumerate(NAMES.values(), start=1):
        _order(world, locale, number=number, first_name=name)
    world.work()

    sent = {entry["to"]: entry["language"] for entry in world.accepted}
    assert [sent[f"4915112340{n:03}"] for n in range(1, 11)] == list(NAMES)
    said = str(world.meta.get("messages")["data"])
    assert all(repr(name).strip("'") in said for _, name in NAMES.values())


def test_who_reads_none_of_them_gets_the_first_language_of_the_shop(world):
    world.open_shop(languages=["de", "fr"])

    for number, locale in enumerate(("pl-PL", "zh-CN", "en", "fr"), start=1):
        _order(world, locale, number=number)
    world.work()

    assert sorted(_sent(world)) == ["de", "de", "de", "fr"]


@pytest.mark.parametrize("state", ["PENDING", "REJECTED", "PAUSED", "DELETED"])
def test_nobody_waits_for_a_review_where_the_shops_language_may_go_out(world, state):
    shop_id = world.open_shop(languages=["de", "ko"])
    with world.services.transactions.for_shop(shop_id) as tx:
        row = TemplateRow(CONFIRMATION, "ko", state, "UTILITY", None)
        numbers.keep_templates(tx, shop_id, DEFAULT_WABA_ID, [row], now=world.now)

    _order(world, "ko")
    world.work()

    assert _sent(world) == ["de"]


def test_where_no_language_may_go_out_the_message_waits_for_the_buyers(world):
    world.open_shop()
    world.review(CONFIRMATION, "PAUSED")

    _order(world, "ko")
    world.work()
    waiting = (world.message.state, world.message.reason)
    world.review(CONFIRMATION, "APPROVED")
    world.look()

    assert waiting == ("waiting", "template_not_ready")
    assert _sent(world) == ["ko"]


def _written_in(world, terminal, *languages):
    """An order is confirmed in these languages alone."""
    asked = ("automation", "set", SHOP, "order_confirmation")
    terminal.run(*asked, "--languages", ",".join(languages))


@pytest.mark.parametrize(
    ("of_store", "chosen", "gets"),
    [
        # of Koreans, of Poles, of the French
        ([], ["ko", "fr"], ["ko", "ko", "fr"]),
        ([], ["fr", "en"], ["en", "en", "fr"]),
        (["de", "ko", "en"], ["ko", "de"], ["ko", "de", "de"]),
        (["en", "ko", "de"], ["de", "ko"], ["ko", "ko", "ko"]),
        (["de", "ko"], ["fr"], ["fr", "fr", "fr"]),
        (["de", "ko"], [], ["ko", "de", "de"]),
    ],
)
def test_an_automation_is_written_in_the_languages_chosen_for_it(
    world, terminal, of_store, chosen, gets
):
    """Who reads none of them gets the store's first, or the first of them there is."""
    world.open_shop(languages=of_store)
    _written_in(world, terminal, *chosen)

    for number, locale in enumerate(("ko", "pl-PL", "fr-CA"), start=1):
        _order(world, locale, number=number)
    world.work()

    by_reader = {sent["to"]: sent["language"] for sent in world.accepted}
    assert [by_reader[f"4915112340{n:03}"] for n in (1, 2, 3)] == gets


def test_of_the_languages_chosen_one_that_may_go_out_is_better_than_none(
    world, terminal
):
    shop_id = world.open_shop()
    _written_in(world, terminal, "ko", "fr")
    with world.services.transactions.for_shop(shop_id) as tx:
        row = TemplateRow(CONFIRMATION, "ko", "PAUSED", "UTILITY", None)
        numbers.keep_templates(tx, shop_id, DEFAULT_WABA_ID, [row], now=world.now)

    _order(world, "ko")
    world.work()

    assert _sent(world) == ["fr"]


def test_no_language_that_was_not_chosen_is_used_and_choosing_it_wakes(world, terminal):
    shop_id = world.open_shop()
    _written_in(world, terminal, "ko")
    with world.services.transactions.for_shop(shop_id) as tx:
        row = TemplateRow(CONFIRMATION, "ko", "PAUSED", "UTILITY", None)
        numbers.keep_templates(tx, shop_id, DEFAULT_WABA_ID, [row], now=world.now)
    _order(world, "en")
    world.work()
    waiting = (world.message.state, world.message.reason)

    _written_in(world, terminal, "ko", "en")
    world.pass_time(timedelta(0))

    assert waiting == ("waiting", "template_not_ready")
    assert _sent(world) == ["en"]


def test_a_template_that_is_repriced_holds_its_automation_and_says_so(world, terminal):
    world.open_shop()
    world.review(CONFIRMATION, "APPROVED", category="MARKETING")

    _order(world, "ko")
    world.work()

    [listed] = [
        row
        for row in terminal.lines("automation", "list", SHOP, "--json")
        if row["name"] == "order_confirmation"
    ]
    assert world.message.reason == "template_is_marketing"
    assert _sent(world) == []
    assert listed["held_back"] == dict.fromkeys(NAMES, "is MARKETING")


# What is submitted, and when


def test_languages_that_are_chosen_are_submitted_at_once(world, terminal):
    """Nothing goes out in another one, so nothing would for up to an hour."""
    world.open_shop()
    first = world.now

    _written_in(world, terminal, "fr")
    [chosen] = world.rows("numbers")
    world.now += timedelta(minutes=1)
    _written_in(world, terminal, "fr")

    assert chosen.templates_due_at == first
    [again] = world.rows("numbers")
    assert again.templates_due_at == first, "nothing else was chosen"


def test_a_language_chosen_for_an_automation_is_submitted_for_it(world, terminal):
    """A shop in Germany, whose buyers read no French."""
    terminal.run("shop", "add", SHOP, "--access-token", TOKEN)
    _written_in(world, terminal, "fr")

    first = terminal.json(*_new_account(world))

    told = {(each["name"], each["language"]) for each in first["templates"]}
    of_it = {language for name, language in told if name == CONFIRMATION}
    others = {language for name, language in told if name != CONFIRMATION}
    assert of_it == {"fr"}
    assert others == {"de", "en"}


def test_languages_are_submitted_as_buyers_of_them_come(world, terminal):
    """A shop in Germany: English and German at first, Korean with its first buyer."""
    terminal.run("shop", "add", SHOP, "--access-token", TOKEN)
    first = terminal.json(*_new_account(world))
    terminal.run("automation", "set", SHOP, "order_confirmation", "--enabled")
    world.shop_ids[SHOP] = world.rows("shops")[0].id

    _order(world, "ko", number=1)
    world.work()
    world.pass_time(timedelta(minutes=6))
    _look_after(world)
    _order(world, "ko", number=2)
    world.work()

    assert {told["language"] for told in first["templates"]} == {"de", "en"}
    assert _states(world)[CONFIRMATION, "ko"] == "APPROVED"
    assert _sent(world) == ["en", "ko"]


def test_what_a_shop_names_is_submitted_and_nothing_else(world, terminal):
    terminal.run("shop", "add", SHOP, "--access-token", TOKEN)
    terminal.run("shop", "set", SHOP, "languages=zh_TW,fr")

    told = terminal.json(*_new_account(world))

    assert {each["language"] for each in told["templates"]} == {"zh_TW", "fr"}
    assert told["submitted_now"] == len(told["templates"])
    assert told["in_review"] == told["left_for_later"] == 0


def test_what_is_switched_on_is_submitted_first(world, terminal, reviewers):
    reviewers(review_ms=0, creates_an_hour=2)
    terminal.run("shop", "add", SHOP, "--access-token", TOKEN)
    terminal.run("shop", "set", SHOP, "languages=de,fr")
    terminal.run("automation", "set", SHOP, "parcel_on_its_way", "--enabled")

    told = terminal.json(*_new_account(world))

    new = {(t["name"], t["language"]) for t in told["templates"] if t["submitted_now"]}
    later = [t for t in told["templates"] if t["state"] == "LATER"]
    assert new == {("sosik_parcel_on_its_way_1", each) for each in ("de", "fr")}
    assert told["left_for_later"] == len(later) > 0


def test_no_more_are_submitted_than_meta_takes_in_an_hour_and_in_all(world, terminal):
    """26 templates in ten languages are 260: a hundred an hour, and 250 in all."""
    terminal.run("shop", "add", SHOP, "--access-token", TOKEN)
    terminal.run("shop", "set", SHOP, "languages=" + ",".join(NAMES))
    terminal.run(*_new_account(world))
    [shop_id] = [row.id for row in world.rows("shops")]
    held = _held(world)
    services = _with_automations(world.services, 26)

    after = []
    for minutes in (10, 10, 55, 10, 60, 60):
        world.now += timedelta(minutes=minutes)
        reviewing.look_after_templates(account_at(world.settings), services=services)
        after.append(_held(world) - held)

    here = 100 - held
    assert after == [here, here, here + 100, here + 100, 250 - held, 250 - held]
    with world.services.transactions.for_shop(shop_id) as tx:
        states = {row.state for row in numbers.templates_of(tx, [shop_id]).values()}
    assert states == {"APPROVED"}


class _Answering:
    """A Meta that has no template, and answers each submission with an error."""

    def __init__(self, error):
        self.error, self.asked = error, 0

    def templates(self, account_id, token):
        return iter(())

    def submit(self, account_id, token, template, language):
        self.asked += 1
        raise self.error


@pytest.mark.parametrize(
    ("error", "asked"),
    [
        # English and German: at the first look, an hour later, and a day later.
        (WillNotWork("refused", code="meta_100"), [2, 2, 4]),
        (Unsure("no answer", code="no_answer_timeout"), [2, 4, 6]),
        (TryLater("not now", code="meta_80007"), [1, 2, 3]),
    ],
)
def test_what_is_refused_is_left_alone_for_a_while(world, error, asked):
    world.open_shop()
    one = world.services.automations["order_confirmation"]
    named = replace(one, template=replace(one.template, name="sosik_refused_1"))
    services = replace(world.services, automations={one.name: named})
    meta = _Answering(error)

    counted = []
    for pause in (6, 61, 60 * 25):
        world.now += timedelta(minutes=pause)
        assert reviewing.look_after_templates(meta, services=services) == 1
        counted.append(meta.asked)

    assert counted == asked


def _held(world):
    return len(world.rows("templates"))


def _look_after(world):
    account = account_at(world.settings)
    return reviewing.look_after_templates(account, services=world.services)


# What becomes of it


def test_a_decision_that_no_webhook_told_is_read(world, terminal, reviewers):
    reviewers(review_ms=3_600_000.0)
    terminal.run("shop", "add", SHOP, "--access-token", TOKEN)
    terminal.run("automation", "set", SHOP, "order_confirmation", "--enabled")
    told = terminal.json(*_new_account(world))
    _order(world, "de")
    world.work()
    waiting = world.message.reason
    for each in told["templates"]:
        decided = {"name": each["name"], "status": "APPROVED"}
        world.meta.post("templates", decided)

    looked = _look_after(world), _look_after(world)
    world.now += timedelta(minutes=6)
    looked += (_look_after(world),)
    world.look()

    assert told["in_review"] == told["submitted_now"] == len(told["templates"])
    assert waiting == "template_not_ready"
    assert looked == (0, 0, 1)
    assert set(_states(world).values()) == {"APPROVED"}
    assert _sent(world) == ["de"]


def test_a_word_that_came_while_meta_was_asked_is_not_undone(world):
    shop_id = world.open_shop()
    account = account_at(world.settings)
    sender = reviewing.Sender(shop_id, DEFAULT_WABA_ID, META_TOKEN)

    known = reviewing.read(sender, account, world.services)
    world.now += timedelta(seconds=1)
    world.review(CONFIRMATION, "PAUSED")
    reviewing.keep(sender, known, world.services)

    assert _states(world)[CONFIRMATION, "ko"] == "PAUSED"


def test_the_newest_word_about_a_template_counts_and_not_the_last_that_came(world):
    world.open_shop()
    world.now += timedelta(minutes=10)
    world.review(CONFIRMATION, "APPROVED", at=world.now - timedelta(minutes=1))

    world.review(CONFIRMATION, "PAUSED", at=world.now - timedelta(minutes=2))
    assert _states(world)[CONFIRMATION, "ko"] == "APPROVED"

    world.review(CONFIRMATION, "PAUSED", at=world.now)
    assert _states(world)[CONFIRMATION, "ko"] == "PAUSED"


def test_an_older_state_counts_though_a_newer_category_came_first(world):
    """Meta tells the two apart."""
    world.open_shop()
    world.now += timedelta(minutes=10)
    world.review(CONFIRMATION, None, category="MARKETING")

    world.review(CONFIRMATION, "PAUSED", at=world.now - timedelta(minutes=1))

    assert _states(world)[CONFIRMATION, "ko"] == "PAUSED"
    categories = {
        row.category for row in world.rows("templates") if row.name == CONFIRMATION
    }
    assert categories == {"MARKETING"}


def test_a_word_from_before_meta_was_asked_does_not_undo_its_answer(world):
    shop_id = world.open_shop()
    account = account_at(world.settings)
    sender = reviewing.Sender(shop_id, DEFAULT_WABA_ID, META_TOKEN)

    world.now += timedelta(minutes=1)
    known = reviewing.read(sender, account, world.services)
    world.now += timedelta(minutes=1)
    reviewing.keep(sender, known, world.services)
    world.review(CONFIRMATION, "PAUSED", at=world.now - timedelta(seconds=90))

    assert _states(world)[CONFIRMATION, "ko"] == "APPROVED"


def test_a_refusal_for_a_missing_language_is_the_only_one(world, terminal):
    """132001, of which no webhook told: Meta is asked, and English goes out."""
    terminal.run("shop", "add", SHOP, "--access-token", TOKEN)
    terminal.run(*_new_account(world))
    terminal.run("automation", "set", SHOP, "order_confirmation", "--enabled")
    [shop_id] = [row.id for row in world.rows("shops")]
    with world.services.transactions.for_shop(shop_id) as tx:
        believed = TemplateRow(CONFIRMATION, "ko", "APPROVED", "UTILITY", None)
        account = numbers.numbers_of(tx, shop_id)[0]["account_id"]
        numbers.keep_templates(tx, shop_id, account, [believed], now=world.now)

    _order(world, "ko")
    world.work()
    refused = world.message.reason
    _look_after(world)
    world.pass_time(timedelta(minutes=11))

    assert refused == "meta_132001"
    assert _states(world)[CONFIRMATION, "ko"] == "DELETED"
    assert _sent(world) == ["en"]


def test_of_what_meta_tells_twice_at_once_the_last_counts(world):
    """Its pages overlap where templates come and go between them."""
    shop_id = world.open_shop()
    twice = [
        TemplateRow(CONFIRMATION, "ko", state, "UTILITY", None)
        for state in ("PENDING", "PAUSED")
    ]

    with world.services.transactions.for_shop(shop_id) as tx:
        numbers.keep_templates(tx, shop_id, DEFAULT_WABA_ID, twice, now=world.now)

    assert _states(world)[CONFIRMATION, "ko"] == "PAUSED"


def test_what_meta_no_longer_has_is_noted_as_deleted(world):
    shop_id = world.open_shop()
    with world.services.transactions.for_shop(shop_id) as tx:
        gone = TemplateRow("sosik_gone_1", "ko", "APPROVED", "UTILITY", None)
        numbers.keep_templates(tx, shop_id, DEFAULT_WABA_ID, [gone], now=world.now)
    one = world.services.automations["order_confirmation"]
    template = replace(one.template, name="sosik_gone_1")
    services = replace(
        world.services,
        automations={one.name: replace(one, template=template)},
    )

    world.now += timedelta(minutes=10)
    reviewing.look_after_templates(account_at(world.settings), services=services)

    assert _states(world)["sosik_gone_1", "ko"] == "DELETED"


def test_another_account_begins_with_nothing_of_the_one_before(world, terminal):
    world.open_shop()

    told = terminal.json(*_new_account(world))

    assert set(_states(world)) == {
        (each["name"], each["language"]) for each in told["templates"]
    }
