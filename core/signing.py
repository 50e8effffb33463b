"""Short texts that a browser keeps for us, signed so that it cannot change them.

Each purpose has a key of its own, derived from ``SECRET_KEYS`` and never from a secret
that an outsider shares with us: what is signed for a cookie must not pass for a
webhook.
"""

import hashlib
from collections.abc import Sequence

from itsdangerous import BadSignature
from itsdangerous import Signer as _Signer

from core.sealing import derived_key

_LONGEST = 4_096


class Signer:
    """Signs with the first key, and knows what any of them has signed."""

    def __init__(self, secrets: Sequence[str], purpose: str) -> None:
        if not secrets:
            raise ValueError("at least one key is needed")
        self._signer = _Signer(
            # The newest last is how the library wants them.
            [derived_key(secret, purpose) for secret in reversed(secrets)],
            key_derivation="none",
            digest_method=hashlib.sha256,
        )

    def signed(self, text: str) -> str:
        return self._signer.sign(text).decode()

    def opened(self, signed: str) -> str | None:
        """The text again, or None for what we have not signed for this purpose.

        Whatever else a stranger writes there raises nothing.
        """
        if len(signed) > _LONGEST or not signed.isascii():
            return None
        try:
            return self._signer.unsign(signed).decode()
        except (BadSignature, UnicodeDecodeError):
            return None
