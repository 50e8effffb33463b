"""One update of Meta's webhooks in its wire form, and many of them in one envelope."""

import json
import zlib
from collections.abc import Iterable
from json.encoder import encode_basestring_ascii as quoted
from typing import Any, NamedTuple

from sandbox.meta.errors import asynchronous

_COUNTRIES = {
    "34": "ES", "44": "GB", "49": "DE", "52": "MX", "55": "BR", "62": "ID", "65": "SG",
    "81": "JP", "82": "KR", "91": "IN", "966": "SA", "971": "AE",
}  # fmt: skip


class Sent(NamedTuple):
    """An accepted message, as its later statuses need it; ``tag`` is ready JSON.

    A tuple, as is Update: a thousand a second are made of it.
    """

    wamid: str
    waba_id: str
    number_id: str
    number_digits: str
    recipient: str
    user_id: str
    tag: str
    category: str


class Update(NamedTuple):
    """One change. ``item`` is ready JSON; updates with one ``place`` share a change.

    ``place`` is (account, field, number id, number digits, list name); ``contact`` is
    ready JSON, or empty.
    """

    place: tuple[str, str, str, str, str]
    item: str
    contact: str = ""


def user_id(digits: str) -> str:
    """The business-scoped id of a person, in Meta's form: a country and digits."""
    known = _COUNTRIES
    country = known.get(digits[:2]) or known.get(digits[:3]) or "US"
    raw = digits.encode()
    return f"{country}.{zlib.crc32(raw):010d}{zlib.adler32(raw):010d}"


def contact(name: str, digits: str, person: str) -> str:
    phone = f'"wa_id":"{digits}",' if digits else ""
    return f'{{"profile":{{"name":{quoted(name)}}},{phone}"user_id":"{person}"}}'


def status(sent: Sent, word: str, at: int, *, code: int, name: str) -> Update:
    """A status as of 2026: no conversation, and no contacts where it failed."""
    item = f'{{"id":"{sent.wamid}","status":"{word}","timestamp":"{at}"'
    failed = word == "failed"
    if sent.recipient:
        item += f',"recipient_id":"{sent.recipient}"'
    if not failed or not sent.recipient:
        item += f',"recipient_user_id":"{sent.user_id}"'
    if sent.tag:
        item += f',"biz_opaque_callback_data":{sent.tag}'
    if failed:
        item += f',"errors":[{json.dumps(asynchronous(code))}]}}'
        # They stand apart, since the contacts of the others would cover them.
        kind, person = "failures", ""
    else:
        item += (
            ',"pricing":{"billable":true,"pricing_model":"PMP","type":"regular",'
            f'"category":"{sent.category}"}}}}'
        )
        kind, person = "statuses", contact(name, sent.recipient, sent.user_id)
    place = (sent.waba_id, "messages", sent.number_id, sent.number_digits, kind)
    return Update(place, item, person)


def account_change(waba_id: str, field: str, value: Any) -> Update:
    """A change of another field than ``messages``, such as a template's review."""
    return Update((waba_id, field, "", "", ""), json.dumps(value))


def envelope(updates: Iterable[Update], now: int) -> bytes:
    """The body of one POST, with what belongs together put together."""
    entries: dict[tuple[str, str], list[str]] = {}
    for (waba_id, field, *number), group in _grouped(updates).items():
        head = f'{{"field":"{field}","value":'
        # Only entries that are not about messages tell the time.
        time = "" if number[0] else f'"time":{now},'
        changes = entries.setdefault((waba_id, time), [])
        if not number[0]:
            changes.extend(f"{head}{each.item}}}" for each in group)
            continue
        people = list(dict.fromkeys(each.contact for each in group if each.contact))
        with_people = f'"contacts":[{",".join(people)}],' if people else ""
        name = "statuses" if number[2] == "failures" else number[2]
        items = ",".join(each.item for each in group)
        changes.append(
            f'{head}{{"messaging_product":"whatsapp","metadata":{{'
            f'"display_phone_number":"{number[1]}","phone_number_id":"{number[0]}"}},'
            f'{with_people}"{name}":[{items}]}}}}'
        )
    inside = ",".join(
        f'{{"id":"{waba_id}",{time}"changes":[{",".join(changes)}]}}'
        for (waba_id, time), changes in entries.items()
    )
    return f'{{"object":"whatsapp_business_account","entry":[{inside}]}}'.encode()


def _grouped(
    updates: Iterable[Update],
) -> dict[tuple[str, str, str, str, str], list[Update]]:
    groups: dict[tuple[str, str, str, str, str], list[Update]] = {}
    for each in updates:
        groups.setdefault(each.place, []).append(each)
    return groups
