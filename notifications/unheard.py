"""Which of the consents that a store tells, when it is asked, nobody has heard of."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from core.echoes import BY_FORM, Written, is_echo
from core.events import ConsentChanged
from core.values import Act, ContactId, Scope, ShopId
from notifications.ports import Services
from storage import consent_pushes, ledger, people
from storage.inbox import Source
from storage.ledger import LatestWord
from storage.people import Mention


class Said(Protocol):
    """What a webhook of that topic would have told."""

    @property
    def topic(self) -> str: ...
    @property
    def happened_at(self) -> datetime: ...
    @property
    def body(self) -> bytes: ...


S = TypeVar("S", bound=Said)


def unheard(said: Sequence[S], *, shop_id: ShopId, services: Services) -> list[S]:
    """Those that are newer than all that is known of the same person, and not what was
    written there by us. Older ones would change nothing."""
    words = [(each, word) for each in said for word in _words(each, services)]
    if not words:
        return []
    named: dict[int, Mention] = {
        place: (shop_id, word.phone, word.happened_at)
        for place, (_, word) in enumerate(words)
    }
    with services.transactions.for_shop(shop_id) as tx:
        found = people.contacts_found(tx, list(named.values()), book=services.book)
        contacts = set(found.values())
        latest = ledger.latest_words(tx, contacts, not_from=(BY_FORM,))
        written = consent_pushes.written_of(tx, contacts)
    return [
        each
        for place, (each, word) in enumerate(words)
        if _is_news(word, found.get(named[place]), latest, written)
    ]


def _words(said: Said, services: Services) -> Iterator[ConsentChanged]:
    """The word about offers, which is the one that can be newer."""
    for event in services.read_webhook(
        Source.SHOPIFY, said.topic, said.body, said.happened_at
    ):
        if isinstance(event, ConsentChanged) and event.scope is Scope.MARKETING:
            yield event


def _is_news(
    word: ConsentChanged,
    contact_id: ContactId | None,
    latest: ledger.Words,
    written: Mapping[ContactId, Sequence[Written]],
) -> bool:
    if contact_id is None:
        return True
    if is_echo(word.act, word.happened_at, written.get(contact_id, ())):
        return False
    known: LatestWord | None = latest.get((contact_id, Scope.MARKETING, None))
    if known is None:
        return True
    is_first_no = word.act is Act.REVOKED and known.act is not Act.REVOKED
    return (word.happened_at, is_first_no) > (known.happened_at, False)
