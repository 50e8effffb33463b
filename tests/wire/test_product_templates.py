"""Templates that show products: reviewed by Meta, and filled from the catalog."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.showcases import (
    OneProduct,
    RowOfCards,
    Section,
    SeveralProducts,
    WholeCatalog,
)
from core.values import Category, MessageId, Phone, WhatsAppUser
from integrations.meta import cloud_api, schema
from integrations.meta.creation_schema import problems_of_creation
from integrations.meta.product_templates import Shows
from integrations.meta.templates import TemplateText, UrlButton, creation_body
from sandbox.receiver import Receiver, receiver
from tests.wire.meta_caller import Meta, open_meta
from tests.wire.test_product_messages import Shop, code

WORDS = "Dear {{name}}, have a look at what is new in our store."
ELEVEN = tuple("abcdefghijk")
IDS = ("4100001", "4100002", "4100003")


def text(shows, **changes):
    given = {
        "name": f"shows_{shows}",
        "language": "en",
        "category": Category.MARKETING,
        "body": WORDS,
        "header": "What is new" if shows is Shows.PRODUCTS else None,
        "shows": shows,
        "examples": {"name": "Ada"},
        **changes,
    }
    return TemplateText(**given)


def showcase(shows, catalog_id, ids=IDS):
    match shows:
        case Shows.CATALOG:
            return WholeCatalog(thumbnail=ids[0])
        case Shows.PRODUCT:
            return OneProduct(catalog_id=catalog_id, retailer_id=ids[0])
        case Shows.PRODUCTS:
            sections = tuple(
                Section(title=f"Shelf {id_}", retailer_ids=(id_,)) for id_ in ids
            )
            return SeveralProducts(catalog_id=catalog_id, header="", sections=sections)
        case Shows.CARDS:
            return RowOfCards(catalog_id=catalog_id, retailer_ids=ids)


def message(shows, shown):
    return cloud_api.template_message(
        WhatsAppUser(phone=Phone("+4915123456789")),
        template=f"shows_{shows}",
        language="en",
        body={"name": "Ada"},
        showcase=shown,
        reference=MessageId("msg_1"),
        attempt=1,
    )


@pytest.fixture
def inbox() -> Iterator[Receiver]:
    with receiver() as inbox:
        yield inbox


@pytest.fixture
def meta(tmp_path: Path, inbox: Receiver) -> Iterator[Meta]:
    with open_meta(tmp_path, inbox) as meta:
        at_once = {"batch_ms": 0, "review_ms": 0}
        meta.control.post("settings", {"catalog": at_once, "pair_limit": False})
        yield meta


SAMPLES = {
    Shows.CATALOG: "catalog",
    Shows.PRODUCT: "spm",
    Shows.PRODUCTS: "mpm_abandoned_cart",
    Shows.CARDS: "product_carousel",
}


def parts(components):
    """What a template has beside its words, as Meta reads it."""
    told = json.loads(json.dumps(components).upper())
    return [each for each in told if each["TYPE"] in ("BUTTONS", "CAROUSEL")]


@pytest.mark.parametrize("shows", Shows)
def test_a_template_is_submitted_as_in_metas_own_sample(shared, shows):
    folder = shared / "payloads/whatsapp/template_create"
    real = json.loads((folder / f"{SAMPLES[shows]}.json").read_text())

    body = creation_body(text(shows))

    assert parts(body["components"]) == parts(real["components"])
    assert problems_of_creation(body) == []


@pytest.mark.parametrize("shows", Shows)
def test_it_is_reviewed_and_filled_from_the_accounts_own_catalog(meta, shows):
    shop = Shop(meta)
    created = creation_body(text(shows))
    assert meta.create(created)[0] == 200

    own = message(shows, showcase(shows, shop.id))
    gone = message(shows, showcase(shows, shop.id, ("9", "8", "7")))

    assert schema.problems_of_message(own, created["components"]) == []
    assert meta.send(own)[0] == 200
    assert code(meta.send(gone)) == (400, 131009)


def test_a_template_that_shows_has_no_button_of_its_own():
    button = UrlButton(text="Buy", url="https://ada.example")

    for shows in Shows:
        body = creation_body(text(shows, buttons=(button,)))
        assert problems_of_creation(body)


@pytest.mark.parametrize(
    ("shows", "changes"),
    [
        (Shows.PRODUCTS, {"header": None}),
        (Shows.PRODUCT, {"header": "What is new"}),
        (Shows.CARDS, {"header": "What is new"}),
        (Shows.CARDS, {"footer": "Ada"}),
        (Shows.CATALOG, {"category": Category.UTILITY}),
        (Shows.PRODUCT, {"body": "x" * 161, "examples": {}}),
    ],
)
def test_what_the_reviewers_would_refuse_is_found_before(shows, changes):
    assert problems_of_creation(creation_body(text(shows, **changes)))


@pytest.mark.parametrize(
    ("template", "shown", "problem"),
    [
        (Shows.CARDS, showcase(Shows.CARDS, "77", ("1",)), "cards"),
        (Shows.CARDS, showcase(Shows.CARDS, "77", ELEVEN), "cards"),
        (Shows.CARDS, None, "carousel"),
        (Shows.CATALOG, showcase(Shows.CARDS, "77"), "carousel"),
        (Shows.PRODUCTS, None, "button 0"),
        (
            Shows.PRODUCTS,
            showcase(Shows.PRODUCTS, "77", tuple("abcdefghijk")),
            "sections",
        ),
        (Shows.PRODUCT, None, "header"),
        (Shows.CATALOG, showcase(Shows.PRODUCT, "77"), "header"),
    ],
)
def test_a_message_shows_what_its_template_shows(template, shown, problem):
    approved = creation_body(text(template))["components"]

    problems = schema.problems_of_message(message(template, shown), approved)

    assert any(problem in each for each in problems)


def test_a_catalog_needs_no_picture():
    approved = creation_body(text(Shows.CATALOG))["components"]

    assert (
        schema.problems_of_message(message(Shows.CATALOG, WholeCatalog()), approved)
        == []
    )
