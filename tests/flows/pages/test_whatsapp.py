"""The page of the numbers: connect one, see how it is, and what people see of it."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from core.business_profile import BusinessProfile
from notifications.looking_at_numbers import look_at_numbers
from notifications.roles import Role
from notifications.signing_up import carry_on
from notifications.staff import set_role
from storage import numbers, signups
from storage.changes import By
from tests.asked import counted
from tests.flows.owner import APP_URL
from tests.flows.pages.desk import Desk, version_in, words_in
from tests.flows.terminal import attendant_at
from tests.flows.test_signing_up import FRESH, Losing, number_at_meta
from tests.pictures import jpeg, png
from tests.wire.shopify_bodies import example
from tests.world import SHOP
from wiring.outside import desk_at

HOSTILE = "</p><script>alert(1)</script>\u202e"


class Page(Desk):
    """The owner at the page, with Meta's dialog at hand."""

    @property
    def services(self):
        return self.world.services

    @property
    def shop_id(self):
        return self.world.shop_ids[SHOP]

    @property
    def meta(self):
        return Losing(desk_at(self.owner.settings))

    def new(self, **more):
        return number_at_meta(self.world, **more)

    def address(self, query=""):
        page = self.gets(f"/whatsapp{query}").get_data(as_text=True)
        found = re.search(r'href="(/auth/meta/begin\?[^"]+)"', page)
        return None if found is None else unescape(found[1])

    def ticket(self, query=""):
        [ticket] = parse_qs(urlsplit(self.address(query)).query)["ticket"]
        return ticket

    def is_asked(self, ticket):
        """Opens the page which says for what store the number will be."""
        return self.owner.gets(f"/auth/meta/begin?{urlencode({'ticket': ticket})}")

    def comes_back(self, number, *, ticket=None, **more):
        ticket = ticket or self.ticket()
        self.is_asked(ticket)
        return self.is_sent_back(number, ticket, **more)

    def is_sent_back(self, number, ticket, **more):
        back = f"{APP_URL}/auth/meta"
        asked = {"phone_number_id": number, "redirect_uri": back}
        code = self.world.meta.post("signup_codes", asked)["code"]
        said = {"code": code, "state": ticket, **more}
        return self.owner.browser.get("/auth/meta", query_string=said, base_url=APP_URL)

    def connects(self, number, query=""):
        assert self.comes_back(number, ticket=self.ticket(query)).status_code == 200
        carry_on(self.meta, services=self.services)

    def looks(self):
        return look_at_numbers(self.meta, services=self.services)

    def numbers(self):
        with self.services.transactions.for_shop(self.shop_id) as tx:
            return [
                (row["phone_number_id"], row["countries"])
                for row in numbers.numbers_of(tx, self.shop_id)
            ]

    def signup(self):
        with self.services.transactions.for_shop(self.shop_id) as tx:
            return signups.of_shop(tx, self.shop_id)


@pytest.fixture
def page(world, owner):
    world.open_shop(number=None)
    return Page(owner)


# Connecting at Meta


def test_a_store_without_a_number_is_told_what_to_do(page):
    said = page.reads("/whatsapp")

    assert "No number is connected yet" in said
    assert "Connect WhatsApp at Meta" in said


def test_a_number_is_connected_in_metas_window_and_then_looked_at(page):
    id_ = page.new(number_says=FRESH)
    begun = page.owner.gets(page.address())
    assert "the store Ada's Things" in words_in(begun)

    done = page.comes_back(id_)
    assert "The number is being connected." in words_in(done)
    assert "A number is being connected" in page.reads("/whatsapp")
    carry_on(page.meta, services=page.services)
    page.looks()

    assert page.numbers() == [(id_, [])]
    said = page.reads("/whatsapp")
    assert f"+1 555-{id_}" in said
    assert "Next step:" in said


