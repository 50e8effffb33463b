"""A limited-time offer is written as Meta wants it; what Meta refuses is refused by the
simulated Meta, and noticed by us before it is asked."""

import copy
from datetime import UTC, datetime

import pytest

from core.values import Category, MessageId, Phone, WhatsAppUser
from integrations.meta import cloud_api, creation_schema, schema
from integrations.meta.cloud_api import Limited
from integrations.meta.templates import (
    CopyCode,
    TemplateText,
    UrlButton,
    creation_body,
)
from sandbox.meta.errors import Refused
from sandbox.meta.grammar import check_template
from sandbox.meta.shape import rendered, shape_of

ENDS_AT = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
END = 1795410000000
OFFER = TemplateText(
    name="offer_1",
    language="en",
    category=Category.MARKETING,
    body="Take {{percent}} off with the code {{code}}, for a day.",
    deal="Offer for you",
    buttons=(
        CopyCode(example="HJ4K7MRT9CXW"),
        UrlButton(
            text="Go to your cart",
            url="https://sosik.example.com/l/{{1}}",
            example="https://sosik.example.com/l/8fK2",
        ),
    ),
    examples={"percent": "10%", "code": "HJ4K7MRT9CXW"},
)
TEMPLATE = creation_body(OFFER)
PARTS = {each["type"]: place for place, each in enumerate(TEMPLATE["components"])}


def message():
    return cloud_api.template_message(
        WhatsAppUser(phone=Phone("+4915112345678")),
        template="offer_1",
        language="en",
        body={"percent": "10%", "code": "HJ4K7MRT9CXW"},
        url_suffixes={1: "8fK2"},
        limited=Limited(ENDS_AT, "HJ4K7MRT9CXW"),
        reference=MessageId("msg_01a"),
        attempt=1,
    )


def test_a_template_of_one_is_submitted_as_meta_wants_it():
    assert TEMPLATE["components"] == [
        {
            "type": "LIMITED_TIME_OFFER",
            "limited_time_offer": {"text": "Offer for you", "has_expiration": True},
        },
        {
            "type": "BODY",
            "text": "Take {{percent}} off with the code {{code}}, for a day.",
            "example": {
                "body_text_named_params": [
                    {"param_name": "percent", "example": "10%"},
                    {"param_name": "code", "example": "HJ4K7MRT9CXW"},
                ]
            },
        },
        {
            "type": "BUTTONS",
            "buttons": [
                {"type": "COPY_CODE", "example": "HJ4K7MRT9CXW"},
                {
                    "type": "URL",
                    "text": "Go to your cart",
                    "url": "https://sosik.example.com/l/{{1}}",
                    "example": ["https://sosik.example.com/l/8fK2"],
                },
            ],
        },
    ]
    assert creation_schema.problems_of_creation(TEMPLATE) == []
    check_template(TEMPLATE)


def test_one_is_sent_as_meta_wants_it():
    header, *others = message()["template"]["components"]

    assert header["type"] == "body"
    assert others == [
        {
            "type": "limited_time_offer",
            "parameters": [
                {
                    "type": "limited_time_offer",
                    "limited_time_offer": {"expiration_time_ms": END},
                }
            ],
        },
        {
            "type": "button",
            "sub_type": "copy_code",
            "index": "0",
            "parameters": [{"type": "coupon_code", "coupon_code": "HJ4K7MRT9CXW"}],
        },
        {
            "type": "button",
            "sub_type": "url",
            "index": "1",
            "parameters": [{"type": "text", "text": "8fK2"}],
        },
    ]
    assert schema.problems_of_message(message(), TEMPLATE["components"]) == []
    shape_of(TEMPLATE["components"], "NAMED").check(message()["template"]["components"])


def test_its_reader_has_the_code_to_copy_the_end_and_where_it_is_spent():
    read = rendered(TEMPLATE["components"], message()["template"]["components"])

    assert read["deal"] == {"text": "Offer for you", "ends_at": END}
    assert read["body"] == "Take 10% off with the code HJ4K7MRT9CXW, for a day."
    copied, link = read["buttons"]
    assert copied["code"] == "HJ4K7MRT9CXW"
    assert link["url"] == "https://sosik.example.com/l/8fK2"


