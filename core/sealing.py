"""Data at rest: sealed with AES-GCM, so that it reads as noise and cannot be swapped.

Each shop's data has a key of its own, which goes with the shop: see ``Keyring``.

A sealed value is ``version (1) | key id (4) | nonce (12) | ciphertext and tag``. It is
bound to a *context*, such as ``webhook`` or ``shop:7:token``, and opens only with the
same one: a token copied into another shop's row is refused.
"""

import hashlib
import hmac
import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEYS_KEPT_FOR = timedelta(minutes=1)
"""How long a process works with a shop's key after it was last looked up."""
_STRANGERS_KEPT_FOR = timedelta(seconds=5)
_MOST_KEPT = 20_000
_KEY_CONTEXT = "key of a shop"
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

    def __init__(self, keys: Sequence[bytes]) -> None:
        """``keys`` have 32 bytes each."""
        if not keys:
            raise ValueError("at least one key is needed")
        ids = [hashlib.sha256(key).digest()[:_KEY_ID_BYTES] for key in keys]
        self._ciphers = {id_: AESGCM(key) for id_, key in zip(ids, keys, strict=True)}
        self._first_id, self._first = ids[0], AESGCM(keys[0])

    def has_key_of(self, sealed: bytes) -> bool:
        """Whether it was sealed with one of these keys."""
        return sealed[1 : 1 + _KEY_ID_BYTES] in self._ciphers

    def is_newest(self, sealed: bytes) -> bool:
        """Whether it was sealed with the first of these keys."""
        return sealed[1 : 1 + _KEY_ID_BYTES] == self._first_id

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


class FindsKeys(Protocol):
    """The key of a shop, by the shop's id or its domain, wrapped; None for no shop."""

    def __call__(self, shop: int | str, /) -> bytes | None: ...


class Keyring(Sealer):
    """The installation's own keys, and the key of each shop, opened when it is needed.

    The installation's seal what is no shop's, and the keys of shops. A shop's seals all
    that is the shop's, so that nothing of it opens once that key is destroyed. What was
    opened is kept for a while: whoever has destroyed a key has to wait for so long.
    """

    def __init__(
        self,
        secrets: Sequence[str],
        find: FindsKeys = lambda _shop: None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__([derived_key(secret, "data at rest") for secret in secrets])
        self._find = find
        self._monotonic = monotonic
        self._opened: dict[int | str, tuple[Sealer, float]] = {}

    def of(self, shop_id: int) -> Sealer:
        """Seals and opens what is this shop's.

        Raises:
            CannotOpen: there is no such shop any more, and nothing opens its data.
        """
        return self._known(shop_id) or self._lost()

    def at(self, domain: str) -> Sealer:
        """The same by the shop's domain; the installation's own keys for a store that
        is none of ours, or whose key nobody can open."""
        try:
            return self._known(domain) or self
        except CannotOpen:
            return self

    def opener_of(self, sealed: bytes, domain: str) -> Sealer:
        """Opens what somebody sealed who had only the domain to go by, and may have
        known the store or not."""
        return self if self.has_key_of(sealed) else self.at(domain)

    def wrap(self, key: bytes) -> bytes:
        return self.seal(key, context=_KEY_CONTEXT)

    def unwrap(self, wrapped: bytes) -> bytes:
        """Raises CannotOpen."""
        return self.open(wrapped, context=_KEY_CONTEXT)

    def learn(self, shop: int | str, wrapped: bytes) -> None:
        """Take note of a key that was read on the way, so that it need not be found.
        Who needs one that nobody can open will be told then."""
        if self._kept(shop) in (None, self):
            with suppress(CannotOpen):
                self._keep(shop, Sealer([self.unwrap(wrapped)]), KEYS_KEPT_FOR)

    def forget(self, shop: int | str) -> None:
        """Find its key anew."""
        self._opened.pop(shop, None)

    def _known(self, shop: int | str) -> Sealer | None:
        if (kept := self._kept(shop)) is not None:
            return None if kept is self else kept
        wrapped = self._find(shop)
        if wrapped is None:
            self._keep(shop, self, _STRANGERS_KEPT_FOR)
            return None
        return self._keep(shop, Sealer([self.unwrap(wrapped)]), KEYS_KEPT_FOR)

    def _kept(self, shop: int | str) -> Sealer | None:
        kept = self._opened.get(shop)
        if kept is None or kept[1] < self._monotonic():
            return None
        return kept[0]

    def _keep(self, shop: int | str, sealer: Sealer, time: timedelta) -> Sealer:
        if len(self._opened) >= _MOST_KEPT:
            self._opened.clear()
        self._opened[shop] = sealer, self._monotonic() + time.total_seconds()
        return sealer

    def _lost(self) -> Sealer:
        raise CannotOpen("the shop's key is gone")


def fingerprint(pepper: bytes, value: str) -> bytes:
    """16 bytes by which to find a value again without keeping it readable."""
    return hmac.digest(pepper, value.encode(), hashlib.sha256)[:16]
