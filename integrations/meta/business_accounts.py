"""How a WhatsApp Business Account is connected: Meta's calls, and its answers."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode

from core.business_account import (
    AccountTold,
    CanSend,
    NumberTold,
    Permit,
    TokenTold,
    Trouble,
)
from core.business_profile import BusinessProfile
from core.errors import Unsure, WillNotWork
from core.profile_picture import Picture
from integrations.meta.graph_calls import GraphCalls, object_in
from integrations.meta.parts import part, text
from integrations.strict_json import objects_in

_NUMBER = ",".join(
    (
        *("id", "display_phone_number", "verified_name", "status", "name_status"),
        *("quality_rating", "whatsapp_business_manager_messaging_limit"),
        *("platform_type", "is_on_biz_app", "health_status"),
    )
)
_ACCOUNT = "id,name,account_review_status,status,business_verification_status"
_PROFILE = "about,address,description,email,profile_picture_url,websites,vertical"
_MOST_NUMBERS = 100
_SESSION = re.compile(r"upload:[!-~]+")
NO_TOKEN = "no_token_for_code"  # noqa: S105 -- the name of a refusal


@dataclass(frozen=True, slots=True)
class MetaBusinessDesk:
    """As ``core.business_account.BusinessDesk`` says.

    ``redirect_uri`` is where Meta's dialog leads back to, and is asked for again when a
    code of it is given.
    """

    graph: GraphCalls
    app_id: str
    app_secret: str = field(repr=False)
    redirect_uri: str

    def token_for(self, code: str) -> Permit:
        asked = {
            "client_id": self.app_id,
            "client_secret": self.app_secret,
            "redirect_uri": self.redirect_uri,
            "code": code,
        }
        # Not by ``graph.get``: nobody has a token yet, and a code is good once, so that
        # without an answer nobody may say that nothing was done.
        url = f"{self.graph.origin}/{self.graph.version}/oauth/access_token"
        headers = {"Accept": "application/json"}
        said = object_in(
            self.graph.call("GET", f"{url}?{urlencode(asked)}", headers=headers)
        )
        secret = text(said.get("access_token"))
        if not secret:
            raise WillNotWork("no token came for the code", code=NO_TOKEN)
        seconds = said.get("expires_in")
        if not isinstance(seconds, int) or seconds <= 0:
            return Permit(secret, None)
        return Permit(secret, timedelta(seconds=seconds))

    def about_token(self, token: str) -> TokenTold:
        app = f"{self.app_id}|{self.app_secret}"
        said = self.graph.get("debug_token", app, {"input_token": token})
        data = part(said, "data")
        ends = data.get("expires_at")
        return TokenTold(
            is_valid=data.get("is_valid") is True,
            expires_at=datetime.fromtimestamp(ends, UTC)
            if isinstance(ends, int) and ends > 0
            else None,
            scopes=frozenset(map(str, data.get("scopes") or ())),
            accounts=list(_accounts_in(data)),
        )

    def account(self, account_id: str, token: str) -> AccountTold:
        said = self.graph.get(account_id, token, {"fields": _ACCOUNT})
        apps = self.graph.get(f"{account_id}/subscribed_apps", token)
        ids = [
            text(part(each, "whatsapp_business_api_data").get("id"))
            for each in objects_in(apps.get("data"))
        ]
        return AccountTold(
            id=account_id,
            name=text(said.get("name")) or account_id,
            review=_word(said, "account_review_status"),
            status=_word(said, "status"),
            verification=_word(said, "business_verification_status"),
            is_told_to_us=self.app_id in ids,
        )

    def numbers(self, account_id: str, token: str) -> list[NumberTold]:
        asked = {"fields": _NUMBER, "limit": str(_MOST_NUMBERS)}
        said = self.graph.get(f"{account_id}/phone_numbers", token, asked)
        return [_number(each) for each in objects_in(said.get("data"))]

    def number(self, phone_number_id: str, token: str) -> NumberTold:
        said = self.graph.get(phone_number_id, token, {"fields": _NUMBER})
        return _number({**said, "id": phone_number_id})

    def subscribe(self, account_id: str, token: str) -> None:
        _must_be_done(self.graph.post(f"{account_id}/subscribed_apps", token, {}))

    def register(self, phone_number_id: str, token: str, *, pin: str) -> None:
        body = {"messaging_product": "whatsapp", "pin": pin}
        _must_be_done(self.graph.post(f"{phone_number_id}/register", token, body))

    def profile(self, phone_number_id: str, token: str) -> BusinessProfile:
        path = f"{phone_number_id}/whatsapp_business_profile"
        said = self.graph.get(path, token, {"fields": _PROFILE})
        found = objects_in(said.get("data"))
        return _profile(found[0] if found else {})

    def write_profile(
        self, phone_number_id: str, token: str, profile: BusinessProfile
    ) -> None:
        path = f"{phone_number_id}/whatsapp_business_profile"
        _must_be_done(self.graph.post(path, token, profile_body(profile)))

    def write_picture(self, phone_number_id: str, token: str, picture: Picture) -> None:
        path = f"{phone_number_id}/whatsapp_business_profile"
        handle = self._uploaded(token, picture)
        body = {"messaging_product": "whatsapp", "profile_picture_handle": handle}
        _must_be_done(self.graph.post(path, token, body))

    def _uploaded(self, token: str, picture: Picture) -> str:
        """What stands for the picture at Meta from now on. ``app`` is the app that the
        token was made by, which is the store's own where it hosts alone."""
        told = {
            "file_name": picture.name,
            "file_length": str(len(picture.content)),
            "file_type": picture.type,
        }
        opened = self.graph.post(f"app/uploads?{urlencode(told)}", token, {})
        session = text(opened.get("id")) or ""
        if not _SESSION.fullmatch(session):
            raise Unsure("there is no session for the file", code="odd_answer")
        handle = text(self.graph.upload(session, token, picture.content).get("h"))
        if not handle:
            raise Unsure("nothing stands for the file", code="odd_answer")
        return handle


