"""What people see who tap on a store's name in WhatsApp."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from urllib.parse import urlsplit

from core.words import N_

MOST_ABOUT = 139
MOST_ADDRESS = 256
MOST_DESCRIPTION = 512
MOST_EMAIL = 128
MOST_WEBSITE = 256
MOST_WEBSITES = 2

VERTICALS: Mapping[str, str] = MappingProxyType(
    {
        "APPAREL": N_("Clothing and apparel"),
        "AUTO": N_("Automotive"),
        "BEAUTY": N_("Beauty, spa and salon"),
        "EDU": N_("Education"),
        "ENTERTAIN": N_("Entertainment"),
        "EVENT_PLAN": N_("Events and planning"),
        "FINANCE": N_("Finance and banking"),
        "GOVT": N_("Public service"),
        "GROCERY": N_("Grocery and supermarket"),
        "HEALTH": N_("Medical and health"),
        "HOTEL": N_("Hotel and lodging"),
        "NONPROFIT": N_("Non-profit"),
        "PROF_SERVICES": N_("Professional services"),
        "RESTAURANT": N_("Restaurant"),
        "RETAIL": N_("Shopping and retail"),
        "TRAVEL": N_("Travel and transportation"),
        "OTHER": N_("Something else"),
    }
)
"""Meta's words for a line of business, and ours."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessProfile:
    """Empty for what is not there. Meta keeps no empty ``about``: it says something of
    its own instead. ``vertical`` is one of ``VERTICALS``, or a word of Meta's that is
    not chosen, such as UNDEFINED. Whether there is a picture Meta alone knows."""

    about: str = ""
    address: str = ""
    description: str = ""
    email: str = ""
    websites: tuple[str, ...] = ()
    vertical: str = ""
    has_picture: bool = False

    def is_written_as(self, other: "BusinessProfile") -> bool:
        """Whether all is the same that can be written; the picture cannot."""
        return all(
            getattr(self, each.name) == getattr(other, each.name)
            for each in fields(self)
            if each.name != "has_picture"
        )


def refusals_of(profile: BusinessProfile) -> Mapping[str, str]:
    """What Meta would not take, by the field: a marked sentence for each."""
    return dict(_refusals(profile))


def _refusals(profile: BusinessProfile) -> Iterator[tuple[str, str]]:
    for name, most, sentence in _LENGTHS:
        if len(getattr(profile, name)) > most:
            yield name, sentence
    if not profile.about:
        yield "about", N_("Meta takes no empty line here.")
    if profile.email and not _EMAIL.fullmatch(profile.email):
        yield "email", N_("This is no e-mail address.")
    if len(profile.websites) > MOST_WEBSITES:
        yield "websites", N_("Meta takes two addresses at most.")
    elif not all(map(_is_website, profile.websites)):
        yield (
            "websites",
            N_("An address begins with https:// and has 256 letters at most."),
        )
    if profile.vertical not in VERTICALS:
        yield "vertical", N_("Choose what fits best.")


_LENGTHS = (
    ("about", MOST_ABOUT, N_("Meta takes 139 letters at most.")),
    ("address", MOST_ADDRESS, N_("Meta takes 256 letters at most.")),
    ("description", MOST_DESCRIPTION, N_("Meta takes 512 letters at most.")),
    ("email", MOST_EMAIL, N_("Meta takes 128 letters at most.")),
)


def _is_website(address: str) -> bool:
    if len(address) > MOST_WEBSITE or any(each.isspace() for each in address):
        return False
    try:
        parts = urlsplit(address)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False
