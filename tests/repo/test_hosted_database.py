"""A PostgreSQL as hosts give it: behind pgbouncer in transaction mode, over TLS."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import text

from core.sealing import Keyring
from core.settings import Settings
from storage.intake import Keeper
from storage.session import is_pooled, open_engine
from tests import samples
from tests.world import World
from webapp.intake import Intake
from wiring.ports import unused_port
from wiring.release import release
from wiring.services import build

_CONNECTIONS = 12


def _certificate(folder: Path) -> tuple[Path, Path, Path]:
    """A private authority, and a certificate of its own for 127.0.0.1."""
    now = datetime.now(UTC)
    ca_key, key = (
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP256R1()),
    )
    ca_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Private CA")])

    def builder(name: x509.Name, public: ec.EllipticCurvePublicKey):
        return (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(ca_name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
        )

    authority = (
        builder(ca_name, ca_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(ca_key, hashes.SHA256())
    )
    host = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    alternative = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = (
        builder(host, key.public_key())
        .add_extension(alternative, critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    files = folder / "ca.pem", folder / "cert.pem", folder / "key.pem"
    files[0].write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files[2].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return files


@pytest.fixture(scope="module")
def hosted(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """The settings that such a host gives: one role, TLS with a private authority."""
    program = shutil.which("pgbouncer") or shutil.which("/usr/sbin/pgbouncer")
    if program is None:
        pytest.skip("pgbouncer is not installed")
    folder = tmp_path_factory.mktemp("pooler")
    for parent in (folder, *folder.parents[:2]):
        parent.chmod(0o755)
    ca, certificate, key = _certificate(folder)
    key.chmod(0o644)  # pgbouncer reads it as another user, and it opens nothing
    port = unused_port()
    [socket_folder] = parse_qs(urlsplit(settings.database_url).query)["host"]
    config = folder / "pgbouncer.ini"
    config.write_text(
        f"""[databases]
sosik = host={socket_folder} dbname=sosik user=sosik_app
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {_CONNECTIONS}
max_client_conn = 100
client_tls_sslmode = require
client_tls_key_file = {key}
client_tls_cert_file = {certificate}
logfile =
"""
    )
    pooler = subprocess.Popen(
        [program, "-q", "-u", "nobody", str(config)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = (
        f"postgres://sosik_app@127.0.0.1:{port}/sosik"
        f"?sslmode=verify-full&sslrootcert={ca}"
    )
    hosted = Settings.from_env(_env_of(settings) | {"DATABASE_URL": url})
    try:
        _wait_for(hosted.database_url)
        yield hosted
    finally:
        pooler.terminate()
        pooler.wait(10)


def _env_of(settings: Settings) -> dict[str, str]:
    return {
        "DATABASE_OWNER_URL": settings.database_owner_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEYS": ",".join(settings.secret_keys),
        "SHOPIFY_API_KEY": settings.shopify_api_key,
        "SHOPIFY_API_SECRET": ",".join(settings.shopify_api_secrets),
        "META_APP_ID": settings.meta_app_id,
        "META_APP_SECRET": ",".join(settings.meta_app_secrets),
        "META_VERIFY_TOKEN": settings.meta_verify_token,
        "META_GRAPH_ORIGIN": settings.meta_graph_origin,
        "ADMIN_TOKEN": settings.admin_token,
    }


def _wait_for(url: str) -> None:
    until = time.monotonic() + 10
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError:
            if time.monotonic() > until:
                raise
        else:
            return


def test_the_pooler_is_noticed_and_a_plain_server_is_not_taken_for_one(
    hosted: Settings, settings: Settings
) -> None:
    with psycopg.connect(hosted.database_url) as pooled:
        assert is_pooled(pooled)
    with psycopg.connect(settings.database_url) as plain:
        assert not is_pooled(plain)


def test_an_authority_that_we_do_not_trust_is_refused(hosted: Settings) -> None:
    distrusted = hosted.database_url.split("&sslrootcert=")[0] + "&sslrootcert=system"

    with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
        psycopg.connect(distrusted)


def test_the_way_of_an_order_leads_through_the_pooler(
    world: World, hosted: Settings
) -> None:
    """Statements are not prepared, and no shop outlives its transaction."""
    release(hosted)
    engine = open_engine(hosted.database_url, connections=1)
    keeper = Keeper(
        hosted.database_url, sealer=Keyring(hosted.secret_keys), connections=2
    )
    world.open_shop()
    usual, door = world.services, world.app.wsgi_app
    assert isinstance(door, Intake)
    world.services = build(hosted, clock=lambda: world.now, connections=3)
    world.app.wsgi_app = Intake(  # type: ignore[method-assign]
        replace(door._services, keep_webhook=keeper), door._beyond
    )
    try:
        for number in range(30):
            body = samples.order(order_id=number + 1, phone=f"+4915112{number:06d}")
            assert world.shopify_says("orders/create", body) == 200
        world.work()
        with engine.connect() as connection:
            left = connection.scalar(text("SELECT count(*) FROM messages"))
    finally:
        world.services.close()
        world.services, world.app.wsgi_app = usual, door  # type: ignore[method-assign]
        keeper.close()
        engine.dispose()

    assert left == 0
    assert len(world.accepted) == 30
    assert {message.state for message in world.messages} == {"sent"}
