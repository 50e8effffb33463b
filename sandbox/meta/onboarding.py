"""How a business comes to Meta: the dialog that gives a code, the token for it, a
number's registration, and the profile that people see."""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from aiohttp import web

from sandbox.knobs import BadControl, text
from sandbox.meta.accounts import Accounts, Number
from sandbox.meta.errors import Refused, refused_as

DIALOG = "/dialog/oauth?"
_CODE_SECONDS = 30
_REGISTERING_SECONDS = 72 * 3600
_MOST_REGISTRATIONS = 10
_MOST_WRONG_PINS = 5
_CALLBACK = "/auth/meta"
_VERTICALS = frozenset(
    (
        *("ALCOHOL", "APPAREL", "AUTO", "BEAUTY", "EDU", "ENTERTAIN", "EVENT_PLAN"),
        *("FINANCE", "GOVT", "GROCERY", "HEALTH", "HOTEL", "NONPROFIT", "NOT_A_BIZ"),
        *("ONLINE_GAMBLING", "OTC_DRUGS", "OTHER", "PHYSICAL_GAMBLING"),
        *("PROF_SERVICES", "RESTAURANT", "RETAIL", "TRAVEL"),
    )
)
_LENGTHS = {"about": 139, "address": 256, "description": 512, "email": 128}
_FIELDS = (*_LENGTHS, "profile_picture_url", "websites", "vertical")


@dataclass(slots=True)
class _Code:
    number: Number
    redirect_uri: str
    since: float
    is_used: bool = False