def test_metas_dialog_is_asked_for_a_code_and_leads_back_to_us(page):
    begun = page.owner.gets(page.address()).get_data(as_text=True)
    links = [unescape(each) for each in re.findall(r'href="(http[^"]+)"', begun)]

    for link in links:
        asked = {n: v for n, [v] in parse_qs(urlsplit(link).query).items()}
        assert asked["redirect_uri"] == f"{APP_URL}/auth/meta"
        assert (asked["client_id"], asked["config_id"]) == ("1", "7")
        assert asked["response_type"] == "code"
    assert len(links) == 2
    assert "whatsapp_business_app_onboarding" not in links[0]
    assert "whatsapp_business_app_onboarding" in links[1]


def test_neither_page_of_ours_loads_anything_of_metas(page):
    for path in (page.address(), "/app/whatsapp"):
        answer = page.owner.browser.get(path, base_url=APP_URL, headers=page._headers())
        assert answer.status_code == 200
        body = answer.get_data(as_text=True)
        assert not re.search(r'(src|<link[^>]*href)="[^"]*(facebook|127\.0)', body)
        assert "facebook" not in answer.headers["Content-Security-Policy"]


def test_a_ticket_is_good_once_and_not_for_long(page):
    one, two = page.new(), page.new()
    ticket = page.ticket()
    assert page.comes_back(one, ticket=ticket).status_code == 200
    assert page.comes_back(two, ticket=ticket).status_code == 403

    late = page.ticket()
    page.world.now += timedelta(minutes=31)
    assert page.comes_back(two, ticket=late).status_code == 403
    address = f"/auth/meta/begin?ticket={late}"
    assert page.owner.gets(address).status_code == 403


@pytest.mark.parametrize("ticket", ["", "x", "[1]", '[1,"a",[],1,"b"].AAAA'])
def test_a_ticket_that_is_not_ours_opens_nothing(page, ticket):
    id_ = page.new()

    answer = page.owner.browser.get(
        "/auth/meta", query_string={"state": ticket, "code": "c"}, base_url=APP_URL
    )

    assert answer.status_code == 403
    assert page.owner.gets(f"/auth/meta/begin?ticket={ticket}").status_code == 403
    assert page.signup() is None
    assert id_


def test_who_is_sent_metas_address_by_somebody_else_gives_them_no_number(page):
    """Of the address of Meta's dialog, with the ticket in it, anybody can make a link:
    whoever follows it was never asked which store is meant."""
    id_, theirs = page.new(), page.ticket()

    assert page.is_sent_back(id_, theirs).status_code == 403
    page.is_asked(page.ticket())
    assert page.is_sent_back(id_, theirs).status_code == 403
    assert page.signup() is None

    cookie = page.is_asked(theirs).headers["Set-Cookie"]
    assert cookie.startswith("__Host-sosik-signup=")
    for each in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert each in cookie
    assert page.is_sent_back(id_, theirs).status_code == 200


@pytest.mark.parametrize("topic", ["app/uninstalled", "shop/redact"])
def test_a_store_that_is_gone_meanwhile_is_given_no_number(page, terminal, topic):
    id_, ticket = page.new(), page.ticket()
    page.is_asked(ticket)
    world = page.world
    world.now += timedelta(minutes=1)
    # What others have left at the simulated store counts for nothing here.
    page.owner.shopify.post("uninstall", {"shop": SHOP})
    told = {"triggered_at": world.now, "webhook_id": "gone"}
    world.shopify_says(topic, example(topic) | {"shop_domain": SHOP}, **told)
    world.work()
    attendant_at(terminal).attend()

    assert page.is_sent_back(id_, ticket).status_code == 403
    assert page.signup() is None


def test_whose_role_was_taken_away_meanwhile_connects_nothing(page):
    id_, ticket = page.new(), page.ticket()
    other = Page(page.owner, staff="4712")
    other.gets("/whatsapp")
    by = By("page", "4711")
    set_role(page.shop_id, "4712", Role.OWNER, by=by, services=page.services)
    set_role(page.shop_id, "4711", Role.VIEWER, by=by, services=page.services)

    assert page.comes_back(id_, ticket=ticket).status_code == 403
    assert page.signup() is None


def test_who_changes_their_mind_at_meta_has_connected_nothing(page):
    said = {"error": "access_denied", "state": page.ticket()}
    page.is_asked(said["state"])
    answer = page.owner.browser.get("/auth/meta", query_string=said, base_url=APP_URL)

    assert "Nothing was connected." in words_in(answer)
    assert page.signup() is None


