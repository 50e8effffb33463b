"""What people say in the chat is heard: whose it is, and when they said it."""

from datetime import timedelta

from tests.world import NOON, PHONE

ADAS, BOBS = "3001", "3002"
ADA, BOB = "ada.myshopify.com", "bob.myshopify.com"


def wrote_at(world):
    return [(row.shop_id, row.wrote_at) for row in world.rows("contacts")]


def test_when_somebody_wrote_is_known_of_the_shop_that_they_wrote_to(world):
    world.open_shop(ADA, number=ADAS)
    bob = world.open_shop(BOB, number=BOBS)

    world.person_says("hello", number=BOBS)
    world.work()

    assert wrote_at(world) == [(bob, NOON)]


def test_the_last_word_counts_whenever_it_is_told(world):
    shop = world.open_shop()

    world.person_says("later", at=NOON + timedelta(minutes=5))
    world.person_says("earlier", at=NOON)
    world.now = NOON + timedelta(minutes=6)
    world.work()
    world.person_says("even earlier", at=NOON - timedelta(hours=1))
    world.work()

    assert wrote_at(world) == [(shop, NOON + timedelta(minutes=5))]


def test_a_phone_whose_clock_runs_ahead_has_not_written_in_the_future(world):
    shop = world.open_shop()

    world.person_says("hello", at=NOON + timedelta(days=300))
    world.work()

    assert wrote_at(world) == [(shop, NOON)]


def test_what_nobody_wrote_opens_no_window(world):
    world.open_shop()
    world.person_prefers("stop")
    world.person_says({"type": "reaction", "reaction": {"emoji": "👍"}})
    world.work()

    assert [moment for _, moment in wrote_at(world)] == [None]


def test_what_is_said_to_a_number_of_nobody_here_is_nobodys(world):
    world.open_shop()

    world.person_says("STOP", number="999")
    world.work()

    assert world.rows("contacts") == []
    assert [row.state for row in world.rows("webhooks")] == ["done"]


def test_somebody_who_shows_no_number_is_heard_and_harms_nothing(world):
    shop = world.open_shop()

    world.person_says("hello", phone=None, user_id="DE.1", username="@ada")
    world.person_says("hello", phone=PHONE)
    world.work()

    assert {row.state for row in world.rows("webhooks")} == {"done"}
    assert (shop, NOON) in wrote_at(world)


def test_nothing_that_somebody_wrote_stands_readable_anywhere(world):
    world.open_shop()

    world.person_says("my secret wish", message_id="wamid.of_the_secret")
    world.work()

    for table in ("webhooks", "contacts", "messages", "consents"):
        for row in world.rows(table):
            assert "secret" not in str(tuple(row))
            assert PHONE[1:] not in str(tuple(row))
