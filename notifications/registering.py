"""What is asked of tracking services: to follow numbers, and to leave them.

Rows say what is due, and the scheduler works it off in batches. A shop whose key or
quota is used up is left alone for a while, and no other shop waits for it.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from core.errors import WillNotWork
from core.tracking import Done, Hope, NotDone, ToFollow, Verdict
from core.values import ShopId
from notifications import holding_back
from notifications.following import book_of, numbers_to_follow
from notifications.ports import Services, Tracker
from storage import feeds, followed
from storage.feeds import DueFeed, key_context
from storage.followed import DueNumber, NumberBook, Outcome, State, Task
from storage.orders import opened_private
from storage.tenancy import Crossing

_SHOPS_AT_ONCE = 20
_CALLS_AT_ONCE = 5
"""For one shop, before the next one has its turn."""
_LEASE = timedelta(minutes=5)
"""Longer than all those calls can take: see wiring.outside."""
_PARCELS_AT_ONCE = 200
_OLDEST_ORDER = timedelta(days=60)
"""A parcel of an older order has come, though nobody has told of it."""
_QUOTA_AGAIN = timedelta(hours=1)
_MOST_ATTEMPTS = 8
_LONGEST_PAUSE = timedelta(hours=6)
NOT_ASKED = "service_not_asked"
"""The reason where nobody here asks a shop's service."""

Wait = Callable[[float], None]
"""Waits for so many seconds."""


def look_after_numbers(
    trackers: Mapping[str, Tracker], *, services: Services, wait: Wait
) -> int:
    """Ask the services what is due, for one shop after the other; answer how often one
    had its turn. Doing this twice, or in two places at once, asks nothing twice."""
    for looked in range(_SHOPS_AT_ONCE):
        now = services.clock()
        with services.transactions.across(Crossing.LOOKING) as tx:
            feed = feeds.take_due(tx, now=now, until=now + _LEASE)
        if feed is None:
            return looked
        _look_after(feed, trackers, services, wait)
    return _SHOPS_AT_ONCE


def _look_after(
    feed: DueFeed, trackers: Mapping[str, Tracker], services: Services, wait: Wait
) -> None:
    def take() -> timedelta:
        tracker = _tracker_of(feed, trackers)
        sealer = services.sealer.of(feed.shop_id)
        key = sealer.open_text(feed.key, context=key_context(feed.shop_id))
        _find_parcels(feed, services)
        if because := _work_off(feed, tracker, key, services, wait):
            raise WillNotWork("the service takes no more for now", code=because)
        return timedelta()

    held = holding_back.turn(
        take, shop_id=feed.shop_id, attempts=feed.attempts, doing="tracking"
    )
    with services.transactions.for_shop(feed.shop_id) as tx:
        feeds.hand_back(
            tx,
            feed,
            due_at=services.clock() + held.pause,
            attempts=held.attempts,
            because=held.because,
        )


def _tracker_of(feed: DueFeed, trackers: Mapping[str, Tracker]) -> Tracker:
    if feed.service not in trackers:
        raise WillNotWork(f"nobody asks {feed.service}", code=NOT_ASKED)
    return trackers[feed.service]


def _find_parcels(feed: DueFeed, services: Services) -> None:
    """Want the numbers of parcels that were under way when the service was switched on,
    some at a time."""
    if feed.parcels_before is None:
        return
    now, shop_id = services.clock(), feed.shop_id
    with services.transactions.for_shop(shop_id) as tx:
        found = followed.parcels_before(
            tx, shop_id, feed.parcels_before, limit=_PARCELS_AT_ONCE
        )
        young = [
            parcel
            for parcel in found
            if parcel.placed_at is None or parcel.placed_at > now - _OLDEST_ORDER
        ]
        wanted = []
        for parcel in young:
            if parcel.is_under_way:
                label = opened_private(
                    parcel.private, "private", shop_id, services.sealer
                )
                wanted += numbers_to_follow(
                    shop_id,
                    label.get("numbers", "").split("\n"),
                    company=label.get("carrier"),
                    fulfillment_id=parcel.fulfillment_id,
                    order_id=parcel.order_id,
                )
        followed.want(tx, wanted, book=book_of(services), now=now)
        # Later parcels have higher ids, so behind a page of old ones all are old.
        is_last = len(found) < _PARCELS_AT_ONCE or not young
        before = None if is_last else found[-1].fulfillment_id
        feeds.go_on_before(tx, shop_id, before)


