"""WhatsApp Business Accounts, their numbers and the tokens that open them."""

import hashlib
import hmac
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.files import keep, kept
from sandbox.knobs import BadControl, text
from sandbox.meta.errors import ERRORS, Refused, bad_token, no_such_object, refused_as
from sandbox.meta.pace import Throughput

DEFAULT_WABA_ID = "100000000000001"
DEFAULT_NUMBER_ID = "100000000000002"
DEFAULT_DISPLAY_NUMBER = "+1 555-013-0100"


def sandbox_token(secret: str) -> str:
    """The token of the default account; the same secret gives the same token."""
    return "EAAN" + hmac.new(secret.encode(), b"meta token", hashlib.sha256).hexdigest()


@dataclass(slots=True)
class Waba:
    """``refuses`` is the code with which every call about it fails, if any. ``says`` is
    what it tells of itself otherwise than usual, by the names of Meta's fields. Its
    token is good for ever, or until ``token_ends``, in seconds."""

    id: str
    token: str
    name: str = "Sosik Sandbox"
    is_subscribed: bool = True
    refuses: int | None = None
    says: dict[str, Any] = field(default_factory=dict)
    token_ends: int = 0

    @property
    def business(self) -> str:
        """Who owns it, and its catalogs."""
        return f"2{self.id[1:]}"


@dataclass(slots=True)
class Number:
    """``says`` is as an account's. ``pin`` is that of its two-step verification, once
    it has one, and ``registered`` are the moments, in seconds, at which somebody tried
    to register it."""

    id: str
    waba: Waba
    display: str
    throughput: Throughput
    verified_name: str = "Sosik Sandbox"
    says: dict[str, Any] = field(default_factory=dict)
    profile: dict[str, Any] = field(default_factory=dict)
    pin: str | None = None
    wrong_pins: int = 0
    registered: list[float] = field(default_factory=list)

    @property
    def is_registered(self) -> bool:
        """Whether it may send by the API."""
        said = (self.says.get("status"), self.says.get("platform_type"))
        return said[0] in (None, "CONNECTED") and said[1] in (None, "CLOUD_API")

    @property
    def is_on_phone(self) -> bool:
        return self.says.get("is_on_biz_app") is True

    @property
    def digits(self) -> str:
        return "".join(filter(str.isdigit, self.display))


class Accounts:
    def __init__(self, path: Path, *, secret: str) -> None:
        self._path = path
        self.wabas: dict[str, Waba] = {}
        self.numbers: dict[str, Number] = {}
        for row in kept(path, []):
            self.put(**row)
        if DEFAULT_WABA_ID not in self.wabas:
            self.put(
                waba_id=DEFAULT_WABA_ID,
                phone_number_id=DEFAULT_NUMBER_ID,
                token=sandbox_token(secret),
                display_phone_number=DEFAULT_DISPLAY_NUMBER,
            )
        self.wabas[DEFAULT_WABA_ID].token = sandbox_token(secret)

    def put(
        self,
        *,
        waba_id: str,
        token: str,
        phone_number_id: str,
        display_phone_number: str,
        name: str = "Sosik Sandbox",
        throughput: int = 80,
        subscribed: bool = True,
        refuses: int | None = None,
        **more: Any,
    ) -> Number:
        """Create the account and the number, or change those that are there. ``more``
        is for what is seldom said: see ``_MORE``.

        Raises:
            TypeError: there is more than that, or of another kind.
        """
        waba = self.wabas.get(waba_id)
        if waba is None:
            waba = self.wabas[waba_id] = Waba(waba_id, token)
        waba.token, waba.name = token, name
        waba.is_subscribed, waba.refuses = subscribed, refuses
        number = self.numbers.get(phone_number_id)
        if number is None or number.waba is not waba:
            number = Number(phone_number_id, waba, "", Throughput(throughput))
            self.numbers[phone_number_id] = number
        number.display, number.verified_name = display_phone_number, name
        number.throughput.most = throughput
        for name, value in more.items():
            whose, attribute, kinds = _MORE.get(name, ("", "", ()))
            if not isinstance(value, kinds):
                raise TypeError(f"{name}: unknown, or of another kind")
            setattr(waba if whose == "waba" else number, attribute, value)
        return number

    def told(self, body: dict[str, Any]) -> dict[str, Any]:
        """What ``put`` takes, kept; by a control request.

        Raises:
            BadControl: something is missing, unknown or no text.
        """
        for name in ("waba_id", "phone_number_id", "token", "display_phone_number"):
            text(body, name)
        if body.get("refuses") is not None and body["refuses"] not in ERRORS:
            raise BadControl("refuses: not a code of Meta's")
        try:
            self.put(**body)
        except TypeError as error:
            raise BadControl(str(error)) from error
        self.keep()
        return {"waba_id": body["waba_id"], "phone_number_id": body["phone_number_id"]}

    def rows(self) -> list[dict[str, Any]]:
        """Everything in the form that ``put`` takes."""
        return [
            {
                "waba_id": number.waba.id,
                "token": number.waba.token,
                "phone_number_id": number.id,
                "display_phone_number": number.display,
                "name": number.verified_name,
                "throughput": number.throughput.most,
                "subscribed": number.waba.is_subscribed,
                "refuses": number.waba.refuses,
                **{
                    name: getattr(number.waba if whose == "waba" else number, attribute)
                    for name, (whose, attribute, _) in _MORE.items()
                },
            }
            for number in self.numbers.values()
        ]

    def keep(self) -> None:
        keep(self._path, self.rows())

    def of_token(self, token: str) -> Waba:
        """The account that a token opens.

        Raises:
            Refused: nobody has this token.
        """
        for waba in self.wabas.values():
            if hmac.compare_digest(waba.token.encode(), token.encode()):
                return waba
        raise bad_token()

    def number(self, number_id: str, authorization: str | None) -> Number:
        """The number, if the ``Authorization`` header opens it.

        Raises:
            Refused: 190 for a missing or unknown token, 100 with subcode 33 for a
                number that is unknown to that token, or what the account refuses with.
        """
        token = bearer(authorization)
        number = self.numbers.get(number_id)
        if number is None or not _same(number.waba.token, token):
            self.of_token(token)
            raise no_such_object(number_id)
        if number.waba.refuses is not None:
            raise refused_as(number.waba.refuses)
        return number

    def waba(self, waba_id: str, authorization: str | None) -> Waba:
        """As ``number``, for an account; it stays readable unless locked out."""
        waba = self.wabas.get(waba_id)
        token = bearer(authorization)
        if waba is None or not _same(waba.token, token):
            self.of_token(token)
            raise no_such_object(waba_id)
        if waba.refuses in {0, 3, 10, 190, 200, 368, 131005}:
            raise refused_as(waba.refuses)
        return waba


_MORE: dict[str, tuple[str, str, tuple[type, ...]]] = {
    "account_says": ("waba", "says", (dict,)),
    "token_ends": ("waba", "token_ends", (int,)),
    "number_says": ("number", "says", (dict,)),
    "profile": ("number", "profile", (dict,)),
    "pin": ("number", "pin", (str, type(None))),
    "registered": ("number", "registered", (list,)),
}
"""By its name: whose it is, where it is kept, and of what kind it is."""


def bearer(authorization: str | None) -> str:
    """The token in the header.

    Raises:
        Refused: there is none.
    """
    if authorization is None or not authorization.startswith("Bearer "):
        raise Refused(
            190, message="Invalid OAuth access token - Cannot parse access token"
        )
    return authorization[7:]


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
