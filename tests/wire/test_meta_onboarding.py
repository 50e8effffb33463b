"""How a number is connected at Meta: our calls, and the simulated Meta's answers."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from core import http
from core.business_account import CanSend, Permit, Trouble
from core.business_profile import BusinessProfile, refusals_of
from core.errors import TryLater, Unsure, WillNotWork
from core.outcomes import Answer, NoAnswer, NotSent
from core.profile_picture import Picture, picture_of
from integrations.meta.business_accounts import MetaBusinessDesk
from integrations.meta.graph_calls import GraphCalls
from sandbox.meta import DEFAULT_NUMBER_ID, MetaSettings
from sandbox.receiver import Receiver, receiver
from tests.pictures import jpeg, png
from tests.wire.meta_caller import TOKEN, Meta, message, open_meta

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
APP = MetaSettings(data_dir=Path())
OTHER = {
    "waba_id": "200",
    "phone_number_id": "201",
    "token": "EAANother",
    "display_phone_number": "+49 30 1234",
    "subscribed": False,
}
UNREGISTERED = {"status": "PENDING", "platform_type": "NOT_APPLICABLE"}
PROFILE = BusinessProfile(
    about="Succulent specialists!",
    address="1 Hacker Way",
    description="All kinds of succulents.",
    email="lucky@luckyshrub.com",
    websites=("https://www.luckyshrub.com",),
    vertical="RETAIL",
)


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


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
        yield meta


@pytest.fixture
def redirect_uri(inbox: Receiver) -> str:
    return f"{inbox.url}/auth/meta"


@pytest.fixture
def desk(meta: Meta, redirect_uri: str) -> MetaBusinessDesk:
    graph = GraphCalls(http.caller(read_seconds=2), meta.control.url, "v26.0")
    return MetaBusinessDesk(graph, APP.app_id, APP.app_secret, redirect_uri)


def code_for(meta: Meta, redirect_uri: str, number: str = DEFAULT_NUMBER_ID) -> str:
    asked = {"phone_number_id": number, "redirect_uri": redirect_uri}
    return meta.control.post("signup_codes", asked)["code"]


def other(meta: Meta, **more: object) -> None:
    meta.control.post("accounts", {**OTHER, **more})


# The code and the token


def test_a_code_gives_the_token_of_its_account_once(meta, desk, redirect_uri):
    code = code_for(meta, redirect_uri)

    assert desk.token_for(code) == Permit(TOKEN, None)
    with pytest.raises(WillNotWork) as refused:
        desk.token_for(code)
    assert refused.value.said["error_subcode"] == 36009


def test_a_code_is_good_for_thirty_seconds(meta, desk, clock, redirect_uri):
    fresh, stale = (code_for(meta, redirect_uri) for _ in range(2))

    clock.now += timedelta(seconds=30)
    assert desk.token_for(fresh).secret == TOKEN
    clock.now += timedelta(seconds=1)
    with pytest.raises(WillNotWork) as refused:
        desk.token_for(stale)
    assert refused.value.said["error_subcode"] == 36007


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"app_id": "1"}, "meta_101"),
        ({"app_secret": "wrong"}, "meta_1"),
        ({"redirect_uri": "https://elsewhere.example/auth/meta"}, "meta_100"),
    ],
)
def test_nobody_else_gets_the_token(meta, desk, redirect_uri, change, code):
    asked = code_for(meta, redirect_uri)

    with pytest.raises((WillNotWork, TryLater)) as refused:
        replace(desk, **change).token_for(asked)
    assert refused.value.code == code


def test_a_token_tells_how_long_it_is_good_and_for_which_account(
    meta, desk, redirect_uri
):
    ends = NOW + timedelta(days=60)
    other(meta, token_ends=int(ends.timestamp()))

    permit = desk.token_for(code_for(meta, redirect_uri, "201"))
    told = desk.about_token(permit.secret)

    assert permit.lifetime == timedelta(days=60)
    assert (told.is_valid, told.expires_at, told.accounts) == (True, ends, ["200"])
    assert "whatsapp_business_messaging" in told.scopes
    assert desk.about_token(TOKEN).expires_at is None
    assert not desk.about_token("EAANnobody").is_valid


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (NotSent("connection_failed"), TryLater),
        (NoAnswer("timeout"), Unsure),
        (Answer(502, {}, b"<html>"), Unsure),
        (Answer(200, {}, b"{}"), WillNotWork),
        (Answer(200, {}, b"[]"), Unsure),
    ],
)
def test_a_lost_answer_about_a_code_is_no_refusal(answer, error):
    graph = GraphCalls(lambda *_, **__: answer, "https://graph.example", "v26.0")

    with pytest.raises(error):
        MetaBusinessDesk(graph, "1", "s", "https://app.example/auth/meta").token_for(
            "AQ"
        )


# Meta's dialog


def dialog(meta: Meta, **asked: str) -> tuple[int, dict[str, str]]:
    url = f"{meta.control.url}/v26.0/dialog/oauth?{urlencode(asked)}"
    told = http.caller()("GET", url, headers={})
    assert isinstance(told, Answer)
    back = dict(parse_qsl(urlsplit(told.headers.get("location", "")).query))
    return told.status, back


def test_the_dialog_leads_back_with_a_code_and_the_word_that_it_was_given(
    meta, desk, redirect_uri
):
    asked = {
        "client_id": APP.app_id,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "config_id": "7",
        "state": "word",
    }

    assert dialog(meta, **asked)[0] == 200
    _, cancelled = dialog(meta, **asked, choose="cancel")
    _, back = dialog(meta, **asked, choose="phone")
    token = desk.token_for(back["code"]).secret
    [account] = desk.about_token(token).accounts
    [number] = desk.numbers(account, token)

    assert (cancelled["error"], cancelled["state"]) == ("access_denied", "word")
    assert back["state"] == "word"
    assert (number.is_on_phone, number.is_registered) == (True, True)
    assert dialog(meta, **{**asked, "client_id": "1"})[0] == 400
    assert dialog(meta, **{**asked, "redirect_uri": "https://x.example/"})[0] == 400


# Account and number


def test_an_account_tells_its_state_and_whether_we_hear_of_it(meta, desk):
    other(meta, account_says={"account_review_status": "PENDING"})

    before = desk.account("200", "EAANother")
    desk.subscribe("200", "EAANother")
    after = desk.account("200", "EAANother")

    assert (before.review, before.status) == ("PENDING", "ACTIVE")
    assert (before.is_told_to_us, after.is_told_to_us) == (False, True)


def test_what_meta_finds_wrong_is_read_with_its_solution(meta, desk):
    health = {
        "can_send_message": "BLOCKED",
        "entities": [
            {"entity_type": "PHONE_NUMBER", "id": "1", "can_send_message": "AVAILABLE"},
            {
                "entity_type": "WABA",
                "id": "2",
                "can_send_message": "BLOCKED",
                "errors": [
                    {
                        "error_code": 141006,
                        "error_description": "There is an error with the payment.",
                        "possible_solution": "Please add a new payment method.",
                    }
                ],
            },
            {
                "entity_type": "BUSINESS",
                "id": "3",
                "can_send_message": "LIMITED",
                "additional_info": ["Not verified yet."],
            },
        ],
    }
    other(meta, number_says={"health_status": health, "quality_rating": "YELLOW"})

    number = desk.number("201", "EAANother")

    assert (number.can_send, number.quality) == (CanSend.BLOCKED, "YELLOW")
    assert number.troubles == (
        Trouble(
            entity="WABA",
            can_send=CanSend.BLOCKED,
            code=141006,
            says="There is an error with the payment.",
            solution="Please add a new payment method.",
        ),
        Trouble(
            entity="BUSINESS",
            can_send=CanSend.LIMITED,
            code=None,
            says="Not verified yet.",
            solution="",
        ),
    )


# Registering


def test_a_number_sends_once_it_is_registered(meta, desk):
    other(meta, number_says=UNREGISTERED)
    assert not desk.number("201", "EAANother").is_registered
    meta = replace(meta, token="EAANother")
    assert meta.call("POST", "201/messages", message())[1]["error"]["code"] == 133010

    desk.register("201", "EAANother", pin="123456")

    assert desk.number("201", "EAANother").is_registered
    desk.register("201", "EAANother", pin="123456")
    assert meta.call("POST", "201/messages", message())[1]["error"]["code"] != 133010


@pytest.mark.parametrize(
    ("more", "pin", "code"),
    [
        ({"pin": "999999"}, "123456", "meta_133005"),
        ({}, "12345", "meta_100"),
        (
            {"number_says": {"code_verification_status": "NOT_VERIFIED"}},
            "123456",
            "meta_133006",
        ),
        ({"number_says": {"is_on_biz_app": True}}, "123456", "meta_100"),
        ({"registered": [NOW.timestamp()] * 10}, "123456", "meta_133016"),
        ({"registered": [NOW.timestamp() - 72 * 3600] * 10}, "123456", None),
    ],
)
def test_registering_is_refused_as_meta_refuses(meta, desk, more, pin, code):
    other(meta, **more)

    if code is None:
        desk.register("201", "EAANother", pin=pin)
        return
    with pytest.raises((WillNotWork, TryLater)) as refused:
        desk.register("201", "EAANother", pin=pin)
    assert refused.value.code == code


def test_a_pin_that_is_guessed_at_is_blocked(meta, desk):
    other(meta, pin="999999")
    codes = []
    for _ in range(6):
        with pytest.raises(WillNotWork) as refused:
            desk.register("201", "EAANother", pin="123456")
        codes.append(refused.value.code)

    assert codes == ["meta_133005"] * 5 + ["meta_133008"]


# The profile


def test_a_profile_is_written_and_read_again(meta, desk):
    assert desk.profile(DEFAULT_NUMBER_ID, TOKEN) == BusinessProfile()

    desk.write_profile(DEFAULT_NUMBER_ID, TOKEN, PROFILE)
    assert desk.profile(DEFAULT_NUMBER_ID, TOKEN) == PROFILE

    emptied = replace(PROFILE, description="", websites=())
    desk.write_profile(DEFAULT_NUMBER_ID, TOKEN, emptied)
    assert desk.profile(DEFAULT_NUMBER_ID, TOKEN) == emptied


def test_metas_own_example_of_a_profile_is_read(shared):
    body = (shared / "payloads/whatsapp/account/business_profile_get.json").read_bytes()
    graph = GraphCalls(
        lambda *_, **__: Answer(200, {}, body), "https://graph.example", "v26.0"
    )

    told = MetaBusinessDesk(graph, "1", "s", "").profile("1", "t")

    [said] = json.loads(body)["data"]
    assert told.about == said["about"]
    assert told.websites == tuple(said["websites"])
    assert told.has_picture


@pytest.mark.parametrize(
    "change",
    [
        {"about": "a" * 140},
        {"about": ""},
        {"address": "a" * 257},
        {"description": "a" * 513},
        {"email": "a" * 120 + "@ada.example"},
        {"email": "ada"},
        {"websites": ("ada.example",)},
        {"websites": ("https://ada.example/" + "a" * 240,)},
        {"websites": ("https://a.example",) * 3},
        {"vertical": "SPACE"},
    ],
)
def test_what_meta_would_refuse_is_refused_here(meta, desk, change):
    wrong = replace(PROFILE, **change)

    assert list(refusals_of(wrong)) == list(change)
    body = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in change.items()
    }
    path = f"{DEFAULT_NUMBER_ID}/whatsapp_business_profile"
    asked = {"messaging_product": "whatsapp", **body}
    assert meta.call("POST", path, asked)[0] == 400


# Its picture


@pytest.mark.parametrize("content", [png(), jpeg()], ids=["png", "jpeg"])
def test_a_picture_is_given_to_meta_and_the_profile_has_it(meta, desk, content):
    desk.write_profile(DEFAULT_NUMBER_ID, TOKEN, PROFILE)
    assert not desk.profile(DEFAULT_NUMBER_ID, TOKEN).has_picture

    desk.write_picture(DEFAULT_NUMBER_ID, TOKEN, picture_of(content))
    once = desk.profile(DEFAULT_NUMBER_ID, TOKEN)
    desk.write_picture(DEFAULT_NUMBER_ID, TOKEN, picture_of(content))

    assert once == replace(PROFILE, has_picture=True)
    assert desk.profile(DEFAULT_NUMBER_ID, TOKEN) == once


def test_a_picture_that_is_none_is_refused_by_meta_too(meta, desk):
    gif = Picture("image/gif", b"GIF89a")
    cases = [gif, Picture("text/html", b"<p>"), Picture("image/png", jpeg())]
    for picture in cases:
        with pytest.raises(WillNotWork):
            desk.write_picture(DEFAULT_NUMBER_ID, TOKEN, picture)

    assert not desk.profile(DEFAULT_NUMBER_ID, TOKEN).has_picture


def test_a_file_comes_by_its_own_token_whole_and_once(meta, desk):
    asked = f"app/uploads?file_length=3&file_type=image/png&file_name={'p.png'}"
    _, opened = meta.call("POST", asked)
    session = opened["id"]

    assert session.startswith("upload:")
    for token, content in ((TOKEN, b"four"), ("EAANother", b"abc")):
        with pytest.raises(WillNotWork):
            desk.graph.upload(session, token, content)
    assert desk.graph.upload(session, TOKEN, b"abc")["h"]
    with pytest.raises(WillNotWork):
        desk.graph.upload(session, TOKEN, b"abc")


@pytest.mark.parametrize(
    "asked",
    [
        "app/uploads?file_length=0&file_type=image/png",
        "app/uploads?file_length=x&file_type=image/png",
        "app/uploads?file_length=3&file_type=text/html",
        "999/uploads?file_length=3&file_type=image/png",
    ],
)
def test_no_session_is_opened_for_a_file_that_meta_would_not_take(meta, asked):
    assert meta.call("POST", asked)[0] == 400


def test_a_handle_is_good_once_and_none_can_be_made_up(meta):
    path = f"{DEFAULT_NUMBER_ID}/whatsapp_business_profile"
    asked = {"messaging_product": "whatsapp", "profile_picture_handle": "4:made:up"}

    assert meta.call("POST", path, asked)[0] == 400


def test_what_is_at_the_limit_is_taken(meta, desk):
    full = BusinessProfile(
        about="a" * 139,
        address="b" * 256,
        description="c" * 512,
        email="d" * 116 + "@ada.example",
        websites=("https://ada.example/" + "e" * 236, "http://ada.example"),
        vertical="APPAREL",
    )

    assert refusals_of(full) == {}
    desk.write_profile(DEFAULT_NUMBER_ID, TOKEN, full)
    assert desk.profile(DEFAULT_NUMBER_ID, TOKEN).is_written_as(full)
