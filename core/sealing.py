"""Data at rest: sealed with AES-GCM, so that it reads as noise and cannot be swapped.

A sealed value is ``version (1) | key id (4) | nonce (12) | ciphertext and tag``. It is
bound to a *context*, such as ``webhook`` or ``shop:7:token``, and opens only with the
same one: a token copied into another shop's row is refused.
"""

import hashlib
import hmac
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION = b"\x01"
_KEY_ID_BYTES = 4
_NONCE_BYTES = 12
_HEAD_BYTES = len(_VERSION) + _KEY_ID_BYTES + _NONCE_BYTES


class CannotOpen(Exception):
    """The value was sealed with a key we no longer have, or for another context."""


def derived_key(secret: str, purpose: str) -> bytes:
    """32 bytes for one purpose: one secret never signs or seals two kinds of thing."""
    return HKDF(SHA256(), 32, salt=None, info=f"sosik {purpose}".encode()).derive(
        secret.encode()
    )


class Sealer:
    """Seals with the first key, opens with any: that is how keys are rotated."""

    def __init__(self, secrets: Sequence[str]) -> None:
        if not secrets:
            raise ValueError("at least one key is needed")
        keys = [derived_key(secret, "data at rest") for secret in secrets]
        ids = [hashlib.sha256(key).digest()[:_KEY_ID_BYTES] for key in keys]
        self._ciphers = {id_: AESGCM(key) for id_, key in zip(ids, keys, strict=True)}
        self._first_id, self._first = ids[0], AESGCM(keys[0])

    def seal(self, plain: bytes, *, context: str) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._first.encrypt(nonce, plain, context.encode())
        return _VERSION + self._first_id + nonce + sealed

    def open(self, sealed: bytes, *, context: str) -> bytes:
        """The plain bytes again.

        Raises:
            CannotOpen: no key of ours fits, or the context is another one.
        """
        cipher = self._ciphers.get(sealed[1 : 1 + _KEY_ID_BYTES])
        if sealed[:1] != _VERSION or cipher is None:
            raise CannotOpen("sealed with a key that is not in SECRET_KEYS")
        nonce = sealed[1 + _KEY_ID_BYTES : _HEAD_BYTES]
        try:
            return cipher.decrypt(nonce, sealed[_HEAD_BYTES:], context.encode())
        except (InvalidTag, ValueError) as error:  # a stump is a ValueError
            raise CannotOpen("the value does not belong here") from error

    def seal_text(self, plain: str, *, context: str) -> bytes:
        return self.seal(plain.encode(), context=context)

    def open_text(self, sealed: bytes, *, context: str) -> str:
        return self.open(sealed, context=context).decode()


def fingerprint(pepper: bytes, value: str) -> bytes:
    """16 bytes by which to find a value again without keeping it readable."""
    return hmac.digest(pepper, value.encode(), hashlib.sha256)[:16]