def component(template, kind):
    return template["components"][PARTS[kind]]


def without_code(template):
    del component(template, "BUTTONS")["buttons"][0]


def without_link(template):
    del component(template, "BUTTONS")["buttons"][1]


def without_buttons(template):
    del template["components"][PARTS["BUTTONS"]]


def link_first(template):
    component(template, "BUTTONS")["buttons"].reverse()


def with_stop(template):
    stop = {"type": "QUICK_REPLY", "text": "Stop promotions"}
    component(template, "BUTTONS")["buttons"].append(stop)


def with_footer(template):
    template["components"].append({"type": "FOOTER", "text": "Reply STOP."})


def with_header(template):
    header = {"type": "HEADER", "format": "TEXT", "text": "Example Store"}
    template["components"].insert(0, header)


def as_news(template):
    template["category"] = "UTILITY"


def long_code(template):
    component(template, "BUTTONS")["buttons"][0]["example"] = "A" * 16


def long_deal(template):
    component(template, "LIMITED_TIME_OFFER")["limited_time_offer"]["text"] = "x" * 17


def empty_deal(template):
    component(template, "LIMITED_TIME_OFFER")["limited_time_offer"]["text"] = ""


def long_body(template):
    component(template, "BODY")["text"] += "x" * 600


@pytest.mark.parametrize(
    "broken",
    [
        *(without_code, without_link, without_buttons, link_first, with_stop),
        *(with_footer, with_header, as_news, long_code, long_deal, empty_deal),
        long_body,
    ],
    ids=lambda each: each.__name__,
)
def test_a_template_that_meta_refuses_is_refused_and_noticed_first(broken):
    template = copy.deepcopy(TEMPLATE)
    broken(template)

    assert creation_schema.problems_of_creation(template)
    with pytest.raises(Refused):
        check_template(template)


def end_in_seconds(sent):
    sent[1]["parameters"][0]["limited_time_offer"]["expiration_time_ms"] //= 1000


def end_as_text(sent):
    sent[1]["parameters"][0]["limited_time_offer"]["expiration_time_ms"] = str(END)


def no_end(sent):
    del sent[1]


def two_ends(sent):
    sent[1]["parameters"] *= 2


def no_code(sent):
    del sent[2]


def no_end_of_link(sent):
    del sent[3]


def code_of_sixteen(sent):
    sent[2]["parameters"][0]["coupon_code"] = "A" * 16


def code_with_a_dash(sent):
    sent[2]["parameters"][0]["coupon_code"] = "WA-7QK2"


def code_as_text(sent):
    sent[2]["parameters"] = [{"type": "text", "text": "HJ4K7MRT9CXW"}]


def long_value(sent):
    sent[0]["parameters"][0]["text"] = "x" * 590


@pytest.mark.parametrize(
    "broken",
    [
        *(end_in_seconds, end_as_text, no_end, two_ends, no_code, no_end_of_link),
        *(code_of_sixteen, code_with_a_dash, code_as_text, long_value),
    ],
    ids=lambda each: each.__name__,
)
def test_a_message_that_meta_refuses_is_refused_and_noticed_first(broken):
    sent = copy.deepcopy(message())
    broken(sent["template"]["components"])

    assert schema.problems_of_message(sent, TEMPLATE["components"])
    with pytest.raises(Refused):
        shape_of(TEMPLATE["components"], "NAMED").check(sent["template"]["components"])


def test_no_other_message_has_an_end():
    plain = creation_body(
        TemplateText(
            name="plain_1",
            language="en",
            category=Category.MARKETING,
            body="Take {{percent}} off with the code {{code}}, for a day.",
            examples=OFFER.examples,
        )
    )["components"]

    assert schema.problems_of_message(message(), plain)
    with pytest.raises(Refused):
        shape_of(plain, "NAMED").check(message()["template"]["components"])
