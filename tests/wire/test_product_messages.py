"""Messages that show products: written as Meta wants them, and taken only where the
account's own catalog has what they show."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core import http
from core.catalog import Access, Availability, Upsert
from core.showcases import (
    OneProduct,
    RowOfCards,
    Section,
    SeveralProducts,
    WholeCatalog,
)
from core.values import MessageId, Phone, WhatsAppUser
from integrations.channels.whatsapp import WhatsApp
from integrations.meta import payloads, product_schema
from integrations.meta.catalog import MetaCatalog
from integrations.meta.cloud_api import words_of
from integrations.meta.graph_calls import GraphCalls
from sandbox.control import ControlRefused
from sandbox.meta import DEFAULT_NUMBER_ID, DEFAULT_WABA_ID
from sandbox.page import bubbles
from sandbox.receiver import Receiver, receiver
from tests.samples_of_items import item, money
from tests.wire.meta_caller import TOKEN, Meta, message, only_value, open_meta

BUYER = "+4915123456789"
WORDS = "Have a look at these."


def written(showcase, text=WORDS):
    body = WhatsApp("https://graph.example", "v26.0").reply(
        to=WhatsAppUser(phone=Phone(BUYER)),
        text=text,
        showcase=showcase,
        reference=MessageId("msg_1"),
        attempt=1,
    )
    return json.loads(body)


def several(*sizes, catalog_id="77"):
    numbers = iter(range(1, 100))
    sections = tuple(
        Section(
            title=f"Shelf {place}",
            retailer_ids=tuple(str(4_100_000 + next(numbers)) for _ in range(size)),
        )
        for place, size in enumerate(sizes)
    )
    return SeveralProducts(catalog_id=catalog_id, header="New", sections=sections)


def cards(count, catalog_id="77"):
    ids = tuple(str(4_100_001 + n) for n in range(count))
    return RowOfCards(catalog_id=catalog_id, retailer_ids=ids)


ONE = OneProduct(catalog_id="77", retailer_id="4100001")
KINDS = [
    ("catalog_message", WholeCatalog(thumbnail="4100001"), "CatalogMessage"),
    ("product", ONE, "ProductMessage"),
    ("product_list", several(2, 2), "ProductListMessage"),
    ("interactive_product_carousel", cards(2), "ProductCardsMessage"),
]


def problems(body, kind):
    return getattr(product_schema, kind)().validate(body)


def shape(data):
    if isinstance(data, dict):
        return {name: shape(value) for name, value in data.items()}
    return [shape(each) for each in data] if isinstance(data, list) else type(data)


@pytest.mark.parametrize(("sample", "showcase", "kind"), KINDS)
def test_a_message_has_the_form_of_metas_own_sample(shared, sample, showcase, kind):
    folder = shared / "payloads/whatsapp/send"
    real = json.loads((folder / f"{sample}.json").read_text())["interactive"]
    real.pop("footer", None)

    body = written(showcase)

    assert shape(body["interactive"]) == shape(real)
    assert body["interactive"]["body"] == {"text": WORDS}
    assert problems(body, kind) == {}


def test_one_product_needs_no_words_and_one_section_no_title():
    alone = Section(title="", retailer_ids=("4100001",))
    shown = SeveralProducts(catalog_id="77", header="New", sections=(alone,))

    product, listed = written(ONE, text=""), written(shown)

    assert "body" not in product["interactive"]
    assert problems(product, "ProductMessage") == {}
    assert "title" not in listed["interactive"]["action"]["sections"][0]
    assert problems(listed, "ProductListMessage") == {}


TWICE = SeveralProducts(
    catalog_id="77",
    header="New",
    sections=(Section(title="", retailer_ids=("1", "1")),),
)
UNTITLED = SeveralProducts(
    catalog_id="77",
    header="New",
    sections=tuple(Section(title="", retailer_ids=(str(n),)) for n in range(2)),
)
REFUSED = [
    ("no words", WholeCatalog(), "", "CatalogMessage"),
    ("too many words", WholeCatalog(), "x" * 1_025, "CatalogMessage"),
    ("a catalog without a name", OneProduct(catalog_id="", retailer_id="1"), "x", None),
    ("a product without a name", OneProduct(catalog_id="1", retailer_id=""), "x", None),
    ("31 products", several(16, 15), "x", "ProductListMessage"),
    ("11 sections", several(*[1] * 11), "x", "ProductListMessage"),
    ("no section", several(), "x", "ProductListMessage"),
    ("an empty section", several(1, 0), "x", "ProductListMessage"),
    ("a product twice", TWICE, "x", "ProductListMessage"),
    ("two sections without titles", UNTITLED, "x", "ProductListMessage"),
    ("one card", cards(1), "x", "ProductCardsMessage"),
    ("11 cards", cards(11), "x", "ProductCardsMessage"),
    ("cards without words", cards(2), "", "ProductCardsMessage"),
]


@pytest.mark.parametrize(
    ("showcase", "text", "kind"),
    [each[1:] for each in REFUSED],
    ids=[each[0] for each in REFUSED],
)
def test_what_meta_would_refuse_is_found_before_it_is_asked(showcase, text, kind):
    assert problems(written(showcase, text), kind or "ProductMessage")


def test_30_products_in_10_sections_and_10_cards_are_not_too_many():
    assert problems(written(several(*[3] * 10)), "ProductListMessage") == {}
    assert problems(written(cards(10)), "ProductCardsMessage") == {}


def test_the_words_of_such_a_message_are_read_back():
    listed = json.dumps(written(several(1))).encode()
    silent = json.dumps(written(ONE, text="")).encode()

    assert words_of(listed) == f"New\n{WORDS}"
    assert words_of(silent) is None


@pytest.fixture
def inbox() -> Iterator[Receiver]:
    with receiver() as inbox:
        yield inbox


@pytest.fixture
def meta(tmp_path: Path, inbox: Receiver) -> Iterator[Meta]:
    with open_meta(tmp_path, inbox) as meta:
        at_once = {"batch_ms": 0, "review_ms": 0}
        meta.control.post("settings", {"catalog": at_once, "pair_limit": False})
        meta.control.post("inbound", {"from": BUYER, "text": "Hello"})
        inbox.next_body()
        yield meta


class Shop:
    def __init__(self, meta: Meta) -> None:
        self.meta = meta
        calls = GraphCalls(http.caller(), meta.control.url, "v26.0")
        self.catalog = MetaCatalog(calls)
        self.id = meta.control.post("catalogs", {"name": "Ada"})["id"]
        self.put(*(item(n) for n in range(1, 41)))

    def put(self, *items):
        access = Access(self.id, TOKEN)
        assert self.catalog.send(access, [Upsert(each) for each in items]).handle

    def shows(self, showcase, text=WORDS):
        return self.meta.send(written(showcase, text))


@pytest.fixture
def shop(meta: Meta) -> Shop:
    return Shop(meta)


def code(answer):
    status, body = answer
    return status, body.get("error", {}).get("code")


def in_catalog(showcase, id_):
    if isinstance(showcase, WholeCatalog):
        return showcase
    return replace(showcase, catalog_id=id_)


@pytest.mark.parametrize("showcase", [each[1] for each in KINDS])
def test_what_the_catalog_has_is_taken_and_what_it_has_not_is_refused(shop, showcase):
    own = in_catalog(showcase, shop.id)
    taken = shop.shows(own)
    gone = [str(4_100_000 + n) for n in range(1, 41)]
    for id_ in gone:
        named = {"catalog_id": shop.id, "retailer_id": id_, "deleted": True}
        shop.meta.control.post("catalog_items", named)

    assert taken[0] == 200
    assert code(shop.shows(own)) == (400, 131009)


@pytest.mark.parametrize("showcase", [each[1] for each in KINDS])
def test_a_catalog_that_the_account_does_not_show_is_refused(meta, showcase):
    calls = GraphCalls(http.caller(), meta.control.url, "v26.0")
    other = MetaCatalog(calls).create(TOKEN, account_id=DEFAULT_WABA_ID, name="Bob")

    assert code(meta.send(written(in_catalog(showcase, other)))) == (400, 131009)


def test_what_is_sold_out_or_under_review_is_not_shown(shop):
    one = OneProduct(catalog_id=shop.id, retailer_id="4100001")
    shop.put(item(1, availability=Availability.OUT_OF_STOCK))
    sold_out = shop.shows(one)
    shop.put(item(1))
    named = {"catalog_id": shop.id, "retailer_id": "4100001"}
    shop.meta.control.post("catalog_items", {**named, "review": "rejected"})
    rejected = shop.shows(one)
    shop.meta.control.post("catalog_items", {**named, "review": "approved"})

    assert code(sold_out) == code(rejected) == (400, 131009)
    assert shop.shows(one)[0] == 200


def test_of_several_products_one_that_is_there_is_enough(shop):
    ids = ("4100001", "9999999")
    shown = Section(title="New", retailer_ids=ids)
    some = SeveralProducts(catalog_id=shop.id, header="New", sections=(shown,))

    assert shop.shows(some)[0] == 200


@pytest.mark.parametrize(
    ("showcase", "text", "refused_with"),
    [
        (several(16, 15), "x", 131009),
        (several(*[1] * 11), "x", 131009),
        (several(1, 0), "x", 131008),
        (UNTITLED, "x", 131008),
        (cards(1), "x", 131009),
        (cards(11), "x", 131009),
        (cards(2), "", 131008),
        (WholeCatalog(), "x" * 1_025, 131009),
    ],
)
def test_the_simulator_refuses_what_our_own_rules_refuse(
    shop, showcase, text, refused_with
):
    own = in_catalog(showcase, shop.id)

    assert code(shop.shows(own, text)) == (400, refused_with)


def test_the_phone_shows_the_products_as_they_are_when_somebody_looks(shop):
    shop.shows(in_catalog(several(2), shop.id))
    shop.put(item(1, title="Silk shirt", sale_price=money("29.90")))
    shop.put(item(2, availability=Availability.OUT_OF_STOCK))

    found = shop.meta.control.get(f"desk?to={BUYER[1:]}")["bubbles"]
    ours = [each for each in found if not each["is_reply"]]
    (bubble,) = bubbles.shown(ours, [], set())

    assert bubble["header"] == "New"
    assert bubble["body"] == f"{WORDS}\n▪ Silk shirt, 29.90 EUR"


def test_the_phone_shows_a_product_without_words(shop):
    shop.shows(in_catalog(ONE, shop.id), text="")

    found = shop.meta.control.get(f"desk?to={BUYER[1:]}")["bubbles"]
    (bubble,) = bubbles.shown(
        [each for each in found if not each["is_reply"]], [], set()
    )

    assert bubble["body"] == "▪ Linen shirt, 39.90 EUR"


def test_products_are_free_text_and_wait_for_the_customer(shop):
    shop.meta.control.delete("windows")

    assert code(shop.shows(WholeCatalog())) == (400, 131047)


VIEW = {"type": "SPM", "text": "View"}
CAROUSEL = {
    "name": "carousel",
    "language": "en",
    "category": "MARKETING",
    "components": [
        {"type": "BODY", "text": "Rare plants for your windowsill."},
        {
            "type": "CAROUSEL",
            "cards": [
                {
                    "components": [
                        {"type": "HEADER", "format": "PRODUCT"},
                        {
                            "type": "BUTTONS",
                            "buttons": [{"type": "SPM", "text": "View"}],
                        },
                    ]
                }
            ]
            * 2,
        },
    ],
}


def carousel(catalog_id, *ids):
    def card(place, id_):
        product = {"product_retailer_id": id_, "catalog_id": catalog_id}
        header = {
            "type": "header",
            "parameters": [{"type": "product", "product": product}],
        }
        return {"card_index": place, "components": [header]}

    filled = [card(place, id_) for place, id_ in enumerate(ids)]
    components = [{"type": "carousel", "cards": filled}]
    language = {"code": "en"}
    return message(
        template={"name": "carousel", "language": language, "components": components}
    )


def test_a_template_of_products_is_filled_from_the_accounts_own_catalog(shop):
    assert shop.meta.create(CAROUSEL)[0] == 200

    taken = shop.meta.send(carousel(shop.id, "4100001", "4100002"))
    unknown = shop.meta.send(carousel(shop.id, "4100001", "9999999"))
    elsewhere = shop.meta.send(carousel("300000000099999", "4100001", "4100002"))

    assert taken[0] == 200
    assert code(unknown) == code(elsewhere) == (400, 131009)


def test_a_button_that_opens_the_catalog_needs_one(meta):
    button = {"type": "CATALOG", "text": "View catalog"}
    body = {"type": "BODY", "text": "Have a look at what is new in our store."}
    parts = [body, {"type": "BUTTONS", "buttons": [button]}]
    created = {**CAROUSEL, "name": "opens", "components": parts}
    assert meta.create(created)[0] == 200
    press = {"type": "button", "sub_type": "CATALOG", "index": 0, "parameters": []}
    sent = {"name": "opens", "language": {"code": "en"}, "components": [press]}

    before = meta.send(message(template=sent))
    meta.control.post("catalogs", {})

    assert code(before) == (400, 131009)
    assert meta.send(message(template=sent))[0] == 200


def test_a_cart_that_somebody_filled_comes_as_meta_tells_it(shop, inbox, shared):
    shop.put(item(2, sale_price=money("29.90")), item(3, price=money("900", "KRW")))
    real = json.loads((shared / "payloads/whatsapp/webhook_in/order.json").read_text())
    lines = [{"retailer_id": "4100002", "quantity": 2}, {"retailer_id": "4100003"}]
    order = {"items": lines, "text": "Please wrap it"}

    shop.meta.control.post("inbound", {"from": BUYER, "order": order})

    (told,) = only_value(inbox.next_body())["messages"]
    (known,) = only_value(real)["messages"]
    assert told["order"].keys() == known["order"].keys()
    assert told["type"] == "order"
    assert told["order"] == {
        "catalog_id": shop.id,
        "text": "Please wrap it",
        "product_items": [
            {
                "product_retailer_id": "4100002",
                "quantity": 2,
                "item_price": 29.9,
                "currency": "EUR",
            },
            {
                "product_retailer_id": "4100003",
                "quantity": 1,
                "item_price": 900,
                "currency": "KRW",
            },
        ],
    }


def test_a_cart_may_hold_what_has_gone_but_no_more_than_99_of_it(shop):
    gone = {"retailer_id": "1", "item_price": 5, "currency": "EUR"}

    shop.meta.control.post("inbound", {"from": BUYER, "order": {"items": [gone]}})
    for wrong in ({"retailer_id": "1"}, {**gone, "quantity": 100}, {"quantity": 1}):
        with pytest.raises(ControlRefused):
            shop.meta.control.post(
                "inbound", {"from": BUYER, "order": {"items": [wrong]}}
            )


def test_a_question_about_a_product_names_it(shop, inbox):
    asked = {"from": BUYER, "text": "Is it still there?", "about": "4100001"}
    shop.meta.control.post("inbound", asked)

    body = inbox.next_body()

    (told,) = only_value(body)["messages"]
    assert told["context"]["referred_product"] == {
        "catalog_id": shop.id,
        "product_retailer_id": "4100001",
    }
    (event,) = payloads.read(json.dumps(body).encode())
    assert (event.text, event.phone_number_id) == (
        "Is it still there?",
        DEFAULT_NUMBER_ID,
    )
