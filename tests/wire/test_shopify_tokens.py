"""Each way to a token asks just what Shopify wants to hear, and its refusals say what
to do next."""

import json
from datetime import timedelta

import pytest

from core.errors import OutsideError, TryLater, WillNotWork
from core.outcomes import Answer, NoAnswer, NotSent
from core.values import ShopDomain
from integrations.shopify.tokens import AccessToken, App, Member, TokenEndpoint

ADA = ShopDomain("ada.myshopify.com")
OURS = App("id", ["hush"])
PAIR = {
    "access_token": "shpat_1",
    "scope": "read_orders,read_customers",
    "expires_in": 3600,
    "refresh_token": "shprt_1",
    "refresh_token_expires_in": 7_776_000,
}


class Shopify:
    """Gives ``answers`` in turn and keeps what was asked."""

    def __init__(self, *answers):
        self.answers, self.asks = list(answers), []

    def __call__(self, method, url, *, headers, body=None):
        self.asks.append((method, url, dict(headers), json.loads(body)))
        answer = self.answers.pop(0)
        return written(answer) if isinstance(answer, dict) else answer


def written(answer, status=200):
    return Answer(status, {}, json.dumps(answer).encode())


def refused(word, status=400):
    return written({"error": word}, status)


def had(way, *answers, app=OURS):
    shopify = Shopify(*answers)
    endpoint = TokenEndpoint(shopify, "https://{shop}")
    return getattr(endpoint, way)(ADA, app, *WAYS[way][0]), shopify.asks


WAYS = {
    "by_credentials": ((), {"grant_type": "client_credentials"}),
    "by_id_token": (
        ["a.b.c"],
        {
            "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
            "subject_token": "a.b.c",
            "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
            "requested_token_type": (
                "urn:shopify:params:oauth:token-type:offline-access-token"
            ),
            "expiring": "1",
        },
    ),
    "by_refresh_token": (
        ["shprt_0"],
        {"grant_type": "refresh_token", "refresh_token": "shprt_0"},
    ),
    "by_code": (["c0de"], {"code": "c0de", "expiring": "1"}),
}


@pytest.mark.parametrize("way", WAYS)
def test_is_asked_for_in_shopify_s_own_words(way):
    token, [(method, url, headers, asked)] = had(way, PAIR)

    assert (method, url) == (
        "POST",
        "https://ada.myshopify.com/admin/oauth/access_token",
    )
    assert headers == {
        "Content-Type": "application/json",
        "Accept": "application/json",
    }
    assert asked == {"client_id": "id", "client_secret": "hush", **WAYS[way][1]}
    assert token == AccessToken(
        secret="shpat_1",
        scopes=frozenset({"read_orders", "read_customers"}),
        lifetime=timedelta(hours=1),
        refresh="shprt_1",
        refresh_lifetime=timedelta(days=90),
    )


def test_no_secret_is_shown():
    token, _ = had("by_code", PAIR)

    assert "shpat_1" not in repr(token)
    assert "shprt_1" not in repr(token)
    assert "hush" not in repr(OURS)


@pytest.mark.parametrize("told", [None, 0, -1, "3600", True, 1.5, 10**10])
def test_a_token_of_which_no_end_is_told_ends_in_an_hour(told):
    """One taken for endless is never renewed, and fails for good when it ends."""
    token, _ = had("by_refresh_token", {**PAIR, "expires_in": told})

    assert token.lifetime == timedelta(hours=1)


def test_of_two_secrets_either_may_be_the_one_that_shopify_knows():
    both = App("id", ["new", "old"])

    token, asks = had("by_code", refused("invalid_client"), PAIR, app=both)

    assert token.secret == "shpat_1"
    assert [asked["client_secret"] for *_, asked in asks] == ["new", "old"]


def test_another_refusal_is_not_asked_for_twice():
    """A code is taken once, so asking again would tell nothing."""
    shopify = Shopify(refused("invalid_request"), PAIR)
    endpoint = TokenEndpoint(shopify, "https://{shop}")

    with pytest.raises(WillNotWork):
        endpoint.by_code(ADA, App("id", ["new", "old"]), "c0de")

    assert len(shopify.asks) == 1


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (NotSent("connection_failed"), TryLater, "connection_failed"),
        (NoAnswer("timeout"), TryLater, "timeout"),
        (Answer(429, {}, b""), TryLater, "shopify_429"),
        (Answer(503, {}, b""), TryLater, "shopify_503"),
        (Answer(200, {}, b"{}"), TryLater, "odd_answer"),
        (Answer(200, {}, b"<html>"), TryLater, "odd_answer"),
        (written({**PAIR, "access_token": ""}), TryLater, "odd_answer"),
        (refused("invalid_client"), WillNotWork, "shopify_invalid_client"),
        (refused("invalid_grant"), WillNotWork, "shopify_invalid_grant"),
        (
            refused("invalid_subject_token"),
            WillNotWork,
            "shopify_invalid_subject_token",
        ),
        (refused("hush"), WillNotWork, "shopify_400"),
        (Answer(302, {}, b""), WillNotWork, "shopify_302"),
        (Answer(404, {}, b"<html>"), WillNotWork, "shopify_404"),
    ],
)
def test_without_a_token_it_is_told_what_to_do_next(way, answer, kind, code):
    with pytest.raises(OutsideError) as raised:
        had(way, answer)

    assert (type(raised.value), raised.value.code) == (kind, code)
    assert "hush" not in str(raised.value)


# Who of the staff it is

PERSON = {"id": 902541635, "first_name": "John ", "last_name": "Smith"}


def member(*answers):
    shopify = Shopify(*answers)
    endpoint = TokenEndpoint(shopify, "https://{shop}")
    return endpoint.member_by_code(ADA, OURS, "c0de"), shopify.asks


def test_a_code_of_a_person_tells_who_they_are_and_their_token_is_let_go():
    told = {"access_token": "shpat_1", "associated_user": PERSON}

    found, [(_, _, _, asked)] = member(told)

    assert found == Member(user="902541635", name="John Smith")
    assert asked == {"client_id": "id", "client_secret": "hush", "code": "c0de"}
    assert "Smith" not in repr(found)


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        {},
        {"id": None},
        {"id": True},
        {"id": 0},
        {"id": -1},
        {"id": "1|owner"},
        {"id": 10**18},
    ],
)
def test_an_answer_that_names_nobody_signs_nobody_in(told):
    """Such as one for the store's own code."""
    with pytest.raises(TryLater) as caught:
        member({**PAIR, "associated_user": told})

    assert caught.value.code == "odd_answer"


@pytest.mark.parametrize(
    ("names", "name"),
    [
        ({"first_name": None, "last_name": "Smith"}, "Smith"),
        ({"first_name": 7, "last_name": []}, None),
        ({"first_name": " ", "last_name": ""}, None),
        ({"first_name": "x" * 9_999}, "x" * 200),
    ],
)
def test_a_name_is_what_there_is_of_it(names, name):
    found, _ = member({"associated_user": {"id": 1, **names}})

    assert found.name == name
