"""The simulated catalog takes what Meta takes, refuses what Meta refuses, and tells
later what it made of it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from core import http
from core.catalog import (
    Access,
    CommerceSettings,
    Delete,
    Handle,
    ItemSet,
    ItemState,
    SetsPage,
    ShownSet,
    Upsert,
)
from core.errors import TryLater, Unsure, WillNotWork
from core.outcomes import Answer
from integrations.meta.catalog import MetaCatalog
from integrations.meta.graph_calls import GraphCalls
from sandbox.meta import (
    DEFAULT_NUMBER_ID,
    DEFAULT_WABA_ID,
    MetaSettings,
    MetaSimulator,
)
from sandbox.receiver import Receiver, receiver
from sandbox.serving import running
from tests.samples_of_items import item, money
from tests.wire.meta_caller import TOKEN, Meta, open_meta

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
STEADY = {"batch_ms": 4_000, "review_ms": 0}


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def goes_on(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Store:
    """A store with a catalog that its account shows."""

    def __init__(self, meta: Meta, clock: Clock) -> None:
        self.meta, self.clock = meta, clock
        call = http.caller(read_seconds=2)
        self.catalog = MetaCatalog(GraphCalls(call, meta.control.url, "v26.0"))
        id_ = self.catalog.create(TOKEN, account_id=DEFAULT_WABA_ID, name="Ada")
        self.access = Access(id_, TOKEN)
        self.catalog.attach(self.access, account_id=DEFAULT_WABA_ID)

    def send(self, *changes):
        return self.catalog.send(self.access, changes)

    def put(self, *changes):
        """Send them, and wait until it is done."""
        handle = self.send(*changes).handle
        assert handle is not None
        self.clock.goes_on(4)
        status = self.catalog.progress(self.access, handle)
        assert status.is_finished
        return status

    def shown(self):
        return self.catalog.items(self.access).items

    def raw(self, **data):
        """One request as it is, whatever the program's own rules say of it."""
        return self.post([{"method": "UPDATE", "data": data}])

    def post(self, requests, **more):
        body = {"item_type": "PRODUCT_ITEM", "requests": requests, **more}
        return self.meta.call("POST", f"{self.access.catalog_id}/items_batch", body)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def inbox() -> Iterator[Receiver]:
    with receiver() as inbox:
        yield inbox


@pytest.fixture
def meta(tmp_path: Path, inbox: Receiver, clock: Clock) -> Iterator[Meta]:
    with open_meta(tmp_path, inbox, clock=clock) as meta:
        meta.control.post("settings", {"catalog": STEADY})
        yield meta


@pytest.fixture
def store(meta: Meta, clock: Clock) -> Store:
    return Store(meta, clock)


GOOD = {
    "id": "1",
    "title": "Linen shirt",
    "description": "A shirt of linen.",
    "availability": "in stock",
    "condition": "new",
    "price": "39.90 EUR",
    "link": "https://ada.example/shirt",
    "image_link": "https://ada.example/shirt.jpg",
    "brand": "Ada",
}


def test_an_item_is_shown_as_it_was_sent(store: Store) -> None:
    full = item(
        1,
        title="Linen shirt 한글 🧵",
        sale_price=money("29.90"),
        additional_image_links=("https://ada.example/back.jpg",),
        gtin="4006381333931",
        color="White",
        size="M",
        material="Linen",
        pattern="Plain",
    )

    store.put(Upsert(full))

    (found,) = store.shown()
    assert found.shows(full)
    assert (found.title, found.sale_price) == ("Linen shirt 한글 🧵", "2990")
    assert found.state is ItemState.LIVE


@pytest.mark.parametrize(
    ("amount", "currency"),
    [("39900", "KRW"), ("1200", "JPY"), ("3.5", "KWD"), ("1299.50", "HUF")],
)
def test_a_price_in_any_currency_is_taken_and_shown(
    store: Store, amount: str, currency: str
) -> None:
    priced = item(1, price=money(amount, currency))

    assert store.put(Upsert(priced)).problems == ()
    assert store.shown()[0].shows(priced)


def test_a_batch_is_taken_at_once_and_done_later(store: Store) -> None:
    handle = store.send(Upsert(item(1))).handle
    assert handle is not None

    words = []
    for _ in range(5):
        (status,) = store.meta.call(
            "GET",
            f"{store.access.catalog_id}/check_batch_request_status?handle={handle}",
        )[1]["data"]
        words.append((status["status"], len(store.shown())))
        store.clock.goes_on(1)

    assert words == [
        ("started", 0),
        *[("in_progress", 0)] * 3,
        ("finished", 1),
    ]


