"""How a message is written as Meta wants it, and what Meta's answers mean."""

import json
from pathlib import Path

import pytest

from core.errors import OutsideError, TryLater, Unsure, WillNotWork
from core.outcomes import Answer, NoAnswer, NotSent
from core.values import Category, MessageId, Phone, WhatsAppUser
from integrations.channels.whatsapp import WhatsApp
from integrations.meta import cloud_api, creation_schema, schema, templates

CORPUS = Path(__file__).parents[3] / "shared/payloads/whatsapp"
TEXT = templates.TemplateText(
    name="order_confirmed_1",
    language="en",
    category=Category.UTILITY,
    header="Order {{order}}",
    body="Hello {{name}}, we have your order {{order}} and pack it now.",
    footer="Ada's Tea",
    buttons=(
        templates.QuickReply(text="Help"),
        templates.UrlButton(
            text="Your order",
            url="https://ada.example/o/{{1}}",
            example="https://ada.example/o/abc",
        ),
    ),
    examples={"name": "Ada", "order": "#1001"},
)


def message(**changes):
    asked = {
        "template": "order_confirmed_1",
        "language": "en",
        "header": {"order": "#1001"},
        "body": {"name": "Ada", "order": "#1001"},
        "url_suffixes": {1: "abc"},
        "reference": MessageId("msg_01a"),
        "attempt": 2,
        **changes,
    }
    return cloud_api.template_message(
        WhatsAppUser(phone=Phone("+4915112345678")), **asked
    )


def error(code, http_status=400):
    body = {"error": {"code": code, "message": "+4915112345678 said no"}}
    return Answer(http_status, {}, json.dumps(body).encode())


def test_a_button_that_answers_says_what_comes_back_of_it():
    sent = message(payloads={0: "cod_confirm:msg_01a", 1: "cod_cancel:msg_01a"})

    assert sent["template"]["components"][-2:] == [
        {
            "type": "button",
            "sub_type": "quick_reply",
            "index": str(place),
            "parameters": [{"type": "payload", "payload": payload}],
        }
        for place, payload in enumerate(["cod_confirm:msg_01a", "cod_cancel:msg_01a"])
    ]


def test_a_message_is_written_as_meta_wants_it():
    assert message() == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+4915112345678",
        "type": "template",
        "biz_opaque_callback_data": "msg_01a:2",
        "template": {
            "name": "order_confirmed_1",
            "language": {"code": "en"},
            "components": [
                {
                    "type": "header",
                    "parameters": [
                        {"type": "text", "parameter_name": "order", "text": "#1001"}
                    ],
                },
                {
                    "type": "body",
                    "parameters": [
                        {"type": "text", "parameter_name": "name", "text": "Ada"},
                        {"type": "text", "parameter_name": "order", "text": "#1001"},
                    ],
                },
                {
                    "type": "button",
                    "sub_type": "url",
                    "index": "1",
                    "parameters": [{"type": "text", "text": "abc"}],
                },
            ],
        },
    }


def free(text="Hello", **buttons):
    return cloud_api.free_message(
        WhatsAppUser(phone=Phone("+4915112345678")),
        text=text,
        buttons=buttons,
        reference=MessageId("msg_01a"),
        attempt=2,
    )


def test_words_of_our_own_are_written_as_meta_wants_them():
    assert free() == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+4915112345678",
        "type": "text",
        "biz_opaque_callback_data": "msg_01a:2",
        "text": {"body": "Hello"},
    }


def test_buttons_stand_under_words_of_our_own():
    message = free(yes="Yes", no="No")

    assert (message["type"], message["interactive"]) == (
        "interactive",
        {
            "type": "button",
            "body": {"text": "Hello"},
            "action": {
                "buttons": [
                    {"type": "reply", "reply": {"id": "yes", "title": "Yes"}},
                    {"type": "reply", "reply": {"id": "no", "title": "No"}},
                ]
            },
        },
    )


def leading(text="Ready", title="Go to checkout", url="https://a.example/l/1"):
    return cloud_api.free_message(
        WhatsAppUser(phone=Phone("+4915112345678")),
        text=text,
        link=(title, url),
        reference=MessageId("msg_01a"),
        attempt=2,
    )


