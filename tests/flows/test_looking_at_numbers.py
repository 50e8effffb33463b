"""Meta is asked how the numbers are, and told the profiles they are to have."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.business_profile import BusinessProfile
from core.errors import NotPossible
from notifications import looking_at_numbers, numbers_told
from notifications.looking_at_numbers import look_at_numbers
from notifications.numbering import remove_number
from notifications.rules.health_lines import Light
from notifications.standing_of_numbers import standing_of
from storage import number_health, shops
from tests import samples
from tests.flows.test_signing_up import BY, FRESH, Owner
from tests.pictures import jpeg, png
from tests.world import PHONE, SHOP
from wiring.outside import desk_at

PROFILE = BusinessProfile(
    about="Things for everybody",
    description="We sell things.",
    email="ada@ada.example",
    websites=("https://ada.example",),
    vertical="RETAIL",
)


class Looked(Owner):
    """A store with one number, connected."""

    def __init__(self, world):
        super().__init__(world)
        self.number = self.new(number_says=FRESH)
        self.begin(self.number)
        self.carry_on()
        self.desk.asked.clear()

    def look(self):
        return look_at_numbers(self.desk, services=self.world.services)

    def check_now(self):
        looking_at_numbers.check_now(
            self.shop_id, self.number, services=self.world.services
        )

    def want(self, profile=PROFILE):
        looking_at_numbers.write_profile(
            self.shop_id, self.number, profile, by=BY, services=self.world.services
        )

    def want_picture(self, content=b"", shop_id=None):
        looking_at_numbers.write_picture(
            shop_id or self.shop_id,
            self.number,
            content or png(),
            by=BY,
            services=self.world.services,
        )

    def change_at_meta(self, **more):
        self.world.meta.post("accounts", self.at_meta(self.number) | more)

    @property
    def known(self):
        with self.world.services.transactions.for_shop(self.shop_id) as tx:
            return number_health.of_shop(tx, self.shop_id)[self.number]

    @property
    def profile(self):
        return numbers_told.profile_from_json(self.known.profile)

    def standing(self):
        [found] = standing_of(self.shop_id, services=self.world.services)
        return found


@pytest.fixture
def owner(world):
    return Looked(world)


def test_a_number_is_looked_at_when_it_is_connected_and_then_each_hour(owner):
    assert owner.look() == 1
    assert owner.look() == 0

    owner.world.now += timedelta(minutes=59)
    assert owner.look() == 0
    owner.world.now += timedelta(minutes=1)
    assert owner.look() == 1


def test_what_meta_said_is_kept_as_it_was(owner):
    ends = int((owner.world.now + timedelta(days=60)).timestamp())
    owner.change_at_meta(token_ends=ends)
    owner.look()

    told = numbers_told.from_json(owner.known.told)
    token = f"EAAN8{owner.number}"
    assert told.number == owner.desk.number(owner.number, token)
    assert told.account == owner.desk.account(f"8{owner.number}", token)
    assert told.token == owner.desk.about_token(token)
    assert told.token.expires_at == datetime.fromtimestamp(ends, UTC)


def test_that_a_number_is_used_in_the_business_app_is_kept_with_it(owner):
    owner.change_at_meta(number_says={"is_on_biz_app": True})
    owner.look()
    [number] = owner.numbers
    assert number["is_on_phone"] is True

    owner.change_at_meta(number_says={})
    owner.world.now += timedelta(hours=1)
    owner.look()
    [number] = owner.numbers
    assert number["is_on_phone"] is False


def test_the_button_has_meta_asked_at_once_but_not_for_ever(owner):
    owner.look()
    owner.world.now += timedelta(minutes=5)

    for _ in range(5):
        owner.check_now()
        owner.look()
    assert owner.desk.asked.count("number") == 2

    owner.world.now += timedelta(seconds=30)
    assert owner.look() == 1


def test_meta_away_keeps_what_was_known_and_says_so(owner):
    owner.look()
    before = owner.known.told
    owner.check_now()
    owner.world.now += timedelta(minutes=5)
    owner.desk.lose = {"account": False}

    owner.look()

    assert owner.known.told == before
    assert owner.known.held_because == "no_answer_timeout"
    owner.world.now += timedelta(seconds=2)
    owner.look()
    assert owner.known.held_because is None


def test_a_dead_token_turns_the_light_red(owner):
    owner.look()
    assert owner.standing().light < Light.RED
    owner.change_at_meta(refuses=190)
    owner.world.now += timedelta(hours=1)

    owner.look()

    standing = owner.standing()
    assert standing.light is Light.RED
    assert standing.next_step.code == "meta_190"
    assert owner.known.held_because == "meta_190"


def test_a_store_that_is_gone_is_not_asked_about(owner):
    with owner.world.services.transactions.for_shop(owner.shop_id) as tx:
        shops.change(tx, owner.shop_id, {"state": "uninstalled"})

    assert owner.look() == 0


def test_a_number_that_is_disconnected_is_forgotten(owner):
    owner.look()
    with owner.world.services.transactions.for_shop(owner.shop_id) as tx:
        remove_number(tx, owner.shop_id, owner.number, owner.world.services)

    assert owner.world.rows("number_health") == []
    assert owner.look() == 0
    assert len(owner.world.rows("number_pins")) == 1


def _meta_tells(world, field, value, account):
    change = {"field": field, "value": value}
    entry = {
        "id": account,
        "time": int(world.now.timestamp()),
        "changes": [change],
    }
    body = {"object": "whatsapp_business_account", "entry": [entry]}
    assert world.meta_says(body) == 200
    world.work()


def test_meta_is_asked_at_once_where_it_tells_that_something_moved(owner):
    owner.look()
    owner.world.now += timedelta(minutes=5)
    assert owner.look() == 0

    removed = {
        "event": "PARTNER_REMOVED",
        "waba_info": {"waba_id": f"8{owner.number}"},
    }
    _meta_tells(owner.world, "account_update", removed, "a business")
    assert owner.look() == 1

    owner.world.now += timedelta(minutes=5)
    limit = {"event": "UPGRADE", "current_limit": "TIER_1K"}
    _meta_tells(owner.world, "phone_number_quality_update", limit, "another")
    assert owner.look() == 0
    mine = f"8{owner.number}"
    _meta_tells(owner.world, "phone_number_quality_update", limit, mine)
    assert owner.look() == 1


# The light


def test_all_is_green_once_templates_are_approved_and_messages_leave(world):
    world.open_shop()
    shop_id = world.shop_ids[SHOP]
    [number] = [row.phone_number_id for row in world.rows("numbers")]
    services = world.services
    looking_at_numbers.check_now(shop_id, number, services=services)
    look_at_numbers(desk_at(world.settings), services=services)
    world.agree(PHONE)
    world.shopify_says("orders/create", samples.order(phone=PHONE))
    world.work()
    assert len(world.accepted) == 1

    [standing] = standing_of(shop_id, services=services)

    assert standing.light is Light.GREEN
    assert standing.next_step is None


# The profile


def test_a_profile_is_written_and_read_again(owner):
    owner.look()
    owner.want()
    assert owner.known.wanted is not None

    owner.look()

    assert owner.profile == PROFILE
    assert owner.known.wanted is None
    assert owner.at_meta(owner.number)["profile"]["about"] == PROFILE.about


@pytest.mark.parametrize("is_done", [True, False])
def test_a_lost_answer_about_a_profile_is_looked_at(owner, is_done):
    owner.look()
    owner.want()
    owner.desk.lose = {"write_profile": is_done}

    owner.look()
    assert (owner.known.wanted is None) is is_done
    owner.world.now += timedelta(seconds=2)
    owner.look()

    assert owner.profile == PROFILE
    assert owner.desk.asked.count("write_profile") == (1 if is_done else 2)


def test_what_meta_refuses_of_a_profile_is_told_and_not_tried_for_ever(owner):
    owner.look()
    owner.want()
    owner.desk.refuses = "write_profile"
    owner.look()
    assert owner.known.refused_because == "meta_100"

    owner.world.now += timedelta(hours=1)
    owner.look()
    assert owner.desk.asked.count("write_profile") == 1

    owner.desk.refuses = ""
    owner.want()
    owner.look()
    assert owner.profile == PROFILE
    assert owner.known.refused_because is None


def test_what_meta_would_not_take_is_refused_at_once(owner):
    with pytest.raises(NotPossible):
        owner.want(replace(PROFILE, about="a" * 140))

    assert owner.known.wanted is None


def test_nobody_writes_the_profile_of_another_stores_number(owner):
    other = owner.world.open_shop("eve.myshopify.com", number=None)

    with pytest.raises(NotPossible):
        looking_at_numbers.write_profile(
            other, owner.number, PROFILE, by=BY, services=owner.world.services
        )
    looking_at_numbers.check_now(other, owner.number, services=owner.world.services)

    assert len(owner.world.rows("number_health")) == 1


# Its picture


def test_a_picture_is_written_and_kept_no_longer_than_that(owner):
    owner.want_picture()
    assert owner.known.is_picture_wanted

    owner.look()

    assert owner.profile.has_picture
    assert not owner.known.is_picture_wanted
    [row] = owner.world.rows("number_health")
    assert row.picture is None


@pytest.mark.parametrize("is_done", [True, False])
def test_a_lost_answer_about_a_picture_has_it_written_again(owner, is_done):
    owner.want_picture()
    owner.desk.lose = {"write_picture": is_done}

    owner.look()
    assert owner.known.is_picture_wanted
    owner.world.now += timedelta(seconds=2)
    owner.look()

    assert owner.profile.has_picture
    assert owner.desk.asked.count("write_picture") == 2


def test_a_picture_that_does_not_reach_meta_keeps_nobody_from_looking(owner):
    """How fast a number may send hangs on what is read of it."""
    owner.want_picture()
    owner.desk.lose = {"write_picture": False}

    owner.look()

    assert owner.known.is_picture_wanted
    assert owner.known.read_at == owner.world.now
    assert owner.known.held_because is not None


def test_what_meta_refuses_of_a_picture_is_told_until_there_is_another(owner):
    owner.want_picture()
    owner.desk.refuses = "write_picture"
    owner.look()
    standing = owner.standing()
    assert standing.picture_refused_because == "meta_100"
    assert not standing.is_picture_wanted

    owner.desk.refuses = ""
    owner.want_picture(jpeg())
    owner.look()

    assert owner.standing().picture_refused_because is None
    assert owner.profile.has_picture


def test_a_picture_that_was_chosen_meanwhile_is_not_lost(owner):
    owner.want_picture()
    owner.desk.desk = _Meanwhile(owner.desk.desk, owner)

    owner.look()

    assert owner.desk.asked.count("write_picture") == 2
    assert not owner.known.is_picture_wanted


class _Meanwhile:
    """Somebody chooses another picture while Meta is given the first."""

    def __init__(self, desk, owner):
        self._desk, self._owner, self._is_first = desk, owner, True

    def __getattr__(self, name):
        return getattr(self._desk, name)

    def write_picture(self, *given):
        self._desk.write_picture(*given)
        if self._is_first:
            self._is_first = False
            self._owner.world.now += timedelta(seconds=1)
            self._owner.want_picture(jpeg())


def test_nobody_sets_the_picture_of_another_stores_number(owner):
    other = owner.world.open_shop("eve.myshopify.com", number=None)

    with pytest.raises(NotPossible):
        owner.want_picture(shop_id=other)
    with pytest.raises(NotPossible):
        owner.want_picture(b"no picture")

    assert not owner.known.is_picture_wanted