def test_the_answer_has_the_form_of_metas_own(store: Store, shared: Path) -> None:
    real = json.loads(
        (shared / "payloads/whatsapp/catalog/items_batch_response.json").read_text()
    )

    _, answer = store.raw(**{**GOOD, "price": "39,90"})

    assert answer.keys() == real.keys()
    assert answer["validation_status"][0].keys() == real["validation_status"][0].keys()
    told = real["validation_status"][0]["errors"][0]
    assert answer["validation_status"][0]["errors"][0].keys() == told.keys()


def test_what_is_not_said_stays_and_what_is_empty_goes(store: Store) -> None:
    store.put(Upsert(item(1, sale_price=money("29.90"), color="White")))
    store.raw(id="4100001", title="Another title")
    store.clock.goes_on(4)
    (changed,) = store.shown()
    store.put(Upsert(item(1)))
    (last,) = store.shown()

    assert (changed.title, changed.sale_price, changed.color) == (
        "Another title",
        "2990",
        "White",
    )
    assert last.shows(item(1))
    assert (last.sale_price, last.color) == (None, None)


def test_a_deleted_item_is_gone_and_deleting_it_again_is_no_error(store: Store) -> None:
    store.put(Upsert(item(1)), Upsert(item(2)))
    store.put(Delete("4100001"))
    again = store.put(Delete("4100001"))

    assert [each.retailer_id for each in store.shown()] == ["4100002"]
    assert again.problems == ()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("price", "39,90 EUR", "price"),
        ("price", "EUR 39.90", "price"),
        ("price", "39.90", "price"),
        ("price", 39.9, "price"),
        ("price", "39900.00 KRW", "decimals"),
        ("sale_price", "cheap", "sale_price"),
        ("availability", "in_stock", "availability"),
        ("condition", "fresh", "condition"),
        ("id", "", "id"),
        ("id", "x" * 101, "id"),
        ("retailer_id", "1", "retailer_id"),
    ],
)
def test_what_is_of_no_form_is_refused_within_the_yes(
    store: Store, name: str, value: object, words: str
) -> None:
    status, answer = store.raw(**{**GOOD, name: value})

    assert status == 200
    assert answer["handles"] == []
    assert words in answer["validation_status"][0]["errors"][0]["message"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": ""}, "title_missing"),
        ({"description": ""}, "description_missing"),
        ({"link": ""}, "link_missing"),
        ({"image_link": ""}, "image_missing"),
        ({"price": ""}, "price_missing"),
        ({"brand": ""}, "brand_missing"),
        ({"title": "x" * 201}, "too_long"),
        ({"description": "x" * 10_000}, "too_long"),
        ({"color": "x" * 201}, "too_long"),
        ({"price": "0.00 EUR"}, "price_not_positive"),
        ({"sale_price": "39.90 EUR"}, "sale_price_wrong"),
        ({"link": "shirt"}, "link_wrong"),
        ({"image_link": "shirt.jpg"}, "image_poor"),
        (
            {"additional_image_link": ["https://a.example/1.jpg"] * 21},
            "image_too_large",
        ),
    ],
)
def test_what_is_wrong_with_an_item_is_told_once_the_batch_is_done(
    store: Store, changes: dict[str, object], code: str
) -> None:
    _, answer = store.raw(**{**GOOD, **changes})
    store.clock.goes_on(4)

    status = store.catalog.progress(store.access, Handle(answer["handles"][0]))

    (problem,) = status.problems
    assert problem.errors[0].code == code
    assert store.shown() == ()


def test_a_warning_does_not_keep_an_item_out(store: Store) -> None:
    loud = item(1, title="LINEN SHIRT", description="See https://ada.example for more.")

    said = store.send(Upsert(loud))
    store.clock.goes_on(4)

    assert {each.code for each in said.problems[0].warnings} == {
        "capital_letters",
        "link_in_text",
    }
    assert len(store.shown()) == 1


def test_one_item_twice_in_a_batch_is_refused_the_second_time(store: Store) -> None:
    wanted = {"method": "UPDATE", "data": GOOD}

    _, answer = store.post([wanted, wanted])

    assert len(answer["handles"]) == 1
    (problem,) = answer["validation_status"]
    assert "Duplicate" in problem["errors"][0]["message"]


