"""What is said in a chat in words of our own, in which language."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.values import MessageId, Phone, WhatsAppUser
from integrations.meta import cloud_api, schema
from notifications import automations, replies
from notifications.answer_texts import ANSWERS
from notifications.replies import LANGUAGES, Says, content, language_for
from notifications.reply_texts import CANCELLING, CONFIRM_TITLES, CONFIRMING

EVERY = sorted(
    {lang for a in automations.discover().values() for lang in a.template.texts}
)

SHOWING = {Says.PRODUCT, Says.PRODUCTS, Says.CATALOG}
PLAIN = [says for says in Says if says not in {Says.CART, *SHOWING}]
"""What is answered to a cart is told in ``test_chat_carts``, and to a question for a
product in ``test_product_questions``."""


def said(says, language, **more):
    asked = {
        "shop_name": "Ada's Things",
        "order_name": "#1001",
        "order_link": "https://ada.example/o/1",
        **more,
    }
    return content(says, language, **asked)


def as_sent(what):
    return cloud_api.free_message(
        WhatsAppUser(phone=Phone("+4915112345678")),
        text=what.text,
        buttons={button.name: button.title for button in what.buttons},
        reference=MessageId("msg_01a"),
        attempt=1,
    )


def errors_of(message):
    kinds = {"text": schema.TextMessage, "interactive": schema.ButtonsMessage}
    return kinds[message["type"]]().validate(message)


def test_there_are_replies_in_every_language_that_messages_are_in():
    for texts in (CONFIRMING, CONFIRM_TITLES, CANCELLING, ANSWERS):
        assert sorted(texts) == EVERY
    assert sorted(LANGUAGES) == EVERY


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("says", PLAIN)
def test_meta_takes_every_reply_whatever_the_shop_is_called(says, language):
    for shop in ("A", "Ada's {Things}", "x" * 500, "a\nb\tc"):
        for link in (None, "https://ada.example/" + "o" * 180):
            what = said(says, language, shop_name=shop, order_link=link)
            assert errors_of(as_sent(what)) == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_has_its_buttons_and_a_mere_answer_none(language):
    counts = {says: len(said(says, language).buttons) for says in PLAIN}

    assert counts == {
        Says.STOPPED: 0,
        Says.STOPPED_ALL: 0,
        Says.STARTED: 0,
        Says.TO_CONFIRM: 1,
        Says.WHAT_IS_MEANT: 3,
        Says.HOW_TO_CANCEL: 0,
        Says.ORDER_CONFIRMED: 0,
        Says.ORDER_CANCELLED: 0,
        Says.ON_ITS_WAY: 0,
        Says.WISH_NOTED: 0,
        Says.ANSWERED_LATE: 0,
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_confirmation_says_whose_offers_and_how_to_end_them_and_links_nowhere(
    language,
):
    text = said(Says.TO_CONFIRM, language).text

    assert "Ada's Things" in text
    assert "STOP" in text
    assert "http" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_wants_an_order_cancelled_reads_which_and_where(language):
    with_page = said(Says.HOW_TO_CANCEL, language).text
    without = said(Says.HOW_TO_CANCEL, language, order_link=None).text

    assert "https://ada.example/o/1" in with_page
    for text in (with_page, without):
        assert "#1001" in text
        assert "Ada's Things" in text
        assert "{" not in text
    assert "http" not in without


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("says", Says)
def test_what_was_sent_is_shown_again_as_it_was_read(says, language):
    import json

    what = said(says, language)

    shown = cloud_api.words_of(json.dumps(as_sent(what)).encode())

    assert shown == "\n".join([what.text, *(f"[{b.title}]" for b in what.buttons)])


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ({"phrase": ["de"], "locale": "pt-BR", "country": "KR"}, "de"),
        ({"phrase": [], "locale": "pt-BR", "country": "KR"}, "pt_BR"),
        ({"phrase": [], "locale": None, "country": "KR"}, "ko"),
        ({"phrase": [], "locale": None, "country": "HK"}, "zh_TW"),
        ({"phrase": [], "locale": None, "country": "AT"}, "de"),
        ({"phrase": [], "locale": None, "country": "JP"}, "fr"),
        ({"phrase": [], "locale": None, "country": None}, "fr"),
        ({"phrase": [], "locale": "ja", "country": None}, "fr"),
        ({"phrase": ["ja"], "locale": "de", "country": None}, "de"),
        # Said alike in several languages: the one that else is theirs.
        ({"phrase": ["es", "pt"], "locale": None, "country": "BR"}, "pt_BR"),
        ({"phrase": ["es", "pt"], "locale": None, "country": "DE"}, "es"),
        ({"phrase": [], "locale": None, "country": "XX", "shop": []}, "en"),
    ],
)
def test_the_answer_is_in_the_persons_language(asked, language):
    assert language_for(**{"shop": ["fr", "en"], **asked}) == language


@given(
    phrase=st.lists(st.text(max_size=6), max_size=3),
    locale=st.none() | st.text(max_size=8),
    country=st.none() | st.text(max_size=3),
)
def test_there_is_always_a_language(phrase, locale, country):
    found = language_for(phrase, locale=locale, country=country, shop=["xx"])

    assert found in replies.LANGUAGES
