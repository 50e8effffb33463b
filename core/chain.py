"""The arithmetic of the consent ledger: with it anybody can check a proof again.

Every entry holds the digest of the one before, so that none can be changed, taken out
or moved without all that follow. Personal fields are not in it, but a commitment to
them, salted with bytes that nobody can guess: without the fields it says nothing about
them, and with them it proves that they were these.
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

SALT_BYTES = 16
_SORTED = orjson.OPT_SORT_KEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Private:
    """The personal fields of an entry: who, and what shows that they said it."""

    who: str | None = field(repr=False)
    evidence: Mapping[str, Any] = field(repr=False)


def start_of(domain: str) -> bytes:
    """What the first entry of a store's ledger holds in place of a digest."""
    return hashlib.sha256(f"sosik consent ledger of {domain}".encode()).digest()


def salted(private: Private) -> bytes:
    """Salt and fields, as they are committed to."""
    return os.urandom(SALT_BYTES) + committed(private)


def committed(private: Private) -> bytes:
    """The fields that stand behind the salt: JSON with its keys in order."""
    fields = {"evidence": dict(private.evidence), "who": private.who}
    return orjson.dumps(fields, option=_SORTED)


def unsalted(opened: bytes) -> Private:
    fields = orjson.loads(opened[SALT_BYTES:])
    return Private(who=fields["who"], evidence=fields["evidence"])


def commitment_to(salted_fields: bytes) -> bytes:
    return hashlib.sha256(salted_fields).digest()


def entry(
    *,
    number: int,
    scope: str,
    topic: str | None,
    act: str,
    source: str,
    wording: str | None,
    wording_version: str | None,
    wording_language: str | None,
    happened_at: str,
    recorded_at: str,
    commitment: str,
) -> bytes:
    """An entry as it is digested: JSON with its keys in order, without spaces.

    Moments are as ``written`` gives them, ``commitment`` is in hexadecimal.
    """
    return orjson.dumps(
        {
            "act": act,
            "commitment": commitment,
            "happened_at": happened_at,
            "number": number,
            "recorded_at": recorded_at,
            "scope": scope,
            "source": source,
            "topic": topic,
            "wording": wording,
            "wording_language": wording_language,
            "wording_version": wording_version,
        },
        option=_SORTED,
    )


def digest_after(previous: bytes, entry_bytes: bytes) -> bytes:
    return hashlib.sha256(previous + entry_bytes).digest()


def written(moment: datetime) -> str:
    """A moment in UTC to the microsecond, such as ``2026-11-28T02:14:00.000000Z``."""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond:06}Z"
