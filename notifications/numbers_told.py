"""What Meta said of a number, its account and its token, as it is kept."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from core.business_account import (
    AccountTold,
    CanSend,
    NumberTold,
    TokenTold,
    Trouble,
)
from core.business_profile import BusinessProfile


@dataclass(frozen=True, slots=True)
class Told:
    """``token`` is None where Meta does not let us look at it."""

    number: NumberTold
    account: AccountTold
    token: TokenTold | None

    def as_json(self) -> dict[str, Any]:
        token = None
        if self.token is not None:
            ends = self.token.expires_at
            token = {
                "is_valid": self.token.is_valid,
                "expires_at": None if ends is None else ends.isoformat(),
                "scopes": sorted(self.token.scopes),
                "accounts": list(self.token.accounts),
            }
        return {
            "number": asdict(self.number),
            "account": asdict(self.account),
            "token": token,
        }


def from_json(said: Mapping[str, Any]) -> Told:
    """The same that ``as_json`` was made of."""
    number, token = said["number"], said["token"]
    can_send = number["can_send"]
    return Told(
        NumberTold(
            **{
                **number,
                "can_send": None if can_send is None else CanSend(can_send),
                "troubles": tuple(map(_trouble, number["troubles"])),
            }
        ),
        AccountTold(**said["account"]),
        None if token is None else _token(token),
    )


def _trouble(said: Mapping[str, Any]) -> Trouble:
    return Trouble(**{**said, "can_send": CanSend(said["can_send"])})


def _token(said: Mapping[str, Any]) -> TokenTold:
    ends = said["expires_at"]
    return TokenTold(
        is_valid=said["is_valid"],
        expires_at=None if ends is None else datetime.fromisoformat(ends),
        scopes=frozenset(said["scopes"]),
        accounts=said["accounts"],
    )


def profile_as_json(profile: BusinessProfile) -> dict[str, Any]:
    return asdict(profile)


def profile_from_json(said: Mapping[str, Any]) -> BusinessProfile:
    return BusinessProfile(**{**said, "websites": tuple(said["websites"])})
