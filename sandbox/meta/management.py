"""Everything of the Graph API that is not a message: templates, numbers, accounts."""

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from sandbox.meta.accounts import Accounts, Number, Waba, bearer
from sandbox.meta.errors import Refused, no_such_object
from sandbox.meta.onboarding import Onboarding
from sandbox.meta.templates import Template, TemplateBook
from sandbox.meta.uploads import Uploads

SCOPES = [
    "business_management",
    "catalog_management",
    "whatsapp_business_management",
    "whatsapp_business_messaging",
]

_VERSION = re.compile(r"v(2[1-6])\.0", re.ASCII)
_FIELD_ENDS = re.compile(r",(?![^{(]*[})])")
"""Within braces stand the fields of a field, and before them what is asked of it."""
_NUMBER_FIELDS = (
    "id", "verified_name", "code_verification_status", "display_phone_number",
    "quality_rating", "platform_type", "throughput", "webhook_configuration",
)  # fmt: skip
_WABA_FIELDS = ("id", "name", "timezone_id", "message_template_namespace")
_TEMPLATE_FIELDS = (
    "name", "parameter_format", "components", "language", "status", "category", "id",
)  # fmt: skip


class Management:
    """``submitted`` is called with each template that went into review."""

    def __init__(
        self,
        accounts: Accounts,
        templates: TemplateBook,
        *,
        app_id: str,
        app_secret: str,
        seconds_now: Callable[[], float],
        submitted: Callable[[Template], None],
    ) -> None:
        self.creates_an_hour = 100
        self._accounts = accounts
        self._templates = templates
        self._app = (app_id, app_secret)
        self._seconds_now = seconds_now
        self._submitted = submitted
        self.uploads = Uploads(accounts, app_id=app_id)
        self.onboarding = Onboarding(
            accounts,
            app=(app_id, app_secret),
            seconds_now=seconds_now,
            picture_of=self.uploads.picture,
        )

    def answer(
        self, method: str, target: str, authorization: str | None, raw: bytes
    ) -> Any:
        """The JSON that Meta answers with.

        Raises:
            Refused: as Meta refuses.
        """
        path, _, query_string = target.partition("?")
        query = dict(parse_qsl(query_string))
        parts = path.strip("/").split("/")
        if parts[0].startswith("v"):
            check_version(parts.pop(0))
        match (method, *parts):
            case ("GET", "debug_token"):
                return self._debug_token(query, authorization)
            case ("GET" | "POST", "oauth", "access_token"):
                return self.onboarding.token_for(
                    {**dict(parse_qsl(raw.decode())), **query}
                )
            case ("POST", app, "uploads"):
                return self.uploads.open(app, query, bearer(authorization))
            case ("POST", number_id, "register"):
                number = self._accounts.number(number_id, authorization)
                return self.onboarding.register(number, body_of(raw))
            case (_, number_id, "whatsapp_business_profile"):
                number = self._accounts.number(number_id, authorization)
                return self._profile(method, number, query, raw)
            case (_, waba_id, "message_templates"):
                waba = self._accounts.waba(waba_id, authorization)
                return self._account_templates(method, waba, path, query, raw)
            case ("GET", waba_id, "phone_numbers"):
                waba = self._accounts.waba(waba_id, authorization)
                return self._phone_numbers(waba, query)
            case (_, waba_id, "subscribed_apps"):
                return self._apps(method, self._accounts.waba(waba_id, authorization))
            case (_, object_id):
                return self._object(method, object_id, query, authorization, raw)
            case _:
                raise unknown_path(path)

    def _object(
        self,
        method: str,
        object_id: str,
        query: Mapping[str, str],
        authorization: str | None,
        raw: bytes,
    ) -> Any:
        template = self._templates.of_id(object_id)
        if template is not None:
            self._accounts.waba(template.waba_id, authorization)
            if method == "POST":
                self._templates.edit(template, body_of(raw))
                self._submitted(template)
                return {"success": True}
            return picked(_template_node(template), query, _TEMPLATE_FIELDS)
        if method != "GET":
            raise no_such_object(object_id)
        if object_id in self._accounts.numbers:
            number = self._accounts.number(object_id, authorization)
            return picked(_number_node(number), query, _NUMBER_FIELDS)
        waba = self._accounts.waba(object_id, authorization)
        return picked(_waba_node(waba), query, _WABA_FIELDS)

    def _account_templates(
        self, method: str, waba: Waba, path: str, query: Mapping[str, str], raw: bytes
    ) -> Any:
        if method == "POST":
            template = self._templates.create(
                waba.id,
                body_of(raw),
                now=self._seconds_now(),
                an_hour=self.creates_an_hour,
            )
            self._submitted(template)
            return {
                "id": template.id,
                "status": template.status,
                "category": template.category,
            }
        if method == "DELETE":
            if not query.get("name"):
                raise Refused(100, "The parameter name is required.")
            name, template_id = query["name"], query.get("hsm_id")
            if not self._templates.delete(waba.id, name, template_id):
                raise Refused(
                    100, subcode=2593002, message="Message template not found"
                )
            return {"success": True}
        found = list(self._templates.of_account(waba.id))
        for name in ("status", "language", "category"):
            if wanted := query.get(name):
                found = [e for e in found if getattr(e, name) == wanted]
        if wanted := query.get("name", query.get("name_or_content")):
            found = [each for each in found if wanted in each.name]
        nodes = [picked(_template_node(t), query, _TEMPLATE_FIELDS) for t in found]
        return _page(nodes, path, query)

    def _phone_numbers(self, waba: Waba, query: Mapping[str, str]) -> Any:
        numbers = (n for n in self._accounts.numbers.values() if n.waba is waba)
        return {
            "data": [picked(_number_node(n), query, _NUMBER_FIELDS) for n in numbers]
        }

    def _profile(
        self, method: str, number: Number, query: Mapping[str, str], raw: bytes
    ) -> Any:
        if method == "POST":
            return self.onboarding.write_profile(number, body_of(raw))
        return self.onboarding.profile(number, query.get("fields", ""))

    def _apps(self, method: str, waba: Waba) -> Any:
        if method == "GET":
            app = {"id": self._app[0], "name": "Sosik", "link": "https://example.com/"}
            shown = [{"whatsapp_business_api_data": app}]
            return {"data": shown if waba.is_subscribed else []}
        waba.is_subscribed = method == "POST"
        self._accounts.keep()
        return {"success": True}

    def _debug_token(
        self, query: Mapping[str, str], authorization: str | None
    ) -> dict[str, Any]:
        shown = query.get("access_token") or bearer(authorization)
        app_id, app_secret = self._app
        asked = query.get("input_token", "")
        if shown != f"{app_id}|{app_secret}" and shown != asked:
            raise Refused(190, message="Invalid OAuth access token signature.")
        data: dict[str, Any] = {"app_id": app_id, "type": "SYSTEM_USER"}
        try:
            waba = self._accounts.of_token(asked)
        except Refused as refusal:
            error = refusal.body()["error"]
            told = {"code": error["code"], "message": error["message"]}
            return {"data": {"error": told, "is_valid": False, "scopes": []}}
        data |= {
            "application": "Sosik",
            "data_access_expires_at": 0,
            "expires_at": waba.token_ends,
            "is_valid": waba.refuses not in {0, 190} and not self._has_ended(waba),
            "issued_at": 0,
            "scopes": SCOPES,
            "granular_scopes": [{"scope": s, "target_ids": [waba.id]} for s in SCOPES],
            "user_id": f"1{waba.id}",
        }
        return {"data": data}

    def _has_ended(self, waba: Waba) -> bool:
        return 0 < waba.token_ends <= self._seconds_now()


