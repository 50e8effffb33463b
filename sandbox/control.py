"""A client of the simulators' control API, for tests, benches and the demo."""

import http.client
import json
import select
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit


class ControlRefused(Exception):
    """The simulator refused a control request; says why."""


@dataclass(frozen=True, slots=True)
class Control:
    """Speaks to ``/_sandbox/`` of one simulator.

    ``path`` is what follows ``/_sandbox/``. Answers are parsed JSON. Every call raises
    ControlRefused for an answer that is not 2xx, and OSError when nobody answers.
    """

    url: str
    secret: str
    timeout_seconds: float = 30

    def get(self, path: str) -> Any:
        return self._call("GET", path, None)

    def post(self, path: str, body: Any = None) -> Any:
        return self._call("POST", path, {} if body is None else body)

    def put(self, path: str, body: Any) -> Any:
        return self._call("PUT", path, body)

    def delete(self, path: str) -> Any:
        return self._call("DELETE", path, None)

    def _call(self, method: str, path: str, body: Any) -> Any:
        with self._connection() as connection:
            connection.request(
                method,
                f"/_sandbox/{path}",
                body=None if body is None else json.dumps(body).encode(),
                headers={"Authorization": f"Bearer {self.secret}"},
            )
            answer = connection.getresponse()
            said = answer.read()
        if answer.status >= 300:
            raise ControlRefused(f"{answer.status}: {said.decode(errors='replace')}")
        return json.loads(said)

    @contextmanager
    def _connection(self) -> Iterator[http.client.HTTPConnection]:
        connection = self._new_connection()
        try:
            yield connection
        finally:
            connection.close()

    def _new_connection(self) -> http.client.HTTPConnection:
        place = urlsplit(self.url)
        return http.client.HTTPConnection(
            place.hostname or "127.0.0.1", place.port, timeout=self.timeout_seconds
        )


@dataclass(frozen=True, slots=True)
class LastingControl(Control):
    """Whoever speaks often: its connections are kept from one call to the next, until
    it is closed. Several threads may use it at once."""

    _idle: list[http.client.HTTPConnection] = field(
        default_factory=list, init=False, repr=False, compare=False
    )

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def _connection(self) -> Iterator[http.client.HTTPConnection]:
        connection = self._kept()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)

    def _kept(self) -> http.client.HTTPConnection:
        try:
            connection = self._idle.pop()
        except IndexError:
            return self._new_connection()
        # What can be read before anything is asked is the end that the other side has
        # made of it; one that is closed is opened anew.
        if connection.sock and select.select([connection.sock], [], [], 0)[0]:
            connection.close()
        return connection
