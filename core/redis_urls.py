"""Opens Redis or Valkey from a URL: plain, TLS, a Unix socket, or found by Sentinel."""

from typing import Any
from urllib.parse import SplitResult, urlsplit

from redis import Redis
from redis.backoff import NoBackoff
from redis.connection import parse_url
from redis.exceptions import RedisError
from redis.retry import Retry
from redis.sentinel import Sentinel

from core.errors import ConfigurationError

_CONNECT_TIMEOUT_SECONDS = 2.0
_ANSWER_TIMEOUT_SECONDS = 2.0
_SECONDS_BETWEEN_HEALTH_CHECKS = 30
_SENTINEL_SCHEMES = {"redis+sentinel": "redis", "rediss+sentinel": "rediss"}
_USUAL_SENTINEL_PORT = 26379
_OF_THE_SENTINELS = "sentinel_"


def open_redis(
    url: str, *, answer_timeout_seconds: float | None = _ANSWER_TIMEOUT_SECONDS
) -> Redis:
    """A client on this URL; nothing is sent before the first command.

    Understands ``redis://``, ``rediss://``, ``unix://`` with redis-py's options in the
    query (``ssl_ca_certs=/path`` for a private authority, ``ssl_cert_reqs=none``), and
    ``redis+sentinel://[user:password@]host[:port][,host[:port]]/service[/db]``, where
    user and password are the data server's; the sentinels' own are the options
    ``sentinel_username`` and ``sentinel_password``. With ``rediss+sentinel://`` both
    are spoken to by TLS.

    No answer within ``answer_timeout_seconds`` is an error; None waits for ever, as a
    worker must that waits for jobs. A connection that went stale is opened again once.

    Raises:
        ConfigurationError: the URL cannot be read.
    """
    manners = {
        "socket_connect_timeout": _CONNECT_TIMEOUT_SECONDS,
        "socket_timeout": answer_timeout_seconds,
        "health_check_interval": _SECONDS_BETWEEN_HEALTH_CHECKS,
        "retry": Retry(NoBackoff(), retries=1),
    }
    try:
        parts = urlsplit(url)
        if parts.scheme in _SENTINEL_SCHEMES:
            return _master_behind(parts, manners)
        # A URL's own options count for more than our manners, in redis-py.
        return Redis.from_url(url, **manners)
    except (ValueError, TypeError, RedisError) as error:
        # Not the error's own words: they may repeat the URL, password and all.
        raise ConfigurationError("REDIS_URL cannot be read") from error


def _master_behind(parts: SplitResult, manners: dict[str, Any]) -> Redis:
    service, _, database = parts.path.strip("/").partition("/")
    if not service:
        raise ValueError("a Sentinel URL names a service")
    options = manners | _options(parts, database)
    of_the_sentinels = manners | {
        name.removeprefix(_OF_THE_SENTINELS): options.pop(name)
        for name in list(options)
        if name.startswith(_OF_THE_SENTINELS)
    }
    of_the_sentinels |= {
        name: value for name, value in options.items() if name.startswith("ssl")
    }
    sentinel = Sentinel(  # type: ignore[no-untyped-call]
        [_address(host) for host in _hosts(parts)],
        sentinel_kwargs=of_the_sentinels,
        **options,
    )
    master: Redis = sentinel.master_for(service)  # type: ignore[no-untyped-call]
    return master


def _options(parts: SplitResult, database: str) -> dict[str, Any]:
    """What the URL says of the data server, read by redis-py itself."""
    scheme = _SENTINEL_SCHEMES[parts.scheme]
    user, at, _ = parts.netloc.rpartition("@")
    plain = f"{scheme}://{user}{at}host/{database}?{parts.query}"
    options = dict(parse_url(plain))  # type: ignore[no-untyped-call]
    for name in ("host", "port", "connection_class"):
        options.pop(name, None)
    return options | ({"ssl": True} if scheme == "rediss" else {})


def _hosts(parts: SplitResult) -> list[str]:
    hosts = [host for host in parts.netloc.rpartition("@")[2].split(",") if host]
    if not hosts:
        raise ValueError("a Sentinel URL names at least one sentinel")
    return hosts


def _address(host: str) -> tuple[str, int]:
    parts = urlsplit(f"//{host}")
    if parts.hostname is None:
        raise ValueError("a sentinel has no name")
    return parts.hostname, parts.port or _USUAL_SENTINEL_PORT
