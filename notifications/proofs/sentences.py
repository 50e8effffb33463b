"""What a proof says around what somebody said, in the language of its reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules

from core.values import Act, Scope
from notifications.proofs import languages as folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentences:
    """One language of a proof. What stands in braces is filled in by ``format``;
    ``places`` are the sources that have a name."""

    title: str
    store: str
    person: str
    made: str
    entry: str
    about: str
    topic: str
    act: str
    source: str
    wording: str
    no_wording: str
    version: str
    language: str
    happened: str
    recorded: str
    evidence: str
    gone: str
    digest: str
    previous: str
    commitment: str
    end: str
    nothing: str
    erased: str
    how: str
    verified: str
    not_verified: str
    no_glyph: str
    scopes: Mapping[Scope, str]
    acts: Mapping[Act, str]
    places: Mapping[str, str]


def languages() -> list[str]:
    """Those of the buyers, each a file in ``languages/``."""
    return sorted(module.name for module in iter_modules(folder.__path__))


def sentences_in(language: str) -> Sentences:
    """In one of ``languages()``."""
    module = import_module(f"{folder.__name__}.{language}")
    found: Sentences = module.SENTENCES
    return found


def scopes(news: str, offers: str) -> Mapping[Scope, str]:
    return {Scope.TRANSACTIONAL: news, Scope.MARKETING: offers}


def acts(
    granted: str, confirmed: str, revoked: str, imported: str
) -> Mapping[Act, str]:
    return dict(zip(Act, (granted, confirmed, revoked, imported), strict=True))
