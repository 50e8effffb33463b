"""Accounts of the simulated 17TRACK, and the numbers that each follows."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from integrations import carriers
from integrations.tracking.seventeen_track.carriers import CODES
from sandbox import files

_NUMBER = re.compile(r"[A-Za-z0-9]{5,50}", re.ASCII)
_MOST_CARRIER_CHANGES = 5
_DETECTED = 190271

MESSAGES: Mapping[int, str] = {
    -18010002: "Invalid security key.",
    -18010011: "The value of data '{0}' is invalid.",
    -18010012: "The format of '{0}' is invalid.",
    -18010013: "Invalid submitted data.",
    -18010014: "Tracking numbers exceed the 40 limit.",
    -18019807: "The times for changing carrier exceed limit.",
    -18019901: "Tracking number {0} is already registered.",
    -18019902: "Tracking number {0} is not registered yet. Register first.",
    -18019903: "Carrier cannot be detected.",
    -18019904: "Only stopped numbers can be re-tracked.",
    -18019905: "Each tracking number can only be re-tracked once.",
    -18019906: "Only numbers being tracked can be stopped.",
    -18019908: "Your quotas have run out.",
    -18019909: "No tracking info at the moment.",
}


class Rejected(Exception):
    """One number of a call is refused, by the real one's code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Followed:
    """A registered number. ``events`` are as the webhooks have them, newest first."""

    number: str
    carrier: int
    tag: str | None = None
    is_stopped: bool = False
    was_followed_again: bool = False
    carrier_changes: int = 0
    events: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Account:
    key: str
    webhook_url: str | None = None
    quota: int = 200
    used: int = 0
    numbers: dict[str, Followed] = field(default_factory=dict)

    def register(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        number = asked.get("number")
        if not isinstance(number, str) or not _NUMBER.fullmatch(number):
            raise Rejected(-18010012)
        carrier = asked.get("carrier") or _detected(number)
        if carrier is None:
            raise Rejected(-18019903)
        if isinstance(carrier, bool) or not isinstance(carrier, int):
            raise Rejected(-18010011)
        if number in self.numbers:
            raise Rejected(-18019901)
        if self.used >= self.quota:
            raise Rejected(-18019908)
        self.used += 1
        tag = asked.get("tag")
        self.numbers[number] = Followed(number, carrier, None if tag is None else tag)
        return {
            "origin": 1 if asked.get("carrier") else 2,
            "number": number,
            "carrier": carrier,
            "email": None,
            "lang": None,
            "tag": tag,
        }

    def stop(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        known = self._known(asked)
        if known.is_stopped:
            raise Rejected(-18019906)
        known.is_stopped = True
        return {"number": known.number, "carrier": known.carrier}

    def retrack(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        known = self._known(asked)
        if not known.is_stopped:
            raise Rejected(-18019904)
        if known.was_followed_again:
            raise Rejected(-18019905)
        known.is_stopped, known.was_followed_again = False, True
        return {"number": known.number, "carrier": known.carrier}

    def change_carrier(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        known = self._known(asked)
        carrier = asked.get("carrier_new")
        if isinstance(carrier, bool) or not isinstance(carrier, int):
            raise Rejected(-18010011)
        if known.carrier_changes >= _MOST_CARRIER_CHANGES:
            raise Rejected(-18019807)
        known.carrier, known.carrier_changes = carrier, known.carrier_changes + 1
        return {"number": known.number, "carrier": carrier}

    def tell(self, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        known = self._known(asked)
        if not known.events:
            raise Rejected(-18019909)
        return told(known)

    def told_quota(self) -> dict[str, int]:
        return {
            "quota_total": self.quota,
            "quota_used": self.used,
            "quota_remain": self.quota - self.used,
            "today_used": self.used,
            "max_track_daily": 0,
            "free_email_quota": 300,
            "free_email_quotaused": 0,
        }

    def _known(self, asked: Mapping[str, Any]) -> Followed:
        known = self.numbers.get(str(asked.get("number")))
        if known is None:
            raise Rejected(-18019902)
        return known


def _detected(number: str) -> int | None:
    """What nobody can detect begins with XX; the real one knows more carriers."""
    if number.startswith("XX"):
        return None
    carrier = carriers.of_number(number)
    return CODES.get(carrier.name, _DETECTED) if carrier else _DETECTED


_MORE = (
    *("lang", "destination_postal_code", "origin_country", "destination_country"),
    *("destination_city", "ship_date", "shipper", "consignee", "phone_number_last_4"),
    *("phone_number", "cpf_or_cnpj", "special_tracking_info"),
)
"""What a store may tell of a number, and we do not."""


def told(known: Followed) -> dict[str, Any]:
    """``data`` of a webhook, and an accepted number of ``gettrackinfo``."""
    newest = known.events[0] if known.events else None
    sub_status = (newest or {}).get("sub_status") or "NotFound_Other"
    return {
        "number": known.number,
        "carrier": known.carrier,
        "param": None,
        "tag": known.tag,
        "track_info": {
            "shipping_info": {"shipper_address": None, "recipient_address": None},
            "latest_status": {
                "status": sub_status.partition("_")[0],
                "sub_status": sub_status,
                "sub_status_descr": None,
            },
            "latest_event": newest,
            "time_metrics": {
                "days_after_order": 0,
                "days_of_transit": 0,
                "days_of_transit_done": 0,
                "days_after_last_update": 0,
                "estimated_delivery_date": {"source": None, "from": None, "to": None},
            },
            "milestone": [],
            "misc_info": {"risk_factor": 0, "service_type": None},
            "tracking": {
                "providers_hash": _hash(known.events),
                "providers": [
                    {
                        "provider": {
                            "key": known.carrier,
                            "name": "A carrier",
                            "alias": "A carrier",
                            "tel": None,
                            "homepage": None,
                            "country": None,
                        },
                        "provider_lang": None,
                        "service_type": None,
                        "latest_sync_status": "Success",
                        "latest_sync_time": (newest or {}).get("time_utc"),
                        "events_hash": _hash(known.events),
                        "provider_tips": None,
                        "events": list(known.events),
                    }
                ],
            },
        },
        **dict.fromkeys(_MORE),
    }


def _hash(events: list[dict[str, Any]]) -> int:
    digest = hashlib.sha256(repr(events).encode()).digest()
    return int.from_bytes(digest[:4], signed=True)


class Accounts:
    """All accounts, kept in a file where there is one."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.by_key: dict[str, Account] = {}
        for saved in files.kept(path, []) if path else []:
            numbers = {
                name: Followed(**each) for name, each in saved.pop("numbers").items()
            }
            self.by_key[saved["key"]] = Account(**saved, numbers=numbers)

    def keep(self) -> None:
        if self._path is not None:
            files.keep(self._path, [asdict(each) for each in self.by_key.values()])
