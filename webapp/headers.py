"""Headers that every answer carries, whatever made it."""

from flask import Response

STRICT = (
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""For JSON, for text, and for pages without scripts and forms."""

_POLICY = "Content-Security-Policy"


def harden(response: Response) -> Response:
    """Forbid what the answer does not ask for itself.

    A page that is to be framed by a store's admin sets a policy of its own.
    """
    headers = response.headers
    headers.setdefault(_POLICY, STRICT)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "no-referrer")
    if "frame-ancestors 'none'" in headers[_POLICY]:
        headers.setdefault("X-Frame-Options", "DENY")
    return response


def never_kept(response: Response) -> Response:
    """Have nobody on the way keep the answer: for a blueprint's ``after_request``."""
    response.headers["Cache-Control"] = "no-store"
    return response
