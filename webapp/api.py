"""``/api/``: what a program of a store's reads with a token, and changes nothing by."""

import logging
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, jsonify, request
from marshmallow import Schema, fields, validate

from core.sealing import CannotOpen
from core.values import MessageId
from core.words import SOURCE_LANGUAGE, words_for
from notifications import api_tokens, witnessing
from notifications.ports import Services
from notifications.roles import Role
from notifications.witnessing import Door, Kind
from storage import message_lists, visits
from storage.api_tokens import TokenRow
from storage.message_lists import Place
from webapp.headers import never_kept
from webapp.pages import filters
from webapp.pages.messages import MessageFilter, wanted_of
from webapp.readable import must_be_text

log = logging.getLogger(__name__)

_MOST = 200
_PLAIN = ("id", "automation", "scope", "state", "reason", "attempt", "order_id")
_MOMENTS = ("created_at", "due_at", "accepted_at", "clicked_at")


class _Paging(Schema):
    after = fields.Str(validate=validate.Regexp(r"^[A-Za-z0-9_]{1,80}\Z"))
    limit = fields.Int(validate=validate.Range(min=1, max=_MOST))


def blueprint(services: Services) -> Blueprint:
    api = Blueprint("api", __name__)

    @api.get("/api/messages")
    def messages() -> Response:
        token = _token(services)
        if token is None:
            return _refused(HTTPStatus.UNAUTHORIZED, "token")
        must_be_text(request)
        return _messages(token, services)

    api.after_request(never_kept)
    return api


def _token(services: Services) -> TokenRow | None:
    shown = request.authorization
    if shown is None or shown.type != "bearer" or not shown.token:
        return None
    return api_tokens.bearer(shown.token, services=services)


def _messages(token: TokenRow, services: Services) -> Response:
    """A page of them, the newest first; ``next`` is what to send as ``after``."""
    with services.transactions.for_shop(token.shop_id) as tx:
        shop = visits.of_shop(tx, token.shop_id)
    zone = ZoneInfo(shop["timezone"] if shop else "UTC")
    words = words_for(SOURCE_LANGUAGE).on_clock(zone)
    asked = filters.read(MessageFilter(), words)
    paging = filters.read(_Paging(), words)
    if wrong := [*asked.errors, *paging.errors]:
        return _refused(HTTPStatus.BAD_REQUEST, "filter", fields=sorted(wrong))
    wanted = wanted_of(asked, words)
    after = paging.values.get("after")
    witnessing.note(
        token.shop_id,
        [Kind.NUMBERS if token.role == Role.AGENT else Kind.ORDERS],
        door=Door.TOKEN,
        actor=f"token {token.id}",
        doing="api messages",
        subject=f"contact {wanted.contact_id}" if wanted.contact_id else None,
        services=services,
    )
    with services.transactions.for_shop(token.shop_id) as tx:
        page = message_lists.page(
            tx,
            token.shop_id,
            wanted,
            None if after is None else Place(MessageId(after)),
            limit=paging.values.get("limit", _MOST),
        )
    return jsonify(
        messages=[_message(row, token, services) for row in page.rows],
        next=None if page.older is None else page.older.id,
    )


def _message(
    row: Mapping[str, Any], token: TokenRow, services: Services
) -> dict[str, Any]:
    told = {
        **{name: row[name] for name in _PLAIN},
        **{name: _moment(row[name]) for name in _MOMENTS},
        "order_name": row["order_name"],
        "contact": row["person"],
    }
    if token.role == Role.AGENT:
        told["phone"] = _phone(row["phone"], token, services)
    return told


def _phone(sealed: bytes | None, token: TokenRow, services: Services) -> str | None:
    if sealed is None:
        return None
    try:
        return services.book.opened(token.shop_id, sealed).e164
    except CannotOpen:  # one lost key must not hide the whole list
        return None


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _refused(status: HTTPStatus, error: str, **more: object) -> Response:
    answer = jsonify(error=error, **more)
    answer.status_code = status
    if status is HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer
