"""The real web server, spoken to byte by byte: nothing that is sent breaks it, and no
half a body is ever taken for a whole one.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from socket import SHUT_WR, create_connection
from time import monotonic

import pytest

from storage import inbox
from tests.flows.door import shopify_headers, shopify_proof
from tests.flows.gate import Gate
from tests.repo.waiting import eventually
from tests.world import ADMIN_TOKEN, APP_SECRET, META_SECRET, VERIFY_TOKEN
from webapp.intake import LARGEST_BODY_BYTES
from wiring.ports import status_of, unused_port

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
BODY = b'{"id": 1}'
PROOF = "X-Shopify-Hmac-Sha256"


@dataclass
class Web:
    port: int
    process: "subprocess.Popen[bytes]"
    gate: Gate

    def answer(self, *sent: bytes, ends: bool = False, within: float = 15.0) -> bytes:
        """All that is answered, until the other side ends or falls silent."""
        answer = b""
        with create_connection(("127.0.0.1", self.port), timeout=within) as connection:
            # A server that has seen enough hangs up before we have said all.
            with suppress(OSError):
                for part in sent:
                    connection.sendall(part)
                if ends:
                    connection.shutdown(SHUT_WR)
            with suppress(OSError):
                while data := connection.recv(65536):
                    answer += data
                    connection.settimeout(0.3)
        return answer

    def statuses(self, *sent: bytes, **how) -> list[int]:
        """Of every answer on one connection; none when it was just closed."""
        answer = self.answer(*sent, **how)
        lines = answer.replace(b"HTTP/1.0", b"HTTP/1.1").split(b"HTTP/1.1 ")[1:]
        return [int(line[:3]) for line in lines]

    def is_alive(self) -> bool:
        is_there = self.process.poll() is None
        return is_there and status_of("127.0.0.1", self.port, "/healthz") == 200


@pytest.fixture(scope="module")
def web(servers, settings, services) -> Iterator[Web]:
    """As the Procfile starts it, on the servers of all tests."""
    lines = (ROOT / "Procfile").read_text().splitlines()
    [line] = [line for line in lines if line.startswith("web: ")]
    port, gate = unused_port(), Gate(settings.database_url)
    said = {"${HOST:-0.0.0.0}": "127.0.0.1", "${PORT:-8000}": str(port)}
    python, *words = line.removeprefix("web: ").split()
    assert python == "python"
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [sys.executable, *(said.get(word, word) for word in words)],
            cwd=ROOT,
            env={
                **servers,
                "DATABASE_URL": gate.way,
                "PATH": os.environ["PATH"],
                "SHOPIFY_API_KEY": "key",
                "SHOPIFY_API_SECRET": APP_SECRET,
                "META_APP_ID": "1",
                "META_APP_SECRET": META_SECRET,
                "META_VERIFY_TOKEN": VERIFY_TOKEN,
                "ADMIN_TOKEN": ADMIN_TOKEN,
            },
            stdout=log,
            stderr=log,
        )
        web = Web(port, process, gate)
        try:
            assert eventually(web.is_alive, 30), _said(log)
            yield web
        finally:
            process.terminate()
            process.wait(20)
            gate.close()
        assert "Traceback" not in _said(log)


def _said(log) -> str:
    log.seek(0)
    return str(log.read().decode(errors="replace"))


@pytest.fixture(autouse=True)
def _lives_on(web, world):
    """After whatever was said: the process lives, and the next good one is kept."""
    yield
    assert web.is_alive()
    assert web.statuses(webhook(webhook_id="the-next")) == [200]
    assert "the-next" in ids(world)


def ids(world):
    return {row.dedupe_id for row in world.rows("webhooks")}


def lines(body=BODY, *, webhook_id="w1", **changes):
    """The headers of a good webhook, as they stand on the wire."""
    made = shopify_headers(X_SHOPIFY_WEBHOOK_ID=webhook_id)
    named = {name.replace("_", "-").title(): text for name, text in made.items()}
    named[PROOF] = shopify_proof(body)
    named |= {name.replace("_", "-"): text for name, text in changes.items()}
    return [f"{name}: {text}" for name, text in named.items() if text is not None]


def request(
    headers, body=b"", *, first="POST /webhooks/shopify HTTP/1.1", is_last=True
):
    ends = ["Connection: close"] if is_last else []
    head = "\r\n".join([first, "Host: 127.0.0.1", *ends, *headers])
    return head.encode("latin-1") + b"\r\n\r\n" + body


def webhook(body=BODY, *, is_last=True, **how):
    length = f"Content-Length: {len(body)}"
    return request([*lines(body, **how), length], body, is_last=is_last)


def chunks(body, size):
    for at in range(0, len(body), size):
        part = body[at : at + size]
        yield f"{len(part):x}\r\n".encode() + part + b"\r\n"
    yield b"0\r\n\r\n"


def chunked(body, **how):
    return request([*lines(body, **how), "Transfer-Encoding: chunked"])


def test_a_good_one_is_kept(web, world):
    assert web.statuses(webhook()) == [200]
    assert "w1" in ids(world)


@pytest.mark.parametrize("size", [1, 4, 9])
def test_a_body_in_chunks_of_no_told_length_is_kept_whole(web, world, size):
    assert web.statuses(chunked(BODY), *chunks(BODY, size)) == [200]
    assert "w1" in ids(world)


def test_a_large_body_in_chunks_is_kept_whole(web, world):
    body = b" " * LARGEST_BODY_BYTES

    assert web.statuses(chunked(body), *chunks(body, 60_000)) == [200]
    assert "w1" in ids(world)


@pytest.mark.parametrize("size", [LARGEST_BODY_BYTES + 1, 10 * 1024 * 1024])
def test_a_body_that_is_too_large_is_refused_however_it_comes(web, world, size):
    """A server may also hang up, having read enough; but never say that it is kept."""
    body = b" " * size

    in_one = web.statuses(webhook(body))
    in_chunks = web.statuses(chunked(body), *chunks(body, 60_000))

    assert in_one in ([413], [])
    assert in_chunks in ([413], [])
    assert ids(world) == set()


def test_a_body_cut_off_is_not_kept(web, world):
    """Shorter than told counts for nothing, even if what came was signed; in chunks
    nothing is told, and the signature alone shows that something is missing."""
    told = [*lines(BODY), f"Content-Length: {len(BODY) + 5}"]
    half = b"5\r\n" + BODY[:5] + b"\r\n"

    assert web.statuses(request(told, BODY), ends=True) in ([], [400])
    assert web.statuses(chunked(BODY) + half, ends=True) in ([], [400], [401])
    assert web.statuses(chunked(BODY) + half + b"0\r\n\r\n") == [401]
    assert ids(world) == set()


def test_a_body_longer_than_told_is_not_one_body(web, world):
    """What is signed is the whole; what is read is what was told."""
    body = BODY + b"GET /evil HTTP/1.1\r\n\r\n"
    headers = [*lines(body), f"Content-Length: {len(BODY)}"]

    first, *rest = web.statuses(request(headers, body, is_last=False))

    assert first == 401
    assert all(status in (400, 404) for status in rest)
    assert ids(world) == set()


TWO_OPINIONS = {
    "both lengths": ["Content-Length: 9", "Transfer-Encoding: chunked"],
    "the other way round": ["Transfer-Encoding: chunked", "Content-Length: 9"],
    "two lengths": ["Content-Length: 9", "Content-Length: 4"],
    "two lengths in one": ["Content-Length: 9, 4"],
    "a length below nothing": ["Content-Length: -1"],
    "a length with a sign": ["Content-Length: +9"],
    "a length in hex": ["Content-Length: 0x9"],
    "a length of letters": ["Content-Length: nine"],
    "a length of 400 digits": ["Content-Length: " + "9" * 400],
    "chunks twice": ["Transfer-Encoding: chunked, chunked"],
    "chunks last but one": ["Transfer-Encoding: chunked, identity"],
    "chunks with a space": ["Transfer-Encoding : chunked"],
    "chunks with a tab": ["Transfer-Encoding:\tchunked", "Content-Length: 4"],
    "chunks in a fold": ["Transfer-Encoding:", " chunked"],
    "odd chunks": ["Transfer-Encoding: xchunked"],
}


@pytest.mark.parametrize("framing", TWO_OPINIONS.values(), ids=TWO_OPINIONS.keys())
@pytest.mark.parametrize("body", [BODY, b"9\r\n" + BODY + b"\r\n0\r\n\r\n"])
def test_two_opinions_of_where_a_body_ends_are_never_both_believed(
    web, world, framing, body
):
    """Refused, or read as a whole that was signed: no half, and no second request."""
    statuses = web.statuses(request([*lines(BODY), *framing], body), ends=True)

    assert set(statuses) <= {200, 400, 401, 413, 501}
    assert len(statuses) <= 2
    assert 200 not in statuses or len(world.rows("webhooks")) == 1
    sealer = world.services.sealer
    for row in world.rows("webhooks"):
        assert inbox.unpack(row.body, row.shop_domain, sealer) == BODY


def test_chunks_that_are_none_are_not_kept(web, world):
    for garbage in (
        b"zz\r\n",
        b"-1\r\n",
        b"ffffffffffffffffff\r\n",
        b"9;" + b"x" * 99_999,
    ):
        sent = chunked(BODY) + garbage + BODY + b"\r\n0\r\n\r\n"

        assert web.statuses(sent, ends=True) in ([], [400], [401], [413])
    assert ids(world) == set()


@pytest.mark.parametrize(
    "headers",
    [
        ["X-Large: " + "a" * 1_000_000],
        ["X-" + "a" * 100_000 + ": a"],
        [f"X-Many-{number}: a" for number in range(10_000)],
        ["X-Shopify-Topic: " + "a" * 300_000],
        ["Cookie: " + "a=b; " * 20_000],
    ],
    ids=["a value", "a name", "many", "a topic", "cookies"],
)
def test_huge_headers_are_refused(web, world, headers):
    statuses = web.statuses(request([*lines(), *headers, "Content-Length: 9"], BODY))

    assert statuses in ([], [400], [431], [200])
    assert 200 not in statuses or "w1" in ids(world)


@pytest.mark.parametrize(
    "first",
    [
        "POST /webhooks/shopify HTTP/9.9",
        "POST /webhooks/shopify",
        "POST  /webhooks/shopify  HTTP/1.1",
        "post /webhooks/shopify HTTP/1.1",
        "POST http://evil.example/webhooks/shopify HTTP/1.1",
        "POST * HTTP/1.1",
        "CONNECT evil.example:443 HTTP/1.1",
        "TRACE /webhooks/shopify HTTP/1.1",
        "POST /webhooks/shopify\x00 HTTP/1.1",
        "POST /webhooks/%73hopify HTTP/1.1",
        "POST /webhooks/..//webhooks/shopify HTTP/1.1",
        "POST /%ff%fe HTTP/1.1",
        "POST /" + "a" * 200_000 + " HTTP/1.1",
        "\x16\x03\x01\x02\x00\x01\x00",
        "PRI * HTTP/2.0",
    ],
    ids=lambda first: first[:36].replace("\x00", "NUL"),
)
def test_an_odd_first_line_breaks_nothing(web, world, first):
    sent = request([*lines(), "Content-Length: 9"], BODY, first=first)

    statuses = web.statuses(sent, ends=True)

    assert [status for status in statuses if status >= 500 and status != 505] == []
    assert 200 not in statuses or "w1" in ids(world)


def test_http_1_0_will_do(web, world):
    first = "POST /webhooks/shopify HTTP/1.0"
    sent = request([*lines(), "Content-Length: 9"], BODY, first=first)

    assert web.statuses(sent) == [200]
    assert "w1" in ids(world)


def test_several_on_one_connection_are_all_kept(web, world):
    sent = b"".join(
        webhook(webhook_id=f"p{number}", is_last=number == 19) for number in range(20)
    )

    assert web.statuses(sent) == [200] * 20
    assert {f"p{number}" for number in range(20)} <= ids(world)


def test_underscores_in_names_take_the_place_of_no_proof(web, world):
    """WSGI takes ``X_Shopify`` for ``X-Shopify``; a proof counts by its value."""
    proof = f"X_Shopify_Hmac_Sha256: {shopify_proof()}"
    wrong = "X_Shopify_Hmac_Sha256: wrong"
    length = "Content-Length: 9"
    without = [line for line in lines() if PROOF not in line]

    assert web.statuses(request([*without, wrong, length], BODY)) == [401]
    assert web.statuses(request([*lines(), wrong, length], BODY)) in ([200], [401])
    assert web.statuses(request([*without, proof, length], BODY)) in ([200], [401])


def test_a_header_that_comes_twice_is_not_the_first_of_them(web, world):
    twice = "X-Shopify-Shop-Domain: evil.myshopify.com"

    for headers in ([*lines(), twice], [twice, *lines()]):
        statuses = web.statuses(request([*headers, "Content-Length: 9"], BODY))

        assert statuses == [400]
    assert ids(world) == set()


def test_a_header_in_other_letters_breaks_nothing(web, world):
    for name in (PROOF, "X-Shopify-Shop-Domain", "X-Shopify-Topic"):
        odd = [line for line in lines() if name not in line] + [f"{name}: \xe9\xff"]

        [status] = web.statuses(request([*odd, "Content-Length: 9"], BODY))

        assert status in (400, 401)
    assert ids(world) == set()


@pytest.mark.parametrize("mode", ["closed", "silent"])
def test_without_the_database_it_says_so_soon_and_is_back_with_it(web, world, mode):
    """A database that hangs is worse than one that is gone: Shopify waits 5 seconds."""
    web.gate.mode = mode
    web.gate.cut()
    try:
        began_at = monotonic()
        statuses = web.statuses(webhook())
        took = monotonic() - began_at
        alive = web.is_alive()
    finally:
        web.gate.mode = "open"
        web.gate.cut()

    assert statuses == [503]
    assert took < (3 if mode == "closed" else 5)
    assert alive
    # Each process finds out for itself that its connections are gone.
    assert eventually(
        lambda: all(web.statuses(webhook(webhook_id="a")) == [200] for _ in range(8))
    )
    assert ids(world) == {"a"}
