"""A plain re-telling of what is promised: from what a store told, and when that came
in, to every message that its buyers get, and to why the others are left out.

It knows no database, no queue and no code of the product. The rules are sentences of
docs/automations/README.md, some of which stand beside them.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from core.values import Milestone
from tests.flows.month.calls import (
    AWAITED,
    DAILY,
    MOVED_BY_THE_CARRIER,
    SILENT,
    WORTH_TELLING,
    Call,
    NoCall,
    asked_once_more,
    calls_of,
    day_of,
    period_of,
    reminded,
)
from tests.flows.month.known import RANK, Known
from tests.flows.month.says import Said, Store, said
from tests.flows.month.told import Arrival, OrderTold, ScanTold

_CHAPTERS = (
    ("label_printed", "return_requested"),
    ("parcel_on_its_way", "return_approved", "return_declined"),
    ("partial_shipment", "return_received"),
    ("parcel_in_transit",),
    ("parcel_reached_hub",),
    ("parcel_out_for_delivery",),
    ("parcel_ready_for_pickup",),
    ("delivery_attempted",),
    ("parcel_delayed",),
    ("parcel_in_trouble",),
    ("parcel_delivered",),
)
_CHAPTER = {name: place for place, names in enumerate(_CHAPTERS) for name in names}
"""Where news stands in the story of its parcel or its return."""
_ENDS_A_FLOW = {"overtaken", "order_cancelled", "no_phone", "consent_revoked"}
_OUTLIVES_ITS_ORDER = {"order_cancelled", "refund_issued"} | {
    f"return_{step}" for step in ("requested", "approved", "declined", "received")
}
_STAYS_TRUE = {Milestone.ATTEMPTED, Milestone.DELAYED}

Refusal = tuple[str, str, int | None]
"""An automation, why it proposes nothing, and of which order."""

_FOR_THE_ORDER = timedelta(hours=4, minutes=15)
_FOR_THE_ORDER_IF_AGREED = timedelta(minutes=2)
_TOGETHER_WITHIN = timedelta(minutes=1)
_WRITTEN_DOWN_WITHIN = timedelta(minutes=1)
_AWAKE = range(8, 21)
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(slots=True, kw_only=True)
class News:
    """One occasion, and what becomes of it.

    ``state`` is waiting, told, refused (by Meta) or skipped, ``decided_at`` since when.
    """

    call: Call
    came_at: datetime
    due: datetime
    state: str = "waiting"
    reason: str | None = None
    decided_at: datetime | None = None
    said: Said | None = None

    @property
    def age(self) -> tuple[int, datetime, str]:
        """Of one story, what is greater tells the others along."""
        chapter = _CHAPTER.get(self.call.automation, 0)
        return chapter, self.call.at, self.call.occasion


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What no promise can tell of a message that something outside held up: at which
    ``moments`` it was decided about, and of those at which it left and was not taken,
    when that was known; and of these, when it was ``known_by_a_person``, who looked
    after all else of that moment was done."""

    moments: tuple[datetime, ...]
    came_back: Mapping[datetime, datetime]
    known_by_a_person: Collection[datetime]


