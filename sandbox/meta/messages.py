"""``POST /{phone_number_id}/messages``: check as Meta checks, write down, answer."""

import base64
import json
import re
from collections import deque
from collections.abc import Callable, Mapping
from itertools import islice
from json.encoder import encode_basestring_ascii as quoted
from typing import Any, NamedTuple

from sandbox.files import Ledger
from sandbox.knobs import BadControl
from sandbox.meta.accounts import Number
from sandbox.meta.errors import ERRORS, Refused, refused_as
from sandbox.meta.freeform import TYPES, check_freeform
from sandbox.meta.pace import Pairs
from sandbox.meta.product_messages import ProductMessages
from sandbox.meta.shape import rendered
from sandbox.meta.templates import Template, TemplateBook
from sandbox.meta.updates import Sent, user_id

_PHONE = re.compile(r"\+[1-9][0-9 ()\-]{6,24}", re.ASCII)
_BSUID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}", re.ASCII)
_PUNCTUATION = str.maketrans("", "", "+ ()-")
_WINDOW_SECONDS = 24 * 3600
_REFUSED_AT_ONCE = 131026
_MOST_READ_BACK = 5000
_FAILING_LATER = {130472, 131049, 131050}


class Accepted(NamedTuple):
    """``answer`` is the ready body; ``fails_with`` the code of its failed status."""

    sent: Sent
    answer: bytes
    fails_with: int | None


class Kept(NamedTuple):
    """A message as it was accepted, ``at`` in seconds. The later of two has the
    greater ``number``, whichever way time was moved between them."""

    sent: Sent
    kind: str
    content: Any
    template: Template | None
    at: float
    number: int


class Messages:
    """``read_back`` keeps the last messages, for whoever plays the phone.

    A number that ends in ``131026`` is refused, and one that ends in 130472, 131049
    or 131050 is accepted and fails with that code; ``special`` names others.
    """

    def __init__(
        self,
        templates: TemplateBook,
        ledger: Ledger,
        *,
        products: ProductMessages,
        seconds_now: Callable[[], float],
    ) -> None:
        self.special: dict[str, tuple[str, int]] = {}
        self.read_back: deque[Kept] = deque(maxlen=_MOST_READ_BACK)
        self.has_pair_limit = True
        self._templates = templates
        self._ledger = ledger
        self._products = products
        self._pairs = Pairs()
        self._windows: dict[tuple[str, str], float] = {}
        self._seconds_now = seconds_now
        self._serial = int(seconds_now() * 1_000_000) << 16

    def open_window(self, number_id: str, digits: str) -> None:
        """The customer wrote: free text is allowed for 24 hours from now."""
        self._windows[number_id, digits] = self._seconds_now() + _WINDOW_SECONDS

    def close_windows(self) -> None:
        self._windows.clear()

    def accept(self, number: Number, raw: bytes, monotonic: float) -> Accepted | None:
        """Check and write down; None for a read receipt, which needs no more.

        Raises:
            Refused: with the code that Meta has for what is wrong.
        """
        body = _object(raw)
        if body.get("messaging_product") != "whatsapp":
            raise Refused(100, "Param messaging_product is required: whatsapp")
        if body.get("status") == "read":
            if not body.get("message_id"):
                raise Refused(131008, "message_id is required")
            return None
        shown, digits, person = _recipient(body)
        tag = body.get("biz_opaque_callback_data")
        if tag is not None and (not isinstance(tag, str) or len(tag) > 512):
            raise Refused(
                100, "Param biz_opaque_callback_data must be at most 512 characters."
            )
        kind = body.get("type", "text")
        content = body.get(kind) if isinstance(kind, str) else None
        template = self._checked(number, digits or person, kind, content)
        code = self._verdict(number, digits, template)
        self._check_pace(number, digits or person, monotonic)
        sent = Sent(
            wamid=self._wamid(digits or person),
            waba_id=number.waba.id,
            number_id=number.id,
            number_digits=number.digits,
            recipient=digits,
            user_id=person,
            tag="" if tag is None else quoted(tag),
            category=template.category.lower() if template else "service",
        )
        self._write_down(sent, kind, template)
        self.read_back.append(
            Kept(sent, kind, content, template, self._seconds_now(), self._serial)
        )
        return Accepted(
            sent, _answer(sent, shown, "accepted" if template else None), code
        )

    @property
    def newest_number(self) -> int:
        """Of the message that was accepted last."""
        return self._serial

    def last(self, most: int) -> list[dict[str, Any]]:
        """The newest messages as their recipients read them, newest last."""
        return [self._as_read(kept) for kept in list(self.read_back)[-most:]]

    def to(self, digits: str, most: int) -> list[dict[str, Any]]:
        """The newest messages to one person, newest last."""
        mine = (k for k in reversed(self.read_back) if k.sent.recipient == digits)
        return [self._as_read(kept) for kept in islice(mine, most)][::-1]

    def _as_read(self, kept: Kept) -> dict[str, Any]:
        sent, template, content = kept.sent, kept.template, kept.content
        return {
            "id": sent.wamid,
            "from": sent.number_id,
            "to": sent.recipient or sent.user_id,
            "type": kept.kind,
            "tag": json.loads(sent.tag or "null"),
            "content": rendered(template.components, content.get("components"))
            if template
            else content,
            "template": template.name if template else None,
            "language": template.language if template else None,
            "products": self._products.read_of(sent.waba_id, content),
            "at": kept.at,
            "number": kept.number,
        }

    def newest_to_each(self) -> dict[str, tuple[float, int]]:
        """When each person was written to last, and how often, as far as it is kept."""
        found: dict[str, tuple[float, int]] = {}
        for kept in self.read_back:
            _, before = found.get(kept.sent.recipient, (0.0, 0))
            found[kept.sent.recipient] = (kept.at, before + 1)
        return found

    def _checked(
        self, number: Number, person: str, kind: Any, content: Any
    ) -> Template | None:
        if kind not in TYPES:
            raise Refused(
                100, f"Param type must be one of {{{', '.join(sorted(TYPES))}}}"
            )
        if kind != "template":
            check_freeform(kind, content)
            if kind == "interactive":
                self._products.check_freeform(number, content)
            if self._windows.get((number.id, person), 0) < self._seconds_now():
                raise refused_as(131047)
            return None
        if not isinstance(content, Mapping):
            raise Refused(131008, "template is required")
        language = content.get("language")
        code = language.get("code") if isinstance(language, Mapping) else None
        name = content.get("name")
        if not isinstance(name, str) or not isinstance(code, str):
            raise Refused(131008, "template needs a name and a language with a code")
        template = self._templates.find(number.waba.id, name, code)
        template.shape.check(content.get("components"))
        if template.shape.shows_products:
            self._products.check_template(number, content.get("components"))
        return template

    def _verdict(
        self, number: Number, digits: str, template: Template | None
    ) -> int | None:
        """The code with which it will fail later, if it will."""
        when, code = self.special.get(digits, ("", 0))
        ending = int(digits[-6:]) if digits[-6:].isdecimal() else 0
        if ending == _REFUSED_AT_ONCE or when == "refuse":
            raise refused_as(code or ending)
        if digits and digits == number.digits:
            raise refused_as(131021)
        if when == "fail":
            return code
        if ending in _FAILING_LATER:
            return ending
        is_marketing = template is not None and template.category == "MARKETING"
        # Marketing is accepted for a number in the United States, and never arrives.
        if is_marketing and digits.startswith("1") and len(digits) == 11:
            return 131049
        return None

    def _check_pace(self, number: Number, person: str, monotonic: float) -> None:
        if not number.throughput.allows(monotonic):
            refusal = refused_as(130429)
            refusal.subcode = 2494055
            raise refusal
        if self.has_pair_limit and not self._pairs.allows(number.id, person, monotonic):
            raise refused_as(131056)

    def _wamid(self, person: str) -> str:
        self._serial += 1
        name = person.encode()[:60]
        serial = f"{self._serial:018X}"[-18:].encode()
        raw = b"\x1c\x18%c%b\x15\x02\x00\x11\x18\x12%b\x00" % (len(name), name, serial)
        return "wamid." + base64.b64encode(raw).decode()

    def _write_down(self, sent: Sent, kind: str, template: Template | None) -> None:
        chosen = '"template":null,"language":null'
        if template is not None:
            chosen = f'"template":"{template.name}","language":"{template.language}"'
        line = (
            f'{{"time":{self._seconds_now():.3f},"id":"{sent.wamid}",'
            f'"phone_number_id":"{sent.number_id}",'
            f'"to":"{sent.recipient or sent.user_id}","type":"{kind}",{chosen},'
            f'"biz_opaque_callback_data":{sent.tag or "null"}}}\n'
        )
        self._ledger.add(line.encode())