def test_a_code_that_meta_does_not_know_is_said_with_its_reason(page):
    said = {"code": "AQmadeup", "state": page.ticket()}
    page.is_asked(said["state"])
    answer = page.owner.browser.get("/auth/meta", query_string=said, base_url=APP_URL)

    assert "meta_100" in words_in(answer)
    assert page.signup() is None


def test_a_second_number_is_for_the_countries_that_were_asked_for(page):
    first, second = page.new(), page.new()
    page.connects(first)

    assert "It will be for buyers in BR, PT." in page.reads("/whatsapp?countries=pt,BR")
    page.connects(second, "?countries=pt,BR")

    assert page.numbers() == [(first, []), (second, ["BR", "PT"])]
    assert page.address("?countries=Brazil") is None
    assert "BRAZIL is no country" in page.reads("/whatsapp?countries=Brazil")
    page.language = "ko"
    assert "국가 코드가 아닙니다(BRAZIL)" in page.reads("/whatsapp?countries=Brazil")


def test_where_several_numbers_are_meant_the_owner_chooses(page):
    one = page.new()
    two = page.new(waba=f"8{one}")
    page.connects(one)
    assert page.numbers() == []
    assert "Which number is it?" in page.reads("/whatsapp")

    assert page.sends("/whatsapp/choose", {"number": "1"}).status_code == 422
    assert page.sends("/whatsapp/choose", {"number": two}).status_code == 303
    carry_on(page.meta, services=page.services)

    assert page.numbers() == [(two, [])]


def test_a_pin_that_is_missing_is_asked_for_where_it_stopped(page):
    id_ = page.new(number_says=FRESH, pin="123456")
    page.connects(id_)
    said = page.reads("/whatsapp")
    assert "The PIN of the two-step verification is wrong. (meta_133005)" in said
    assert "PIN of the number at Meta" in said

    assert page.sends("/whatsapp/go-on", {"pin": "12"}).status_code == 422
    assert page.sends("/whatsapp/go-on", {"pin": "123456"}).status_code == 303
    carry_on(page.meta, services=page.services)

    assert page.numbers() == [(id_, [])]


def test_what_stopped_can_be_given_up(page):
    page.connects(page.new(number_says=FRESH, pin="123456"))

    page.sends("/whatsapp/give-up")

    assert page.signup() is None
    assert "No number is connected yet" in page.reads("/whatsapp")


# By hand