class Month:
    """Give it what comes in, and ask it for ``news`` and ``refusals``. ``courses`` are
    those of messages that something outside held up, by their occasions."""

    def __init__(
        self, store: Store, courses: Mapping[str, Course] | None = None
    ) -> None:
        self.store = store
        self.news: dict[str, News] = {}
        self.refusals: set[Refusal] = set()
        self._stories: defaultdict[tuple[str, int], list[News]] = defaultdict(list)
        self._known = Known()
        self._courses = courses or {}
        self._waiting: list[News] = []
        self._leaving: list[News] = []
        self._coming_back: list[tuple[datetime, News]] = []

    def run(self, arrivals: Iterable[Arrival]) -> None:
        """All of it: what comes in, and in between all that is due."""
        for now, together in groupby(arrivals, key=lambda each: each.at):
            self._decide_before(now)
            self._come(together, now)
            self._decide_what_is_due(now)
        self._decide_before(_NEVER)

    # What comes in

    def _come(self, arrivals: Iterable[Arrival], now: datetime) -> None:
        """All that comes in one moment is known before any of it is weighed."""
        told = [one for each in arrivals for one in each.tells]
        for one in told:
            is_new = isinstance(one, OrderTold) and self._known.order(one.order) is None
            self._known.remember(one)
            if is_new:
                self._wake(one.order, now)
        for one in told:
            for call in calls_of(one, now):
                if isinstance(call, NoCall):
                    order = getattr(one, "order", None)
                    self.refusals.add((call.automation, call.because, order))
                elif call.occasion not in self.news:
                    self._add(call, now)

    def _wake(self, order: int, now: datetime) -> None:
        """'… leaves or is skipped in the moment in which the order comes'"""
        for news in self._waiting:
            if news.call.order == order and news.reason == "order_unknown":
                self._wait(news, now, until=now)

    def _add(self, call: Call, now: datetime) -> None:
        """'An occasion leads to one message of a store, however often and in whatever
        order its events come.'"""
        news = News(call=call, came_at=now, due=now)
        self.news[call.occasion] = news
        if call.story is not None:
            self._stories[call.story].append(news)
        self._waiting.append(news)
        self._wait(news, None, until=now + _how_long(call, now))

    # When it is decided

    def _decide_before(self, end: datetime) -> None:
        while (due := self._next_due()) < end:
            self._decide_what_is_due(due)

    def _next_due(self) -> datetime:
        coming_back = [at for at, _ in self._coming_back]
        return min([_NEVER, *(news.due for news in self._waiting), *coming_back])

    def _decide_what_is_due(self, now: datetime) -> None:
        """What a person has found out by now comes after all that is due by itself, and
        after what Meta said to that."""
        self._take_back(now, by_a_person=False)
        self._decide_all(now)
        self._take_back(now, by_a_person=True)
        self._decide_all(now)

    def _decide_all(self, now: datetime) -> None:
        """Of one story what is told last is decided about first: 'The earlier message
        is given up only when the later one leaves …'"""
        while due := [news for news in self._waiting if news.due <= now]:
            for news in sorted(due, key=lambda each: each.age, reverse=True):
                self._decide(news, now)
            self._waiting = [each for each in self._waiting if each.state == "waiting"]
        for news in self._leaving:
            is_refused = news.said is not None and news.said.to in self.store.refused
            news.state = "refused" if is_refused else news.state
        self._leaving = []

    def _decide(self, news: News, now: datetime) -> None:
        until, reason = self._objection(news, now)
        news.reason = reason
        if until is not None:
            self._wait(news, now, until=until)
            return
        news.state = "told" if reason is None else "skipped"
        news.decided_at = now
        if reason not in _ENDS_A_FLOW:
            self._remind(news, now)
        if reason is None:
            self._leave(news, now)

    def _remind(self, news: News, now: datetime) -> None:
        order = self._known.order(news.call.order)
        again = reminded(news.call, order, now, is_told=news.state == "told")
        if again is not None and again.occasion not in self.news:
            self._add(again, now)

    def _leave(self, news: News, now: datetime) -> None:
        lines = self._lines(news)
        news.said = said(news.call, lines, self._known, self.store)
        self._leaving.append(news)
        again = asked_once_more(news.call, now)
        if again is not None and again.occasion not in self.news:
            self._add(again, now)
        course = self._courses.get(news.call.occasion)
        if course is not None and now in course.came_back:
            self._coming_back.append((course.came_back[now], news))

    def _take_back(self, now: datetime, *, by_a_person: bool) -> None:
        """It has left, and was not taken: it is decided about anew."""
        coming_back, self._coming_back = self._coming_back, []
        for at, news in coming_back:
            course = self._courses[news.call.occasion]
            is_by_a_person = at in course.known_by_a_person
            if at > now or is_by_a_person is not by_a_person:
                self._coming_back.append((at, news))
                continue
            news.state = "waiting"
            self._waiting.append(news)
            self._wait(news, news.decided_at, until=at)

    def _wait(self, news: News, now: datetime | None, *, until: datetime) -> None:
        """Until then; where its course is known, until the next moment of that."""
        course = self._courses.get(news.call.occasion)
        if course is None:
            news.due = until
        elif now is None or now >= news.due:
            later = [each for each in course.moments if now is None or each > now]
            news.due = min(later, default=_NEVER)

    # What objects

    def _objection(
        self, news: News, now: datetime
    ) -> tuple[datetime | None, str | None]:
        """What holds it back until when, or for good: the first that objects, in the
        order of the table."""
        call = news.call
        if now - call.at > WORTH_TELLING[call.automation]:
            return None, "too_late"
        if call.order is None:
            until = _until_awake(now, self.store.timezone)
            return (until, "quiet_hours") if until > now else (None, None)
        if (until := self._until_order_is_known(call)) > now:
            return until, "order_unknown"
        order = self._known.order(call.order)
        if order is None and not self._known.has_agreed(call.phone):
            return None, "order_unknown"
        reason = self._not_true(call, order) or self._not_last(call)
        if reason is not None:
            return None, reason
        if (until := self._until_silent(call)) > now:
            return until, "heard_lately"
        reason = self._told_already(news) or self._not_allowed(call, order)
        if reason is not None:
            return None, reason
        later = self._later_chapters(news, now)
        return (min(later), "gathering") if later else (None, None)

    def _until_order_is_known(self, call: Call) -> datetime:
        if self._known.order(call.order) is not None:
            return call.at
        can_do_without = self._known.has_agreed(call.phone)
        return call.at + (
            _FOR_THE_ORDER_IF_AGREED if can_do_without else _FOR_THE_ORDER
        )

    def _not_true(self, call: Call, order: OrderTold | None) -> str | None:
        """'Is it still true?'"""
        is_cancelled = order is not None and order.cancelled_at is not None
        if is_cancelled and call.automation not in _OUTLIVES_ITS_ORDER:
            return "order_cancelled"
        if call.automation == "payment_pending" and order is not None:
            return None if order.payment in AWAITED else "overtaken"
        if call.automation == "cod_confirmation" and order is not None:
            is_open = order.payment == "pending" and order.is_paid_at_door
            is_left = self._known.is_on_its_way(call.order)
            return None if is_open and not is_left else "overtaken"
        if call.parcel is None:
            return None
        parcel, where = self._known.parcel(call.parcel), self._known.where(call.parcel)
        if parcel is not None and parcel.is_cancelled:
            return "parcel_cancelled"
        is_there = where is not None and where[1] is Milestone.DELIVERED
        if is_there and call.milestone is not Milestone.DELIVERED:
            return "already_delivered"
        if call.numbers is not None and parcel is not None:
            return None if set(call.numbers) == set(parcel.numbers) else "superseded"
        return None

    def _not_last(self, call: Call) -> str | None:
        """'Is it the last news of the parcel, and told for the first time?'"""
        if call.automation == "parcel_stale":
            return self._not_silent(call)
        if call.automation == "partial_shipment" and call.parcel is not None:
            part = self._known.part(call.parcel, call.order)
            return None if part is not None else "whole_order"
        if call.milestone is None or call.parcel is None:
            return None
        is_of_arrival = call.milestone is Milestone.DELIVERED
        if is_of_arrival and not self._known.was_under_way(call.parcel):
            return "already_delivered"
        scans = self._known.scans(call.parcel)
        if self._is_past(call, call.parcel, call.milestone, scans):
            return "overtaken"
        if call.town is not None:
            towns = [scan for scan in scans if _tells_a_town(scan)]
            return "set_out_here" if towns[0].at >= call.at else None
        if call.milestone in DAILY and scans and scans[-1].where is call.milestone:
            is_repeated = day_of(scans[-1].at) < day_of(call.at)
            return "already_told" if is_repeated else None
        return None

    def _is_past(
        self, call: Call, parcel: int, own: Milestone, scans: list[ScanTold]
    ) -> bool:
        """'Where a parcel is follows the time of the scan …' What the parcel says by
        itself has no time but that of its last change, so it counts where it is
        further."""
        if own is Milestone.LABELLED and any(_is_further(scan, own) for scan in scans):
            return True
        if call.town is not None and (not scans or scans[-1].town != call.town):
            return True
        where = self._known.where(parcel)
        words = {scans[-1].where if scans else None, where[1] if where else None}
        if own not in _STAYS_TRUE and own not in words:
            return True  # a scan was taken back
        if scans and scans[-1].where is not own:
            last = scans[-1]
            is_later = (last.at, RANK[last.where]) > (call.at, RANK[own])
            is_moved_about = RANK[last.where] <= RANK[Milestone.IN_TRANSIT]
            if is_later and not (own in _STAYS_TRUE and is_moved_about):
                return True
        return where is not None and where[0] >= call.at and RANK[where[1]] > RANK[own]

    def _not_silent(self, call: Call) -> str | None:
        heard = self._known.last_word(call.parcel or 0)
        if heard is None or heard[1] not in MOVED_BY_THE_CARRIER:
            return "overtaken"
        is_of_period = period_of(heard[0]) == period_of(call.at - SILENT)
        return None if is_of_period else "overtaken"

    def _until_silent(self, call: Call) -> datetime:
        heard = self._known.last_word(call.parcel or 0)
        if call.automation != "parcel_stale" or heard is None:
            return call.at
        return heard[0] + SILENT

    def _not_allowed(self, call: Call, order: OrderTold | None) -> str | None:
        """A yes that came with an order is for that order alone; a no that is newer
        than the yes wins."""
        phone = (order.phone if order else None) or call.phone
        if phone is None:
            return "no_phone"
        given_at = order.placed_at if order and order.agreed else None
        last_word = self._known.said(phone)
        if last_word is not None and not last_word[1]:
            is_newer = given_at is None or last_word[0] > given_at
            return "consent_revoked" if is_newer else None
        return None if given_at or last_word else "no_consent"

    # What is told together

    def _told_already(self, news: News) -> str | None:
        """'Has another message told it already, and is anything left to tell?'"""
        for other in self._beside(news):
            if _tells_along(other, news) and _was_there(news, other):
                if other.state == "told":
                    return "told_together"
                if other.reason == "cancelled_out":
                    return "cancelled_out"
        is_undone = news.call.lines and not any(self._lines(news).values())
        return "cancelled_out" if is_undone else None

    def _later_chapters(self, news: News, now: datetime) -> list[datetime]:
        """'Is nothing newer about to go out that tells it as well?' When each is due.
        Another edit is waited for however long, and an older one that came later."""
        waiting = [each for each in self._beside(news) if each.state == "waiting"]
        return [
            other.due
            for other in waiting
            if _tells_along(other, news)
            and (news.call.lines or other.due <= now + _TOGETHER_WITHIN)
        ] + [
            other.due
            for other in waiting
            if news.call.lines
            and _tells_along(news, other)
            and other.reason is None
            and other.due > now
        ]

    def _lines(self, news: News) -> Counter[int]:
        """What an edit tells, with what older edits have left to it."""
        lines = Counter(news.call.lines)
        for other in self._beside(news):
            if _tells_along(news, other) and self._is_left_to(news, other):
                lines.update(other.call.lines)
        return lines

    def _is_left_to(self, news: News, older: News) -> bool:
        is_open = older.state == "waiting" or older.reason == "told_together"
        return is_open and not any(
            other.state == "told"
            and _tells_along(other, older)
            and _was_there(older, other)
            for other in self._beside(news)
        )

    def _beside(self, news: News) -> list[News]:
        """The other news of its story."""
        story = self._stories[news.call.story] if news.call.story else []
        return [other for other in story if other is not news]


