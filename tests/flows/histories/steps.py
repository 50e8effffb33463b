"""All that may happen in a history, and how often it does."""

from tests.flows.histories import buying, consenting, happening

STEPS = {
    buying.begins_a_checkout: 14,
    buying.changes_a_checkout: 3,
    buying.buys_what_is_in_a_checkout: 2,
    buying.orders: 4,
    buying.an_order_is_paid: 2,
    buying.an_order_is_cancelled: 2,
    buying.a_parcel_leaves: 4,
    buying.an_order_is_fulfilled: 2,
    buying.a_parcel_is_scanned: 3,
    buying.a_webhook_comes_again: 3,
    consenting.says_stop: 4,
    consenting.says_stop_all: 2,
    consenting.says_start: 6,
    consenting.confirms: 4,
    consenting.says_cancel: 1,
    consenting.says_something_else: 1,
    consenting.sets_it_in_whatsapp: 4,
    consenting.says_it_at_the_store: 8,
    consenting.is_granted_by_the_owner: 8,
    consenting.is_revoked_by_the_owner: 2,
    consenting.meta_tells_that_offers_are_off: 1,
    happening.the_workers_work: 8,
    happening.a_cart_is_left: 16,
    happening.a_no_lies_unread: 4,
    happening.a_parcel_leaves_after_a_stop_of_everything: 3,
    happening.it_is_daytime_again: 5,
    happening.time_passes: 16,
    happening.time_passes_without_anybody: 3,
    happening.somebody_sends_without_reading: 4,
    happening.a_sender_vanishes: 3,
    happening.redis_is_emptied: 2,
    happening.meta_is_about_to_fail: 3,
    happening.meta_reports: 6,
    happening.a_person_is_forgotten: 1,
    happening.two_customers_are_made_one: 1,
    happening.a_store_removes_the_app: 1,
    happening.a_store_comes_back: 2,
    happening.a_store_is_forgotten: 1,
}


def take_one(story):
    """Whatever can happen now; it is noted before and after."""
    while True:
        [step] = story.chance.choices(list(STEPS), list(STEPS.values()))
        story.note(step.__name__, "...")
        if (about := step(story)) is not None:
            story.note(step.__name__, about)
            return
