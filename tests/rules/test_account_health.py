"""One traffic light for a number: what turns it yellow or red, and what comes next."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.business_account import (
    NEEDED_SCOPES,
    AccountTold,
    CanSend,
    NumberTold,
    TokenTold,
    Trouble,
)
from core.business_profile import BusinessProfile
from notifications import numbers_told
from notifications.numbers_told import Told
from notifications.rules.account_health import Facts, lines_of, verdict
from notifications.rules.health_lines import Light, Line, Topic
from notifications.rules.profile_score import parts_of, percent_of

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
NUMBER = NumberTold(
    id="1",
    display_number="+1 555",
    verified_name="Ada's Things",
    status="CONNECTED",
    name_status="APPROVED",
    quality="GREEN",
    tier="TIER_2K",
    platform="CLOUD_API",
    is_on_phone=False,
    can_send=CanSend.AVAILABLE,
)
ACCOUNT = AccountTold(
    id="2",
    name="Ada",
    review="APPROVED",
    status="ACTIVE",
    verification="VERIFIED",
    is_told_to_us=True,
)
TOKEN = TokenTold(
    is_valid=True, expires_at=None, scopes=frozenset(NEEDED_SCOPES), accounts=("2",)
)
WELL = Facts(
    told=Told(NUMBER, ACCOUNT, TOKEN),
    read_at=NOW - timedelta(minutes=30),
    held_because=None,
    parked_because=None,
    parked_until=None,
    templates={"APPROVED": 20, "PENDING": 3},
    last_accepted_at=NOW - timedelta(hours=2),
)


def told(
    *,
    number: Mapping[str, object] | None = None,
    account: Mapping[str, object] | None = None,
    token: Mapping[str, object] | None = None,
) -> Facts:
    said = Told(
        replace(NUMBER, **(number or {})),
        replace(ACCOUNT, **(account or {})),
        replace(TOKEN, **(token or {})),
    )
    return replace(WELL, told=said)


def judged(facts: Facts) -> tuple[Light, Topic | None]:
    light, line = verdict(lines_of(facts, now=NOW))
    return light, None if line is None else line.topic


def trouble(entity: str, code: int | None, can_send: CanSend = CanSend.BLOCKED):
    return Trouble(
        entity=entity, can_send=can_send, code=code, says="It is so.", solution="Do."
    )


def test_where_all_is_well_there_is_nothing_to_do():
    assert judged(WELL) == (Light.GREEN, None)
    assert {line.topic for line in lines_of(WELL, now=NOW)} == {
        *Topic,
    } - {Topic.READING, Topic.SENDING}


@pytest.mark.parametrize(
    ("facts", "topic"),
    [
        (replace(WELL, held_because="meta_190"), Topic.READING),
        (
            replace(
                WELL,
                parked_because="meta_131031",
                parked_until=NOW + timedelta(minutes=1),
            ),
            Topic.SENDING,
        ),
        (told(token={"is_valid": False}), Topic.TOKEN),
        (told(token={"scopes": frozenset({NEEDED_SCOPES[0]})}), Topic.TOKEN),
        (told(token={"expires_at": NOW}), Topic.TOKEN),
        (told(account={"review": "REJECTED"}), Topic.ACCOUNT),
        (told(account={"status": "RESTRICTED"}), Topic.ACCOUNT),
        (told(account={"is_told_to_us": False}), Topic.WEBHOOKS),
        (told(number={"status": "BANNED"}), Topic.NUMBER),
        (told(number={"status": "PENDING", "platform": None}), Topic.NUMBER),
        (told(number={"quality": "RED"}), Topic.QUALITY),
        (told(number={"troubles": (trouble("WABA", 141006),)}), Topic.PAYMENT),
        (told(number={"troubles": (trouble("APP", 7),)}), Topic.ACCOUNT),
        (told(number={"troubles": (trouble("PHONE_NUMBER", 7),)}), Topic.NUMBER),
        (replace(WELL, templates={"REJECTED": 3}), Topic.TEMPLATES),
    ],
)
def test_what_stops_messages_is_red(facts, topic):
    assert judged(facts) == (Light.RED, topic)


@pytest.mark.parametrize(
    ("facts", "topic"),
    [
        (replace(WELL, told=None, read_at=None), Topic.READING),
        (replace(WELL, held_because="no_answer_timeout"), Topic.READING),
        (replace(WELL, read_at=NOW - timedelta(hours=7)), Topic.READING),
        (told(token={"expires_at": NOW + timedelta(days=13)}), Topic.TOKEN),
        (told(account={"review": "PENDING"}), Topic.ACCOUNT),
        (told(number={"status": "FLAGGED"}), Topic.NUMBER),
        (told(number={"name_status": "DECLINED"}), Topic.NAME),
        (told(number={"name_status": "PENDING_REVIEW"}), Topic.NAME),
        (told(number={"quality": "YELLOW"}), Topic.QUALITY),
        (replace(WELL, templates={}), Topic.TEMPLATES),
        (replace(WELL, templates={"APPROVED": 9, "PAUSED": 1}), Topic.TEMPLATES),
        (
            told(number={"troubles": (trouble("BUSINESS", None, CanSend.LIMITED),)}),
            Topic.BUSINESS,
        ),
        (replace(WELL, last_accepted_at=None), Topic.PAYMENT),
        (
            replace(WELL, parked_because="meta_4", parked_until=NOW),
            Topic.SENDING,
        ),
    ],
)
def test_what_will_stop_them_or_slows_them_is_yellow(facts, topic):
    assert judged(facts) == (Light.YELLOW, topic)


@pytest.mark.parametrize(
    "facts",
    [
        told(account={"verification": "NOT_VERIFIED"}),
        told(number={"quality": "UNKNOWN"}),
        told(number={"tier": "TIER_UNLIMITED"}),
        told(number={"is_on_phone": True}),
        told(token={"expires_at": NOW + timedelta(days=15)}),
        told(number={"troubles": (trouble("BUSINESS", 141010, CanSend.LIMITED),)}),
        replace(WELL, told=Told(NUMBER, ACCOUNT, None)),
    ],
)
def test_what_stops_nothing_leaves_it_green(facts):
    assert judged(facts) == (Light.GREEN, None)


def test_a_number_of_the_app_need_not_be_registered_here():
    facts = told(number={"is_on_phone": True, "platform": None, "status": None})

    assert judged(facts) == (Light.GREEN, None)


def test_of_several_troubles_the_one_that_stops_all_comes_first():
    facts = told(number={"quality": "RED"}, token={"is_valid": False})

    assert judged(facts) == (Light.RED, Topic.TOKEN)
    [first, second, *_] = lines_of(facts, now=NOW)
    assert (first.topic, second.topic) == (Topic.TOKEN, Topic.QUALITY)


def test_metas_own_words_stand_beside_what_it_found():
    facts = told(number={"troubles": (trouble("WABA", 141006), trouble("APP", 7))})

    told_by_meta = {
        line.topic: (line.code, line.meta)
        for line in lines_of(facts, now=NOW)
        if line.meta
    }
    assert told_by_meta == {
        Topic.PAYMENT: (None, ("It is so. Do.",)),
        Topic.ACCOUNT: ("meta_7", ("It is so. Do.",)),
    }


def test_every_line_that_is_not_green_says_what_to_do():
    seen: list[Line] = []
    for facts in _every_fact():
        seen += lines_of(facts, now=NOW)

    assert len(seen) > 100
    assert all(line.step for line in seen if line.light is not Light.GREEN)
    for line in seen:  # a value that is missing raises
        assert line.says % line.values


def _every_fact():
    for mark in (
        test_what_stops_messages_is_red,
        test_what_will_stop_them_or_slows_them_is_yellow,
    ):
        [marker] = mark.pytestmark
        yield from (facts for facts, _ in marker.args[1])


def test_what_is_kept_is_what_was_told():
    full = told(
        number={"troubles": (trouble("WABA", 141006),)}, token={"expires_at": NOW}
    ).told

    assert numbers_told.from_json(full.as_json()) == replace(
        full, token=replace(full.token, accounts=["2"])
    )
    profile = BusinessProfile(about="a", websites=("https://a.example",))
    said = numbers_told.profile_as_json(profile)
    assert numbers_told.profile_from_json(said) == profile


# The profile


def test_a_profile_counts_by_what_is_there():
    full = BusinessProfile(
        about="We sell things",
        address="Street 1",
        description="Things",
        email="a@b.example",
        websites=("https://b.example",),
        vertical="RETAIL",
        has_picture=True,
    )

    assert percent_of(parts_of(full)) == 100
    assert percent_of(parts_of(BusinessProfile())) == 0
    assert percent_of(parts_of(replace(full, has_picture=False))) == 86
    unchosen = replace(full, vertical="UNDEFINED", about="")
    assert [part.name for part in parts_of(unchosen) if not part.is_there] == [
        "about",
        "vertical",
    ]
