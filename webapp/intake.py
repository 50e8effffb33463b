"""The door for webhooks: prove, keep, answer.

A store's every event comes through here while the store waits, so this is plain WSGI
in front of Flask: what Flask does for a page costs more than all that is done here.
A body is read to its last byte or not accepted, and nothing of it is parsed.
"""

import hashlib
import hmac
import logging
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import parse_qs

from core.clock import Clock
from core.errors import DatabaseAway
from core.lanes import GOODS_LANE, Lane, Work, lane_of, report_lane_of
from core.values import ShopDomain
from integrations import signatures, tracking
from integrations.meta import envelope as envelope_of_meta
from integrations.shopify import envelope
from storage.inbox import Arrival, Source
from storage.intake import KeepWebhook

log = logging.getLogger(__name__)

LARGEST_BODY_BYTES = 5 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024
_TRACKING = "/webhooks/tracking/"

_TOPIC = re.compile(r"(?!.{101})[a-z0-9_]+(?:[./][a-z0-9_]+)+", re.ASCII)
_ID = re.compile(r"[!-~]{1,255}", re.ASCII)
_LENGTH = re.compile(r"[0-9]{1,18}", re.ASCII)

Environ = Mapping[str, Any]
Headers = list[tuple[str, str]]
StartResponse = Callable[..., Any]
Application = Callable[[Any, StartResponse], Iterable[bytes]]
Matches = Callable[[bytes, bytes, Sequence[bytes]], bool]


class TakesHints(Protocol):
    def look(self, work: Work, lane: Lane) -> None: ...


class CountsArrivals(Protocol):
    def add(self, name: str, labels: Mapping[str, str], count: int = 1) -> None: ...


class ShopSecrets(Protocol):
    """The secrets that a shop's webhooks may be signed with; none signs for nobody.

    ``newest`` asks again, for a shop that may have been connected a moment ago.

    Raises:
        DatabaseAway: nobody can tell.
    """

    def __call__(self, shop: str, *, newest: bool = False) -> Sequence[bytes]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeServices:
    clock: Clock
    keep_webhook: KeepWebhook
    hints: TakesHints
    counters: CountsArrivals
    shop_secrets: ShopSecrets
    tracking_keys: ShopSecrets
    meta_secrets: Sequence[bytes]
    meta_verify_token: bytes


class _Refused(Exception):
    def __init__(self, status: HTTPStatus, because: str) -> None:
        super().__init__(because)
        self.status = status
        self.because = because


