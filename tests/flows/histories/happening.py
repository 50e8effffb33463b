"""What stores, Meta, the machine and the clock do meanwhile."""

from dataclasses import replace
from datetime import timedelta

from bench.carts import have_looked
from core.lanes import LANES, Lane
from notifications import sending
from tests.flows.histories import consenting
from tests.flows.histories.buying import leaves, leaves_with
from tests.flows.histories.model import is_waking_hour
from tests.flows.histories.people import STORES, merger, redaction
from tests.flows.histories.story import NUMBERS, set_of
from tests.flows.vanishing import Gone

_GONE = {"id": 1, "name": "Gone", "domain": None, "myshopify_domain": None}
_FAULTS = ("refuse", "reset_before", "reset_after", "error_before", "error_after")
_REFUSALS = (131016, 130429, 131026)
_AN_HOUR = timedelta(minutes=61)
_WAITS = (
    *(timedelta(seconds=6), timedelta(minutes=2), timedelta(minutes=20)),
    *(_AN_HOUR,) * 6,
    *(timedelta(hours=4), timedelta(hours=11), timedelta(days=1), timedelta(days=3)),
)
_LANES = [Lane(lane) for lane in range(LANES)]


def the_workers_work(story):
    story.work()
    return ""


def a_cart_is_left(story):
    """By somebody who wanted offers at some time, in the daytime, until it is time for
    one."""
    file = story.some_file(
        lambda each: (
            any(word.is_about_offers and word.is_yes for word in each.words)
            and is_waking_hour(each.people[0], story.now + _AN_HOUR)
        )
    )
    if file is None:
        return None
    about = leaves(story, file.store, file.people[0])
    story.work()
    story.pass_time(_AN_HOUR)
    return about


def a_no_lies_unread(story):
    """By the time at which an offer is due, and somebody sends who does not read."""
    file = story.some_file(
        lambda each: (
            each.offers_stand(story.now).is_agreed
            and is_waking_hour(each.people[0], story.now + _AN_HOUR)
        )
    )
    if file is None:
        return None
    store, person = file.store, file.people[0]
    about = leaves(story, store, person)
    story.pass_time(timedelta(minutes=59))
    if is_at_the_store := story.chance.random() < 0.5:
        consenting.says_no_at_the_store(story, store, person)
    else:
        consenting.writes_stop(story, store, person, at=story.now)
    story.world.now += timedelta(minutes=2)
    somebody_sends_without_reading(story)
    return f"{about}, no at the store: {is_at_the_store}"


def a_parcel_leaves_after_a_stop_of_everything(story):
    """Of an order whose news somebody had agreed to."""
    order = story.some_order(lambda each: each.is_ticked and not each.cancelled_at)
    if order is None:
        return None
    consenting.writes_stop_all(story, order.store, order.person, at=story.now)
    story.pass_time(timedelta(minutes=1))
    about = leaves_with(story, order)
    story.pass_time(timedelta(minutes=2))
    return about


def it_is_daytime_again(story):
    """In Brazil and in Germany, or in Korea."""
    hour = story.chance.choice((12, 13, 13, 15, 1))
    then = story.now.replace(hour=hour)
    then += timedelta(days=1) if then <= story.now else timedelta()
    story.pass_time(then - story.now)
    return ""


def time_passes(story):
    wait = story.chance.choice(_WAITS)
    if story.chance.random() < 0.7:
        _report_what_is_in_doubt(story)
    story.pass_time(wait)
    return str(wait)


def time_passes_without_anybody(story):
    """All workers are down."""
    wait = story.chance.choice(_WAITS[:4])
    story.world.now += wait
    return str(wait)


def somebody_sends_without_reading(story):
    """As a worker does while the one that reads hangs."""
    have_looked(story.world.services, at=story.now)
    sending.send_messages(_LANES, services=story.world.services)
    story.world.wait_for_the_office()
    return ""


def a_sender_vanishes(story):
    services = story.world.services
    sends = story.chance.random() < 0.5
    gone = replace(services, office=Gone(services.office, sends=sends))
    story.world.read_everything_now()
    have_looked(services, at=story.now)
    sending.send_messages(_LANES, services=gone)
    return f"after sending: {sends}"


def redis_is_emptied(story):
    story.world.redis.flushall()
    return ""


def meta_is_about_to_fail(story):
    if story.chance.random() < 0.7:
        fault = {"kind": story.chance.choice(_FAULTS)}
    else:
        code = story.chance.choice(_REFUSALS)
        fault = {"kind": "refusal", "code": code, "http": 400}
    times = story.chance.randint(1, 3)
    story.world.meta.post("settings", {"faults": [{**fault, "next": times}]})
    return f"{fault} {times} times"


