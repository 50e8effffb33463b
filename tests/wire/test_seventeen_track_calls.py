"""How 17TRACK is asked to follow numbers, and what its answers mean."""

import json

import pytest

from core.errors import TryLater, Unsure, WillNotWork
from core.outcomes import Answer, NoAnswer, NotSent
from core.tracking import Done, Hope, NotDone, ToFollow
from integrations.tracking.seventeen_track import calls
from integrations.tracking.seventeen_track.calls import SeventeenTrack

KEY = "0123456789ABCDEF0123456789ABCDEF"
NUMBER = "ZW924750388GB"


class Line:
    """Answers what it is told to, and keeps what was asked."""

    def __init__(self, answer):
        self.answer, self.asked = answer, []

    def __call__(self, method, url, *, headers, body):
        self.asked.append((method, url, headers, json.loads(body)))
        return self.answer


def asked(numbers, answer=None, what="follow"):
    """What goes out for these numbers."""
    line = Line(answer or said({"accepted": [], "rejected": []}))
    getattr(SeventeenTrack(line, "https://track.example"), what)(numbers, key=KEY)
    [found] = line.asked
    return found


def verdicts(answer, numbers, what="follow"):
    tracker = SeventeenTrack(Line(answer), "https://track.example")
    return getattr(tracker, what)(numbers, key=KEY)


def quota(answer):
    return SeventeenTrack(Line(answer), "https://track.example").quota(key=KEY)


def said(data, code=0, status=200):
    return Answer(status, {}, json.dumps({"code": code, "data": data}).encode())


def refused(number, code):
    error = {"code": code, "message": f"{number} and more words"}
    return {"number": number, "error": error}


def number(written=NUMBER, company=None, tag="5001"):
    return ToFollow(number=written, company=company, tag=tag)


def test_numbers_are_registered_as_17track_wants_them():
    found = asked([number(), number("9400110200881234567890", "USPS", "5002")])

    assert found == (
        "POST",
        "https://track.example/track/v2.4/register",
        {"17token": KEY, "Content-Type": "application/json"},
        [
            {"number": NUMBER, "tag": "5001", "carrier": 11031},
            {"number": "9400110200881234567890", "tag": "5002", "carrier": 21051},
        ],
    )


@pytest.mark.parametrize("company", [None, "Other", "DHL", "GLS", "The Pony Express"])
def test_a_carrier_of_which_we_are_not_sure_is_left_to_its_detection(company):
    *_, body = asked([number("12345678901", company)])

    assert body == [{"number": "12345678901", "tag": "5001"}]


def test_no_language_is_asked_for_since_it_costs_another_numbers_quota():
    *_, [registration] = asked([number(company="Royal Mail")])

    assert "lang" not in registration


@pytest.mark.parametrize(
    ("what", "path"), [("leave", "stoptrack"), ("follow_again", "retrack")]
)
def test_what_is_registered_is_named_by_its_number_alone(what, path):
    _, url, headers, body = asked([number(company="UPS")], what=what)

    assert url == f"https://track.example/track/v2.4/{path}"
    assert headers["17token"] == KEY
    assert body == [{"number": NUMBER}]


def test_each_number_has_its_own_verdict_in_the_order_in_which_it_was_asked_for():
    answer = said(
        {
            "accepted": [{"origin": 1, "number": "C3333", "carrier": 1}],
            "rejected": [refused("A1111", -18019903), refused("B2222", -18019901)],
        }
    )

    found = verdicts(answer, [number("A1111"), number("B2222"), number("C3333")])

    assert found == [NotDone("17track_18019903", Hope.NEVER), Done(), Done()]


@pytest.mark.parametrize(
    ("code", "hope"),
    [
        (-18010002, Hope.LATER),
        (-18010003, Hope.LATER),
        (-18010012, Hope.NEVER),
        (-18019903, Hope.NEVER),
        (-18019905, Hope.NEVER),
        (-18019907, Hope.NO_QUOTA),
        (-18019908, Hope.NO_QUOTA),
        (-18019911, Hope.LATER),
        (-1, Hope.NEVER),
    ],
)
def test_a_refused_number_has_a_code_and_a_hope(code, hope):
    answer = said({"accepted": [], "rejected": [refused(NUMBER, code)]})

    [verdict] = verdicts(answer, [number()])

    assert verdict == NotDone(f"17track_{abs(code)}", hope)


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("follow", -18019901),
        ("follow_again", -18019904),
        ("leave", -18019902),
        ("leave", -18019906),
    ],
)
def test_what_was_done_before_is_done(what, code):
    answer = said({"accepted": [], "rejected": [refused(NUMBER, code)]})

    assert verdicts(answer, [number()], what) == [Done()]


def test_a_number_is_known_again_however_17track_writes_it():
    answer = said({"accepted": [{"number": "zw 924750388 gb"}], "rejected": []})

    assert verdicts(answer, [number()]) == [Done()]


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"accepted": None, "rejected": "none"},
        {"accepted": [{"number": 5}, "text", None], "rejected": [{"error": []}]},
        {"rejected": [{"number": NUMBER, "error": {"code": "many"}}]},
    ],
)
def test_a_number_of_which_nothing_is_said_is_asked_for_again(data):
    assert verdicts(said(data), [number()]) == [NotDone("odd_answer", Hope.LATER)]


def test_the_quota_that_remains_is_told():
    told = {"quota_total": 200, "quota_used": 40, "quota_remain": 160}

    assert quota(said(told)) == 160


@pytest.mark.parametrize("told", [{}, {"quota_remain": "160"}, {"quota_remain": True}])
def test_a_quota_that_cannot_be_read_is_none(told):
    with pytest.raises(Unsure) as caught:
        quota(said(told))

    assert caught.value.code == "odd_answer"


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        (NotSent("connection_failed"), TryLater, "connection_failed"),
        (NoAnswer("timeout"), Unsure, "no_answer_timeout"),
        (NoAnswer("reset"), Unsure, "no_answer_reset"),
        (Answer(429, {}, b"Too Many Requests"), TryLater, "http_429"),
        (Answer(500, {}, b""), Unsure, "http_500"),
        (Answer(503, {}, b"<html>"), Unsure, "http_503"),
        (Answer(401, {}, b""), WillNotWork, "http_401"),
        (Answer(404, {}, b"Not Found"), WillNotWork, "http_404"),
        (Answer(200, {}, b"<html>"), Unsure, "odd_answer"),
        (Answer(200, {}, b"[]"), Unsure, "odd_answer"),
        (Answer(200, {}, b'{"data": {}}'), Unsure, "odd_answer"),
        (said({}, -18010002, 401), WillNotWork, "17track_18010002"),
        (said({}, -18010001), WillNotWork, "17track_18010001"),
        (said({}, -18010003, 500), TryLater, "17track_18010003"),
        (
            said({"errors": [{"code": -18010014, "message": "over 40"}]}),
            WillNotWork,
            "17track_18010014",
        ),
    ],
)
def test_a_call_that_fails_says_whether_it_may_be_tried_again(answer, error, code):
    for call in (quota, lambda given: verdicts(given, [number()])):
        with pytest.raises(error) as caught:
            call(answer)

        assert caught.value.code == code
        assert NUMBER not in str(caught.value)


def test_every_code_that_stops_a_store_has_words_for_people():
    for code in sorted(calls._WRONG_KEY | calls._NO_QUOTA):
        assert "own code" not in calls.advice_for(f"17track_{abs(code)}")