def held(answer: bytes) -> bytes:
    """The same answer, with the message held back by Meta's pacing."""
    return answer.replace(b'"accepted"', b'"held_for_quality_assessment"')


def _object(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except ValueError:
        raise Refused(100, "The body is not valid JSON.") from None
    if not isinstance(body, dict):
        raise Refused(100, "The body must be an object.")
    return body


def _recipient(body: Mapping[str, Any]) -> tuple[str, str, str]:
    """As the sender wrote it, its digits (empty without a phone), and the user id."""
    to = body.get("to")
    if to is None and isinstance(person := body.get("recipient"), str):
        if not _BSUID.fullmatch(person):
            raise Refused(131009, "recipient is not a user id")
        return person, "", person
    if not to:
        raise Refused(131008, "to is required")
    if not isinstance(to, str) or not _PHONE.fullmatch(to):
        # Without the plus Meta takes the number for a local one of the sender's
        # country and delivers it to a stranger; better to be refused here.
        raise Refused(131009, "to must be a phone number in E.164 form with its +")
    digits = to.translate(_PUNCTUATION)
    if not 7 <= len(digits) <= 15:
        raise Refused(131009, "to must be a phone number in E.164 form with its +")
    return to, digits, user_id(digits)


def _answer(sent: Sent, shown: str, word: str | None) -> bytes:
    known = f'"wa_id": "{sent.recipient}"'
    if not sent.recipient:
        known = f'"user_id": "{sent.user_id}"'
    status = f', "message_status": "{word}"' if word else ""
    return (
        f'{{"messaging_product": "whatsapp", "contacts": [{{"input": "{shown}", '
        f'{known}}}], "messages": [{{"id": "{sent.wamid}"{status}}}]}}'
    ).encode()


def special_recipients(wanted: Any) -> dict[str, tuple[str, int]]:
    """From ``{"+4915...": {"refuse": code}}`` or ``{"fail": code}``."""
    special = {}
    for phone, what in dict(wanted).items():
        ((word, code),) = dict(what).items()
        if word not in {"refuse", "fail"} or code not in ERRORS:
            raise BadControl("recipients: {phone: {refuse or fail: a code of Meta's}}")
        special[phone.lstrip("+")] = (word, int(code))
    return special
