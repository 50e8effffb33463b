"""Everything the operator may set, read once, passed on, never looked up again."""

import ipaddress
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from core.errors import ConfigurationError

SHOPIFY_CREDENTIALS = ("SHOPIFY_API_KEY", "SHOPIFY_API_SECRET")
META_CREDENTIALS = ("META_APP_ID", "META_APP_SECRET", "META_VERIFY_TOKEN")

NAMES = (
    *("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_CONNECTIONS", "REDIS_URL"),
    *("APP_URL", "SECRET_KEYS", *SHOPIFY_CREDENTIALS, "SHOPIFY_API_VERSION"),
    *("SHOPIFY_ADMIN_ORIGIN", *META_CREDENTIALS, "META_GRAPH_ORIGIN"),
    *("META_GRAPH_VERSION", "META_SIGNUP_CONFIG_ID", "SEVENTEEN_TRACK_ORIGIN"),
    *("ADMIN_TOKEN", "SANDBOX", "SANDBOX_META_URL"),
    *("SANDBOX_SHOPIFY_URL", "SANDBOX_SECRET", "DATA_DIR", "TRUSTED_PROXIES"),
    *("WEBHOOK_RETENTION_DAYS", "MESSAGE_BODY_RETENTION_DAYS", "SMTP_URL"),
    *("LOG_LEVEL", "LOG_FORMAT", "PORT", "HOST"),
)
"""Every setting there is. A secret may stand in a file, named by ``..._FILE``."""

SANDBOX_SHOP = "sosik-sandbox.myshopify.com"
"""The one store that is there in the sandbox from the start."""

