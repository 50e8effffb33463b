"""How complete a business profile is, and what is gained by the rest."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.business_profile import VERTICALS, BusinessProfile
from core.words import N_


@dataclass(frozen=True, slots=True)
class Part:
    """``brings`` is a marked sentence: what it is good for."""

    name: str
    title: str
    brings: str
    is_there: bool


def parts_of(profile: BusinessProfile) -> Sequence[Part]:
    """All seven, in the order in which people see them."""
    has_vertical = profile.vertical in VERTICALS and profile.vertical != "OTHER"
    return (
        Part(
            "picture",
            N_("Picture"),
            N_("Your logo is what people know you by in the list of their chats."),
            profile.has_picture,
        ),
        Part(
            "about",
            N_("About"),
            N_("One line under your name says at once who is writing."),
            bool(profile.about) and profile.about not in _OF_THE_APP,
        ),
        Part(
            "description",
            N_("Description"),
            N_("Who looks you up learns what you sell, and trusts the message."),
            bool(profile.description),
        ),
        Part(
            "vertical",
            N_("Line of business"),
            N_("It stands under your name, and tells a store from a stranger."),
            has_vertical,
        ),
        Part(
            "websites",
            N_("Website"),
            N_("People come back to your store from the chat, without searching."),
            bool(profile.websites),
        ),
        Part(
            "email",
            N_("E-mail"),
            N_("Who would rather write a mail need not search for the address."),
            bool(profile.email),
        ),
        Part(
            "address",
            N_("Address"),
            N_("A place on the map shows that there is a real store."),
            bool(profile.address),
        ),
    )


_OF_THE_APP = ("Hey there! I am using WhatsApp.",)
"""What stands there for whoever has written nothing."""


def percent_of(parts: Sequence[Part]) -> int:
    return round(100 * sum(part.is_there for part in parts) / len(parts))