def test_ids_and_a_token_connect_without_metas_window(page):
    id_ = page.new()
    typed = {"account": f"8{id_}", "phone_number": id_, "token": f" EAAN8{id_}\n"}

    assert page.sends("/whatsapp", typed).status_code == 303
    carry_on(page.meta, services=page.services)

    assert page.numbers() == [(id_, [])]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"account": "8x"}, "a number that Meta shows you"),
        ({"token": ""}, "no token of Meta's"),
        ({"only_countries": "Brazil"}, "BRAZIL is no country"),
        ({"only_countries": "BR"}, "default number first"),
        ({"account": HOSTILE}, "a number that Meta shows you"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays_but_the_token(
    page, wrong, says
):
    typed = {"account": "81", "phone_number": "1", "token": "EAANsecret", **wrong}

    answer = page.sends("/whatsapp", typed)

    assert answer.status_code == 422
    body = answer.get_data(as_text=True)
    assert says in words_in(answer)
    assert "EAANsecret" not in body
    assert "<script>alert" not in body
    assert page.signup() is None


# One number


@pytest.fixture
def number(page):
    id_ = page.new(
        profile={"about": "Things", "vertical": "RETAIL"},
        number_says={"verified_name": HOSTILE},
    )
    page.connects(id_)
    page.looks()
    return id_


def test_its_page_tells_each_line_and_metas_own_words_inert(page, number):
    answer = page.gets(f"/whatsapp/{number}")
    said = words_in(answer)

    assert "<script>alert" not in answer.get_data(as_text=True)
    assert "Meta tells us what becomes of messages" in said
    assert "Complete to 29 percent" in said
    assert "Description: Who looks you up" in said


def test_a_number_of_nobody_or_of_another_store_is_none(page, number):
    other = page.world.open_shop("eve.myshopify.com", number=None)
    assert other

    assert page.gets("/whatsapp/1").status_code == 422
    for way in ("check", "profile", "picture", "countries", "disconnect"):
        assert page.sends(f"/whatsapp/1/{way}").status_code == 422


def test_the_button_has_meta_asked_anew(page, number):
    page.world.now += timedelta(minutes=5)
    assert page.looks() == 0

    assert page.sends(f"/whatsapp/{number}/check").status_code == 303
    assert "Meta is being asked" in page.reads(f"/whatsapp/{number}")
    assert page.looks() == 1
    assert "Meta is being asked" not in page.reads(f"/whatsapp/{number}")


PROFILE = {
    "about": "Good things",
    "description": "Lines\r\nof it",
    "vertical": "RETAIL",
    "email": "ada@ada.example",
    "website_1": "https://ada.example",
    "website_2": "",
    "address": "Street 1",
}


def test_a_profile_is_saved_told_to_meta_and_then_shown_as_complete(page, number):
    path = f"/whatsapp/{number}"
    version = version_in(page.gets(path), f"{path}/profile")

    assert page.sends(f"{path}/profile", PROFILE | {"version": version}).status_code
    assert "Meta is told the profile" in page.reads(path)
    page.looks()

    assert page.meta.profile(number, f"EAAN8{number}") == BusinessProfile(
        about="Good things",
        address="Street 1",
        description="Lines\nof it",
        email="ada@ada.example",
        websites=("https://ada.example",),
        vertical="RETAIL",
    )
    said = page.reads(path)
    [*_, change] = page.world.rows("changes")
    assert (change.what, change.before) == ("business_profile", None)
    assert change.after == {
        "changed": ["about", "address", "description", "email", "websites"]
    }
    assert "About, Address, Description, E-mail, Website" in page.reads(
        "/settings/changes"
    )
    assert "Complete to 86 percent" in said
    assert "Meta is told the profile" not in said


def _sends_picture(page, number, content, **more):
    path = f"/whatsapp/{number}"
    version = version_in(page.gets(path), f"{path}/picture")
    told = b'--of\r\nContent-Disposition: form-data; name="version"\r\n\r\n'
    file = b'--of\r\nContent-Disposition: form-data; name="picture"; '
    file += b'filename="../logo.exe"\r\nContent-Type: text/html\r\n\r\n'
    said = more.get("version", version).encode() + b"\r\n"
    body = told + said + file + content + b"\r\n--of--\r\n"
    kind = "multipart/form-data; boundary=of"
    return page.sends(f"{path}/picture", body, content_type=kind)


def test_a_picture_is_chosen_given_to_meta_and_counts(page, number):
    assert "Your logo is what people know you by" in page.reads(f"/whatsapp/{number}")

    assert _sends_picture(page, number, png()).status_code == 303
    assert "Meta is given the picture" in page.reads(f"/whatsapp/{number}")
    page.looks()

    said = page.reads(f"/whatsapp/{number}")
    assert page.meta.profile(number, f"EAAN8{number}").has_picture
    assert "Complete to 43 percent" in said
    assert "Your logo is what" not in said
    assert "Meta is given the picture" not in said
    [change] = [r for r in page.world.rows("changes") if r.what == "business_picture"]
    assert (change.subject, change.after) == (
        number,
        {"type": "image/png", "bytes": len(png())},
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Choose a picture first."),
        (b"<script>", "neither a JPEG nor a PNG"),
        (jpeg(640, 480), "cut it to a square"),
        (bytes(1_000_001), "1 MB at most."),
    ],
)
def test_what_is_no_picture_for_meta_is_said_beside_the_field(
    page, number, content, said
):
    answer = _sends_picture(page, number, content)

    assert answer.status_code == 422
    assert said in words_in(answer)
    assert "Meta is given the picture" not in page.reads(f"/whatsapp/{number}")


def test_what_is_too_large_for_any_form_is_told_how_large_it_may_be(page, number):
    answer = _sends_picture(page, number, bytes(1_200_000))

    assert answer.status_code == 413
    assert "one megabyte at most" in words_in(answer)