@pytest.mark.parametrize(
    ("requests", "more"),
    [
        ([], {}),
        ("nothing", {}),
        ([{"method": "DELETE", "data": {"id": str(n)}} for n in range(5_001)], {}),
        ([{"method": "DELETE", "data": {"id": "1"}}], {"item_type": "HOTEL"}),
    ],
    ids=["none", "no list", "too many", "another kind"],
)
def test_a_batch_is_refused_as_a_whole(
    store: Store, requests: object, more: dict[str, str]
) -> None:
    status, answer = store.post(requests, **more)

    assert (status, answer["error"]["code"]) == (400, 100)
    assert store.meta.control.get("catalog_batches")["data"] == []


def test_more_than_28_megabytes_are_refused(store: Store) -> None:
    huge = [{"method": "UPDATE", "data": {**GOOD, "description": "x" * 29_400_000}}]

    status, answer = store.post(huge)

    assert (status, answer["error"]["code"]) == (413, 100)


def test_without_upsert_what_is_not_there_is_not_changed(store: Store) -> None:
    _, answer = store.post([{"method": "UPDATE", "data": GOOD}], allow_upsert=False)
    store.clock.goes_on(4)

    status = store.catalog.progress(store.access, Handle(answer["handles"][0]))

    assert [each.retailer_id for each in status.problems] == ["1"]
    assert store.shown() == ()


def test_errors_come_in_pages_and_are_read_to_the_last(store: Store) -> None:
    store.meta.control.post("settings", {"catalog": {"errors_a_page": 10}})
    wrong = [
        {"method": "UPDATE", "data": {**GOOD, "id": str(n), "title": ""}}
        for n in range(25)
    ]
    _, answer = store.post(wrong)
    store.clock.goes_on(4)

    status = store.catalog.progress(store.access, Handle(answer["handles"][0]))

    assert [each.retailer_id for each in status.problems] == [str(n) for n in range(25)]
    assert all(each.errors[0].code == "title_missing" for each in status.problems)


def test_items_are_read_page_by_page_each_once(store: Store) -> None:
    store.put(*(Upsert(item(n)) for n in range(450)))

    found, after, pages = [], None, 0
    while pages == 0 or after:
        page = store.catalog.items(store.access, after)
        found += [each.retailer_id for each in page.items]
        after, pages = page.after, pages + 1

    assert found == [str(4_100_000 + n) for n in range(450)]
    assert pages == 3


def test_as_many_batches_a_minute_as_metas_formula_says(store: Store) -> None:
    usual = taken_at_once(store)
    store.clock.goes_on(61)
    store.meta.control.post("settings", {"catalog": {"traffic": 1_024}})

    assert (usual, taken_at_once(store)) == (8, 88)
    store.clock.goes_on(61)
    assert store.send(Upsert(item(1))).handle


def taken_at_once(store: Store) -> int:
    for taken in range(200):
        try:
            store.send(Upsert(item(1)))
        except TryLater as refusal:
            return taken if refusal.code == "meta_80014" else -1
    raise AssertionError("it took all of them")


def test_who_comes_too_often_is_told_for_how_long_he_is_shut_out(store: Store) -> None:
    store.meta.control.post("settings", {"catalog": {"regain_minutes": 7}})
    taken_at_once(store)

    with pytest.raises(TryLater) as refused:
        store.send(Upsert(item(1)))
    store.clock.goes_on(6 * 60)
    with pytest.raises(TryLater) as too_soon:
        store.send(Upsert(item(1)))
    store.clock.goes_on(7 * 60 + 1)

    assert refused.value.pause == timedelta(minutes=7)
    assert too_soon.value.pause == timedelta(minutes=7)
    assert store.send(Upsert(item(1))).handle


def test_one_catalog_at_its_rate_does_not_hold_up_another(store: Store) -> None:
    other = Access(
        store.catalog.create(TOKEN, account_id=DEFAULT_WABA_ID, name="Bob"), TOKEN
    )
    for n in range(8):
        store.send(Upsert(item(n)))

    assert store.catalog.send(other, [Upsert(item(1))]).handle


def test_an_unknown_catalog_and_a_strangers_are_the_same_to_whoever_asks(
    store: Store,
) -> None:
    account = {
        "waba_id": "100000000000777",
        "phone_number_id": "100000000000778",
        "token": "EAASTRANGER",
        "display_phone_number": "+1 555-013-0999",
    }
    store.meta.control.post("accounts", account)

    for access in (
        Access("300000000099999", TOKEN),
        Access(store.access.catalog_id, "EAASTRANGER"),
    ):
        for asked in (
            partial(store.catalog.send, access, [Upsert(item(1))]),
            partial(store.catalog.progress, access, Handle("h1")),
            partial(store.catalog.items, access),
        ):
            with pytest.raises(WillNotWork) as caught:
                asked()
            assert caught.value.code == "catalog_unknown"
    with pytest.raises(TryLater) as caught:
        store.catalog.send(Access(store.access.catalog_id, "EAAN"), [Delete("1")])
    assert caught.value.code == "meta_190"