_DATABASE_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")
_REDIS_SCHEMES = ("redis", "rediss", "unix", "redis+sentinel", "rediss+sentinel")
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_SHORTEST_SECRET_KEY = 32
_SHORTEST_ADMIN_TOKEN = 16
_MOST_SECRETS_IN_ROTATION = 2
_LARGEST_PORT = 65_535


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One attribute for each environment variable, named after it.

    What is secret, or may hold a password, stays out of ``repr()``.
    """

    database_url: str = field(repr=False)
    database_owner_url: str = field(repr=False)
    database_connections: int
    redis_url: str = field(repr=False)
    app_url: str
    secret_keys: tuple[str, ...] = field(repr=False)
    shopify_api_key: str
    shopify_api_secrets: tuple[str, ...] = field(repr=False)
    shopify_api_version: str
    shopify_admin_origin: str
    meta_app_id: str
    meta_app_secrets: tuple[str, ...] = field(repr=False)
    meta_verify_token: str = field(repr=False)
    meta_graph_origin: str
    meta_graph_version: str
    meta_signup_config_id: str | None
    seventeen_track_origin: str
    admin_token: str = field(repr=False)
    sandbox: bool
    sandbox_meta_url: str | None
    sandbox_shopify_url: str | None
    sandbox_secret: str | None = field(repr=False)
    data_dir: Path
    trusted_proxies: int
    webhook_retention_days: int
    message_body_retention_days: int
    smtp_url: str | None = field(repr=False)
    log_level: str
    log_format: str
    port: int
    host: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Settings":
        """Read the settings.

        Any secret may come from a file instead: ``META_APP_SECRET_FILE`` names it.
        The servers, the secrets and the credentials that ``./sosik up`` provides must
        be in ``env`` already.

        Raises:
            ConfigurationError: naming all that is missing or garbled, not only
                the first.
        """
        read = _Reader(env)
        database_url = read.database_url("DATABASE_URL")
        port = read.number("PORT", 8000, least=1, most=_LARGEST_PORT)
        settings = cls(
            database_url=database_url,
            database_owner_url=read.database_url("DATABASE_OWNER_URL", database_url),
            database_connections=read.number("DATABASE_CONNECTIONS", 5, least=2),
            redis_url=read.redis_url("REDIS_URL"),
            app_url=read.origin("APP_URL", f"http://127.0.0.1:{port}"),
            secret_keys=read.secret_keys("SECRET_KEYS"),
            shopify_api_key=read.credential("SHOPIFY_API_KEY"),
            shopify_api_secrets=read.rotating("SHOPIFY_API_SECRET"),
            shopify_api_version=read.version(
                "SHOPIFY_API_VERSION", "2026-10", r"20\d\d-(0[1-9]|1[0-2])"
            ),
            shopify_admin_origin=read.admin_origin(
                "SHOPIFY_ADMIN_ORIGIN", "https://{shop}"
            ),
            meta_app_id=read.credential("META_APP_ID"),
            meta_app_secrets=read.rotating("META_APP_SECRET"),
            meta_verify_token=read.credential("META_VERIFY_TOKEN"),
            meta_graph_origin=read.origin(
                "META_GRAPH_ORIGIN", "https://graph.facebook.com"
            ),
            meta_graph_version=read.version(
                "META_GRAPH_VERSION", "v26.0", r"v\d{1,3}\.\d"
            ),
            meta_signup_config_id=read.digits("META_SIGNUP_CONFIG_ID"),
            seventeen_track_origin=read.origin(
                "SEVENTEEN_TRACK_ORIGIN", "https://api.17track.net"
            ),
            admin_token=read.admin_token("ADMIN_TOKEN"),
            sandbox=read.sandbox(),
            sandbox_meta_url=read.optional("SANDBOX_META_URL"),
            sandbox_shopify_url=read.optional("SANDBOX_SHOPIFY_URL"),
            sandbox_secret=read.optional("SANDBOX_SECRET"),
            data_dir=Path(env.get("DATA_DIR") or "var"),
            trusted_proxies=read.number("TRUSTED_PROXIES", 0),
            webhook_retention_days=read.number("WEBHOOK_RETENTION_DAYS", 30, least=1),
            message_body_retention_days=read.number(
                "MESSAGE_BODY_RETENTION_DAYS", 365, least=1
            ),
            smtp_url=read.smtp_url("SMTP_URL"),
            log_level=read.choice("LOG_LEVEL", "INFO", _LOG_LEVELS, str.upper),
            log_format=read.choice(
                "LOG_FORMAT", _usual_log_format(), ("text", "json"), str.lower
            ),
            port=port,
            host=env.get("HOST") or "127.0.0.1",
        )
        read.refuse_problems()
        return settings


def is_set(env: Mapping[str, str], name: str) -> bool:
    """Whether the operator gave this setting, as a value or as a file."""
    return bool(env.get(name) or env.get(f"{name}_FILE"))


def wants_sandbox(env: Mapping[str, str]) -> bool:
    """Whether the simulated store and phone shall run: said so, or no credentials.

    Raises:
        ConfigurationError: ``SANDBOX`` is neither 0 nor 1.
    """
    match env.get("SANDBOX", ""):
        case "1":
            return True
        case "0":
            return False
        case "":
            credentials = (*SHOPIFY_CREDENTIALS, *META_CREDENTIALS)
            return not any(is_set(env, name) for name in credentials)
        case _:
            raise ConfigurationError("SANDBOX is neither 1 (on) nor 0 (off)")


def open_sandbox_problem(env: Mapping[str, str]) -> str | None:
    """What is wrong with showing the sandbox where this leads to, if it is on."""
    if env.get("SANDBOX") == "1":
        return None
    host = env.get("HOST") or "127.0.0.1"
    app_url = env.get("APP_URL") or "http://127.0.0.1"
    if not is_loopback(host):
        where = f"HOST is {host}"
    elif not is_loopback(_host_in(app_url)):
        where = f"APP_URL is {app_url}"
    else:
        return None
    return (
        f"{where} and no credentials are set: set them, or SANDBOX=1 "
        "to show the simulated store and phone to everybody"
    )


def _host_in(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def is_loopback(host: str | None) -> bool:
    """Whether only this machine can reach it."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address((host or "").strip("[]")).is_loopback
    except ValueError:
        return False


def _usual_log_format() -> str:
    return "text" if sys.stderr.isatty() else "json"


