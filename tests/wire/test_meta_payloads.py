"""Meta's words in, ours out; one garbled update does not take the others with it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.errors import UnreadablePayload
from core.events import AccountMoved, DeliveryReported, TemplateReviewed
from core.values import Category, Phone, Report, WhatsAppUser
from integrations.meta.payloads import UNTIMED, read

FIXTURES = Path(__file__).with_name("fixtures") / "meta"
CORPUS = Path(__file__).parents[3] / "shared/payloads/whatsapp"
AT = datetime(2026, 11, 20, 10, 20, tzinfo=UTC)


def fixture(name):
    return (FIXTURES / f"{name}.json").read_bytes()


def statuses(*each):
    value = {"metadata": {"phone_number_id": "3001"}, "statuses": list(each)}
    change = {"field": "messages", "value": value}
    return json.dumps({"entry": [{"id": "2001", "changes": [change]}]}).encode()


def status(**changes):
    return {"id": "wamid.1", "status": "sent", "timestamp": "1795170000", **changes}


def test_one_webhook_tells_of_many_messages_of_many_numbers():
    events = read(fixture("statuses"))

    assert [(e.phone_number_id, e.provider_id, e.report) for e in events] == [
        ("3001", "wamid.1", Report.SENT),
        ("3001", "wamid.1", Report.DELIVERED),
        ("3001", "wamid.2", Report.FAILED),
        ("3002", "wamid.3", Report.READ),
        ("3002", "wamid.4", Report.READ),
    ]


def test_a_report_is_told_whole():
    first, *_ = read(fixture("statuses"))

    assert first == DeliveryReported(
        happened_at=AT,
        phone_number_id="3001",
        provider_id="wamid.1",
        reference="msg_01a",
        attempt=2,
        report=Report.SENT,
        errors=(),
        pricing={
            "billable": True,
            "pricing_model": "PMP",
            "category": "utility",
            "type": "regular",
        },
        charged_as="utility",
        user=WhatsAppUser(phone=Phone("+4915112345678")),
    )


def test_a_failure_keeps_metas_words():
    failed = read(fixture("statuses"))[2]

    assert failed.errors == (
        {
            "code": 131026,
            "title": "Message undeliverable",
            "error_data": {"details": "Unable to deliver."},
        },
    )


@pytest.mark.parametrize(
    ("said", "reference", "attempt"),
    [
        ("msg_01a:1", "msg_01a", 1),
        ("msg_01a", "msg_01a", None),
        ("somebody else's", None, None),
        ("msg_01a:1; drop", None, None),
        ("msg_01a:1\n", None, None),
        ("msg_01a:١", None, None),
        ("msg_" + "a" * 500, None, None),
        (None, None, None),
        (7, None, None),
    ],
)
def test_only_our_own_reference_is_taken_for_ours(said, reference, attempt):
    [event] = read(statuses(status(biz_opaque_callback_data=said)))

    assert (event.reference, event.attempt) == (reference, attempt)


@pytest.mark.parametrize(
    "garbled",
    [
        None,
        "sent",
        {},
        status(status="warning"),
        status(status=["sent"]),
        status(id=None),
        status(timestamp=None),
        status(timestamp="soon"),
        status(timestamp="9" * 30),
        status(timestamp=1.5),
    ],
)
def test_a_garbled_report_is_left_out_and_the_others_count(garbled):
    assert len(read(statuses(garbled, status()))) == 1


@pytest.mark.parametrize(
    "odd",
    [
        {"errors": None, "pricing": None},
        {"errors": "x", "pricing": "x"},
        {"errors": [1], "pricing": []},
    ],
)
def test_odd_details_do_not_hide_the_report(odd):
    [event] = read(statuses(status(**odd)))

    assert (event.errors, event.pricing) == ((), None)


def test_a_template_that_was_rejected_is_told_with_the_reason():
    assert read(fixture("template_rejected")) == [
        TemplateReviewed(
            happened_at=AT,
            account_id="2001",
            template="order_confirmed_1",
            language="pt_BR",
            state="REJECTED",
            category=Category.UTILITY,
            reason="Two variables stand together.",
        )
    ]


def test_a_template_that_became_marketing_is_told():
    [event] = read(fixture("template_moved"))

    assert (event.state, event.category, event.reason) == (
        None,
        Category.MARKETING,
        None,
    )


@pytest.mark.parametrize(
    ("name", "account"),
    [
        ("account_update_account_restriction", "102290129340398"),
        ("account_update_partner_removed", "980198427658004"),
        ("account_review_update", "102290129340398"),
        ("phone_number_quality_update", "102290129340398"),
        ("phone_number_name_update", None),
        ("business_capability_update", "524126980791429"),
    ],
)
def test_what_moved_at_an_account_is_told_by_the_account(shared, name, account):
    folder = shared / "payloads/whatsapp/webhook_field"

    [event] = read((folder / f"{name}.json").read_bytes())

    assert isinstance(event, AccountMoved)
    assert event.account_id == account or account is None
    assert event.account_id.isdigit()


def test_a_move_that_is_only_announced_has_not_happened_yet():
    body = json.loads(fixture("template_moved"))
    value = body["entry"][0]["changes"][0]["value"]
    value |= {"new_category": "UTILITY", "correct_category": "MARKETING"}
    del body["entry"][0]["time"]

    [event] = read(json.dumps(body).encode())

    assert (event.category, event.reason) == (Category.UTILITY, "becomes MARKETING")
    assert event.happened_at == UNTIMED


@pytest.mark.parametrize(
    "body",
    [
        b"{}",
        b'{"entry": null}',
        b'{"entry": {"changes": []}}',
        b'{"entry": [null, 1, {"changes": 3}, {"changes": [null, {"field": 1}]}]}',
        b'{"entry": [{"changes": [{"field": "messages", "value": null}]}]}',
        b'{"entry": [{"changes": [{"field": "calls", "value": {"statuses": [{}]}}]}]}',
        b'{"entry": [{"changes": [{"field": "messages", "value": {"metadata": 1}}]}]}',
    ],
)
def test_what_is_not_about_our_messages_is_nothing_to_us(body):
    assert read(body) == []


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"\xff", b'{"a": NaN}', b'{"a": 1e999}', b'{"\\u0000": "a"}'],
)
def test_a_body_that_cannot_be_is_refused(body):
    with pytest.raises(UnreadablePayload):
        read(body)


@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not in this copy")
def test_every_real_webhook_is_read_and_every_status_in_it_told():
    for path in sorted(CORPUS.glob("webhook*/*.json")):
        body = path.read_bytes()
        told = [e for e in read(body) if isinstance(e, DeliveryReported)]
        if path.parent.name == "webhook_status":
            assert len(told) == body.count(b'"status":'), path.name
