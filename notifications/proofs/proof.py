"""All that a ledger has of one person, with what anybody needs to check it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.values import Phone, ShopDomain, ShopId
from notifications import verifying, wording
from notifications.ports import Services
from notifications.proofs.sentences import languages
from notifications.verifying import Advance, Verdict
from storage import ledger, orders, people
from storage.ledger import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An entry, and the digest of the one before it in the store's chain: None where
    somebody took that one out."""

    entry: Entry
    previous: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """``phone`` is None once nothing is left by which the entries were theirs. The
    ``verdict`` is about the whole ledger, to an end after all of the ``links``."""

    domain: ShopDomain
    phone: Phone | None
    language: str
    made_at: datetime
    links: Sequence[Link]
    verdict: Verdict

    @property
    def is_erased(self) -> bool:
        """Something of it is gone that was personal."""
        return any(link.entry.private is None for link in self.links)


def proof_of(
    shop_id: ShopId,
    domain: ShopDomain,
    phone: Phone,
    *,
    language: str | None = None,
    shop_languages: Sequence[str] = (),
    services: Services,
    advance: Advance = lambda _count: None,
) -> Proof:
    """The proof for whoever has the number, or had it when they were erased.

    Without a ``language`` it is the person's, as they last ordered in, or else the
    shop's. Of somebody unknown there are no links.
    """
    with services.transactions.for_shop(shop_id) as tx:
        contact_id = people.contact_with(tx, shop_id, phone, book=services.book)
        links: list[Link] = []
        locale = None
        if contact_id is not None:
            entries = ledger.history(tx, shop_id, contact_id, sealer=services.sealer)
            before = ledger.digests_before(
                tx, shop_id, [each.number for each in entries]
            )
            links = [
                Link(entry=each, previous=before.get(each.number)) for each in entries
            ]
            locale = orders.last_locale_of(tx, shop_id, contact_id)
    # Last, so that the end which it finds comes after all of these entries.
    verdict = verifying.verify(shop_id, domain.host, services=services, advance=advance)
    known = languages()
    spoken = [each for each in shop_languages if each in known]
    return Proof(
        domain=domain,
        phone=phone if any(link.entry.private for link in links) else None,
        language=language
        or wording.language_for(
            locale, known, spoken[0] if spoken else wording.DEFAULT_LANGUAGE
        ),
        made_at=services.clock(),
        links=links,
        verdict=verdict,
    )