def _work_off(
    feed: DueFeed, tracker: Tracker, key: str, services: Services, wait: Wait
) -> str | None:
    """Ask for all that is due; answer what holds the shop back, if something does."""
    calls = 0
    for task in Task:
        while calls < _CALLS_AT_ONCE:
            batch = _batch(feed.shop_id, task, tracker.most_at_once, services)
            if not batch:
                break
            wait(tracker.seconds_between)
            calls += 1
            if because := _ask(feed.shop_id, task, batch, tracker, key, services):
                return because
    if calls and _is_to_be_counted(feed, services.clock()):
        wait(tracker.seconds_between)
        left = tracker.quota(key=key)
        with services.transactions.for_shop(feed.shop_id) as tx:
            feeds.note_quota(tx, feed.shop_id, left, now=services.clock())
    return None


def _is_to_be_counted(feed: DueFeed, now: datetime) -> bool:
    return feed.quota_at is None or feed.quota_at + _QUOTA_AGAIN <= now


def _batch(
    shop_id: ShopId, task: Task, most: int, services: Services
) -> Sequence[DueNumber]:
    """What is to be asked for. What need not be any more is done with unasked."""
    while True:
        now = services.clock()
        with services.transactions.for_shop(shop_id) as tx:
            due = followed.due_numbers(tx, shop_id, task, now=now, limit=most)
            is_to_follow = task is not Task.LEAVE
            batch = [each for each in due if each.is_under_way == is_to_follow]
            unasked = [
                _outcome(each, State.LEFT if is_to_follow else State.FOLLOWED)
                for each in due
                if each.is_under_way != is_to_follow
            ]
            followed.note(tx, shop_id, task, unasked, now=now)
        if batch or not due:
            return batch


def _ask(
    shop_id: ShopId,
    task: Task,
    batch: Sequence[DueNumber],
    tracker: Tracker,
    key: str,
    services: Services,
) -> str | None:
    """Ask once, and note what came of it; answer whether that holds the shop back."""
    book = book_of(services)
    numbers = [_to_follow(shop_id, each, book) for each in batch]
    match task:
        case Task.FOLLOW:
            verdicts = tracker.follow(numbers, key=key)
        case Task.FOLLOW_AGAIN:
            verdicts = tracker.follow_again(numbers, key=key)
        case Task.LEAVE:
            verdicts = tracker.leave(numbers, key=key)
    now = services.clock()
    judged = list(zip(batch, verdicts, strict=True))
    with services.transactions.for_shop(shop_id) as tx:
        outcomes = [_judged(each, verdict, task, now) for each, verdict in judged]
        followed.note(tx, shop_id, task, outcomes, now=now)
    for outcome in outcomes:
        word = outcome.reason or "done"
        services.counters.add("tracking_asked", {"task": task, "outcome": word})
    return next(
        (
            verdict.code
            for verdict in verdicts
            if isinstance(verdict, NotDone) and verdict.hope is Hope.NO_QUOTA
        ),
        None,
    )


def _to_follow(shop_id: ShopId, each: DueNumber, book: NumberBook) -> ToFollow:
    return ToFollow(
        number=book.opened(shop_id, each.number),
        company=each.company,
        tag="" if each.order_id is None else str(each.order_id),
    )


def _judged(each: DueNumber, verdict: Verdict, task: Task, now: datetime) -> Outcome:
    match verdict:
        case Done():
            return _outcome(each, State.LEFT if task is Task.LEAVE else State.FOLLOWED)
        case NotDone(code, Hope.NO_QUOTA):
            # Due as before: the whole shop waits.
            return _outcome(each, each.state, task, now, reason=code)
        case NotDone(code, Hope.LATER) if each.attempts + 1 < _MOST_ATTEMPTS:
            attempts = each.attempts + 1
            pause = min(timedelta(minutes=5) * 2**attempts, _LONGEST_PAUSE)
            return _outcome(
                each, each.state, task, now + pause, attempts=attempts, reason=code
            )
        case NotDone(code, _):
            return _outcome(each, State.REFUSED, reason=code)


def _outcome(
    each: DueNumber,
    state: State,
    task: Task | None = None,
    due_at: datetime | None = None,
    *,
    attempts: int = 0,
    reason: str | None = None,
) -> Outcome:
    return Outcome(
        number_key=each.number_key,
        state=state,
        task=task,
        due_at=due_at,
        attempts=attempts,
        reason=reason,
    )
