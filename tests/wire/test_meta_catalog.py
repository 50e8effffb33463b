"""How items are written as Meta wants them, and what Meta's answers about them mean."""

import json
from dataclasses import fields, replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalog import (
    Access,
    Availability,
    CommerceSettings,
    Condition,
    Delete,
    Handle,
    Item,
    ItemState,
    Upsert,
)
from core.errors import TryLater, Unsure, WillNotWork
from core.outcomes import Answer, NoAnswer, NotSent
from core.values import Money
from integrations.meta import catalog_items, catalog_refusals, catalog_schema
from integrations.meta.catalog import MetaCatalog
from integrations.meta.graph_calls import GraphCalls
from tests.samples_of_items import ITEM, item, money

CORPUS = Path(__file__).parents[3] / "shared/payloads/whatsapp/catalog"
PAGE = (Path(__file__).parents[2] / "docs/concepts/catalog.md").read_text("utf-8")
ACCESS = Access("77", "EAAN")


class FakeCalls:
    """Answers one after the other, and keeps what was asked."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def __call__(self, method, url, *, headers, body=None):
        self.asked.append((method, url.removeprefix("https://graph.example/v26.0/")))
        self.headers, self.body = headers, body
        answer = self.answers.pop(0)
        if isinstance(answer, dict):
            return Answer(200, {}, json.dumps(answer).encode())
        return answer


def error(code, http_status=400):
    said = {"error": {"code": code, "message": f"(#{code}) no"}}
    return Answer(http_status, {}, json.dumps(said).encode())


def catalog(*answers):
    calls = FakeCalls(*answers)
    return MetaCatalog(GraphCalls(calls, "https://graph.example", "v26.0")), calls


def sample(name):
    return json.loads((CORPUS / f"{name}.json").read_text())


def test_an_item_is_written_as_meta_wants_it():
    full = item(
        1,
        sale_price=money("29.90"),
        additional_image_links=("https://ada.example/back.jpg",),
        gtin="4006381333931",
        google_product_category="212",
        color="White",
        size="M",
        material="Linen",
        pattern="Plain",
        custom_labels=("summer", "new"),
    )

    assert catalog_items.request_of(Upsert(full)) == {
        "method": "UPDATE",
        "data": {
            "id": "4100001",
            "item_group_id": "4100",
            "title": "Linen shirt",
            "description": "A shirt of linen.",
            "availability": "in stock",
            "condition": "new",
            "price": "39.90 EUR",
            "sale_price": "29.90 EUR",
            "link": "https://ada.example/products/shirt?variant=4100001",
            "image_link": "https://ada.example/shirt.jpg",
            "additional_image_link": ["https://ada.example/back.jpg"],
            "brand": "Ada",
            "gtin": "4006381333931",
            "google_product_category": "212",
            "color": "White",
            "size": "M",
            "material": "Linen",
            "pattern": "Plain",
            "custom_label_0": "summer",
            "custom_label_1": "new",
            "custom_label_2": "",
            "custom_label_3": "",
            "custom_label_4": "",
        },
    }


def test_the_body_has_the_form_of_metas_own_sample():
    taken, calls = catalog({"handles": ["h1"]})
    taken.send(ACCESS, [Upsert(ITEM), Delete("4100009")])
    real, ours = sample("items_batch_request"), json.loads(calls.body)

    assert calls.asked == [("POST", "77/items_batch")]
    assert calls.headers["Authorization"] == "Bearer EAAN"
    assert ours.keys() == real.keys()
    assert {k: v for k, v in ours.items() if k != "requests"} == {
        "item_type": "PRODUCT_ITEM",
        "allow_upsert": True,
    }
    assert ours["requests"][1] == {"method": "DELETE", "data": {"id": "4100009"}}
    known = {*real["requests"][0]["data"], "quantity_to_sell_on_facebook"}
    assert known - ours["requests"][0]["data"].keys() == {
        "quantity_to_sell_on_facebook"
    }


def test_what_an_item_has_not_is_said_to_be_empty_so_that_it_goes_at_meta():
    data = catalog_items.data_of(ITEM)

    assert data["sale_price"] == ""
    assert data["color"] == ""
    assert data["additional_image_link"] == []


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("39.9", "EUR", "39.90 EUR"),
        ("39900.00", "KRW", "39900 KRW"),
        ("1200", "JPY", "1200 JPY"),
        ("3.5", "KWD", "3.500 KWD"),
        ("1299.5", "HUF", "1299.50 HUF"),
    ],
)
def test_a_price_has_the_decimals_of_its_currency(amount, currency, text):
    assert catalog_items.price_text(money(amount, currency)) == text


TEXTS = st.text(max_size=8)
PRICES = st.builds(
    Money, st.decimals(0, 999, places=3), st.sampled_from(["EUR", "KRW", "KWD"])
)
ITEMS = st.builds(
    Item,
    retailer_id=TEXTS,
    item_group_id=TEXTS,
    title=TEXTS,
    description=TEXTS,
    link=TEXTS,
    image_link=TEXTS,
    price=PRICES,
    availability=st.sampled_from(Availability),
    brand=TEXTS,
    additional_image_links=st.lists(TEXTS, max_size=2).map(tuple),
    sale_price=st.none() | PRICES,
    condition=st.sampled_from(Condition),
    gtin=st.none() | TEXTS,
    google_product_category=st.none() | TEXTS,
    color=st.none() | TEXTS,
    size=st.none() | TEXTS,
    material=st.none() | TEXTS,
    pattern=st.none() | TEXTS,
    custom_labels=st.lists(TEXTS, max_size=5).map(tuple),
)


@settings(max_examples=300, deadline=None)
@given(ITEMS, ITEMS, st.sets(st.sampled_from([each.name for each in fields(Item)])))
def test_one_fingerprint_is_one_body_and_another_is_another(one, other, shared):
    other = replace(other, **{name: getattr(one, name) for name in shared})
    same_body = catalog_items.data_of(one) == catalog_items.data_of(other)

    assert (one.fingerprint() == other.fingerprint()) == same_body


def test_portions_are_within_metas_number_and_keep_their_order():
    changes = [Upsert(item(n)) for n in range(catalog_items.MOST_AT_ONCE + 3)]

    portions = list(catalog_items.portions(changes))

    assert [len(each) for each in portions] == [catalog_items.MOST_AT_ONCE, 3]
    assert [change for each in portions for change in each] == changes


def test_portions_are_within_metas_bytes_to_the_last_one():
    huge = [Upsert(item(n, description="한" * 9_999)) for n in range(2_000)]

    portions = list(catalog_items.portions(huge))
    sizes = [
        len(
            catalog_items.batch_body(
                catalog_items.as_written(catalog_items.request_of(each))
                for each in portion
            )
        )
        for portion in portions
    ]

    assert max(sizes) <= catalog_items.MOST_BYTES
    assert sum(map(len, portions)) == 2_000
    assert min(sizes[:-1]) > catalog_items.MOST_BYTES - 2 * 31_000


def test_an_item_that_is_changed_twice_is_in_two_portions():
    twice = [Upsert(item(1)), Upsert(item(2)), Delete("4100001")]

    assert list(catalog_items.portions(twice)) == [twice[:2], twice[2:]]


def test_portions_read_nothing_ahead_of_what_is_needed():
    def endless():
        n = 0
        while True:
            yield Delete(str(n))
            n += 1

    first = next(catalog_items.portions(endless()))

    assert len(first) == catalog_items.MOST_AT_ONCE


GOOD = catalog_items.request_of(Upsert(ITEM))
WRONG = {
    "id": ["", " 1", "x" * 101, 5, None],
    "title": ["", "   ", "x" * 201, "<b>Shirt</b>", "\ud800", "a\0b"],
    "description": ["", "x" * 10_000, "<p>Linen</p>", "<script>alert(1)</script>"],
    "availability": ["in_stock", "", "IN STOCK"],
    "condition": ["neu", ""],
    "price": ["39,90 EUR", "39.90", "EUR 39.90", "39.9 EUR", "0.00 EUR", "1.00 KRW"],
    "sale_price": ["39.90 EUR", "40.00 EUR", "29.90 USD", "0.00 EUR"],
    "link": [
        "",
        "ada.example/shirt",
        "javascript:alert(1)",
        "https://x.y/" + "z" * 2000,
    ],
    "image_link": ["", "/shirt.jpg", "data:image/png;base64,AA=="],
    "additional_image_link": [["https://ada.example/a.jpg"] * 21, ["shirt.jpg"], None],
    "brand": ["", "x" * 101],
    "gtin": ["123", "40063813339310000", "ABCDEFGH"],
    "color": ["x" * 201],
    "custom_label_0": ["x" * 101],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, each) for name, all_ in WRONG.items() for each in all_]
)
def test_whatever_meta_would_refuse_is_found_before_it_is_asked(name, value):
    request = {**GOOD, "data": {**GOOD["data"], name: value}}

    (problem, *_) = catalog_schema.problems_of_request(request)

    assert problem.startswith(f"{name}")


def test_a_good_item_has_no_problem_and_no_field_may_be_left_out():
    assert catalog_schema.problems_of_request(GOOD) == []
    for name in GOOD["data"]:
        less = {k: v for k, v in GOOD["data"].items() if k != name}
        assert catalog_schema.problems_of_request({**GOOD, "data": less})


def test_an_item_that_breaks_a_rule_is_not_sent_and_the_others_are():
    taken, calls = catalog({"handles": ["h1"]})

    said = taken.send(ACCESS, [Upsert(item(1, title="")), Upsert(item(2))])

    (problem,) = said.problems
    assert (problem.retailer_id, problem.errors[0].code) == (
        "4100001",
        "breaks_a_rule",
    )
    assert said.handle == "h1"
    sent = json.loads(calls.body)["requests"]
    assert [each["data"]["id"] for each in sent] == ["4100002"]


def test_nothing_is_asked_where_nothing_is_left_to_be_sent():
    taken, calls = catalog()

    said = taken.send(ACCESS, [Upsert(item(1, title=""))])

    assert said.handle is None
    assert calls.asked == []


def test_more_than_a_portion_is_not_sent():
    taken, calls = catalog()
    many = [Delete(str(n)) for n in range(catalog_items.MOST_AT_ONCE + 1)]

    with pytest.raises(ValueError, match="requests"):
        taken.send(ACCESS, many)
    with pytest.raises(ValueError, match="twice"):
        taken.send(ACCESS, [Delete("1"), Delete("1")])
    assert calls.asked == []


def test_a_yes_may_hide_items_that_were_refused():
    taken, _ = catalog(sample("items_batch_response"))

    said = taken.send(ACCESS, [Upsert(ITEM)])

    (problem,) = said.problems
    assert said.handle == "AczK8vNf0pXv"
    assert problem.retailer_id == "shopify_IL_7001_40001"
    assert problem.errors[0].said == "(#100) Param price must be ..."


def test_a_batch_of_which_everything_was_refused_has_no_handle():
    told = [{"retailer_id": "4100001", "errors": [{"message": "no"}]}]
    taken, _ = catalog({"handles": [], "validation_status": told})

    said = taken.send(ACCESS, [Upsert(ITEM)])

    assert said.handle is None
    assert [each.retailer_id for each in said.problems] == ["4100001"]


def test_a_yes_without_a_handle_and_without_a_word_is_no_yes():
    taken, _ = catalog({"success": True})

    with pytest.raises(Unsure):
        taken.send(ACCESS, [Upsert(ITEM)])


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (error(80014), TryLater, "meta_80014"),
        (error(80009), TryLater, "meta_80009"),
        (error(4), TryLater, "meta_4"),
        (error(190, 401), TryLater, "meta_190"),
        (error(200, 403), TryLater, "meta_200"),
        (error(2, 503), Unsure, "meta_2"),
        (error(100), WillNotWork, "meta_100"),
        (Answer(502, {}, b"<html>"), Unsure, "http_502"),
        (Answer(429, {}, b""), TryLater, "http_429"),
        (NoAnswer("timeout"), Unsure, "no_answer_timeout"),
        (NotSent("connection_failed"), TryLater, "connection_failed"),
    ],
)
def test_each_answer_says_what_to_do_next(answer, kind, code):
    taken, _ = catalog(answer)

    with pytest.raises(kind) as caught:
        taken.send(ACCESS, [Upsert(ITEM)])

    assert caught.value.code == code


def test_reading_is_never_in_doubt():
    taken, _ = catalog(NoAnswer("timeout"))

    with pytest.raises(TryLater):
        taken.progress(ACCESS, Handle("h1"))


def test_metas_own_sample_of_a_finished_batch_is_read():
    taken, calls = catalog(sample("check_batch_request_status_response"))

    status = taken.progress(ACCESS, Handle("AczK8vNf0pXv"))

    assert status.is_finished
    assert status.problems == status.unnamed == ()
    ((method, asked),) = calls.asked
    path, _, query = asked.partition("?")
    assert (method, path) == ("GET", "77/check_batch_request_status")
    assert query == "handle=AczK8vNf0pXv&load_ids_of_invalid_requests=true"


@pytest.mark.parametrize("word", ["started", "in_progress", "queued", "", None])
def test_a_batch_is_finished_by_one_word_alone(word):
    taken, _ = catalog({"data": [{"handle": "h1", "status": word}]})

    assert not taken.progress(ACCESS, Handle("h1")).is_finished


def batch(errors=(), *, after=None, **more):
    page = {"handle": "h1", "status": "finished", "errors": list(errors), **more}
    paging = {"cursors": {"after": after}, "next": "https://..."} if after else {}
    return {"data": [page], "paging": paging}


def test_the_status_is_read_until_its_last_page():
    taken, calls = catalog(
        batch(
            [{"line": 1, "id": "1", "message": "A required field is missing: price"}],
            after="a",
        ),
        batch(
            [{"line": 2, "id": "2", "message": "A required field is missing: price"}],
            after="b",
        ),
        batch([{"line": 3, "id": "1", "message": "Field title is all upper case."}]),
    )

    status = taken.progress(ACCESS, Handle("h1"))

    assert [each.retailer_id for each in status.problems] == ["1", "2"]
    assert [each.code for each in status.problems[0].errors] == [
        "price_missing",
        "capital_letters",
    ]
    assert [url.rpartition("after=")[2] for _, url in calls.asked][1:] == ["a", "b"]


def test_an_item_that_is_only_counted_among_the_invalid_is_refused_all_the_same():
    taken, _ = catalog(batch(errors_total_count=1, ids_of_invalid_requests=["5"]))

    (problem,) = taken.progress(ACCESS, Handle("h1")).problems

    assert (problem.retailer_id, problem.errors[0].code) == ("5", "unknown")


def test_a_warning_alone_leaves_the_item_shown():
    told = [{"id": "1", "message": "Field title is all upper case."}]
    taken, _ = catalog(batch(warnings=told))

    (problem,) = taken.progress(ACCESS, Handle("h1")).problems

    assert problem.errors == ()
    assert problem.warnings[0].code == "capital_letters"


def test_an_error_without_an_item_is_told_apart():
    taken, _ = catalog(batch([{"line": 0, "message": "Something went wrong"}]))

    status = taken.progress(ACCESS, Handle("h1"))

    assert status.problems == ()
    assert status.unnamed[0].said == "Something went wrong"


def test_several_handles_are_finished_when_all_are():
    done = {"data": [{"status": "finished"}]}
    taken, _ = catalog(done, {"data": [{"status": "started"}]}, done, done)

    assert not taken.progress(ACCESS, Handle("h1 h2")).is_finished
    assert taken.progress(ACCESS, Handle("h1 h2")).is_finished


@pytest.mark.parametrize("answer", [error(100), {"data": []}])
def test_a_handle_that_meta_knows_no_more_is_said_to_be_unknown(answer):
    taken, _ = catalog(answer)

    with pytest.raises(WillNotWork) as caught:
        taken.progress(ACCESS, Handle("h1"))

    assert caught.value.code == "handle_unknown"


def product(**changes):
    return {
        "id": "9001",
        "retailer_id": "4100001",
        "retailer_product_group_id": "4100",
        "name": "Linen shirt",
        "description": "A shirt of linen.",
        "url": "https://ada.example/products/shirt?variant=4100001",
        "image_url": "https://ada.example/shirt.jpg",
        "price": "€39.90",
        "currency": "EUR",
        "availability": "in stock",
        "brand": "Ada",
        "review_status": "approved",
        **changes,
    }


def shown(**changes):
    taken, _ = catalog({"data": [product(**changes)]})
    (found,) = taken.items(ACCESS).items
    return found


def test_what_meta_shows_is_compared_with_what_it_was_sent():
    assert shown().shows(ITEM)
    assert shown(price="39,90 €").shows(ITEM)
    assert shown(price="₩39,900", currency="KRW").shows(
        item(1, price=money("39900", "KRW"))
    )
    assert not shown(price="€38.90").shows(ITEM)
    assert not shown(sale_price="€29.90").shows(ITEM)
    assert shown(sale_price="€29.90").shows(item(1, sale_price=money("29.90")))


@pytest.mark.parametrize(
    ("changes", "state", "codes"),
    [
        ({}, ItemState.LIVE, []),
        ({"review_status": ""}, ItemState.LIVE, []),
        ({"review_status": "pending"}, ItemState.SENT, []),
        ({"review_status": "outdated"}, ItemState.LIVE, []),
        (
            {"review_status": "rejected", "review_rejection_reasons": ["Tobacco"]},
            ItemState.REFUSED,
            ["policy"],
        ),
        (
            {"errors": [{"error_type": "WHATSAPP_POLICY_VIOLATION", "title": "No"}]},
            ItemState.REFUSED,
            ["policy"],
        ),
        (
            {"errors": [{"error_type": "MISSING_COLOR", "title": "Colour"}]},
            ItemState.LIVE,
            ["options_unclear"],
        ),
        (
            {"errors": [{"error_type": "NEW_ONE", "title": "Image is too small"}]},
            ItemState.LIVE,
            ["image_too_small"],
        ),
    ],
)
def test_the_state_of_an_item_is_read_with_its_reasons(changes, state, codes):
    found = shown(**changes)

    assert found.state is state
    assert [each.code for each in found.refusals] == codes


def test_items_come_in_pages():
    paging = {"cursors": {"after": "a1"}, "next": "https://..."}
    taken, calls = catalog(
        {"data": [product()], "paging": paging},
        {"data": [product(retailer_id=None)], "paging": {"cursors": {"after": "a2"}}},
    )

    first = taken.items(ACCESS)
    last = taken.items(ACCESS, first.after)

    assert first.after == "a1"
    assert (last.items, last.after) == ((), None)
    assert calls.asked[1][1].endswith("&after=a1")


def test_a_catalog_is_created_for_the_business_that_owns_the_account():
    taken, calls = catalog({"owner_business_info": {"id": "55"}}, {"id": "77"})

    assert taken.create("EAAN", account_id="11", name="Ada") == "77"
    assert calls.asked == [
        ("GET", "11?fields=owner_business_info"),
        ("POST", "55/owned_product_catalogs"),
    ]
    assert json.loads(calls.body) == {"name": "Ada", "vertical": "commerce"}


def test_attaching_a_catalog_twice_changes_nothing_and_another_gives_way():
    taken, calls = catalog({"data": [{"id": "77"}]})
    taken.attach(ACCESS, account_id="11")
    assert [method for method, _ in calls.asked] == ["GET"]

    taken, calls = catalog(
        {"data": [{"id": "66"}]}, {"success": True}, {"success": True}
    )
    taken.attach(ACCESS, account_id="11")
    assert calls.asked == [
        ("GET", "11/product_catalogs"),
        ("DELETE", "11/product_catalogs?catalog_id=66"),
        ("POST", "11/product_catalogs"),
    ]
    assert json.loads(calls.body) == sample("connect_waba") | {"catalog_id": "77"}


def test_the_settings_of_a_number_are_read_and_set_as_metas_document_has_it():
    told = {"data": [{"id": "1", "is_cart_enabled": True, "is_catalog_visible": True}]}
    taken, calls = catalog(told, {"data": []}, {"success": True})
    both = CommerceSettings(is_cart_enabled=True, is_catalog_visible=True)

    assert taken.settings("EAAN", phone_number_id="22") == both
    assert taken.settings("EAAN", phone_number_id="22") == CommerceSettings(
        is_cart_enabled=True, is_catalog_visible=False
    )
    taken.set_settings("EAAN", both, phone_number_id="22")
    assert calls.asked[-1] == (
        "POST",
        "22/whatsapp_commerce_settings?is_cart_enabled=true&is_catalog_visible=true",
    )


def test_every_type_has_words_and_every_name_is_used():
    used = {*catalog_refusals._TYPES.values(), *catalog_refusals._FIELDS.values()}
    used |= {code for _, code in catalog_refusals._SAID}
    used |= {catalog_refusals.UNKNOWN, catalog_refusals.BREAKS_A_RULE}

    assert used == catalog_refusals.MEANINGS.keys()
    assert used >= catalog_refusals.KEPT_FROM_WHATSAPP


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("A required field is missing: image_link", "image_missing"),
        ("A required field is missing: price", "price_missing"),
        ("(#100) Param price has an invalid format", "price_wrong"),
        ("Field title exceeds the limit of 200 characters.", "too_long"),
        ("The price must be greater than 0.", "price_not_positive"),
        ("The sale price must be lower than the price.", "sale_price_wrong"),
        ("Image could not be downloaded from the URL", "image_not_found"),
        ("Image resolution is too low", "image_too_small"),
        ("Duplicate retailer ids are not allowed in one batch.", "id_twice"),
        ("This product violates our commerce policies", "policy"),
        ("(#100) Param availability must be one of {in stock}", "availability_wrong"),
        ("Something new", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_sentence_of_metas_is_told_in_words_of_ours(said, code):
    told = catalog_refusals.refusal_of_words(said)

    assert (told.code, told.said) == (code, said)
    assert told.words == catalog_refusals.MEANINGS[code].sentence


@pytest.mark.parametrize("code", catalog_refusals.MEANINGS)
def test_the_page_says_what_can_be_done_about_each(code):
    meaning = catalog_refusals.MEANINGS[code]

    assert f"| `{code}` | {meaning.sentence} | {meaning.advice} |\n" in PAGE
    for sentence in (meaning.sentence, meaning.advice):
        assert sentence.endswith(".")


def test_amounts_are_exact():
    assert catalog_schema.amount("0.10 EUR") == Decimal("0.10")