@pytest.mark.parametrize(
    ("kind", "error", "items"),
    [
        ("refuse", Unsure, 0),
        ("error_before", Unsure, 0),
        ("error_after", Unsure, 1),
        ("reset_after", Unsure, 1),
        ("hang_after", Unsure, 1),
        ("refusal", TryLater, 0),
    ],
)
def test_a_portion_whose_answer_was_lost_may_be_sent_again(
    store: Store, kind: str, error: type[Exception], items: int
) -> None:
    fault = {"kind": kind, "next": 1, "phone_number_id": "items_batch", "code": 80014}
    store.meta.control.post("settings", {"catalog": {"faults": [fault]}})

    with pytest.raises(error):
        store.send(Upsert(item(1)))
    store.clock.goes_on(4)
    assert len(store.shown()) == items
    store.put(Upsert(item(1)))

    assert len(store.shown()) == 1


def test_a_batch_may_never_end(store: Store) -> None:
    store.meta.control.post("settings", {"catalog": {"endless_share": 1.0}})
    handle = store.send(Upsert(item(1))).handle
    assert handle is not None
    store.clock.goes_on(86_400)
    stuck = store.catalog.progress(store.access, handle)
    store.meta.control.post("catalog_batches", {"handle": handle, "ends": "now"})
    ended = store.catalog.progress(store.access, handle)

    assert (stuck.is_finished, ended.is_finished) == (False, True)
    assert len(store.shown()) == 1


def test_a_handle_is_forgotten_in_the_end(store: Store) -> None:
    handle = store.send(Upsert(item(1))).handle
    assert handle is not None
    store.clock.goes_on(4)
    store.catalog.progress(store.access, handle)
    store.meta.control.delete("catalog_batches")

    with pytest.raises(WillNotWork) as caught:
        store.catalog.progress(store.access, handle)

    assert caught.value.code == "handle_unknown"


def test_an_item_waits_for_its_review_and_may_be_refused_then(store: Store) -> None:
    store.meta.control.post("settings", {"catalog": {"review_ms": 60_000}})
    store.put(Upsert(item(1)), Upsert(item(2)))
    before = [each.state for each in store.shown()]
    store.clock.goes_on(60)
    judged = {
        "catalog_id": store.access.catalog_id,
        "retailer_id": "4100002",
        "review": "rejected",
        "reasons": ["Tobacco"],
    }
    store.meta.control.post("catalog_items", judged)
    after = store.shown()

    assert before == [ItemState.SENT, ItemState.SENT]
    assert [each.state for each in after] == [ItemState.LIVE, ItemState.REFUSED]
    assert [each.said for each in after[1].refusals] == ["Tobacco"]


def test_what_people_do_by_hand_at_meta_is_seen(store: Store) -> None:
    store.put(Upsert(item(1)), Upsert(item(2)))
    named = {"catalog_id": store.access.catalog_id, "retailer_id": "4100001"}
    by_hand = {**named, "data": {"title": "By hand", "price": "1.00 EUR"}}
    store.meta.control.post("catalog_items", by_hand)
    gone = {**named, "retailer_id": "4100002", "deleted": True}
    store.meta.control.post("catalog_items", gone)

    (found,) = store.shown()

    assert not found.shows(item(1))
    assert (found.title, found.price) == ("By hand", "100")


def test_an_account_shows_one_catalog(store: Store) -> None:
    first = store.access.catalog_id
    other = store.catalog.create(TOKEN, account_id=DEFAULT_WABA_ID, name="Bob")

    status, _ = store.meta.call(
        "POST", f"{DEFAULT_WABA_ID}/product_catalogs", {"catalog_id": other}
    )
    before = store.catalog.attached(TOKEN, account_id=DEFAULT_WABA_ID)
    store.catalog.attach(Access(other, TOKEN), account_id=DEFAULT_WABA_ID)

    assert (status, before) == (400, first)
    assert store.catalog.attached(TOKEN, account_id=DEFAULT_WABA_ID) == other


def test_a_number_has_a_cart_and_hides_its_catalog_until_it_is_told_otherwise(
    store: Store,
) -> None:
    number = DEFAULT_NUMBER_ID
    before = store.catalog.settings(TOKEN, phone_number_id=number)
    wanted = CommerceSettings(is_cart_enabled=False, is_catalog_visible=True)
    store.catalog.set_settings(TOKEN, wanted, phone_number_id=number)

    assert before == CommerceSettings(is_cart_enabled=True, is_catalog_visible=False)
    assert store.catalog.settings(TOKEN, phone_number_id=number) == wanted


