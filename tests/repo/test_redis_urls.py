"""Redis URLs: every form that the contract promises, on real servers."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from redis import Redis
from redis.exceptions import ConnectionError as CannotConnect
from redis.exceptions import RedisError

from core.errors import ConfigurationError
from core.redis_urls import open_redis
from tests.repo.waiting import eventually
from wiring.places import valkey_program
from wiring.ports import unused_port

DEBIAN_SERVER = shutil.which("redis-server")
A_DAY = timedelta(days=1)


@contextmanager
def running(program: str, *words: str) -> Iterator[None]:
    process = subprocess.Popen([program, *words], stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="module")
def valkey() -> str:
    return str(valkey_program())


def answers(redis: Redis) -> bool:
    with suppress(RedisError):
        return bool(redis.ping())
    return False


def test_a_password_with_odd_characters(valkey, tmp_path):
    port = unused_port()
    with running(
        valkey, "--port", str(port), "--requirepass", "p@ss:/?#w", "--dir", tmp_path
    ):
        redis = open_redis(f"redis://:p%40ss%3A%2F%3F%23w@127.0.0.1:{port}/3")

        assert eventually(lambda: answers(redis))
        assert redis.connection_pool.connection_kwargs["db"] == 3


def test_a_unix_socket_with_a_space_in_its_name(valkey, tmp_path):
    socket = tmp_path / "a b.sock"
    with running(
        *(valkey, "--port", "0", "--unixsocket", str(socket), "--dir", str(tmp_path))
    ):
        redis = open_redis(f"unix://{tmp_path}/a%20b.sock?db=2")

        assert eventually(lambda: answers(redis))


@pytest.fixture
def tls(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A port behind TLS, and the certificate of the authority that vouches for it."""
    if DEBIAN_SERVER is None:
        pytest.skip("the embedded Valkey cannot speak TLS, and no redis-server is here")
    port, authority = unused_port(), make_certificates(tmp_path)
    with running(
        *(DEBIAN_SERVER, "--port", "0", "--tls-port", str(port)),
        *("--tls-cert-file", f"{tmp_path}/server.pem"),
        *("--tls-key-file", f"{tmp_path}/server.key"),
        *("--tls-ca-cert-file", str(authority), "--tls-auth-clients", "no"),
        *("--dir", str(tmp_path), "--save", ""),
    ):
        yield port, authority


def test_tls_with_a_private_authority(tls):
    port, authority = tls

    redis = open_redis(f"rediss://127.0.0.1:{port}/0?ssl_ca_certs={authority}")

    assert eventually(lambda: answers(redis))


def test_tls_with_an_unknown_authority_is_refused(tls):
    port, authority = tls
    known = open_redis(f"rediss://127.0.0.1:{port}/0?ssl_ca_certs={authority}")
    assert eventually(lambda: answers(known))

    stranger = open_redis(f"rediss://127.0.0.1:{port}/0")

    with pytest.raises(CannotConnect, match="CERTIFICATE_VERIFY_FAILED"):
        stranger.ping()


def test_tls_without_a_check_only_when_asked_for(tls):
    port, _ = tls

    redis = open_redis(f"rediss://127.0.0.1:{port}/0?ssl_cert_reqs=none")

    assert eventually(lambda: answers(redis))


def test_sentinel_finds_the_primary(valkey, tmp_path):
    port, watching = unused_port(), unused_port()
    configuration = tmp_path / "sentinel.conf"
    configuration.write_text(
        f"port {watching}\n"
        f"dir {tmp_path}\n"
        f"sentinel monitor shop-hints 127.0.0.1 {port} 1\n"
        "sentinel auth-pass shop-hints of-the-data\n"
        "requirepass of-the-sentinel\n"
    )
    with (
        running(
            *(valkey, "--port", str(port), "--requirepass", "of-the-data"),
            *("--dir", str(tmp_path), "--save", ""),
        ),
        running(valkey, str(configuration), "--sentinel"),
    ):
        redis = open_redis(
            f"redis+sentinel://:of-the-data@127.0.0.1:9,127.0.0.1:{watching}"
            "/shop-hints/5?sentinel_password=of-the-sentinel"
        )

        assert eventually(lambda: answers(redis))
        assert redis.client_info()["db"] == 5


def test_a_server_that_is_away_is_an_error_soon():
    redis = open_redis(f"redis://127.0.0.1:{unused_port()}")

    with pytest.raises(CannotConnect):
        redis.ping()


def test_a_worker_may_wait_for_ever():
    redis = open_redis("redis://127.0.0.1", answer_timeout_seconds=None)

    assert redis.connection_pool.connection_kwargs["socket_timeout"] is None
    assert redis.connection_pool.connection_kwargs["socket_connect_timeout"] == 2


@pytest.mark.parametrize(
    "url",
    [
        "http://u:secret@redis",
        "redis://u:secret@redis:port",
        "redis+sentinel://u:secret@redis",
        "redis+sentinel://:secret@/service",
        "nothing with secret",
    ],
)
def test_a_url_that_cannot_be_read_is_refused_without_repeating_it(url):
    with pytest.raises(ConfigurationError) as refused:
        open_redis(url)

    assert "secret" not in str(refused.value)


def make_certificates(folder: Path) -> Path:
    """An authority of our own, and a server that it vouches for."""
    now = datetime.now(UTC)
    authority_key, server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in "12")
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "our own")])
    authority = (
        x509.CertificateBuilder(issuer, issuer, authority_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - A_DAY)
        .not_valid_after(now + A_DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "redis")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    server = (
        x509.CertificateBuilder(issuer, name, server_key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - A_DAY)
        .not_valid_after(now + A_DAY)
        .add_extension(address, critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "authority.pem").write_bytes(authority.public_bytes(pem))
    (folder / "server.pem").write_bytes(server.public_bytes(pem))
    (folder / "server.key").write_bytes(
        server_key.private_bytes(
            pem,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder / "authority.pem"
