"""What an owner wants of a catalog, beyond that it is the same as the store."""

import re
from dataclasses import dataclass

from core.catalog import LANGUAGES
from core.dialling import is_country
from core.errors import NotPossible
from core.values import ShopId
from core.words import N_
from notifications.ports import Services
from notifications.rules.catalog_sets import ALL, NONE
from storage import catalogs, changes
from storage.changes import By, Change

_HANDLE = re.compile(r"[^\s,]{1,255}")
_MOST_HANDLES = 500
_MOST_PLACES = 20
"""Each is one more of everything that is told of an item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is None stays as it is. ``sets`` are the collections that become sets of
    the catalog: ``all``, ``none``, or their handles with commas between. ``languages``
    are those into which its items are translated, and ``countries`` those for which
    they have prices of their own: ``none``, or with commas between, too."""

    sets: str | None = None
    languages: str | None = None
    countries: str | None = None


def choose(
    shop_id: ShopId, choice: Choice, services: Services, *, by: By | None = None
) -> None:
    """Have it so from now on; the store and Meta are asked and told of what differs.
    Twice changes nothing. ``by`` is who of the store's people wants it.

    Raises:
        NotPossible: the shop has no catalog, or it is no choice.
    """
    sets = None if choice.sets is None else sets_in(choice.sets)
    languages = None if choice.languages is None else languages_in(choice.languages)
    countries = None if choice.countries is None else countries_in(choice.countries)
    now = services.clock()
    with services.transactions.for_shop(shop_id) as tx:
        catalogs.be_alone(tx, shop_id)
        known = catalogs.of_shop(tx, shop_id)
        if known is None:
            raise NotPossible(N_("the store has no catalog yet"))
        if sets is not None:
            catalogs.set_sets(tx, shop_id, sets, now=now)
        catalogs.set_places(
            tx, shop_id, languages=languages, countries=countries, now=now
        )
        if by is not None:
            chosen = {"sets": sets, "languages": languages, "countries": countries}
            after = {name: each for name, each in chosen.items() if each is not None}
            was = {
                "sets": known.sets,
                "languages": list(known.languages),
                "countries": list(known.countries),
            }
            change = Change(
                what="catalog_chosen",
                before={name: was[name] for name in after},
                after=after,
            )
            changes.note_other(tx, shop_id, by, change, now=now)


def sets_in(said: str) -> str:
    """The same choice, each handle once and in their order."""
    words = [each.strip().lower() for each in said.split(",") if each.strip()]
    if words in ([ALL], [NONE]):
        return words[0]
    if not words or not all(map(_HANDLE.fullmatch, words)) or {ALL, NONE} & {*words}:
        raise NotPossible(
            N_("sets are all, none, or the handles of collections: summer,sale")
        )
    if len(words) > _MOST_HANDLES:
        raise NotPossible(N_("too many collections: see all"))
    return ",".join(sorted(set(words)))


def languages_in(said: str) -> list[str]:
    """As stores call them, such as ``fr`` and ``pt-BR``."""
    known = {each.casefold(): each for each in LANGUAGES}
    words = _words(said)
    if unknown := [each for each in words if each.casefold() not in known]:
        raise NotPossible(
            N_("%(said)s is none of the languages %(known)s"),
            said=", ".join(unknown),
            known=", ".join(sorted(LANGUAGES)),
        )
    return _few({known[each.casefold()] for each in words})


def countries_in(said: str) -> list[str]:
    """By their two letters, such as ``FR``."""
    words = [each.upper() for each in _words(said)]
    if unknown := [each for each in words if not is_country(each)]:
        raise NotPossible(
            N_("%(said)s is no country: countries are two letters, such as FR"),
            said=", ".join(unknown),
        )
    return _few(set(words))


def _words(said: str) -> list[str]:
    words = [each.strip() for each in said.split(",") if each.strip()]
    if not words:
        raise NotPossible(N_("say none, or which, with commas between"))
    return [] if words == [NONE] else words


def _few(words: set[str]) -> list[str]:
    if len(words) > _MOST_PLACES:
        raise NotPossible(N_("no more than %(most)s at once"), most=_MOST_PLACES)
    return sorted(words)
