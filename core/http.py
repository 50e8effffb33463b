"""The door to the network for the few administrative calls, which wait for an answer.

Timeouts always, never inside a transaction. It says what is known afterwards, in the
words of ``Outcome``, and never asks twice by itself. The many messages, which are not
waited for, leave by ``core.sender``.
"""

import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.cookiejar import DefaultCookiePolicy

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import NewConnectionError

from core.errors import TryLater
from core.guard import refuse_inside_transaction
from core.outcomes import Answer, Call, NoAnswer, NotSent, Outcome

_AGENT = "Sosik"
_CHUNK_BYTES = 65_536
_MOST_BYTES = 32 * 1024 * 1024


def caller(
    *,
    connect_seconds: float = 5.0,
    read_seconds: float = 30.0,
    total_seconds: float = 60.0,
    connections: int = 10,
) -> Call:
    """A door for administrative calls; any number of threads may use it at once.

    Proxies, netrc and certificates named in the environment are not trusted, cookies
    are not kept, and at most 32 MiB of an answer is read.
    """
    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter = HTTPAdapter(pool_maxsize=connections, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)

    def call(
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
    ) -> Outcome:
        refuse_inside_transaction()
        until = time.monotonic() + total_seconds
        try:
            with session.request(
                method,
                url,
                headers={"User-Agent": _AGENT, **headers},
                data=body,
                timeout=(connect_seconds, read_seconds),
                allow_redirects=False,
                stream=True,
            ) as reply:
                return _read_whole(reply, until)
        except requests.RequestException as error:
            return _without_answer(error)

    return call


@contextmanager
def download(url: str, start: int) -> Iterator[Iterator[bytes]]:
    """The bytes at an address from a place on, in pieces: as much as there is, of which
    no more than a piece is kept. It is asked for without any token.

    Raises:
        TryLater: nothing is there now, or it broke off, as the pieces come, too.
    """
    refuse_inside_transaction()
    headers = {"User-Agent": _AGENT, "Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    with requests.Session() as session:
        session.trust_env = False
        try:
            with session.get(
                url,
                headers=headers,
                timeout=(5.0, 60.0),
                allow_redirects=False,
                stream=True,
            ) as reply:
                yield _pieces(reply, start)
        except requests.RequestException as error:
            code = f"download_{_without_answer(error).why}"
            raise TryLater("the file broke off", code=code) from None


def _pieces(reply: requests.Response, start: int) -> Iterator[bytes]:
    if reply.status_code == 416:  # there is nothing behind that place
        return
    if reply.status_code not in (200, 206):
        code = f"download_{reply.status_code}"
        raise TryLater("the file is not there", code=code)
    # Whoever cannot begin in the middle begins at the beginning.
    passed_over = 0 if reply.status_code == 206 else start
    for piece in reply.iter_content(_CHUNK_BYTES):
        left = piece[passed_over:]
        passed_over -= len(piece) - len(left)
        if left:
            yield left


def _read_whole(reply: requests.Response, until: float) -> Outcome:
    chunks: list[bytes] = []
    size = 0
    for chunk in reply.iter_content(_CHUNK_BYTES):
        chunks.append(chunk)
        size += len(chunk)
        # The read timeout starts anew with each byte, so a trickle needs this one.
        if size > _MOST_BYTES or time.monotonic() > until:
            return NoAnswer("timeout")
    headers = {name.lower(): value for name, value in reply.headers.items()}
    return Answer(reply.status_code, headers, b"".join(chunks))


def _without_answer(error: requests.RequestException) -> NotSent | NoAnswer:
    if isinstance(error, requests.ConnectTimeout | ValueError):
        return NotSent("connection_failed")  # a ValueError is a malformed address
    if isinstance(error, requests.Timeout):
        return NoAnswer("timeout")
    reason = getattr(error.args[0], "reason", None) if error.args else None
    refused = isinstance(reason, NewConnectionError)
    distrusted = isinstance(_cause(reason), ssl.SSLCertVerificationError)
    return NotSent("connection_failed") if refused or distrusted else NoAnswer("reset")


def _cause(reason: object) -> object:
    arguments = getattr(reason, "args", ())
    return arguments[0] if arguments else None
