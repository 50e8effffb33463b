"""What holds on every page of a store's owner, whichever it is."""

import re

import pytest
from werkzeug.exceptions import BadRequest

from core.errors import NotPossible, TryLater
from core.words import N_
from notifications.roles import Role
from tests.flows.owner import APP_URL
from tests.flows.pages.desk import words_in
from webapp.pages import listing
from webapp.pages.shell import Pages

_SENT = {"Origin": APP_URL}


@pytest.fixture
def pages(owner) -> Pages:
    return owner.app.extensions["sosik-pages"]


def _routes(pages, *, method=None):
    """Those that are about nothing in particular."""
    return [
        route
        for route in pages.routes
        if method in (None, route.method) and "<" not in route.path
    ]


def _of_something(route):
    """A path that leads to a route, though to nothing that there is."""
    return re.sub(r"<[^>]*>", "1", route.path)


@pytest.mark.parametrize("own", list(Role))
def test_no_route_is_open_to_a_lesser_role(desk, pages, own):
    desk.has_role(own)
    assert any("<" in route.path for route in pages.routes)
    for route in pages.routes:
        path = _of_something(route).removeprefix("/app")
        answer = desk.gets(path) if route.method == "GET" else desk.sends(path)

        is_refused = answer.status_code == 403
        assert is_refused == (not own.covers(route.role)), route


def test_whoever_may_only_look_can_send_nothing_that_changes_the_store(pages):
    open_to_all = {
        route.path
        for route in pages.routes
        if route.method == "POST" and route.role is Role.VIEWER
    }

    assert open_to_all == {
        *("/app/customers/search", "/app/messages/person"),
        *("/app/language", "/app/sign-out"),
    }


def test_every_way_below_app_is_in_the_registry(owner, pages):
    known = {(route.method, route.path) for route in pages.routes}
    for rule in owner.app.url_map.iter_rules():
        if rule.rule.startswith("/app"):
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                assert (method, rule.rule) in known, rule


def test_nobody_who_is_not_known_sees_any_of_them(owner, pages):
    for route in pages.routes:
        open_, path = owner.browser.open, _of_something(route)
        answer = open_(path, method=route.method, base_url=APP_URL)
        assert answer.status_code == 401, route


def test_every_page_has_a_policy_under_which_nothing_inline_runs(desk, pages):
    for route in _routes(pages, method="GET"):
        path = route.path.removeprefix("/app")
        answer = desk.gets(path)
        page = answer.get_data(as_text=True)

        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "default-src 'none'" in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert not re.search(r"<[^>]+\s(on\w+|style)=", page), route
        assert not re.search(r"<script(?![^>]*\ssrc=)", page), route
        assert "<style" not in page, route


def test_alone_a_page_loads_from_no_other_host_and_is_framed_by_nobody(desk, pages):
    desk.signs_in()
    for route in _routes(pages, method="GET"):
        answer = desk.owner.gets(route.path)
        page = answer.get_data(as_text=True)

        assert answer.status_code == 200, route
        policy = answer.headers["Content-Security-Policy"]
        assert "http" not in policy
        assert "frame-ancestors 'none'" in policy
        assert not re.search(r'(src|<link[^>]*href)="https?:', page), route
        assert "<s-" not in page, route


def _posting(desk, headers):
    """The status of a form that a page alone has sent."""
    pages = desk.owner.app.extensions["sosik-pages"]
    [*_, route] = _routes(pages, method="POST")
    send = desk.owner.browser.post
    return send(route.path, base_url=APP_URL, headers=headers).status_code


def test_a_form_on_another_s_page_changes_nothing(desk):
    desk.signs_in()

    assert _posting(desk, {"Origin": "https://evil.example"}) == 403
    assert _posting(desk, {"Origin": "null"}) == 403
    assert _posting(desk, {"Sec-Fetch-Site": "cross-site"}) == 403
    assert _posting(desk, {}) == 403
    assert _posting(desk, {"Origin": APP_URL}) != 403
    assert _posting(desk, {"Sec-Fetch-Site": "same-origin"}) != 403
    by_no_script = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    assert _posting(desk, by_no_script) != 403
    for site in ("cross-site", "same-site", "none"):
        from_elsewhere = {"Origin": "null", "Sec-Fetch-Site": site}
        assert _posting(desk, from_elsewhere) == 403


def test_it_speaks_the_language_of_the_page_that_asks(desk):
    desk.language = "ko"
    assert '<html lang="ko">' in desk.gets("/").get_data(as_text=True)
    desk.language = "fr"
    assert '<html lang="en">' in desk.gets("/").get_data(as_text=True)


