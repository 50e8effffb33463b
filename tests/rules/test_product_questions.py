"""What somebody asks for in a chat is known where it is beyond doubt, and no else."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.products import Product, ProductStatus, Variant, name_key
from core.values import MessageId, Phone, ProductId, VariantId, WhatsAppUser
from integrations.meta import cloud_api, product_schema
from notifications import automations
from notifications.product_questions import content
from notifications.product_texts import PRODUCTS
from notifications.product_words import ASKING, SAID_EVERY_DAY
from notifications.rules.product_questions import (
    Answers,
    Card,
    Known,
    Link,
    Unanswered,
    answer_to,
    asked_in,
)

DOMAIN = "ada.myshopify.com"
EVERY = sorted(
    {lang for a in automations.discover().values() for lang in a.template.texts}
)


def product(
    title="Stoneware mug", *, handle="stoneware-mug", variants=1, stock=5, id_=1
):
    return Product(
        product_id=ProductId(id_),
        title=title,
        handle=handle,
        status=ProductStatus.ACTIVE,
        url=f"https://www.ada.example/products/{handle}",
        variants=tuple(
            Variant(
                variant_id=VariantId(10 * id_ + n),
                title=f"Size {n}",
                price=Decimal(10),
                stock=stock,
                is_for_sale=stock > 0,
            )
            for n in range(variants)
        ),
    )


def known(one=None, live=None):
    one = one or product()
    every = {each.variant_id for each in one.variants}
    return Known(one, every if live is None else live)


def answered(text, *those, answers=Answers.NAMES):
    asked = asked_in(text, answers=answers)
    return asked and answer_to(asked, those or (known(),), domain=DOMAIN)


def shown(text, *those, **how):
    found = answered(text, *those, **how)
    assert isinstance(found, Card)
    return found.variants


@pytest.mark.parametrize(
    "text",
    [
        "https://ada.example/products/stoneware-mug",
        "http://WWW.ADA.EXAMPLE/products/Stoneware-Mug/",
        "https://ada.myshopify.com/products/stoneware-mug?utm_source=x#top",
        "https://ada.example/en/products/stoneware-mug",
        "https://ada.example/zh-tw/collections/all/products/stoneware-mug",
        "ada.example/products/stoneware-mug",
        "Is this one still there? https://ada.example/products/stoneware-mug.",
        "(see https://ada.example/products/stoneware%2Dmug)",
        2 * "https://ada.example/products/stoneware-mug ",
    ],
)
def test_a_link_to_a_product_of_the_store_asks_for_it(text):
    assert shown(text, answers=Answers.LINKS) == (10,)


@pytest.mark.parametrize(
    "text",
    [
        "https://other.example/products/stoneware-mug",
        "https://ada.example.evil.example/products/stoneware-mug",
        "https://ada.example@evil.example/products/stoneware-mug",
        "me@ada.example/products/stoneware-mug",
        "https://ada.example/pages/stoneware-mug",
        "https://ada.example/products",
        "ada.example",
    ],
)
def test_a_link_to_elsewhere_asks_for_nothing(text):
    assert answered(text) is None


def test_the_variant_that_a_link_names_is_shown_and_else_all_that_can_be_bought():
    mug = known(product(variants=3))

    assert shown("ada.example/products/stoneware-mug?variant=11", mug) == (11,)
    assert shown("ada.example/products/stoneware-mug", mug) == (10, 11, 12)


def test_of_many_variants_no_more_are_shown_than_meta_takes():
    assert len(shown("Stoneware mug?", known(product(variants=80)))) == 30


@pytest.mark.parametrize(
    ("text", "those", "because"),
    [
        ("ada.example/products/stoneware-mug", [known(live=())], "not_in_catalog"),
        (f"{DOMAIN}/products/gone", [], "not_in_catalog"),
        ("ada.example/products/stoneware-mug?variant=9", [], "not_in_catalog"),
        ("Stoneware mug?", [known(product(stock=0))], "sold_out"),
        ("Stoneware mug?", [known(), known(product(id_=2))], "ambiguous"),
        (
            "ada.example/products/stoneware-mug ada.example/products/tray",
            [known(), known(product("Tray", handle="tray", id_=2))],
            "ambiguous",
        ),
    ],
)
def test_what_is_not_beyond_doubt_or_cannot_be_shown_is_left_to_a_person(
    text, those, because
):
    assert answered(text, *those) == Unanswered(because)


@pytest.mark.parametrize("language", EVERY)
def test_in_every_language_a_short_question_with_the_name_asks_for_it(language):
    for question in ASKING[language]:
        for said in (question, question.upper() + "?", f"¿{question}??"):
            found = answered(
                said.format("Stoneware mug").replace("{}", "Stoneware mug")
            )
            assert isinstance(found, Card), said
            assert language in found.languages


@pytest.mark.parametrize(
    "text", ["Stoneware mug", "stoneware  MUG!", "Stonewàre, mug", "stoneware mug?"]
)
def test_the_name_alone_asks_for_it_however_it_is_typed(text):
    assert shown(text) == (10,)


@pytest.mark.parametrize(
    "text",
    [
        "I bought the stoneware mug and it is broken",
        "Stoneware mug or walnut tray",
        "mug",
        "is the stoneware mug dishwasher safe?",
        "stoneware mug\nstoneware mug",
        "",
        "?",
        "x" * 5000,
    ],
)
def test_a_name_among_other_words_asks_for_nothing(text):
    assert answered(text) is None


@pytest.mark.parametrize("said", SAID_EVERY_DAY)
def test_what_is_said_every_day_asks_for_nothing_whatever_is_called_so(said):
    assert answered(said, known(product(said))) is None


@pytest.mark.parametrize("title", ["Thanks", "Hello", "Yes", "1234 5678", "ok"])
def test_one_word_alone_or_a_number_asks_for_nothing(title):
    assert answered(title, known(product(title))) is None


def test_a_store_may_have_links_alone_answered_or_nothing():
    link = "ada.example/products/stoneware-mug"

    assert answered("Stoneware mug?", answers=Answers.LINKS) is None
    assert answered("Stoneware mug?", answers=Answers.OFF) is None
    assert answered(link, answers=Answers.OFF) is None


TEXTS = st.text(max_size=300) | st.lists(
    st.sampled_from(
        [
            *("https://", "ada.example", "/products/", "stoneware-mug", "?variant=10"),
            *("do you have", "Stoneware mug", " ", "?", "\n", "있어요", "%2f", "STOP"),
        ]
    ),
    max_size=12,
).map("".join)


@given(TEXTS, st.integers(0, 3), st.integers(0, 2), st.sampled_from(Answers))
def test_whatever_is_said_only_what_meta_shows_and_can_be_bought_is_shown(
    text, variants, stock, answers
):
    mug = known(product(variants=variants, stock=stock), live={10, 11})

    found = answered(text, mug, answers=answers)

    if isinstance(found, Card):
        assert stock > 0
        assert found.variants
        assert set(found.variants) <= {10, 11} & {10 + n for n in range(variants)}
        assert "stonewaremug" in name_key(text)


@given(st.text(min_size=1, max_size=80))
def test_a_thing_is_found_by_its_handle_whatever_letters_it_has(handle):
    from urllib.parse import quote

    if not quote(handle, safe="").strip(".") or handle != handle.casefold():
        return
    asked = asked_in(
        f"https://ada.example/products/{quote(handle, safe='')}?a=b",
        answers=Answers.LINKS,
    )

    assert asked is not None
    assert asked.links == (Link("ada.example", handle),)


@pytest.mark.parametrize("language", EVERY)
@pytest.mark.parametrize("shop", ["A", "Ada's {Things}", "x" * 500, "a\nb"])
@pytest.mark.parametrize("items", ["10", "10,11,12"])
def test_meta_takes_every_answer(language, shop, items):
    told = {"catalog": "123", "items": items, "title": "x" * 60}

    what = content(told, language, shop_name=shop)

    message = cloud_api.free_message(
        WhatsAppUser(phone=Phone("+4915112345678")),
        text=what.text,
        showcase=what.showcase,
        reference=MessageId("msg_01a"),
        attempt=1,
    )
    kind = "ProductMessage" if items == "10" else "ProductListMessage"
    assert getattr(product_schema, kind)().validate(message) == {}
    assert sorted(PRODUCTS) == EVERY