def meta_reports(story):
    """Late, twice, in a muddle, or never; but of what is in doubt it tells first."""
    _report_what_is_in_doubt(story)
    known = [line for line in story.lines if line["id"] in story.about]
    chosen = story.chance.sample(known[-12:], min(len(known[-12:]), 5))
    reports = []
    for line in chosen:
        word = story.chance.choice(("sent", "delivered", "read", "failed"))
        if word == "failed":
            if "told" in line:
                continue
            story.failed.add(story.about[line["id"]][0])
        line["told"] = word
        reports += [(line, word)] * story.chance.choice((1, 1, 2))
    story.chance.shuffle(reports)
    _report(story, reports)
    return f"{len(reports)} reports"


def _report_what_is_in_doubt(story):
    doubted = {
        row.id
        for row in story.world.messages
        if row.state in ("sending", "unsure", "waiting")
    }
    _report(
        story,
        [
            (line, "sent")
            for line in story.lines
            if line["id"] in story.about and story.about[line["id"]][0] in doubted
        ],
    )


def _report(story, reports):
    for store in STORES:
        own = [
            {
                "id": line["id"],
                "status": word,
                "recipient_id": line["to"],
                "biz_opaque_callback_data": line["biz_opaque_callback_data"],
                **_errors(word),
            }
            for line, word in reports
            if story.about[line["id"]][1] == store
        ]
        if own:
            assert story.world.meta_reports(*own, number=NUMBERS[store]) == 200


def _errors(word):
    error = {"code": 131049, "title": "not delivered"}
    return {"errors": [error]} if word == "failed" else {}


# What stores do with people, and with us


def a_person_is_forgotten(story):
    """At every store of theirs, and with all whom they have become one with. What was
    theirs, they never come back to."""
    if not (found := story.somebody()):
        return None
    together = {found[1]}
    files = [f for f in set_of(story.files.values()) if together & set(f.people)]
    together |= {person for file in files for person in file.people}
    files = [f for f in set_of(story.files.values()) if together & set(f.people)]
    if any(file.store in story.gone or set(file.people) - together for file in files):
        return None
    for file in files:
        for person in file.people:
            if (file.store, person.number) in story.erased:
                continue
            body = redaction(person, file.store, file.orders)
            story.shopify_says(file.store, "customers/redact", body)
    story.attend()
    for file in files:
        story.erased |= {(file.store, person.number) for person in file.people}
    story.checks.to_find_nowhere |= together
    return ", ".join(sorted(person.phone for person in together))


def two_customers_are_made_one(story):
    """Who have ordered both, with accounts of their own."""

    def is_known(store, person):
        file = story.file(store, person)
        is_alone = len(file.people) == 1
        return is_alone and any(order.person == person for order in file.orders)

    store = story.chance.choice(STORES)
    known = [
        person
        for person in story.people
        if person.has_account
        and store in person.homes
        and store not in story.gone
        and (store, person.number) not in story.erased
        and is_known(store, person)
    ]
    if len(known) < 2:
        return None
    kept, gone = story.chance.sample(known, 2)
    for person in (kept, gone):
        told = {
            "created_at": story.now.isoformat(),
            "updated_at": story.now.isoformat(),
        }
        story.shopify_says(store, "customers/create", {**person.customer, **told})
    story.pass_time(timedelta(seconds=1))
    merges = len(story.world.rows("contact_merges"))
    story.shopify_says(store, "customers/merge", merger(kept, gone))
    story.pass_time(timedelta(seconds=1))
    assert len(story.world.rows("contact_merges")) == merges + 1
    story.file(store, kept).join(story.file(store, gone), now=story.now)
    story.files[store, gone.number] = story.file(store, kept)
    return f"{kept.phone} and {gone.phone} at {store}"


def a_store_removes_the_app(story):
    if story.gone:
        return None
    store = story.chance.choice(STORES)
    story.shopify.post("uninstall", {"shop": store})
    story.shopify_says(store, "app/uninstalled", _GONE)
    story.attend()
    story.gone[store] = story.now
    return store


def a_store_comes_back(story):
    if not story.gone:
        return None
    [store] = story.gone
    story.world.now += timedelta(minutes=5)
    story.open(store)
    shop_id = story.world.shop_ids[store]
    if story.chance.random() < 0.5:
        # What was to happen two days after it had gone is void.
        story.shopify_says(store, "shop/redact", _redaction_of(store))
        story.attend()
    assert [row.id for row in story.world.rows("shops") if row.domain == store] == [
        shop_id
    ]
    return store


def _redaction_of(store):
    return {"shop_id": 1, "shop_domain": store}


def a_store_is_forgotten(story):
    """And comes back later as one that nobody has heard of."""
    if not story.gone:
        return None
    [store] = story.gone
    story.pass_time(timedelta(days=2))
    story.shopify_says(store, "shop/redact", _redaction_of(store))
    story.attend()
    story.forget_store(store)
    alone = [person for person in story.people if person.homes == (store,)]
    story.checks.to_find_nowhere |= set(alone)
    story.checks.nobody_is_found()
    story.pass_time(timedelta(minutes=5))
    story.open(store)
    return store
