"""The profile that we ship, in a real nginx, before the real web processes."""

import json
import os
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from bench.peers import load
from bench.peers.nginx import has_lua, nginx_before, program
from bench.peers.serving import Way, as_the_procfile_says, serving
from bench.peers.slowness import Attack, Healthy, Slow, slowest
from core.settings import Settings
from wiring.embedded import environment
from wiring.release import release

ROOT = Path(__file__).parents[2]
LARGEST_BODY = 5 * 1024 * 1024
BODY = load.order_created(7)

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Site:
    port: int
    env: dict[str, str]
    log: Path

    def says(self, head: str, *pieces: bytes) -> str:
        """The first line of the answer to a request, written byte by byte by us."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as site:
            site.sendall(head.replace("\n", "\r\n").encode() + b"\r\n")
            for piece in pieces:
                try:
                    site.sendall(piece)
                except OSError:
                    break  # it has heard enough, and its answer is on the way
            try:
                return site.makefile("rb").readline().decode().strip()
            except ConnectionResetError:
                return "reset"

    def headers(self, webhook_id: str, body: bytes = BODY, **others: str) -> str:
        sent = load.headers(body, self.env["SHOPIFY_API_SECRET"], webhook_id)
        lines = {"Host": "localhost", "Connection": "close"} | sent | others
        written = "".join(f"{name}: {value}\n" for name, value in lines.items())
        return f"POST /webhooks/shopify HTTP/1.1\n{written}"

    def kept(self, webhook_id: str) -> int:
        with psycopg.connect(self.env["DATABASE_OWNER_URL"]) as database:
            found = database.execute(
                "SELECT count(*) FROM webhooks WHERE dedupe_id = %s", (webhook_id,)
            ).fetchone()
        assert found is not None
        return int(found[0])


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    if program() is None:
        pytest.skip("nginx is not installed")
    with tempfile.TemporaryDirectory(prefix="sosik-tests-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "nginx").mkdir()
        plain = {
            "PATH": os.environ["PATH"],
            "DATA_DIR": name,
            "SANDBOX": "1",
            "TRUSTED_PROXIES": "1",
        }
        with environment(plain, say=lambda _line: None) as found:
            env = plain | found
            release(Settings.from_env(env))
            way = Way(name="web", command=as_the_procfile_says, folder=ROOT)
            with (
                serving(way, env) as web,
                nginx_before(web.port, folder / "nginx") as nginx,
            ):
                yield Site(nginx.port, env, nginx.log)


def test_a_signed_webhook_passes_whole(site: Site) -> None:
    length = {"Content-Length": str(len(BODY))}

    said = site.says(site.headers("whole", **length), BODY)

    assert said == "HTTP/1.1 200 OK"
    assert site.kept("whole") == 1


def test_a_signed_webhook_in_chunks_passes_whole(site: Site) -> None:
    in_chunks = {"Transfer-Encoding": "chunked"}

    said = site.says(site.headers("chunks", **in_chunks), *_chunks(BODY, 1000))

    assert said == "HTTP/1.1 200 OK"
    assert site.kept("chunks") == 1


def test_a_body_that_is_said_to_be_too_large_is_refused(site: Site) -> None:
    length = {"Content-Length": str(LARGEST_BODY + 1)}

    said = site.says(site.headers("large", **length))

    assert said == "HTTP/1.1 413 Request Entity Too Large"


def test_a_body_that_turns_out_to_be_too_large_is_refused(site: Site) -> None:
    body = b"x" * (LARGEST_BODY + 1)
    in_chunks = {"Transfer-Encoding": "chunked"}

    said = site.says(site.headers("larger", body, **in_chunks), *_chunks(body, 65_536))

    assert said == "HTTP/1.1 413 Request Entity Too Large"
    assert site.kept("larger") == 0


def test_a_body_of_two_lengths_is_refused(site: Site) -> None:
    both = {"Content-Length": str(len(BODY)), "Transfer-Encoding": "chunked"}

    said = site.says(site.headers("both", **both), *_chunks(BODY, 1000))

    assert said == "HTTP/1.1 400 Bad Request"
    assert site.kept("both") == 0


def test_an_underscore_does_not_pass_for_a_hyphen(site: Site) -> None:
    """WSGI has one name for ``X-Shopify-Topic`` and ``X_Shopify_Topic``."""
    head = site.headers("underscore", **{"Content-Length": str(len(BODY))})

    said = site.says(
        head.replace("X-Shopify-Hmac-Sha256", "X_Shopify_Hmac_Sha256"), BODY
    )

    assert said == "HTTP/1.1 401 Unauthorized"
    assert site.kept("underscore") == 0


@pytest.mark.parametrize(
    ("site", "address", "scheme"),
    [
        pytest.param("", "127.0.0.1", "http", id="alone"),
        pytest.param(
            "set_real_ip_from 127.0.0.1; real_ip_header X-Forwarded-For;"
            " set $sosik_scheme https;",
            "203.0.113.9",
            "https",
            id="behind a router that ends TLS",
        ),
    ],
)
def test_a_caller_does_not_choose_who_they_are(
    site: str, address: str, scheme: str, tmp_path: Path
) -> None:
    """Seen from behind: a web in our place tells what reached it."""
    if program() is None:
        pytest.skip("nginx is not installed")
    way = Way(name="mirror", command=_mirror, folder=Path(__file__).parent)
    forged = (
        "X-Forwarded-For: 198.51.100.7, 203.0.113.9\nX-Forwarded-Proto: ftp\nProxy: x\n"
        "X-Forwarded-Host: evil.example\nX-Forwarded-Prefix: /evil\nForwarded: for=1\n"
        "X-Real-IP: 198.51.100.7\nX-Original-URL: /app\nX_Forwarded_For: 198.51.100.7\n"
    )
    head = f"GET / HTTP/1.1\nHost: shop.example\nConnection: close\n{forged}\n"

    with (
        serving(way, {}) as web,
        nginx_before(web.port, tmp_path, site) as nginx,
        socket.create_connection(("127.0.0.1", nginx.port), timeout=5) as caller,
    ):
        caller.sendall(head.replace("\n", "\r\n").encode())
        answer = caller.makefile("rb").read()

    assert json.loads(answer.partition(b"\r\n\r\n")[2]) == {
        "host": "shop.example",
        "x-forwarded-for": address,
        "x-forwarded-proto": scheme,
    }


def test_slow_clients_are_cut_off_and_nobody_else_feels_them(site: Site) -> None:
    healthy = Healthy(site.port, site.env["SHOPIFY_API_SECRET"])
    kinds = set(Slow) if has_lua() else set(Slow) - {Slow.DRIPPING_BODY}
    attack = Attack(site.port, dict.fromkeys(kinds, 40))

    healthy.start()
    is_over = attack.wait(seconds=20)
    healthy.stop()

    attack.end()
    assert is_over
    for slow in kinds:
        after = slowest(attack.cut_after(slow))
        assert after is not None
        assert after <= 15
    assert healthy.failures == []
    assert len(healthy.seconds) > 30
    assert healthy.p(0.99) < 1000


def test_where_everything_is_installed_bodies_have_a_deadline(site: Site) -> None:
    if not has_lua():
        pytest.skip("nginx has no Lua")
    assert (site.log.parent / "sosik" / "deadline.conf").exists()


def test_the_log_holds_no_query(site: Site) -> None:
    """Meta's handshake has a secret in there, and OAuth its codes."""
    site.says("GET /healthz?code=very-secret HTTP/1.1\nHost: x\nConnection: close\n")

    log = site.log.read_text()
    assert '"GET /healthz"' in log
    assert "very-secret" not in log


def _chunks(body: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(body), size):
        piece = body[start : start + size]
        yield b"%x\r\n%s\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"


def _mirror() -> list[str]:
    return ["sh", "-c", "exec python mirror.py $PORT"]
