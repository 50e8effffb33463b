"""What names a message to the outside, and nobody can make up but us.

An order brings back a *reference*, which its store's owner can read; a link has a
*code*, which opens a buyer's cart and is told to nobody but them. Each has a key of its
own, derived from the pepper of the installation, so that neither gives away the other,
and both outlive a rotation of SECRET_KEYS.
"""

import hmac
import re
import string
from collections.abc import Mapping
from functools import lru_cache

from core.sealing import derived_key, fingerprint
from core.shopping import REFERENCE
from core.values import MessageId, ShopId

_KIND = "msg_"
_PROOF_DIGITS = 16
_REFERENCE = re.compile(rf"([0-9a-z]{{1,40}})\.([0-9a-f]{{{_PROOF_DIGITS}}})", re.ASCII)

_ALPHABET = string.digits + string.ascii_letters
CODE_LENGTH = 14
"""Of 62 letters: 83 bits, which nobody guesses. None of them is a sign that WhatsApp
takes for bold type, or for the end of an address."""
_CODE = re.compile(rf"[0-9A-Za-z]{{{CODE_LENGTH}}}", re.ASCII)


def reference_to(pepper: bytes, shop_id: ShopId, message_id: MessageId) -> str:
    """Names the message, to this shop alone, and says nothing else."""
    proof = _digest(pepper, "reference in an order", shop_id, message_id).hex()
    return f"{message_id.removeprefix(_KIND)}.{proof[:_PROOF_DIGITS]}"


def message_referred_to(
    pepper: bytes, shop_id: ShopId, marks: Mapping[str, str] | None
) -> MessageId | None:
    """Which message of the shop led to an order, by the order's marks. Anybody may
    write anything there: what is not a reference of ours to this shop is none."""
    found = _REFERENCE.fullmatch((marks or {}).get(REFERENCE, ""))
    if found is None:
        return None
    message_id = MessageId(f"{_KIND}{found[1]}")
    ours = reference_to(pepper, shop_id, message_id)
    return message_id if hmac.compare_digest(ours, found[0]) else None


def code_of(pepper: bytes, shop_id: ShopId, message_id: MessageId) -> str:
    """The code of the message's link: the same one however often it is sent."""
    number = int.from_bytes(_digest(pepper, "link in a message", shop_id, message_id))
    letters = []
    for _ in range(CODE_LENGTH):
        number, rest = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[rest])
    return "".join(letters)


def is_code(text: str) -> bool:
    return _CODE.fullmatch(text) is not None


def key_of(pepper: bytes, code: str) -> bytes:
    """By what a link is found. Who reads the table cannot open it."""
    return fingerprint(pepper, f"link {code}")


def _digest(
    pepper: bytes, purpose: str, shop_id: ShopId, message_id: MessageId
) -> bytes:
    named = f"{shop_id} {message_id}".encode()
    return hmac.digest(_key(pepper, purpose), named, "sha256")


@lru_cache(maxsize=8)
def _key(pepper: bytes, purpose: str) -> bytes:
    return derived_key(pepper.hex(), purpose)
