"""Whether a shop's ledger of consent is as it was written, entry by entry."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Any

from core import chain
from core.sealing import CannotOpen, Sealer
from core.values import Phone, ShopId
from notifications.ports import Services
from storage import ledger
from storage.ledger import Head, Holder

_PAGE = 5_000
_MOST_FAULTS = 100

Advance = Callable[[int], None]
"""Called with how many entries more have been looked at."""


class Wrong(StrEnum):
    """What can be wrong with a ledger. Shown to people; never rename a value."""

    CHANGED = "changed"
    MISSING = "missing"
    PERSON_CHANGED = "person_changed"
    SOMEBODY_ELSES = "somebody_elses"
    END_MISSING = "end_missing"
    NOT_OUR_END = "not_our_end"
    NOT_AS_NOTED = "not_as_noted"


@dataclass(frozen=True, slots=True)
class Fault:
    """``number`` is the entry's place in the ledger."""

    number: int
    wrong: Wrong


@dataclass(slots=True)
class Verdict:
    """``digest`` is the last entry's. ``faults`` are the first hundred."""

    entries: int = 0
    digest: bytes = b""
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.faults

    def note(self, number: int, wrong: Wrong) -> None:
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append(Fault(number, wrong))


def length(shop_id: ShopId, *, services: Services) -> int:
    """How many entries the shop's ledger has."""
    with services.transactions.for_shop(shop_id) as tx:
        found = ledger.head_of(tx, shop_id)
    return 0 if found is None else found[0].number


def verify(
    shop_id: ShopId,
    domain: str,
    *,
    noted: bytes | None = None,
    services: Services,
    advance: Advance = lambda _count: None,
) -> Verdict:
    """Look at every entry. ``noted`` is a digest that was written down earlier: that
    the ledger has had this end shows that nothing before it was written anew.

    What is added meanwhile is not looked at.
    """
    with services.transactions.for_shop(shop_id) as tx:
        found = ledger.head_of(tx, shop_id)
    head, mark = found or (Head(shop_id, 0, chain.start_of(domain)), None)
    verdict = Verdict(digest=chain.start_of(domain))
    is_as_noted = noted in (None, verdict.digest)
    entries = _entries(shop_id, services, advance)
    sealer = services.sealer.of(shop_id)
    moved: list[Holder] = []
    for row in islice(entries, head.number):
        moved += _follow(row, verdict, sealer, shop_id, services)
        is_as_noted = is_as_noted or verdict.digest == noted
        if len(moved) == _PAGE:
            _look_at_moved(moved, verdict, shop_id, services)
    _look_at_moved(moved, verdict, shop_id, services)
    if (verdict.entries, verdict.digest) != (head.number, head.digest):
        verdict.note(head.number, Wrong.END_MISSING)
    if head.number > 0 and not _is_ours(head, mark, services):
        verdict.note(head.number, Wrong.NOT_OUR_END)
    if not is_as_noted:
        verdict.note(head.number, Wrong.NOT_AS_NOTED)
    return verdict


def _entries(shop_id: ShopId, services: Services, advance: Advance) -> Iterator[Any]:
    """In their order. The next page is fetched while this one is looked at."""

    def page_after(number: int) -> list[Any]:
        with services.transactions.for_shop(shop_id) as tx:
            return ledger.page_of_chain(tx, shop_id, after=number, most=_PAGE)

    with ThreadPoolExecutor(max_workers=1) as fetcher:
        coming = fetcher.submit(page_after, 0)
        while page := coming.result():
            coming = fetcher.submit(page_after, page[-1].number)
            yield from page
            advance(len(page))


def _follow(
    row: Any, verdict: Verdict, sealer: Sealer, shop_id: ShopId, services: Services
) -> list[Holder]:
    """Look at one entry, and go on from what it says of itself: one that is wrong does
    not make all that follow wrong. Answers whose number it names, where that is not
    the one that they have now."""
    number = verdict.entries + 1
    if row.number != number:
        verdict.note(number, Wrong.MISSING)
    digest = chain.digest_after(
        verdict.digest,
        chain.entry(
            number=row.number,
            scope=row.scope,
            topic=row.topic,
            act=row.act,
            source=row.source,
            wording=row.wording,
            wording_version=row.wording_version,
            wording_language=row.wording_language,
            happened_at=row.happened_at,
            recorded_at=row.recorded_at,
            commitment=row.commitment.hex(),
        ),
    )
    if digest != row.digest and row.number == number:
        verdict.note(row.number, Wrong.CHANGED)
    verdict.entries, verdict.digest = row.number, row.digest
    if row.private is None:
        return []
    return _look_at_person(row, verdict, sealer, shop_id, services)


def _look_at_person(
    row: Any, verdict: Verdict, sealer: Sealer, shop_id: ShopId, services: Services
) -> list[Holder]:
    try:
        opened = sealer.open(row.private, context=ledger.private_context(shop_id))
    except CannotOpen:
        opened = b""
    if chain.commitment_to(opened) != row.commitment:
        verdict.note(row.number, Wrong.PERSON_CHANGED)
        return []
    who = chain.unsalted(opened).who
    if who is None or not who.startswith("+"):
        return []
    key = services.book.key(shop_id, Phone(who))
    return [] if key == row.phone_key else [Holder(row.number, row.contact_id, key)]


def _look_at_moved(
    moved: list[Holder], verdict: Verdict, shop_id: ShopId, services: Services
) -> None:
    """Their number may have been theirs once. Empties the list."""
    with services.transactions.for_shop(shop_id) as tx:
        for number in ledger.never_held(tx, shop_id, moved):
            verdict.note(number, Wrong.SOMEBODY_ELSES)
    moved.clear()


def _is_ours(head: Head, mark: bytes | None, services: Services) -> bool:
    try:
        return mark is not None and head.is_marked(mark, services.sealer)
    except CannotOpen:
        return False