class Onboarding:
    """``app`` is the id and the secret of the one app that Meta knows here, and
    ``picture_of`` answers the address of the picture that a handle stands for."""

    def __init__(
        self,
        accounts: Accounts,
        *,
        app: tuple[str, str],
        seconds_now: Callable[[], float],
        picture_of: Callable[[object], str],
    ) -> None:
        self._accounts = accounts
        self._app = app
        self._picture_of = picture_of
        self._seconds_now = seconds_now
        self._codes: dict[str, _Code] = {}

    # The dialog

    def dialog(self, target: str, *, app_url: str | None) -> web.Response:
        """Meta's question, and with ``choose`` in the address the answer to it."""
        asked = dict(parse_qsl(target.partition("?")[2]))
        back = urlsplit(asked.get("redirect_uri", ""))
        is_ours = f"{back.scheme}://{back.netloc}" == app_url and back.path == _CALLBACK
        if asked.get("client_id") != self._app[0] or not is_ours:
            words = "URL blocked: the redirect URI is not whitelisted."
            return web.Response(status=400, text=words)
        if asked.get("response_type") != "code" or not asked.get("config_id"):
            return web.Response(status=400, text="Invalid parameter")
        chosen = asked.pop("choose", None)
        if chosen is None:
            return self._question(target.partition("?")[0], asked)
        state = {"state": asked["state"]} if "state" in asked else {}
        if chosen == "cancel":
            said = {
                "error": "access_denied",
                "error_code": "200",
                "error_description": "Permissions error",
                "error_reason": "user_denied",
            }
        else:
            number = self._accounts.numbers.get(chosen) or self._new(chosen)
            said = {"code": self._code(number, asked["redirect_uri"])}
        place = f"{asked['redirect_uri']}?{urlencode({**said, **state})}"
        return web.Response(status=302, headers={"Location": place})

    def _question(self, path: str, asked: Mapping[str, str]) -> web.Response:
        choices = {
            **{each.id: each.display for each in self._accounts.numbers.values()},
            "new": "A new number",
            "phone": "The number of the WhatsApp Business app",
            "cancel": "Cancel",
        }
        links = "".join(
            f'<li><a href="{escape(_address(path, asked, id_))}">{escape(label)}</a>'
            for id_, label in choices.items()
        )
        page = (
            '<!doctype html><html lang="en"><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width">'
            "<title>Simulated Meta</title><h1>Connect a WhatsApp number</h1>"
            f"<p>This stands in for Meta's dialog.</p><ul>{links}</ul></html>"
        )
        return web.Response(
            text=page,
            content_type="text/html",
            headers={"Content-Security-Policy": "default-src 'none'"},
        )

    def _new(self, kind: str) -> Number:
        """An account that nobody had before, with its number; one of the ``phone`` is
        used in the app, and registered there."""
        digits = str(10**14 + secrets.randbelow(9 * 10**14))
        last = f"{len(self._accounts.numbers):04d}"
        on_phone = {"is_on_biz_app": True, "throughput": {"level": "STANDARD"}}
        fresh = {"status": "PENDING", "platform_type": "NOT_APPLICABLE"}
        number = self._accounts.put(
            waba_id=digits,
            token=f"EAAN{secrets.token_hex(32)}",
            phone_number_id=f"3{digits[1:]}",
            display_phone_number=f"+1 555-014-{last}",
            throughput=20 if kind == "phone" else 80,
            subscribed=False,
            number_says=on_phone if kind == "phone" else fresh,
        )
        self._accounts.keep()
        return number

    def code_for(self, body: Mapping[str, Any]) -> str:
        """A code as the dialog gives it, by a control request.

        Raises:
            BadControl: there is no such number.
        """
        number = self._accounts.numbers.get(text(dict(body), "phone_number_id"))
        if number is None:
            raise BadControl("phone_number_id: unknown")
        return self._code(number, text(dict(body), "redirect_uri"))

    def _code(self, number: Number, redirect_uri: str) -> str:
        code = f"AQ{secrets.token_urlsafe(48)}"
        self._codes[code] = _Code(number, redirect_uri, self._seconds_now())
        return code

    # The token

    def token_for(self, asked: Mapping[str, str]) -> dict[str, Any]:
        """Raises Refused for a code that is used, old or another app's."""
        if asked.get("client_id") != self._app[0]:
            raise _wrong(101, "Error validating application. Invalid application ID.")
        if asked.get("client_secret") != self._app[1]:
            raise _wrong(1, "Error validating client secret.")
        code = self._codes.get(asked.get("code", ""))
        if code is None:
            raise _wrong(100, "Invalid verification code format.")
        if code.redirect_uri != asked.get("redirect_uri"):
            raise _wrong(
                100,
                "Error validating verification code. Please make sure your "
                "redirect_uri is identical to the one you used in the OAuth dialog "
                "request",
                36008,
            )
        if code.is_used:
            raise _wrong(100, "This authorization code has been used.", 36009)
        now = self._seconds_now()
        if now - code.since > _CODE_SECONDS:
            raise _wrong(100, "This authorization code has expired.", 36007)
        code.is_used = True
        waba = code.number.waba
        left = {"expires_in": int(waba.token_ends - now)} if waba.token_ends else {}
        return {"access_token": waba.token, "token_type": "bearer", **left}

    # The number

    def register(self, number: Number, body: Mapping[str, Any]) -> dict[str, Any]:
        """Raises Refused: Meta counts each try, and looks at the PIN only then."""
        pin = body.get("pin")
        if body.get("messaging_product") != "whatsapp":
            raise Refused(100, "The parameter messaging_product is required.")
        if not isinstance(pin, str) or not re.fullmatch(r"\d{6}", pin, re.ASCII):
            raise Refused(100, "Param pin must be 6 digits.")
        now = self._seconds_now()
        number.registered = [
            each for each in number.registered if now - each < _REGISTERING_SECONDS
        ]
        if len(number.registered) >= _MOST_REGISTRATIONS:
            raise refused_as(133016)
        number.registered.append(now)
        if number.is_on_phone:
            raise Refused(100, "The number is used in the WhatsApp Business app.")
        if number.says.get("code_verification_status") == "NOT_VERIFIED":
            raise refused_as(133006)
        if number.pin not in (None, pin):
            number.wrong_pins += 1
            is_blocked = number.wrong_pins > _MOST_WRONG_PINS
            raise refused_as(133008 if is_blocked else 133005)
        number.pin, number.wrong_pins = pin, 0
        number.says |= {"status": "CONNECTED", "platform_type": "CLOUD_API"}
        self._accounts.keep()
        return {"success": True}

    # The profile

    def profile(self, number: Number, fields: str) -> dict[str, Any]:
        wanted = fields.split(",") if fields else ["about"]
        for name in wanted:
            if name not in _FIELDS:
                raise Refused(
                    100, message=f"(#100) Tried accessing nonexisting field ({name})"
                )
        found = {n: number.profile[n] for n in wanted if number.profile.get(n)}
        return {"data": [{**found, "messaging_product": "whatsapp"}]}

    def write_profile(self, number: Number, body: Mapping[str, Any]) -> dict[str, Any]:
        """Raises Refused for what is too long, or of no kind that Meta knows."""
        if body.get("messaging_product") != "whatsapp":
            raise Refused(100, "The parameter messaging_product is required.")
        new = {name: value for name, value in body.items() if name in _FIELDS}
        for name, most in _LENGTHS.items():
            if len(str(new.get(name, ""))) > most:
                raise Refused(100, f"Param {name} must be at most {most} characters.")
        if new.get("about") == "":
            raise Refused(100, "Param about must not be empty.")
        if new.get("email") and "@" not in str(new["email"]):
            raise Refused(100, "Param email is not a valid email address.")
        websites = new.get("websites", [])
        if not isinstance(websites, list) or len(websites) > 2:
            raise Refused(100, "Param websites must have at most 2 elements.")
        for address in websites:
            if len(address) > 256 or not address.startswith(("http://", "https://")):
                raise Refused(100, f"Param websites: {address} is not a valid URI.")
        if "vertical" in new and new["vertical"] not in _VERTICALS:
            raise Refused(100, "Param vertical must be one of the known values.")
        if "profile_picture_handle" in body:
            handle = body["profile_picture_handle"]
            new["profile_picture_url"] = self._picture_of(handle)
        number.profile |= new
        self._accounts.keep()
        return {"success": True}


def _address(path: str, asked: Mapping[str, str], chosen: str) -> str:
    return f"{path}?{urlencode({**asked, 'choose': chosen})}"


def _wrong(code: int, message: str, subcode: int | None = None) -> Refused:
    return Refused(code, message=message, subcode=subcode, http=400)