class Intake:
    """A WSGI application: webhooks are its own, all else is passed on."""

    def __init__(self, services: IntakeServices, beyond: Application) -> None:
        self._services = services
        self._beyond = beyond
        self.doors: Mapping[str, Mapping[str, Callable[[Environ], bytes]]] = {
            "/webhooks/shopify": {"POST": self._shopify},
            "/webhooks/whatsapp": {"POST": self._meta, "GET": self._handshake},
            _TRACKING: {"POST": self._tracking},
        }
        """What answers where, by method; a path with a slash at its end has all that
        is below it."""

    def __call__(
        self, environ: Environ, start_response: StartResponse
    ) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        handlers = self.doors.get(_TRACKING if path.startswith(_TRACKING) else path)
        if handlers is None:
            return self._beyond(environ, start_response)
        handler = handlers.get(environ["REQUEST_METHOD"])
        if handler is None:
            allowed = ("Allow", ", ".join(handlers))
            return _answer(start_response, HTTPStatus.METHOD_NOT_ALLOWED, b"", allowed)
        try:
            return _answer(start_response, HTTPStatus.OK, handler(environ))
        except _Refused as refused:
            self._count("refused", refused.because)
            return _answer(start_response, refused.status)
        except DatabaseAway as error:
            # Not written down, so not ours yet: with 503 the sender comes again.
            log.warning("webhook_not_kept because=%s", error)
        except Exception:
            log.exception("webhook_not_kept because=bug")
        self._count("refused", "storage")
        return _answer(start_response, HTTPStatus.SERVICE_UNAVAILABLE)

    def _shopify(self, environ: Environ) -> bytes:
        body = _whole_body(environ)
        domain = _header(environ, "SHOP_DOMAIN")
        self._prove_shopify(body, domain, _header(environ, "HMAC_SHA256"))
        topic, webhook_id = _header(environ, "TOPIC"), _header(environ, "WEBHOOK_ID")
        if not _is_shop(domain) or not _TOPIC.fullmatch(topic):
            raise _Refused(HTTPStatus.BAD_REQUEST, "envelope")
        if not _ID.fullmatch(webhook_id):
            raise _Refused(HTTPStatus.BAD_REQUEST, "envelope")
        now = self._services.clock()
        subject = envelope.subject_of(body)
        # There may be much of these at once, in any order, and no message waits for it.
        is_of_goods = envelope.is_of_goods(topic)
        lane = GOODS_LANE if is_of_goods else lane_of(domain, subject)
        triggered_at = _header(environ, "TRIGGERED_AT") or None
        self._keep(
            Arrival(
                source=Source.SHOPIFY,
                dedupe_id=webhook_id,
                topic=topic,
                shop_domain=domain,
                lane=lane,
                body=body,
                happened_at=envelope.happened_at(triggered_at, otherwise=now),
                arrived_at=now,
            )
        )
        return b""

    def _prove_shopify(self, body: bytes, domain: str, claimed: str) -> None:
        secrets_of = self._services.shop_secrets
        _prove(body, domain, claimed, signatures.matches_shopify, secrets_of)

    def _meta(self, environ: Environ) -> bytes:
        """Keep the whole bundle. Meta gives it no id, so its bytes are its name.

        What a person says has a lane by who they are. Which of theirs reports go into
        is as good as random: they come in any order anyway.
        """
        body = _whole_body(environ)
        claimed = environ.get("HTTP_X_HUB_SIGNATURE_256", "")
        proof = claimed.encode("latin-1", "replace")
        if not signatures.matches_meta(body, proof, self._services.meta_secrets):
            raise _Refused(HTTPStatus.UNAUTHORIZED, "signature")
        now = self._services.clock()
        digest = hashlib.sha256(body).hexdigest()
        self._keep(
            Arrival(
                source=Source.META,
                dedupe_id=digest,
                topic="",
                shop_domain="",
                lane=report_lane_of(digest)
                if envelope_of_meta.is_only_reports(body)
                else lane_of("meta", envelope_of_meta.somebody_in(body) or digest),
                body=body,
                happened_at=now,
                arrived_at=now,
            )
        )
        return b""

    def _tracking(self, environ: Environ) -> bytes:
        """Keep what a tracking service tells of a shop's parcels.

        Its address says which shop, whose own key has signed it: a shop without a key
        is like one that nobody has heard of. It has no id, so its bytes are its name.
        """
        name, _, domain = environ["PATH_INFO"].removeprefix(_TRACKING).partition("/")
        service = tracking.discover().get(name)
        if service is None:
            raise _Refused(HTTPStatus.NOT_FOUND, "envelope")
        body = _whole_body(environ)
        claimed = environ.get(service.signature, "")
        keys_of = self._services.tracking_keys
        _prove(body, f"{name}/{domain}", claimed, service.matches, keys_of)
        now = self._services.clock()
        self._keep(
            Arrival(
                source=Source(name),
                dedupe_id=hashlib.sha256(body).hexdigest(),
                topic=service.topic_of(body),
                shop_domain=domain,
                # That of the order's other news, which is told by the same name.
                lane=lane_of(domain, service.subject_of(body)),
                body=body,
                happened_at=now,
                arrived_at=now,
            )
        )
        return b""

    def _keep(self, arrival: Arrival) -> None:
        is_new = self._services.keep_webhook(arrival)
        self._count("accepted" if is_new else "repeated", arrival.source)
        if is_new:
            self._services.hints.look(Work.READ, arrival.lane)

    def _handshake(self, environ: Environ) -> bytes:
        """Meta asks whether the address is ours before it sends anything there."""
        query: str = environ.get("QUERY_STRING", "")
        asked = parse_qs(query, keep_blank_values=True)
        [token] = asked.get("hub.verify_token", [""])[:1]
        is_ours = hmac.compare_digest(
            token.encode("utf-8", "replace"), self._services.meta_verify_token
        )
        if asked.get("hub.mode") != ["subscribe"] or not is_ours:
            raise _Refused(HTTPStatus.FORBIDDEN, "handshake")
        return asked.get("hub.challenge", [""])[0].encode()

    def _count(self, what: str, why: str) -> None:
        self._services.counters.add(f"webhooks_{what}", {"of": why})


def _prove(
    body: bytes, shop: str, claimed: str, matches: Matches, secrets_of: ShopSecrets
) -> None:
    """Refuse what none of the shop's secrets has signed, the newest ones included."""
    proof = claimed.encode("latin-1", "replace")
    secrets = secrets_of(shop)
    if matches(body, proof, secrets):
        return
    newest = secrets_of(shop, newest=True)
    if newest == secrets or not matches(body, proof, newest):
        raise _Refused(HTTPStatus.UNAUTHORIZED, "signature")


def _header(environ: Environ, name: str) -> str:
    """A header of Shopify's, by its older or its newer name; '' when missing."""
    value: str = environ.get(f"HTTP_X_SHOPIFY_{name}") or environ.get(
        f"HTTP_SHOPIFY_{name}", ""
    )
    return value


def _is_shop(domain: str) -> bool:
    try:
        ShopDomain(domain)
    except ValueError:
        return False
    return True


def _whole_body(environ: Environ) -> bytes:
    """Every byte that was sent, or a refusal: half a body must never look whole."""
    declared = environ.get("CONTENT_LENGTH") or ""
    if not declared:
        return _read(environ["wsgi.input"], LARGEST_BODY_BYTES + 1)
    # Two lengths are two opinions of where the next request starts.
    if environ.get("HTTP_TRANSFER_ENCODING") or not _LENGTH.fullmatch(declared):
        raise _Refused(HTTPStatus.BAD_REQUEST, "framing")
    length = int(declared)
    if length > LARGEST_BODY_BYTES:
        raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "size")
    body = _read(environ["wsgi.input"], length)
    if len(body) != length:
        raise _Refused(HTTPStatus.BAD_REQUEST, "framing")
    return body


def _read(stream: Any, most: int) -> bytes:
    chunks: list[bytes] = []
    left = most
    while left > 0 and (chunk := stream.read(min(left, _CHUNK_BYTES))):
        chunks.append(chunk)
        left -= len(chunk)
    if most > LARGEST_BODY_BYTES and left == 0:
        raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "size")
    return b"".join(chunks)


def _answer(
    start_response: StartResponse,
    status: HTTPStatus,
    body: bytes = b"",
    *headers: tuple[str, str],
) -> Iterable[bytes]:
    start_response(
        f"{status.value} {status.phrase}",
        [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("X-Content-Type-Options", "nosniff"),
            *headers,
        ],
    )
    return [body]
