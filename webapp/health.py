"""Whether this process lives, and whether it can do its work."""

from dataclasses import dataclass
from functools import partial
from typing import Literal

from flask import Blueprint, Response, jsonify

from core.errors import DatabaseAway
from integrations import watching as queue_watching
from storage import watching
from storage.session import Transactions
from storage.tenancy import Crossing
from webapp.bounded import Bounded
from webapp.headers import never_kept

_REDIS_SECONDS = 0.4
_DATABASE_SECONDS = 2.0

Lack = Literal["database", "migrations"]


@dataclass(frozen=True, slots=True)
class Readiness:
    """``missing`` is what we cannot work without, ``degraded`` what we can."""

    missing: tuple[Lack, ...]
    degraded: tuple[str, ...]

    @property
    def status(self) -> Literal["ready", "unavailable"]:
        return "unavailable" if self.missing else "ready"


class Health:
    """Looks at the servers, for a bounded time and one look at a time."""

    def __init__(
        self, transactions: Transactions, redis: queue_watching.Client
    ) -> None:
        self._transactions = transactions
        self._has_been_migrated = False
        self._lack: Bounded[Lack | None] = Bounded(
            self._look_at_database, otherwise="database", seconds=_DATABASE_SECONDS
        )
        self._has_redis = Bounded(
            partial(queue_watching.answers, redis),
            otherwise=False,
            seconds=_REDIS_SECONDS,
        )

    def readiness(self) -> Readiness:
        lack = self._lack()
        return Readiness(
            missing=() if lack is None else (lack,),
            degraded=() if self._has_redis() else ("redis",),
        )

    def _look_at_database(self) -> Lack | None:
        try:
            with self._transactions.across(Crossing.LOOKING) as tx:
                if self._has_been_migrated:
                    watching.must_answer(tx)
                else:
                    self._has_been_migrated = watching.is_migrated(tx)
        except DatabaseAway:
            return "database"
        return None if self._has_been_migrated else "migrations"


def blueprint(health: Health) -> Blueprint:
    pages = Blueprint("health", __name__)

    @pages.get("/healthz")
    def healthz() -> Response:
        return Response("ok", content_type="text/plain; charset=utf-8")

    @pages.get("/readyz")
    def readyz() -> tuple[Response, int]:
        found = health.readiness()
        if found.missing:
            said: dict[str, object] = {"missing": list(found.missing)}
        else:
            said = {"degraded": list(found.degraded)}
        return jsonify(status=found.status, **said), 503 if found.missing else 200

    pages.after_request(never_kept)
    return pages