SUMMER = ItemSet(own_id="c1", name="Summer", label="c01")


def test_a_set_is_made_changed_and_taken_away(store: Store) -> None:
    store.put(
        Upsert(item(1, custom_labels=("c00 c01",))),
        Upsert(item(2, custom_labels=("c00", "", "c01"))),
        Upsert(item(3, custom_labels=("c00 c010",))),
    )

    id_ = store.catalog.create_set(store.access, SUMMER)
    made = store.meta.call("GET", id_)[1]
    renamed = replace(SUMMER, name="Sommer", label="c010")
    again = store.catalog.create_set(store.access, renamed)
    changed = store.meta.call("GET", id_)[1]
    listed = store.catalog.sets(store.access)
    store.catalog.delete_set(store.access, id_)
    store.catalog.delete_set(store.access, id_)

    assert (made["name"], made["product_count"], made["retailer_id"]) == (
        "Summer",
        2,
        "c1",
    )
    assert again == id_
    assert (changed["name"], changed["product_count"]) == ("Sommer", 1)
    assert listed == SetsPage((ShownSet(id_, "c1", renamed),), None)
    assert store.catalog.sets(store.access) == SetsPage((), None)


def test_a_set_that_is_gone_is_told_apart_from_one_that_is_wrong(store: Store) -> None:
    id_ = store.catalog.create_set(store.access, SUMMER)
    store.catalog.delete_set(store.access, id_)

    with pytest.raises(WillNotWork) as gone:
        store.catalog.replace_set(store.access, id_, SUMMER)
    store.catalog.create_set(store.access, SUMMER)
    with pytest.raises(WillNotWork) as twice:
        store.catalog.create_set(store.access, replace(SUMMER, own_id="c2"))

    assert (gone.value.code, twice.value.code) == ("set_unknown", "meta_10803")


def test_sets_are_listed_to_their_last_page_and_those_of_others_are_told_apart(
    store: Store,
) -> None:
    made = [
        store.catalog.create_set(
            store.access, replace(SUMMER, own_id=f"c{n}", label=f"c{n:02}")
        )
        for n in range(130)
    ]
    rule = json.dumps({"brand": {"eq": "Somebody"}})
    body = {"name": "Theirs", "filter": rule, "retailer_id": "theirs"}
    path = f"{store.access.catalog_id}/product_sets"
    store.meta.call("POST", path, body)

    first = store.catalog.sets(store.access)
    second = store.catalog.sets(store.access, first.after)

    found = [*first.sets, *second.sets]
    assert [each.id for each in found[:-1]] == made
    assert (found[-1].own_id, found[-1].shown) == ("theirs", None)
    assert (len(first.sets), second.after) == (100, None)


def test_all_of_it_is_there_after_a_restart(
    tmp_path: Path, inbox: Receiver, clock: Clock
) -> None:
    with open_meta(tmp_path / "again", inbox, clock=clock) as meta:
        meta.control.post("settings", {"catalog": STEADY})
        store = Store(meta, clock)
        store.put(Upsert(item(1)))
        waiting = store.send(Upsert(item(2))).handle
        assert waiting is not None
    clock.goes_on(4)
    with receiver() as other, open_meta_again(tmp_path / "again", other, clock) as meta:
        store.meta = meta
        call = http.caller(read_seconds=2)
        store.catalog = MetaCatalog(GraphCalls(call, meta.control.url, "v26.0"))
        attached = store.catalog.attached(TOKEN, account_id=DEFAULT_WABA_ID)
        assert store.catalog.progress(store.access, waiting).is_finished
        found = [each.retailer_id for each in store.shown()]

    assert attached == store.access.catalog_id
    assert found == ["4100001", "4100002"]


@contextmanager
def open_meta_again(data_dir: Path, inbox: Receiver, clock: Clock) -> Iterator[Meta]:
    """The template of the first time is there already."""
    settings = MetaSettings(data_dir=data_dir, app_url=inbox.url)
    with running(MetaSimulator(settings, clock=clock)) as control:
        yield Meta(control)


def test_the_answer_to_a_refusal_is_metas_own_form(store: Store) -> None:
    call = http.caller(read_seconds=2)
    url = f"{store.meta.control.url}/v26.0/{store.access.catalog_id}/products?limit=0"

    answer = call("GET", url, headers={"Authorization": f"Bearer {TOKEN}"})

    assert isinstance(answer, Answer)
    assert json.loads(answer.body)["error"].keys() >= {"code", "message", "fbtrace_id"}
