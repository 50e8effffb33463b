"""Who is never sent what others are, to see what these would have done without it."""

import hashlib

from core.values import ContactId


def is_in_control_group(contact: ContactId, named: str, *, percent: int) -> bool:
    """The same people always, as long as the share is not made smaller; others for
    each thing that is ``named``."""
    if percent <= 0:
        return False
    drawn_by = f"control group of {named}: {contact}".encode()
    drawn = int.from_bytes(hashlib.sha256(drawn_by).digest()[:8]) % 100
    return drawn < percent