def test_a_form_from_before_another_picture_was_chosen_changes_nothing(page, number):
    version = version_in(
        page.gets(f"/whatsapp/{number}"), f"/whatsapp/{number}/picture"
    )
    _sends_picture(page, number, png())

    answer = _sends_picture(page, number, jpeg(), version=version)

    assert answer.status_code == 409
    assert "Somebody else has changed this meanwhile" in words_in(answer)


def test_who_saves_an_older_profile_is_shown_the_newer_one(page, number):
    path = f"/whatsapp/{number}"
    version = version_in(page.gets(path), f"{path}/profile")
    page.sends(f"{path}/profile", PROFILE | {"version": version})

    late = PROFILE | {"about": "Older things", "version": version}
    answer = page.sends(f"{path}/profile", late)

    assert answer.status_code == 409
    assert "Somebody else has changed this meanwhile" in words_in(answer)
    assert "Good things" in words_in(answer)
    page.looks()
    assert page.meta.profile(number, f"EAAN8{number}").about == "Good things"


def test_what_meta_would_not_take_is_said_beside_the_field(page, number):
    path = f"/whatsapp/{number}"
    version = version_in(page.gets(path), f"{path}/profile")
    wrong = PROFILE | {"email": "ada", "about": "a" * 140, "version": version}

    answer = page.sends(f"{path}/profile", wrong)

    assert answer.status_code == 422
    said = words_in(answer)
    assert "This is no e-mail address." in said
    assert "Meta takes 139 letters at most." in said
    assert "Street 1" in answer.get_data(as_text=True)


def test_countries_are_changed_and_a_number_is_disconnected(page, number):
    second = page.new()
    page.connects(second, "?countries=BR")

    path = f"/whatsapp/{second}/countries"
    version = version_in(page.gets(f"/whatsapp/{second}"), path)
    typed = {"countries": "PT, AO", "version": version}
    changed, late = page.sends(path, typed), page.sends(path, typed)
    first = page.sends(f"/whatsapp/{number}/disconnect")
    assert (changed.status_code, late.status_code) == (303, 409)
    assert first.status_code == 422
    assert page.numbers() == [(number, []), (second, ["AO", "PT"])]
    again = version_in(page.gets(f"/whatsapp/{second}"), path)
    page.sends(path, {"countries": "AO,PT", "version": again})

    assert page.sends(f"/whatsapp/{second}/disconnect").status_code == 303
    assert page.numbers() == [(number, [])]
    noted = [(row.actor, row.what) for row in page.world.rows("changes")]
    assert noted[-2:] == [("4711", "number_countries"), ("4711", "number_disconnected")]
    assert noted.count(("4711", "number_countries")) == 1, "once it was another"


# Who sees what


@pytest.mark.parametrize(("role", "checks"), [(Role.AGENT, True), (Role.VIEWER, False)])
def test_others_see_how_it_is_and_are_offered_nothing_that_they_may_not(
    page, number, role, checks
):
    other = Page(page.owner, staff="4712")
    other.gets("/whatsapp")
    by = By("page", "4711")
    set_role(page.shop_id, "4712", role, by=by, services=page.services)

    overview, one = other.gets("/whatsapp"), other.gets(f"/whatsapp/{number}")

    actions = set(
        re.findall(r'action="(/app/whatsapp[^"]*)"', overview.text + one.text)
    )
    assert actions == ({f"/app/whatsapp/{number}/check"} if checks else set())
    assert "/auth/meta" not in overview.text


def test_it_is_told_in_korean(page, number):
    page.language = "ko"

    assert "WhatsApp 연결" in page.reads("/whatsapp")
    assert "비즈니스 프로필" in page.reads(f"/whatsapp/{number}")


def test_it_asks_a_fixed_number_of_questions(page, number, monkeypatch):
    with counted(monkeypatch) as one:
        page.reads("/whatsapp")
    for code in ("BR", "PT", "AO"):
        page.connects(page.new(), f"?countries={code}")
    with counted(monkeypatch) as four:
        page.reads("/whatsapp")

    assert len(four) == len(one)
    assert len(one) < 25