def _how_long(call: Call, now: datetime) -> timedelta:
    """'A minute where it was heard of within ten seconds, as much less as it was heard
    of later, and twenty seconds at least.'"""
    if not call.for_more:
        return call.wait
    on_its_way = (now - call.at).total_seconds()
    for_more = min(60, max(20, 70 - on_its_way))
    return max(call.wait, timedelta(seconds=for_more))


def _until_awake(now: datetime, timezone: str) -> datetime:
    """'Goes out in waking hours only': from 8 to 21. Who is asked lives by the clock of
    the store."""
    clock = now.astimezone(ZoneInfo(timezone))
    if clock.hour in _AWAKE:
        return now
    is_evening = clock.hour >= _AWAKE.stop
    day = clock.date() + timedelta(days=1) if is_evening else clock.date()
    morning = time(_AWAKE.start, tzinfo=ZoneInfo(timezone))
    return datetime.combine(day, morning).astimezone(UTC)


_LEAVES = {"parcel_on_its_way", "partial_shipment"}


def _tells_along(later: News, earlier: News) -> bool:
    """'A chapter of a parcel tells along only what is older than itself. Two
    exceptions: a label …, and a parcel's leaving …'"""
    if later.call.lines:
        return later.age > earlier.age
    if later.age[0] <= earlier.age[0]:
        return False
    if earlier.call.automation == "label_printed":
        return True
    by = _WRITTEN_DOWN_WITHIN if earlier.call.automation in _LEAVES else timedelta()
    return earlier.call.at - later.call.at <= by


def _was_there(older: News, other: News) -> bool:
    """An edit tells of those that had come in when it left, and of no more."""
    if not older.call.lines:
        return True
    return other.decided_at is not None and older.came_at <= other.decided_at


def _is_further(scan: ScanTold, milestone: Milestone) -> bool:
    return RANK[scan.where] > RANK[milestone]


def _tells_a_town(scan: ScanTold) -> bool:
    return scan.town is not None and scan.where is Milestone.IN_TRANSIT