def test_alone_somebody_chooses_the_language_and_it_stays(desk):
    desk.signs_in()
    send = desk.owner.browser.post
    asked = {"base_url": APP_URL, "headers": _SENT}

    chosen = send("/app/language", data={"language": "ko"}, **asked)
    odd = send("/app/language", data={"language": "xx"}, **asked)

    assert (chosen.status_code, odd.status_code) == (303, 422)
    assert '<html lang="ko">' in desk.owner.gets("/app/").get_data(as_text=True)


def test_it_says_what_was_done_and_nothing_that_an_address_makes_up(desk):
    assert "Saved." in desk.reads("/?said=saved")
    assert "hacked" not in desk.reads("/?said=hacked")


@pytest.mark.parametrize(
    "path",
    [
        *("/messages?order=%00", "/orders?name=a%00b", "/messages/%00"),
        *("/automations/cart_reminder/test/%00", "/?a%00b=1"),
    ],
)
def test_what_no_database_can_hold_is_refused_before_anything_is_begun(desk, path):
    assert desk.gets(path).status_code == 400


@pytest.mark.parametrize("path", ["/automations/%00/switch", "/whatsapp/%00/countries"])
def test_nor_is_it_taken_by_a_form(desk, path):
    assert desk.sends(path).status_code == 400
    assert desk.sends("/messages/person", {"person": "Ada\0"}).status_code == 400
    assert desk.world.rows("leases") == []


@pytest.mark.parametrize("number", [2**63, "9" * 60])
def test_a_number_that_nothing_can_have_is_of_nothing_that_there_is(
    desk, pages, number
):
    for route in pages.routes:
        if "<int:" in route.path:
            path = re.sub(r"<int:\w+>", str(number), route.path.removeprefix("/app"))
            path = path.replace("<ending>", "json")
            answer = desk.gets(path) if route.method == "GET" else desk.sends(path)
            assert answer.status_code == 422, route


def test_what_cannot_be_done_is_said_with_the_reason(desk, monkeypatch):
    def refuse(*_given):
        raise NotPossible(N_("the shop is not connected"))

    monkeypatch.setattr("notifications.overview.of_shop", refuse)

    answer = desk.gets("/")

    assert answer.status_code == 422
    assert "the shop is not connected" in words_in(answer)


def test_an_outsider_who_does_not_answer_is_named_by_a_code(desk, monkeypatch):
    def fail(*_given):
        raise TryLater("secret words", code="http_503")

    monkeypatch.setattr("notifications.overview.of_shop", fail)

    answer = desk.gets("/")

    assert answer.status_code == 502
    assert "http_503" in words_in(answer)
    assert "secret words" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("name", ["after", "before"])
@pytest.mark.parametrize(
    "written",
    [
        *("", "x", "W10", "e30", "W251bGxd", "W1tdXQ", "WzEuNV0", "!", "[" * 401, "é"),
        *("W3RydWVd", "WyJcdTAwMDAiXQ", "WyJcdWQ4MDAiXQ"),
    ],
)
def test_a_place_that_somebody_has_changed_is_refused(owner, name, written):
    with owner.app.test_request_context(query_string={name: written}):
        read = listing.after if name == "after" else listing.before
        with pytest.raises(BadRequest):
            read()


def test_a_list_is_walked_forth_and_back(owner):
    rows = list(range(7))

    def asked(query):
        """As a database answers: one row more than are shown."""
        with owner.app.test_request_context(f"/app/x?{query}"):
            if (place := listing.before()) is not None:
                found = [row for row in rows if row < place[0]][::-1][:4]
            else:
                start = listing.after() or [-1]
                found = [row for row in rows if row > start[0]][:4]
            return listing.page_of(found, lambda row: [row], size=3)

    first = asked("state=sent&said=saved")
    second = asked(first.older.partition("?")[2])
    third = asked(second.older.partition("?")[2])
    back = asked(third.newer.partition("?")[2])

    assert [list(page.rows) for page in (first, second, third)] == [
        *([0, 1, 2], [3, 4, 5], [6]),
    ]
    assert first.newer is None
    assert third.older is None
    assert list(back.rows) == [3, 4, 5]
    assert "state=sent" in second.older
    assert "said" not in second.older
    assert asked(back.newer.partition("?")[2]).newer is None


@pytest.mark.parametrize(
    ("path", "front"), [("/app/nowhere", "/app/"), ("/nowhere", "/")]
)
def test_a_page_that_is_not_there_leads_to_the_front_page_of_who_asked(
    desk, path, front
):
    answer = desk.owner.browser.get(path, base_url=APP_URL)

    assert answer.status_code == 404
    assert f'<a href="{front}">To the front page</a>' in answer.get_data(as_text=True)
