"""A code for an offer is made once, is known to nobody before, and ends on time."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from core.discounts import LETTERS
from notifications import flash_codes, making_codes
from storage import offer_codes, shops
from storage.offer_codes import Asked
from tests.flows.offered import TERMS, Losing, opened

SECOND, MINUTE, HOUR = (
    timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours")
)


@pytest.fixture
def store(world, terminal, shopify, request):
    return opened(world, terminal, shopify, request.node.name)


# Made


def test_a_code_is_made_for_whoever_is_to_be_told_of_it(store):
    [message] = store.wants()

    store.work()

    row = store.row(message)
    assert (row.state, row.due_at) == ("made", None)
    assert store.has(row.code)


def test_a_code_is_short_and_nobodys_word(store):
    store.wants(40)

    store.work()

    codes = {row.code for row in store.rows()}
    assert len(codes) == 40
    assert all(len(code) == 12 and code.isalnum() for code in codes)
    assert set("".join(codes)) <= set(LETTERS)
    assert not set(LETTERS) & set("AEIOU01L2Z5S8BV")


def test_codes_of_one_step_and_hour_are_of_one_discount(store, world):
    store.wants(3)
    store.work()
    world.now += 10 * MINUTE
    store.wants(2)

    store.work()

    assert [row.state for row in store.rows()] == ["made"] * 5
    [discount] = store.rows("discounts")
    found = {store.found(row.code).discount for row in store.rows()}
    assert found == {discount.name}


@pytest.mark.parametrize(
    "other",
    [
        replace(TERMS, step="3"),
        replace(TERMS, flow="win_back"),
        replace(TERMS, percent=TERMS.percent * 2),
        replace(TERMS, valid_hours=48),
        replace(TERMS, combines=True),
    ],
)
def test_codes_of_other_terms_are_of_another(store, other):
    store.wants()
    store.wants(terms=other)

    store.work()

    assert len({row.name for row in store.rows("discounts")}) == 2


def test_codes_of_the_next_hour_are_of_another(store, world):
    store.wants()
    store.work()
    world.now += HOUR
    store.wants()

    store.work()

    first, second = store.rows("discounts")
    assert second.ends_at - first.ends_at == HOUR


def test_a_discount_is_what_shopify_wants_of_one(store):
    """Its real schema looks at it, too: see the simulated store."""
    client = store.at_shopify.client
    asked = []

    def post(method, url, *, headers, body=None):
        asked.append(body.decode())
        return client.post(method, url, headers=headers, body=body)

    store.wants()
    store.work(replace(store.at_shopify, client=replace(client, post=post)))

    [created] = [each for each in asked if "discountCodeBasicCreate" in each]
    assert '"percentage": 0.1' in created
    assert '"usageLimit": 1' in created
    assert '"appliesOncePerCustomer": true' in created
    assert '"context": {"all": "ALL"}' in created
    assert '"customerSelection"' not in created


def test_more_than_shopify_takes_at_once_are_made_in_turns(store):
    store.wants(260)

    assert store.work() == 2

    assert {row.state for row in store.rows()} == {"made"}
    assert len({row.code for row in store.rows()}) == 260
    assert len(store.rows("discounts")) == 1


def test_a_code_for_one_customer_has_a_discount_of_their_own(
    world, store, shopify, terminal
):
    sold = shopify.post("orders", {"shop": store.domain, "phone": "+4915112345678"})
    customer = sold["order"]["customer"]["id"]
    alone = replace(TERMS, one_customer=True)
    [first] = store.wants(terms=alone, checkout_key=_checkout(world, store, customer))
    [second] = store.wants(terms=alone)

    store.work()

    assert {row.state for row in store.rows()} == {"made"}
    whose = {row.of_code: row.customer_id for row in store.rows("discounts")}
    assert whose == {store.row(first).id: customer, 0: None}
    assert store.row(second).code


def _checkout(world, store, customer):
    key = b"checkout"
    with world.services.transactions.for_shop(store.shop_id) as tx:
        tx.connection.execute(
            text(
                "INSERT INTO checkouts (shop_id, token_key, token, updated_at,"
                " version, customer_id) VALUES (:shop, :key, '', now(), '', :customer)"
            ),
            {"shop": store.shop_id, "key": key, "customer": customer},
        )
    return key


# Once


@pytest.mark.parametrize("is_carried_out", [True, False])
@pytest.mark.parametrize("lost", ["create_discount", "add_codes"])
def test_nothing_is_made_twice_when_an_answer_is_lost(
    world, store, lost, is_carried_out
):
    store.wants(3)
    losing = Losing(store.at_shopify, [lost], is_carried_out=is_carried_out)

    store.work(losing)
    world.now += MINUTE
    store.work(losing)
    world.now += MINUTE
    store.work(losing)

    assert [row.state for row in store.rows()] == ["made"] * 3
    [discount] = store.rows("discounts")
    found = [store.found(row.code) for row in store.rows()]
    assert {each.discount for each in found} == {discount.name}
    assert losing.called.count("create_discount") == 1 + (
        lost == "create_discount" and not is_carried_out
    )


def test_a_create_that_comes_late_is_the_only_one(world, store):
    """We looked for it before it was there, and asked once more."""
    [message] = store.wants()
    real = store.at_shopify

    class Late(Losing):
        def __getattr__(self, name):
            if name == "find_code" and not self.called[1:]:
                return lambda *args, **asked: None
            return super().__getattr__(name)

    late = Late(real, ["create_discount"], is_carried_out=True)

    store.work(late)
    world.now += MINUTE
    store.work(late)

    assert late.called == ["create_discount"] * 2
    assert store.row(message).state == "made"
    assert store.has(store.row(message).code)


class Died(BaseException):
    """What no handler of ours catches, as nothing catches a kill."""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", ["create_discount", "add_codes"])
def test_who_comes_after_a_crash_makes_what_is_missing_alone(world, store, call, when):
    store.wants(2)
    real = store.at_shopify

    class Dying(Losing):
        def __getattr__(self, name):
            if name != call:
                return getattr(real, name)

            def die(*args, **asked):
                if when == "after":
                    getattr(real, name)(*args, **asked)
                raise Died

            return die

    with pytest.raises(Died):
        store.work(Dying(real, [], is_carried_out=True))
    assert store.work() == 0
    world.now += flash_codes.LEASE

    assert store.work() == 1

    assert [row.state for row in store.rows()] == ["made"] * 2
    assert len(store.rows("discounts")) == 1
    assert len({store.found(row.code).discount for row in store.rows()}) == 1


def test_two_workers_at_once_make_one_discount(world, store):
    store.wants(2)
    real = store.at_shopify

    class Between(Losing):
        """Before it has created anything another worker does all of it."""

        def __getattr__(self, name):
            if name == "create_discount" and not self.called:
                self.called.append(name)
                _let_go(world)
                assert store.work() == 1
            return getattr(real, name)

    store.work(Between(real, [], is_carried_out=True))

    assert [row.state for row in store.rows()] == ["made"] * 2
    assert len({store.found(row.code).discount for row in store.rows()}) == 1


def _let_go(world):
    with world.services.transactions.across("operating") as tx:
        tx.connection.execute(text("UPDATE offer_codes SET claimed_until = NULL"))


def test_a_message_asks_once_however_often_it_is_looked_at(world, store):
    [message] = store.wants()

    with world.services.transactions.for_shop(store.shop_id) as tx:
        offer_codes.ask_for(tx, [Asked(store.shop_id, message, TERMS)], now=world.now)

    assert len(store.rows()) == 1


# Not allowed, not there


def test_a_store_that_has_not_granted_it_makes_none(world, store, shopify):
    _grant(world, store, {"read_orders"})
    [message] = store.wants()

    store.work()

    row = store.row(message)
    assert (row.state, row.because, row.due_at) == ("failed", "no_scope", None)


def test_a_store_that_took_it_back_makes_none(store, shopify):
    told = {"domain": store.domain, "token": "shpat_test", "scopes": "read_orders"}
    shopify.post("shops", told)
    [message] = store.wants()

    store.work()

    assert store.row(message).because == "no_scope"


def _grant(world, store, scopes):
    with world.services.transactions.for_shop(store.shop_id) as tx:
        shops.change(tx, store.shop_id, {"scopes": sorted(scopes)})


def test_a_store_that_is_away_is_asked_again(world, store, shopify):
    [message] = store.wants()
    shopify.post("settings", {"fail_next": 9, "fail_http": 429})
    store.work()
    held = store.row(message)
    shopify.post("settings", {"fail_next": 0})
    world.now += MINUTE

    store.work()

    assert (held.state, held.held_because) == ("wanted", "shopify_429")
    assert store.row(message).state == "made"


def test_the_store_shows_how_many_there_are_and_what_holds_them_back(
    world, store, terminal, shopify
):
    store.wants(2)
    store.work()
    store.tells(store.rows()[0].message_id)
    world.now += HOUR
    store.wants()
    shopify.post("settings", {"fail_next": 9, "fail_http": 429})
    store.work()

    shown = terminal.json("shop", "show", store.domain)["offer_codes"]

    assert shown == {"told": 1, "made": 1, "wanted": 1, "held_because": "shopify_429"}


# Ended


def test_a_code_ends_when_its_message_said_it_would(world, store):
    [message] = store.wants()
    store.work()
    world.now += 20 * MINUTE
    ends_at = store.tells(message)
    code = store.row(message).code

    world.now = ends_at - SECOND
    store.work()
    assert store.has(code)
    world.now = ends_at
    store.work()

    assert not store.has(code)
    world.now += 10 * SECOND
    store.work()
    assert (store.row(message).state, store.row(message).because) == ("ended", "over")


def test_others_of_its_discount_go_on(world, store):
    first, second = store.wants(2)
    store.work()
    world.now = store.tells(first)
    store.tells(second)

    store.work()

    assert not store.has(store.row(first).code)
    assert store.has(store.row(second).code)


def test_shopify_ends_it_by_itself_where_we_are_not_there(world, store):
    [message] = store.wants()
    store.work()
    code = store.row(message).code
    ends_at = store.tells(message)

    world.now = ends_at + making_codes.SHARED_FOR + making_codes.LASTS_ON

    assert not store.has(code)


def test_a_code_counts_once(store):
    [message] = store.wants()
    store.work()
    store.tells(message)
    code = store.row(message).code

    store.buys(code)

    with pytest.raises(Exception, match="usage limit"):
        store.buys(code)


def test_a_code_that_was_used_is_known_as_used(world, store):
    [message] = store.wants()
    store.work()
    ends_at = store.tells(message)
    store.buys(store.row(message).code)

    world.now = ends_at
    store.work()

    assert store.row(message).state == "used"


@pytest.mark.parametrize("is_told", [True, False])
def test_a_flow_that_is_cancelled_takes_its_codes_with_it(world, store, is_told):
    messages = store.wants(3)
    store.work()
    codes = [row.code for row in store.rows()]
    if is_told:
        store.tells(messages[0])

    with world.services.transactions.for_shop(store.shop_id) as tx:
        count = offer_codes.cancel(tx, store.shop_id, TERMS.flow, now=world.now)
    store.work()

    assert count == 3
    assert not any(map(store.has, codes))
    assert {(row.state, row.because) for row in store.rows()} == {
        ("ended", "cancelled")
    }


def test_a_flow_that_begins_anew_in_the_same_hour_has_codes_that_count(world, store):
    store.wants()
    store.work()
    with world.services.transactions.for_shop(store.shop_id) as tx:
        offer_codes.cancel(tx, store.shop_id, TERMS.flow, now=world.now)
    store.work()
    world.now += MINUTE
    [message] = store.wants()

    store.work()

    assert store.has(store.row(message).code)


def test_another_flow_or_step_keeps_its_codes(world, store):
    [message] = store.wants(terms=replace(TERMS, step="3"))
    [other] = store.wants(terms=replace(TERMS, flow="win_back"))
    store.work()

    with world.services.transactions.for_shop(store.shop_id) as tx:
        offer_codes.cancel(tx, store.shop_id, TERMS.flow, keeping=["3"], now=world.now)
    store.work()

    assert store.has(store.row(message).code)
    assert store.has(store.row(other).code)


@pytest.mark.parametrize("state", ["skipped", "failed", "cancelled"])
def test_a_code_whose_message_does_not_leave_is_dead_within_a_minute(
    world, store, state
):
    [message] = store.wants()
    store.work()
    code = store.row(message).code
    with world.services.transactions.for_shop(store.shop_id) as tx:
        asked = {"state": state, "id": message}
        tx.connection.execute(
            text("UPDATE messages SET state = :state WHERE id = :id"), asked
        )
    began = world.now

    while store.has(code):
        store.look()
        store.work()

    assert world.now - began <= MINUTE
    assert store.row(message).because == "not_sent"


def test_who_has_bought_has_no_code_any_more(world, store):
    [message] = store.wants(checkout_key=_checkout(world, store, 7))
    store.work()
    store.tells(message)
    code = store.row(message).code
    with world.services.transactions.for_shop(store.shop_id) as tx:
        tx.connection.execute(text("UPDATE checkouts SET completed_at = now()"))
    began = world.now

    while store.has(code):
        store.look()
        store.work()

    assert world.now - began <= MINUTE
    assert store.row(message).because == "bought"


@pytest.mark.parametrize("is_carried_out", [True, False])
@pytest.mark.parametrize("call", ["remove_codes", "end_discount"])
def test_it_ends_though_the_answer_is_lost(world, store, call, is_carried_out):
    terms = TERMS
    messages = store.wants(2, terms)
    store.work()
    codes = [row.code for row in store.rows()]
    if call == "remove_codes":
        world.now = store.tells(messages[0])
    else:
        with world.services.transactions.for_shop(store.shop_id) as tx:
            offer_codes.cancel(tx, store.shop_id, TERMS.flow, now=world.now)
    losing = Losing(store.at_shopify, [call], is_carried_out=is_carried_out)

    store.work(losing)
    for _ in range(4):
        world.now += 5 * SECOND
        store.work(losing)

    assert not store.has(codes[0])
    assert store.row(messages[0]).state == "ended"


def test_one_that_may_still_come_to_be_there_is_waited_for(world, store):
    """Its making got no answer, and then it was to end: it is looked for until it
    cannot come any more."""
    store.wants()
    losing = Losing(store.at_shopify, ["create_discount"], is_carried_out=False)
    store.work(losing)
    with world.services.transactions.for_shop(store.shop_id) as tx:
        offer_codes.cancel(tx, store.shop_id, TERMS.flow, now=world.now)

    world.now += 3 * SECOND
    store.work()
    assert store.row().state == "wanted"
    world.now += MINUTE
    store.work()

    assert store.row().state == "ended"


# Forgotten


def test_a_store_that_is_gone_takes_its_codes_with_it(world, store):
    store.wants()
    store.work()

    with world.services.transactions.for_shop(store.shop_id) as tx:
        offer_codes.drop(tx, store.shop_id)

    assert store.rows() == []
    assert store.rows("discounts") == []


def test_they_are_forgotten_a_while_after_their_end(world, store):
    store.wants()
    store.work()
    [discount] = store.rows("discounts")

    with world.services.transactions.across("keeping") as tx:
        early = offer_codes.forget(tx, before=discount.ends_at, limit=9)
        late = offer_codes.forget(tx, before=discount.ends_at + SECOND, limit=9)

    assert (early, late) == (0, 1)
    assert store.rows() == []
