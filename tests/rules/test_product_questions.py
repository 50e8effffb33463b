"""What somebody asks for in a chat is known where it is beyond doubt, and no else."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.products import Product, ProductStatus, Variant, name_key
from core.values import MessageId, Phone, ProductId, VariantId, WhatsAppUser
from integrations.meta import cloud_api, product_schema
from notifications import automations
from notifications.catalog_words import ASKING_FOR_ALL
from notifications.product_questions import content
from notifications.product_texts import PRODUCTS
from notifications.product_words import ASKING, SAID_EVERY_DAY
from notifications.replies import Says
from notifications.rules.product_answers import (
    Card,
    Everything,
    Known,
    Range,
    Shelf,
    Unanswered,
    answer_to,
)
from notifications.rules.product_questions import Answers, Link, asked_in

DOMAIN = "ada.myshopify.com"
EVERY = sorted(
    {lang for a in automations.discover().values() for lang in a.template.texts}
)


def product(
    title="Stoneware mug",
    *,
    handle="stoneware-mug",
    variants=1,
    stock=5,
    id_=1,
    kind="",
):
    return Product(
        product_id=ProductId(id_),
        title=title,
        handle=handle,
        status=ProductStatus.ACTIVE,
        url=f"https://www.ada.example/products/{handle}",
        kind=kind,
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
    those = those or (known(),)
    any_ = any(each.live for each in those)
    return asked and answer_to(asked, those, domain=DOMAIN, shows_any=any_)


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
        ("Do you have mugs?", [known(product(stock=0, kind="Mugs"))], "sold_out"),
        ("What do you sell?", [known(live=())], "not_in_catalog"),
    ],
)
def test_what_is_not_beyond_doubt_or_cannot_be_shown_is_left_to_a_person(
    text, those, because
):
    assert answered(text, *those) == Unanswered(because)


def mug(id_, title="Stoneware mug", kind="Mugs", **how):
    handle = f"{name_key(title)}-{id_}"
    return known(product(title, handle=handle, id_=id_, kind=kind, **how))


@pytest.mark.parametrize(
    "text",
    [
        "Stoneware mug?",
        "do you have stoneware mug",
        f"{DOMAIN}/products/stonewaremug-1 and {DOMAIN}/products/stonewaremug-2",
    ],
)
def test_several_that_are_meant_are_shown_together(text):
    found = answered(text, mug(1, variants=2), mug(2))

    assert found.shelves == (Shelf("Mugs", (10, 11, 20)),)


def test_of_several_what_meta_does_not_show_or_nobody_can_buy_is_left_out():
    three = mug(1), mug(2, stock=0), mug(3)

    assert answered("Stoneware mug?", *three).shelves == (Shelf("Mugs", (10, 30)),)
    assert shown("Stoneware mug?", mug(1, stock=0), mug(2)) == (20,)


@pytest.mark.parametrize(
    "text", ["Do you have mugs?", "haben Sie Mugs", "Mugs 있어요?"]
)
def test_who_asks_for_a_kind_of_things_is_shown_them(text):
    assert answered(text, mug(1), mug(2, "Tall one")).shelves == (
        Shelf("Mugs", (10, 20)),
    )


def test_who_asks_for_what_several_names_begin_with_is_shown_them():
    small, large = mug(1, "Kiln cup small", "Cups"), mug(2, "Kiln cup, large", "Cups")
    other = mug(3, "Kiln cupboard", "Furniture")

    found = answered("do you have kiln cup?", small, large, other)

    assert found.shelves == (Shelf("Cups", (10, 20)),)


@pytest.mark.parametrize("text", ["mugs", "Mugs?", "tall one", "my mugs are broken"])
def test_a_kind_or_half_a_name_that_nobody_asks_for_in_words_asks_for_nothing(text):
    assert answered(text, mug(1), mug(2, "Tall one of clay")) is None


def test_what_is_called_so_counts_for_more_than_what_begins_so():
    assert shown("do you have kiln cup", mug(1, "Kiln cup"), mug(2, "Kiln cup XL")) == (
        10,
    )


def test_several_stand_under_their_kinds_and_what_has_none_stands_last():
    those = [mug(1, kind=""), mug(2, kind="Cups "), mug(3, kind="Mugs"), mug(4)]

    assert answered("Stoneware mug?", *those).shelves == (
        Shelf("Cups", (20,)),
        Shelf("Mugs", (30, 40)),
        Shelf("", (10,)),
    )


@pytest.mark.parametrize("kinds", range(1, 40))
@pytest.mark.parametrize("none", [0, 1, 5])
@pytest.mark.parametrize("variants", [1, 3])
def test_however_many_there_are_meta_has_room_for_what_is_shown(kinds, none, variants):
    some = [mug(n, kind=f"Kind {n} " + 30 * "x") for n in range(1, kinds + 1)]
    rest = [mug(n, kind="", variants=variants) for n in range(91, 91 + none + 1)]

    found = answered("Stoneware mug?", *some, *rest)

    assert 1 <= len(found.shelves) <= 10
    assert all(len(each.kind) <= 24 and each.variants for each in found.shelves)
    shown = [id_ for each in found.shelves for id_ in each.variants]
    assert len(set(shown)) == len(shown) <= 30
    assert len({each // 10 for each in shown}) == min(kinds + none + 1, 30)


@pytest.mark.parametrize("language", EVERY)
def test_in_every_language_who_asks_what_there_is_is_shown_all_of_it(language):
    for words in ASKING_FOR_ALL[language]:
        for said in (words, words.upper() + "?", f"Hi! {words}…", f"{words}, please"):
            found = answered(said)
            assert isinstance(found, Everything), said
            assert language in found.languages, said


@pytest.mark.parametrize(
    "text",
    [
        "what do you sell it for",
        "your catalog has a mistake on page 3",
        "hi",
        "hello please",
        "Was haben Sie gegen Rückenschmerzen im Angebot?",
        "안녕하세요",
        "https://ada.example/pages/catalog",
        "please",
    ],
)
def test_who_says_more_than_that_does_not_ask_for_all_of_it(text):
    assert not isinstance(answered(text), Everything)


def test_all_of_it_is_shown_only_where_a_store_has_names_answered():
    assert answered("What do you sell?", answers=Answers.LINKS) is None
    assert answered("What do you sell?", answers=Answers.OFF) is None


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

    assert not isinstance(found, Range | Everything)
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


ANSWERS = {
    "ProductMessage": {"says": Says.PRODUCT, "items": "10", "title": "x" * 60},
    "ProductListMessage": {"says": Says.PRODUCT, "items": "10,11", "title": "x" * 60},
    "CatalogMessage": {"says": Says.CATALOG},
}
RANGES = [
    {"says": Says.PRODUCTS, "items": "10,11;20", "kinds": "Mugs\n"},
    {"says": Says.PRODUCTS, "items": "10,20", "kinds": ""},
    {"says": Says.PRODUCTS, "items": "1;2;3", "kinds": "\n".join(["x" * 24, "b", ""])},
]


@pytest.mark.parametrize("language", EVERY)
@pytest.mark.parametrize("shop", ["A", "Ada's {Things}", "x" * 500, "a\nb"])
def test_meta_takes_every_answer(language, shop):
    every = [*ANSWERS.items(), *(("ProductListMessage", each) for each in RANGES)]
    for kind, told in every:
        what = content({**told, "catalog": "123"}, language, shop_name=shop)

        message = cloud_api.free_message(
            WhatsAppUser(phone=Phone("+4915112345678")),
            text=what.text,
            showcase=what.showcase,
            reference=MessageId("msg_01a"),
            attempt=1,
        )
        assert getattr(product_schema, kind)().validate(message) == {}, told
    assert sorted(PRODUCTS) == sorted(ASKING_FOR_ALL) == EVERY
