"""Text from strangers, made fit to be shown in one line of a message."""

import unicodedata
from urllib.parse import urlsplit

_MOST_ADDRESS_CHARACTERS = 2_000
_JOINERS = "\u200c\u200d"
"""Persian, the Indic scripts and emoji are spelled with these."""


def cleaned(text: str | None, *, at_most: int = 60) -> str | None:
    """One line in NFC without control or direction-changing characters, or None.

    What is longer than ``at_most`` characters is cut; what is left empty is None.
    """
    if not text:
        return None
    if not (text.isascii() and text.isprintable()):
        normal = unicodedata.normalize("NFC", text)
        text = "".join(_kept(character) for character in normal)
    text = " ".join(text.split())[:at_most].rstrip()
    return text if text.strip(_JOINERS) else None


def _kept(character: str) -> str:
    if character.isprintable() or character in _JOINERS:
        return character
    # Line ends and odd spaces keep words apart; the rest of the unprintable goes.
    return " " if character.isspace() else ""


def web_address(text: str | None) -> str | None:
    """``text`` when it is an address that a person may safely open, else None."""
    if not text or len(text) > _MOST_ADDRESS_CHARACTERS or not text.isprintable():
        return None
    if " " in text:
        return None
    try:
        parts = urlsplit(text)
        is_web = parts.scheme in ("https", "http") and bool(parts.hostname)
    except ValueError:
        return None
    # A name before an @ can dress up one host as another.
    return text if is_web and "@" not in parts.netloc else None