def unknown_path(path: str) -> Refused:
    return Refused(2500, message=f"Unknown path components: {path}", http=400)


def check_version(version: str) -> None:
    """Raises Refused for a version of the Graph API that is not served."""
    if not _VERSION.fullmatch(version):
        raise Refused(
            2635, message=f"(#2635) The version {version} is not available.", http=400
        )


def _number_node(number: Number) -> dict[str, Any]:
    level = "HIGH" if number.throughput.most > 80 else "STANDARD"
    return {
        "id": number.id,
        "display_phone_number": number.display,
        "verified_name": number.verified_name,
        "quality_rating": "GREEN",
        "name_status": "APPROVED",
        "status": "CONNECTED",
        "throughput": {"level": level},
        "whatsapp_business_manager_messaging_limit": "TIER_100K",
        "platform_type": "CLOUD_API",
        "code_verification_status": "VERIFIED",
        "is_on_biz_app": False,
        "account_mode": "LIVE",
        "webhook_configuration": {},
        "health_status": _health(number.waba, "PHONE_NUMBER", number.id),
        **number.says,
    }


def _waba_node(waba: Waba) -> dict[str, Any]:
    return {
        "id": waba.id,
        "name": waba.name,
        "timezone_id": "1",
        "message_template_namespace": f"sandbox_{waba.id}",
        "currency": "EUR",
        "country": "DE",
        "account_review_status": "APPROVED",
        "business_verification_status": "verified",
        "owner_business_info": {"name": waba.name, "id": waba.business},
        "ownership_type": "SELF",
        "status": "ACTIVE" if waba.refuses is None else "RESTRICTED",
        "marketing_messages_onboarding_status": "ELIGIBLE",
        "whatsapp_business_manager_messaging_limit": "TIER_100K",
        "health_status": _health(waba, "WABA", waba.id),
        **waba.says,
    }