def test_a_button_leads_on_from_words_of_our_own():
    assert leading()["interactive"] == {
        "type": "cta_url",
        "body": {"text": "Ready"},
        "action": {
            "name": "cta_url",
            "parameters": {
                "display_text": "Go to checkout",
                "url": "https://a.example/l/1",
            },
        },
    }
    assert schema.LinkMessage().validate(leading()) == {}
    assert cloud_api.words_of(json.dumps(leading()).encode()) == (
        "Ready\n[Go to checkout]"
    )


@pytest.mark.parametrize(
    ("wrong", "of"),
    [
        (leading(""), schema.LinkMessage),
        (leading("x" * 1_025), schema.LinkMessage),
        (leading(title=""), schema.LinkMessage),
        (leading(title="x" * 21), schema.LinkMessage),
        (leading(url="javascript:alert(1)"), schema.LinkMessage),
        (free(""), schema.TextMessage),
        (free("x" * 4_097), schema.TextMessage),
        (free("x" * 1_025, yes="Yes"), schema.ButtonsMessage),
        (free("", yes="Yes"), schema.ButtonsMessage),
        (free(yes="x" * 21), schema.ButtonsMessage),
        (free(**{"x" * 257: "Yes"}), schema.ButtonsMessage),
        (free(a="Yes", b="Yes"), schema.ButtonsMessage),
        (free(a="1", b="2", c="3", d="4"), schema.ButtonsMessage),
    ],
)
def test_what_meta_would_refuse_of_it_is_found_before(wrong, of):
    right = {
        schema.TextMessage: free(),
        schema.ButtonsMessage: free(yes="Yes"),
        schema.LinkMessage: leading(),
    }
    assert of().validate(right[of]) == {}
    assert of().validate(wrong) != {}


def test_the_channel_posts_it_to_the_stores_number():
    channel = WhatsApp("https://graph.example", "v26.0")
    body = channel.body(
        to=WhatsAppUser(phone=Phone("+4915112345678")),
        template="order_confirmed_1",
        language="en",
        header={"order": "#1001"},
        values={"name": "Ada", "order": "#1001"},
        url_suffixes={1: "abc"},
        reference=MessageId("msg_01a"),
        attempt=2,
    )

    post = channel.post(
        body, phone_number_id="3001", token="secret", start_at=1.0, not_after=2.0
    )

    assert post.url == "https://graph.example/v26.0/3001/messages"
    assert json.loads(post.body) == message()
    assert "secret" not in repr(post)
    assert "4915112345678" not in repr(post)


@pytest.mark.parametrize(
    ("said", "is_held"),
    [("accepted", False), ("held_for_quality_assessment", True), (None, False)],
)
def test_an_accepted_message_has_an_id_and_may_be_held(said, is_held):
    body = {"messages": [{"id": "wamid.1", "message_status": said}]}
    answer = Answer(200, {}, json.dumps(body).encode())

    assert cloud_api.accepted(answer) == cloud_api.Accepted("wamid.1", is_held)
    assert cloud_api.judge(answer) == "wamid.1"


