"""Who is really asking, when proxies that we trust stand in front."""

from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix


def behind(application: Any, *, trusted: int) -> Any:
    """Believe what this many proxies say of the caller's address and scheme.

    With none, ``X-Forwarded-*`` is what a stranger made up, and ignored. The host is
    taken from ``Host`` always: a proxy that forwards it in another header often lets
    the caller's own through as well.
    """
    if trusted == 0:
        return application
    return ProxyFix(
        application, x_for=trusted, x_proto=trusted, x_host=0, x_port=0, x_prefix=0
    )