def _health(waba: Waba, kind: str, object_id: str) -> dict[str, Any]:
    word = "AVAILABLE" if waba.refuses is None else "BLOCKED"
    entity: dict[str, Any] = {
        "entity_type": kind,
        "id": object_id,
        "can_send_message": word,
    }
    if waba.refuses is not None:
        entity["errors"] = [{"error_code": waba.refuses}]
    return {"can_send_message": word, "entities": [entity]}


def _template_node(template: Template) -> dict[str, Any]:
    return {
        "id": template.id,
        "name": template.name,
        "language": template.language,
        "status": template.status,
        "category": template.category,
        "parameter_format": template.parameter_format,
        "components": template.components,
        "rejected_reason": template.rejected_reason,
        "previous_category": template.previous_category,
        "correct_category": template.correct_category,
        "quality_score": {"score": "UNKNOWN"},
        "message_send_ttl_seconds": template.message_send_ttl_seconds,
        "cta_url_link_tracking_opted_out": True,
    }


def picked(
    node: Mapping[str, Any], query: Mapping[str, str], default: Iterable[str]
) -> dict[str, Any]:
    """The fields that were asked for, without those that have no value."""
    wanted = _FIELD_ENDS.split(query["fields"]) if query.get("fields") else default
    picked: dict[str, Any] = {}
    for field in [*wanted, "id"]:
        name = re.sub(r"[.{(].*", "", field.strip())
        if name not in node:
            raise Refused(
                100, message=f"(#100) Tried accessing nonexisting field ({name})"
            )
        if node[name] is not None:
            picked[name] = node[name]
    return picked


def _page(
    nodes: list[dict[str, Any]], path: str, query: Mapping[str, str]
) -> dict[str, Any]:
    limit = _whole(query.get("limit", "25"), "limit")
    start = _place(query["after"]) + 1 if query.get("after") else 0
    if query.get("before"):
        start = max(0, _place(query["before"]) - limit)
    shown = nodes[start : start + limit]
    if not shown:
        return {"data": []}
    first, last = _cursor(start), _cursor(start + len(shown) - 1)
    paging: dict[str, Any] = {"cursors": {"before": first, "after": last}}
    if start + len(shown) < len(nodes):
        rest = {k: v for k, v in query.items() if k not in {"before", "access_token"}}
        following = urlencode({**rest, "limit": limit, "after": last})
        paging["next"] = f"https://graph.facebook.com{path}?{following}"
    return {"data": shown, "paging": paging}


def _cursor(place: int) -> str:
    return base64.urlsafe_b64encode(f"at{place}".encode()).decode()


def _place(cursor: str) -> int:
    try:
        return int(base64.urlsafe_b64decode(cursor).decode().removeprefix("at"))
    except ValueError:
        raise Refused(100, message="(#100) Invalid cursors values") from None


def _whole(text: str, name: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 5000:
        raise Refused(100, message=f"(#100) Param {name} must be a positive number")
    return int(text)


def body_of(raw: bytes) -> dict[str, Any]:
    """The JSON object that came; nothing at all is an empty one."""
    try:
        body = json.loads(raw or b"{}")
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise Refused(100, message="(#100) The body is not a JSON object")
    return body