class _Reader:
    """Reads one setting after the other and remembers what was wrong with them."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self._problems: list[str] = []

    def refuse_problems(self) -> None:
        if self._problems:
            raise ConfigurationError("; ".join(self._problems))

    def optional(self, name: str) -> str | None:
        """The value, from the environment or from the file that ``_FILE`` names."""
        if value := self._env.get(name):
            return value
        if path := self._env.get(f"{name}_FILE"):
            try:
                return Path(path).read_text(encoding="utf-8").strip() or None
            except OSError as error:
                self._problem(f"{name}_FILE cannot be read: {error.strerror}")
            except UnicodeDecodeError:
                self._problem(f"{name}_FILE is not text")
        return None

    def digits(self, name: str) -> str | None:
        """An id that somebody else has given, if it is set."""
        value = self.optional(name)
        if value is not None and not re.fullmatch(r"\d{1,32}", value, re.ASCII):
            self._problem(f"{name} is no id of digits")
        return value

    def credential(self, name: str) -> str:
        return self._required(name, "set it, or start with SANDBOX=1 ./sosik up")

    def rotating(self, name: str) -> tuple[str, ...]:
        """One secret, or during a rotation two with a comma between."""
        secrets = self._parts(name, self.credential(name))
        if len(secrets) > _MOST_SECRETS_IN_ROTATION:
            self._problem(f"{name} holds more than two secrets")
        return secrets

    def secret_keys(self, name: str) -> tuple[str, ...]:
        advice = "give it 32 or more random characters"
        keys = self._parts(name, self._required(name, advice))
        if any(len(key) < _SHORTEST_SECRET_KEY for key in keys):
            self._problem(f"{name} holds a key shorter than 32 characters")
        return keys

    def admin_token(self, name: str) -> str:
        token = self._required(name, "give it 16 or more random characters")
        if token and len(token) < _SHORTEST_ADMIN_TOKEN:
            self._problem(f"{name} is shorter than 16 characters")
        return token

    def database_url(self, name: str, default: str | None = None) -> str:
        """A URL that libpq reads too; its options, TLS among them, are kept."""
        if default is None:
            url = self._required(name, "start with ./sosik up, or set it")
        else:
            url = self.optional(name) or default
        if not url:
            return ""
        scheme, separator, rest = url.partition("://")
        if scheme not in _DATABASE_SCHEMES or not separator:
            self._problem(f"{name} does not start with postgresql://")
        return f"postgresql://{rest}"

    def redis_url(self, name: str) -> str:
        url = self._required(name, "start with ./sosik up, or set it")
        scheme, separator, _ = url.partition("://")
        if url and (scheme not in _REDIS_SCHEMES or not separator):
            self._problem(
                f"{name} does not start with one of "
                + ", ".join(f"{scheme}://" for scheme in _REDIS_SCHEMES)
            )
        return url

    def smtp_url(self, name: str) -> str | None:
        url = self.optional(name)
        if url is not None and not url.startswith(("smtp://", "smtps://")):
            self._problem(f"{name} does not start with smtp:// or smtps://")
        return url

    def origin(self, name: str, default: str) -> str:
        """Scheme, host and port; https, unless it stays on this machine."""
        url = (self._env.get(name) or default).rstrip("/")
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            self._problem(f"{name} is not a URL")
            return url
        if parts.scheme not in ("http", "https") or not host:
            self._problem(f"{name} is not an https:// URL")
        elif parts.scheme == "http" and not is_loopback(host):
            self._problem(f"{name} must be https:// outside this machine")
        elif parts.username or parts.path or parts.query or parts.fragment:
            self._problem(f"{name} is more than https://host:port")
        return url

    def admin_origin(self, name: str, default: str) -> str:
        """Where the Admin API of a shop is, with ``{shop}`` for its domain."""
        pattern = (self._env.get(name) or default).rstrip("/")
        if "{shop}" not in pattern:
            self._problem(f"{name} does not hold {{shop}}")
            return pattern
        parts = urlsplit(pattern.replace("{shop}", "ada.myshopify.com"))
        is_safe = parts.scheme == "https" or (
            parts.scheme == "http" and is_loopback(parts.hostname)
        )
        if not is_safe or not parts.hostname:
            self._problem(f"{name} must be https:// outside this machine")
        return pattern

    def version(self, name: str, default: str, form: str) -> str:
        value = self._env.get(name) or default
        if not re.fullmatch(form, value, re.ASCII):
            self._problem(f"{name} is not of the form {default}")
        return value

    def number(
        self, name: str, default: int, *, least: int = 0, most: int | None = None
    ) -> int:
        value = self._env.get(name) or str(default)
        if not re.fullmatch(r"\d{1,9}", value, re.ASCII):
            self._problem(f"{name} is not a whole number")
            return default
        if int(value) < least or (most is not None and int(value) > most):
            upper = "" if most is None else f" and at most {most}"
            self._problem(f"{name} must be at least {least}{upper}")
        return int(value)

    def choice(
        self,
        name: str,
        default: str,
        known: tuple[str, ...],
        form: Callable[[str], str],
    ) -> str:
        value = form(self._env.get(name) or default)
        if value not in known:
            self._problem(f"{name} is none of {', '.join(known)}")
        return value

    def sandbox(self) -> bool:
        """Whether it is on; a stranger must never get at it by accident."""
        try:
            is_on = wants_sandbox(self._env)
        except ConfigurationError as error:
            self._problem(str(error))
            return False
        if is_on and (problem := open_sandbox_problem(self._env)) is not None:
            self._problem(problem)
        return is_on

    def _required(self, name: str, advice: str) -> str:
        value = self.optional(name)
        if value is None and not self._is_named(f"{name}_FILE"):
            self._problem(f"{name} is not set: {advice}")
        return value or ""

    def _parts(self, name: str, value: str) -> tuple[str, ...]:
        parts = tuple(part.strip() for part in value.split(",") if part.strip())
        if value and not parts:
            self._problem(f"{name} holds nothing but commas")
        return parts

    def _is_named(self, name: str) -> bool:
        return any(problem.startswith(f"{name} ") for problem in self._problems)

    def _problem(self, problem: str) -> None:
        self._problems.append(problem)