@pytest.mark.parametrize(
    ("outcome", "kind", "code"),
    [
        (NotSent("connection_failed"), TryLater, "connection_failed"),
        (NotSent("slot_missed"), TryLater, "slot_missed"),
        (NoAnswer("timeout"), Unsure, "no_answer_timeout"),
        (NoAnswer("reset"), Unsure, "no_answer_reset"),
        (error(131000), TryLater, "meta_131000"),
        (error(131000, 500), Unsure, "meta_131000"),
        (error(131026, 500), Unsure, "meta_131026"),
        (error(130429), TryLater, "meta_130429"),
        (error(131056), TryLater, "meta_131056"),
        (error(190, 401), TryLater, "meta_190"),
        (error(131042), TryLater, "meta_131042"),
        (error(133010), TryLater, "meta_133010"),
        (error(132001, 404), WillNotWork, "meta_132001"),
        (error(131026), WillNotWork, "meta_131026"),
        (error(131049), WillNotWork, "meta_131049"),
        (error(131050), WillNotWork, "meta_131050"),
        (error(100), WillNotWork, "meta_100"),
        (error(987654), WillNotWork, "meta_987654"),
        (error("190"), WillNotWork, "http_400"),
        (error(True), WillNotWork, "http_400"),
        (error(None, 429), TryLater, "http_429"),
        (Answer(502, {}, b"<html>bad gateway"), Unsure, "http_502"),
        (Answer(429, {}, b"<html>slow down"), TryLater, "http_429"),
        (Answer(404, {}, b"<html>not here"), WillNotWork, "http_404"),
        (Answer(302, {}, b""), WillNotWork, "http_302"),
        (Answer(400, {}, b"[" * 100_000), WillNotWork, "http_400"),
        (Answer(200, {}, b"<html>who knows"), Unsure, "odd_answer"),
        (Answer(200, {}, b""), Unsure, "odd_answer"),
        (Answer(200, {}, b"[" * 100_000), Unsure, "odd_answer"),
        (Answer(200, {}, b'{"messages": []}'), Unsure, "odd_answer"),
        (Answer(200, {}, b'{"messages": [{"id": null}]}'), Unsure, "odd_answer"),
        (Answer(200, {}, b'{"messages": ["wamid.1"]}'), Unsure, "odd_answer"),
    ],
)
def test_every_other_outcome_says_what_to_do_next(outcome, kind, code):
    with pytest.raises(OutsideError) as raised:
        cloud_api.judge(outcome)

    assert (type(raised.value), raised.value.code) == (kind, code)
    assert "4915112345678" not in str(raised.value)


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not in this copy")
def test_metas_own_answers_are_understood():
    for path in CORPUS.glob("response/send_*.json"):
        assert cloud_api.judge(Answer(200, {}, path.read_bytes())).startswith("wamid.")


def test_a_template_is_submitted_as_meta_wants_it():
    body = templates.creation_body(TEXT)

    assert creation_schema.problems_of_creation(body) == []
    assert body["parameter_format"] == "NAMED"
    assert [each["type"] for each in body["components"]] == [
        *("HEADER", "BODY", "FOOTER", "BUTTONS")
    ]
    assert body["components"][1]["example"] == {
        "body_text_named_params": [
            {"param_name": "name", "example": "Ada"},
            {"param_name": "order", "example": "#1001"},
        ]
    }


def test_a_variable_without_an_example_is_noticed_before_meta_does():
    bare = templates.TemplateText(
        name="a", language="en", category=Category.UTILITY, body="Hi {{name}}!"
    )

    with pytest.raises(ValueError, match="no example of name"):
        templates.creation_body(bare)


@pytest.mark.parametrize(
    ("part", "changes", "problem"),
    [
        (1, {"text": "{{name}} hello"}, "Neither begins nor ends with a variable."),
        (1, {"text": "hello {{name}}"}, "Neither begins nor ends with a variable."),
        (1, {"text": "a {{b}} {{c}} d"}, "Two variables need words between them."),
        (1, {"text": "a {{b}} c {{b}} d"}, "A variable stands twice."),
        (1, {"text": "a {{B#}} c"}, "A variable is in small letters and underscores."),
        (1, {"text": "x" * 1_025}, "Length must be between 1 and 1024."),
        (0, {"text": "x" * 61}, "Is longer than 60 characters."),
        (0, {"text": "{{a}} or {{b}}"}, "A header has one variable at most."),
        (2, {"text": "{{a}} says hi"}, "A footer has no variables."),
        (3, {"buttons": [{"type": "URL", "text": "x"}]}, "Only a URL button"),
        (
            3,
            {"buttons": [{"type": "URL", "text": "x", "url": "https://a/{{1}}/b"}]},
            "at the very end.",
        ),
        (
            3,
            {"buttons": [{"type": "QUICK_REPLY", "text": "x" * 26}]},
            "between 1 and 25.",
        ),
    ],
)
def test_a_template_that_meta_would_refuse_is_noticed_first(part, changes, problem):
    body = templates.creation_body(TEXT)
    body["components"][part] |= changes

    [found] = creation_schema.problems_of_creation(body)

    assert problem in found


