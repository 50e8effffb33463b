"""The operator's key: ADMIN_TOKEN, as bearer token or as the password of ``admin``."""

import hmac
from collections.abc import Callable, Mapping

from flask import Response, request
from werkzeug.datastructures import Authorization

USER = b"admin"
_CHALLENGE = 'Basic realm="Sosik", charset="UTF-8"'

Guard = Callable[[], Response | None]
"""To be run before a request: answers 401 itself, or None to let it pass."""


def operators_only(token: str) -> Guard:
    """A guard that lets those pass who know the token; an empty one nobody knows."""
    key = token.encode()

    def guard() -> Response | None:
        if key and _knows(request.authorization, key):
            return None
        return Response(
            "Sign in as admin with the ADMIN_TOKEN.\n",
            401,
            {"WWW-Authenticate": _CHALLENGE, "Cache-Control": "no-store"},
            content_type="text/plain; charset=utf-8",
        )

    return guard


def _knows(claimed: Authorization | None, key: bytes) -> bool:
    # Bytes, since compare_digest raises TypeError on a non-ASCII str, and a stranger
    # chooses this header.
    if claimed is None:
        return False
    if claimed.type == "bearer":
        return hmac.compare_digest(
            (claimed.token or "").encode("latin-1", "replace"), key
        )
    if claimed.type == "basic":
        user = _bytes(claimed.parameters, "username")
        password = _bytes(claimed.parameters, "password")
        return hmac.compare_digest(user, USER) & hmac.compare_digest(password, key)
    return False


def _bytes(parameters: Mapping[str, str | None], name: str) -> bytes:
    return (parameters.get(name) or "").encode("utf-8", "replace")
