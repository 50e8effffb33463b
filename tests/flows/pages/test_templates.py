"""``/app/templates``: what Meta says of each language of each template."""

import csv
import io
import re

import pytest

from notifications import reviewing
from notifications.automations import discover, templates_of
from notifications.roles import Role
from sandbox.meta.accounts import DEFAULT_WABA_ID
from storage import numbers, shops
from storage.numbers import TemplateRow
from tests import samples
from tests.asked import counted
from tests.flows.pages.desk import Desk, words_in
from tests.world import SHOP

PAGE = "/templates"
REFUND = "sosik_refund_issued_1"


def _note(desk, state, *, name=REFUND, language="en", category="UTILITY", reason=None):
    world = desk.world
    shop_id = world.shop_ids[SHOP]
    row = TemplateRow(name, language, state, category, reason)
    with world.services.transactions.for_shop(shop_id) as tx:
        numbers.keep_templates(tx, shop_id, DEFAULT_WABA_ID, [row], now=world.now)


def _forget(desk, *, name=REFUND):
    with desk.world.services.transactions.for_shop(desk.world.shop_ids[SHOP]) as tx:
        tx.connection.exec_driver_sql(f"DELETE FROM templates WHERE name = '{name}'")


def _rows(desk, query=""):
    answer = desk.gets(f"{PAGE}?{query}&format=csv")
    text = answer.get_data().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def _every_page(desk, query=""):
    """The templates that stand on the pages, walked by ``Older``."""
    path, found = f"{PAGE}?{query}", []
    while path:
        page = desk.gets(path).get_data(as_text=True)
        found += re.findall(r'<td><a href="/app/templates/(\w+)"', page)
        older = re.search(r'rel="next" href="/app([^"]+)"', page)
        path = older and older[1].replace("&amp;", "&")
    return found


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_language_of_every_template_is_there(desk, language):
    desk.language = language
    every = [
        each.name for each in templates_of(discover().values()) for _ in each.texts
    ]

    assert _every_page(desk) == sorted(every)
    assert len(_rows(desk)) == len(every)


@pytest.mark.parametrize(
    ("state", "reason", "said"),
    [
        ("PENDING", None, "Meta is looking at it."),
        ("REJECTED", "INCORRECT_CATEGORY", "Meta takes it for an offer"),
        ("REJECTED", "Too many words.", "Meta says: Too many words."),
        ("PAUSED", None, "Too many readers have blocked or reported it."),
        (reviewing.NOT_SUBMITTED, "no (meta_100)", "Meta did not take it for review."),
        ("SOMETHING_NEW", None, "something_new"),
    ],
)
def test_a_state_is_told_in_plain_words_with_what_to_do(desk, state, reason, said):
    _note(desk, state, reason=reason)

    assert said in desk.reads(f"{PAGE}?state={state}")
    assert said in desk.reads(f"{PAGE}/{REFUND}")


def test_what_meta_has_moved_to_advertising_is_warned_of(desk):
    _note(desk, "APPROVED", category="MARKETING")

    told = desk.reads(f"{PAGE}/{REFUND}")

    assert "Meta has moved it to another category." in told
    assert "moved by Meta" in desk.reads(f"{PAGE}?state=APPROVED&language=en")


def test_it_is_filtered_by_state_and_by_language(desk):
    _note(desk, "PENDING", language="ko")

    assert _every_page(desk, "state=PENDING") == [REFUND]
    assert {row["Language"] for row in _rows(desk, "language=ko")} == {"Korean"}
    assert _rows(desk, "state=PENDING&language=de") == []
    assert "No template is like that" in desk.reads(f"{PAGE}?state=nothing")


def test_a_language_that_no_buyer_reads_is_not_called_missing(desk):
    world = desk.world
    world.shopify_says("orders/create", samples.order(locale="de-DE"))
    world.work()
    _forget(desk)

    missing = {row["Language"] for row in _rows(desk, "state=MISSING")}
    others = {row["Language"] for row in _rows(desk, "state=NOT_NEEDED")}

    assert missing == {"English", "German"}
    assert others == {
        *(
            "Arabic",
            "Chinese (Traditional, Taiwan)",
            "French",
            "Hindi",
            "Indonesian",
            "Korean",
        ),
        *("Portuguese (Brazil)", "Spanish"),
    }
    assert "not needed" not in desk.reads(f"{PAGE}?state=MISSING").split("Filter")[1]


def test_one_template_shows_its_message_in_each_language(desk):
    page = desk.gets(f"{PAGE}/{REFUND}").get_data(as_text=True)

    assert len(re.findall(r'<figure class="phone"', page)) == 10
    assert page.count('dir="rtl"') == 1
    assert desk.world.rows("access_log") == []


@pytest.mark.parametrize("name", [t.name for t in templates_of(discover().values())])
def test_each_template_can_be_looked_at(desk, name):
    page = desk.gets(f"{PAGE}/{name}").get_data(as_text=True)

    assert "{{" not in page
    assert name in page


def test_meta_is_asked_again_by_the_scheduler(desk):
    world = desk.world
    before = world.rows("numbers")[0].templates_due_at
    assert before > world.now

    answer = desk.sends(f"{PAGE}/ask")

    assert answer.status_code == 303
    assert world.rows("numbers")[0].templates_due_at == world.now
    assert "Meta is about to be asked." in desk.reads(PAGE)


class _Meta:
    """One that has none of our templates but those that it takes from now on."""

    def __init__(self):
        self.taken = []

    def templates(self, account_id, token):
        return iter(self.taken)

    def submit(self, account_id, token, template, language):
        row = TemplateRow(template.name, language, "PENDING", "UTILITY", None)
        self.taken.append(row)
        return row


def test_what_meta_refused_is_submitted_again_when_an_owner_wants_it(desk):
    world, meta = desk.world, _Meta()
    _note(desk, reviewing.NOT_SUBMITTED, reason="no (meta_100)")

    def scheduler_looks():
        reviewing.look_after_templates(meta, services=world.services)
        return REFUND in [each.name for each in meta.taken]

    desk.sends(f"{PAGE}/ask")
    assert not scheduler_looks()

    desk.sends(f"{PAGE}/submit")
    assert scheduler_looks()
    [change] = [row for row in world.rows("changes") if row.actor == "4711"]
    assert change.what == "templates_submitted"


def test_an_agent_may_ask_meta_and_not_submit(desk):
    desk.has_role(Role.AGENT)
    page = desk.gets(PAGE).get_data(as_text=True)

    assert 'action="/app/templates/ask"' in page
    assert 'action="/app/templates/submit"' not in page


def test_without_a_number_it_says_what_to_do(world, owner):
    world.open_shop(number=None)
    desk = Desk(owner)

    told = desk.reads(PAGE)

    assert "Nothing was submitted to Meta yet" in told
    assert "Connect a number" in told
    assert desk.sends(f"{PAGE}/ask").status_code == 422


def test_it_asks_as_much_for_all_as_for_none(desk, monkeypatch):
    def asked(query):
        with counted(monkeypatch) as found:
            desk.gets(f"{PAGE}?{query}")
        return len(found)

    asked("")
    assert asked("") == asked("state=nothing")


def test_meta_s_words_stay_inert(desk):
    _note(desk, "REJECTED", reason="<script>alert(1)</script>")

    for path in (f"{PAGE}?state=REJECTED", f"{PAGE}/{REFUND}"):
        assert "<script>alert" not in desk.gets(path).get_data(as_text=True)


def test_a_formula_in_metas_words_is_none_in_the_file(desk):
    _note(desk, "REJECTED", reason="=1+1")

    [row] = _rows(desk, "state=REJECTED")

    assert not row["Reason"].startswith("=")


def test_what_there_is_not_is_said_to_be_none(desk):
    answer = desk.gets(f"{PAGE}/sosik_nothing_1")

    assert answer.status_code == 422
    assert "There is no such template." in words_in(answer)


def test_what_shows_products_is_listed_as_not_chosen_until_a_step_does(desk):
    shown = "sosik_cart_products_1"
    assert {row["Template"] for row in _rows(desk, "state=NOT_CHOSEN")} == {shown}
    assert shown not in {row["Template"] for row in _rows(desk)}

    step = {"key": "1", "message": "cart_reminder", "after_minutes": 60}
    with desk.world.services.transactions.for_shop(desk.world.shop_ids[SHOP]) as tx:
        flow = {"steps": [{**step, "show": "products"}]}
        shops.switch(
            *(tx, desk.world.shop_ids[SHOP], "cart_reminder"),
            enabled=None,
            config=None,
            flow=flow,
            now=desk.world.now,
        )

    assert shown in {row["Template"] for row in _rows(desk)}
    assert "View items" in desk.reads(f"{PAGE}/{shown}")
