"""A client of the simulators' control API, for tests, benches and the demo."""

import http.client
import json
from dataclasses import dataclass
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
        place = urlsplit(self.url)
        connection = http.client.HTTPConnection(
            place.hostname or "127.0.0.1", place.port, timeout=self.timeout_seconds
        )
        try:
            connection.request(
                method,
                f"/_sandbox/{path}",
                body=None if body is None else json.dumps(body).encode(),
                headers={"Authorization": f"Bearer {self.secret}"},
            )
            answer = connection.getresponse()
            said = answer.read()
        finally:
            connection.close()
        if answer.status >= 300:
            raise ControlRefused(f"{answer.status}: {said.decode(errors='replace')}")
        return json.loads(said)