def profile_body(profile: BusinessProfile) -> dict[str, Any]:
    """What is written of it. What is left empty is emptied; but an empty about line
    Meta does not take."""
    return {
        "messaging_product": "whatsapp",
        **({"about": profile.about} if profile.about else {}),
        "address": profile.address,
        "description": profile.description,
        "email": profile.email,
        "websites": list(profile.websites),
        "vertical": profile.vertical,
    }


def _accounts_in(data: Mapping[str, Any]) -> Iterator[str]:
    for each in objects_in(data.get("granular_scopes")):
        if each.get("scope") == "whatsapp_business_management":
            for target in each.get("target_ids") or ():
                if text(target):
                    yield str(target)


def _number(said: Mapping[str, Any]) -> NumberTold:
    health = part(said, "health_status")
    return NumberTold(
        id=str(said.get("id", "")),
        display_number=text(said.get("display_phone_number")) or "",
        verified_name=text(said.get("verified_name")),
        status=_word(said, "status"),
        name_status=_word(said, "name_status"),
        quality=_word(said, "quality_rating"),
        tier=_word(said, "whatsapp_business_manager_messaging_limit"),
        platform=_word(said, "platform_type"),
        is_on_phone=said.get("is_on_biz_app") is True,
        can_send=_can_send(health),
        troubles=tuple(_troubles(health)),
    )


def _troubles(health: Mapping[str, Any]) -> Iterator[Trouble]:
    for entity in objects_in(health.get("entities")):
        can_send = _can_send(entity)
        if can_send is None or can_send is CanSend.AVAILABLE:
            continue
        about = partial(
            Trouble, entity=str(entity.get("entity_type", "")), can_send=can_send
        )
        errors = objects_in(entity.get("errors"))
        notes = [text(each) or "" for each in entity.get("additional_info") or ()]
        for error in errors:
            code = error.get("error_code")
            yield about(
                code=code if isinstance(code, int) else None,
                says=text(error.get("error_description")) or "",
                solution=text(error.get("possible_solution")) or "",
            )
        if not errors:
            for note in notes or [""]:
                yield about(code=None, says=note, solution="")


def _can_send(said: Mapping[str, Any]) -> CanSend | None:
    try:
        return CanSend(str(said.get("can_send_message")))
    except ValueError:
        return None


def _word(said: Mapping[str, Any], name: str) -> str | None:
    found = text(said.get(name))
    return found.upper() if found else None


def _profile(said: Mapping[str, Any]) -> BusinessProfile:
    read: Callable[[str], str] = lambda name: text(said.get(name)) or ""  # noqa: E731
    return BusinessProfile(
        about=read("about"),
        address=read("address"),
        description=read("description"),
        email=read("email"),
        websites=tuple(str(each) for each in said.get("websites") or ()),
        vertical=read("vertical").upper(),
        has_picture=bool(read("profile_picture_url")),
    )


def _must_be_done(said: Mapping[str, Any]) -> None:
    """Raises Unsure where the answer is not Meta's yes."""
    if said.get("success") is not True:
        raise Unsure("the answer is not a yes", code="odd_answer")
