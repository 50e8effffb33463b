"""Proofs that a webhook comes from whom it says."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Iterator, Sequence


def matches_shopify(body: bytes, claimed: bytes, secrets: Sequence[bytes]) -> bool:
    """Whether ``X-Shopify-Hmac-Sha256`` is base64 of HMAC-SHA256 of the raw body.

    Any of ``secrets`` may have made it, which is how a secret is rotated. Whatever
    else a stranger writes there raises nothing and is False.
    """
    return _matches_any(
        (base64.b64encode(digest) for digest in _digests(body, secrets)), claimed
    )


def matches_meta(body: bytes, claimed: bytes, secrets: Sequence[bytes]) -> bool:
    """Whether ``X-Hub-Signature-256`` is 'sha256=' and the hex HMAC of the raw body."""
    return _matches_any(
        (b"sha256=" + digest.hex().encode() for digest in _digests(body, secrets)),
        claimed,
    )


def matches_seventeen_track(body: bytes, claimed: bytes, keys: Sequence[bytes]) -> bool:
    """Whether ``sign`` is the hex SHA-256 of the raw body, a slash, and a key."""
    return _matches_any(
        (hashlib.sha256(body + b"/" + key).hexdigest().encode() for key in keys if key),
        claimed,
    )


def _digests(body: bytes, secrets: Sequence[bytes]) -> Iterator[bytes]:
    # An empty secret would let anybody sign; hmac.digest is OpenSSL's, in one call.
    return (hmac.digest(secret, body, "sha256") for secret in secrets if secret)


def _matches_any(expected: Iterable[bytes], claimed: bytes) -> bool:
    """Compare with all, so that time does not tell which secret came close."""
    matches = False
    for each in expected:
        matches |= hmac.compare_digest(each, claimed)
    return matches