def test_a_message_that_fits_its_template_has_no_problems():
    approved = templates.creation_body(TEXT)["components"]

    assert schema.problems_of_message(message(), approved) == []


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"body": {"name": "Ada"}}, ["body: order is missing"]),
        (
            {"body": {"name": "Ada", "order": "1", "total": "2"}},
            ["body: there is no total"],
        ),
        ({"header": {}}, ["header: order is missing"]),
        ({"url_suffixes": {}}, ["button 1: has no value"]),
        ({"url_suffixes": {0: "x", 1: "y"}}, ["button 0: takes no value"]),
        (
            {"body": {"name": "x" * 1_000, "order": "1"}},
            ["body: is longer than 1024 characters when filled in"],
        ),
        (
            {"header": {"order": "x" * 60}},
            ["header: is longer than 60 characters when filled in"],
        ),
    ],
)
def test_a_message_that_does_not_fit_its_template_is_noticed(changes, problems):
    approved = templates.creation_body(TEXT)["components"]

    assert schema.problems_of_message(message(**changes), approved) == problems


@pytest.mark.parametrize("value", ["", "  ", "a\nb", "a\tb", "a     b", "x" * 1_025])
def test_a_value_that_meta_would_refuse_is_noticed_and_not_repeated(value):
    [problem] = schema.problems_of_message(
        message(body={"name": value, "order": "1"}), []
    )

    assert problem.startswith("template.components.1.parameters.0.text: ")


class FakeGraph:
    """``asks`` are what was asked; each is answered by the next of ``answers``."""

    def __init__(self, *answers):
        self.answers, self.asks = list(answers), []

    def __call__(self, method, url, *, headers, body=None):
        self.asks.append((method, url, headers["Authorization"], body))
        answer = self.answers.pop(0)
        if isinstance(answer, dict):
            return Answer(200, {}, json.dumps(answer).encode())
        return answer


def graph(*answers):
    call = FakeGraph(*answers)
    return cloud_api.Graph(call, "https://graph.example", "v26.0"), call


def test_templates_come_page_by_page():
    known = {"id": "1", "name": "a", "language": "en", "status": "APPROVED"}
    paging = {"cursors": {"after": "n2"}, "next": "https://graph.example/next"}
    meta, call = graph(
        {"data": [{**known, "category": "UTILITY"}], "paging": paging},
        {"data": [], "paging": {"cursors": {"after": "n3"}}},
    )

    first = meta.templates_page("2001", "secret")
    last = meta.templates_page("2001", "secret", after=first.after)

    assert (first.templates[0].name, first.templates[0].state) == ("a", "APPROVED")
    assert (first.after, last.after) == ("n2", None)
    assert call.asks[1][1].endswith("&limit=100&after=n2")
    assert all("secret" not in url for _, url, _, _ in call.asks)


def test_the_category_that_meta_chose_is_told():
    meta, call = graph({"id": "5", "status": "PENDING", "category": "MARKETING"})

    created = meta.create_template("2001", "t", templates.creation_body(TEXT))

    assert created == cloud_api.CreatedTemplate("5", "PENDING", "MARKETING")
    assert call.asks[0][:2] == (
        "POST",
        "https://graph.example/v26.0/2001/message_templates",
    )


def test_a_number_is_described():
    meta, _ = graph(
        {
            "display_phone_number": "+49 30 123456",
            "verified_name": "Ada's Tea",
            "quality_rating": "GREEN",
            "throughput": {"level": "STANDARD"},
        }
    )

    info = meta.number_info("3001", "t")

    assert (info.verified_name, info.quality) == ("Ada's Tea", "GREEN")
    assert (info.name_status, info.throughput) == (None, "STANDARD")


@pytest.mark.parametrize("lost", [NoAnswer("timeout"), Answer(503, {}, b"")])
def test_reading_may_come_again_where_changing_is_unsure(lost):
    meta, _ = graph(lost, lost)

    with pytest.raises(TryLater):
        meta.number_info("3001", "t")
    with pytest.raises(Unsure):
        meta.subscribe_app("2001", "t")
