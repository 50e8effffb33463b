"""Settings: everything that is wrong is named at once, and no secret is shown."""

from pathlib import Path

import pytest

from core.errors import ConfigurationError
from core.settings import NAMES, Settings

ROOT = Path(__file__).parents[2]

GOOD = {
    "DATABASE_URL": "postgresql://sosik_app:db-password@db.example.com/sosik",
    "REDIS_URL": "rediss://:redis-password@redis.example.com:6379/0",
    "SECRET_KEYS": "first-key-of-more-than-thirty-two-characters",
    "SHOPIFY_API_KEY": "shopify-key",
    "SHOPIFY_API_SECRET": "shopify-secret",
    "META_APP_ID": "1234567890",
    "META_APP_SECRET": "meta-secret",
    "META_VERIFY_TOKEN": "verify-token",
    "ADMIN_TOKEN": "admin-token-of-16-characters",
}


def problems_of(env: dict[str, str]) -> str:
    with pytest.raises(ConfigurationError) as refused:
        Settings.from_env(env)
    return str(refused.value)


def test_have_the_defaults_of_the_contract():
    settings = Settings.from_env(GOOD)

    assert settings.database_owner_url == GOOD["DATABASE_URL"]
    assert settings.database_connections == 5
    assert settings.app_url == "http://127.0.0.1:8000"
    assert settings.shopify_api_version == "2026-10"
    assert settings.shopify_admin_origin == "https://{shop}"
    assert settings.meta_graph_origin == "https://graph.facebook.com"
    assert settings.meta_graph_version == "v26.0"
    assert settings.sandbox is False
    assert settings.data_dir == Path("var")
    assert settings.trusted_proxies == 0
    assert settings.webhook_retention_days == 30
    assert settings.message_body_retention_days == 365
    assert settings.smtp_url is None
    assert settings.log_level == "INFO"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)


def test_name_everything_that_is_missing_in_one_message():
    problems = problems_of({})

    assert [name for name in GOOD if f"{name} is not set" not in problems] == []
    assert "start with ./sosik up, or set it" in problems


def test_name_everything_that_is_garbled_in_one_message():
    garbled = {
        "DATABASE_URL": "mysql://db",
        "DATABASE_CONNECTIONS": "0",
        "REDIS_URL": "http://redis",
        "APP_URL": "http://sosik.example.com",
        "SECRET_KEYS": "short",
        "ADMIN_TOKEN": "short",
        "SHOPIFY_API_SECRET": "one,two,three",
        "SHOPIFY_API_VERSION": "2026-13",
        "SHOPIFY_ADMIN_ORIGIN": "https://shopify.example.com",
        "META_GRAPH_ORIGIN": "http://graph.example.com",
        "META_GRAPH_VERSION": "26",
        "SANDBOX": "yes",
        "TRUSTED_PROXIES": "-1",
        "WEBHOOK_RETENTION_DAYS": "a month",
        "SMTP_URL": "mail.example.com",
        "LOG_LEVEL": "LOUD",
        "LOG_FORMAT": "xml",
        "PORT": "70000",
    }

    problems = problems_of({**GOOD, **garbled})

    assert [name for name in garbled if f"{name} " not in problems] == []
    assert len(problems.split("; ")) == len(garbled)


@pytest.mark.parametrize("missing", ["SHOPIFY_API_SECRET", "META_APP_SECRET"])
def test_half_a_pair_of_credentials_is_a_problem(missing: str):
    env = {name: value for name, value in GOOD.items() if name != missing}

    assert problems_of(env).startswith(f"{missing} is not set")


def test_show_no_secret():
    env = {**GOOD, "SMTP_URL": "smtp://u:mail-password@m", "SANDBOX_SECRET": "hidden"}

    shown = repr(Settings.from_env(env))

    for secret in (
        *("db-password", "redis-password", "first-key", "shopify-secret"),
        *("meta-secret", "verify-token", "admin-token", "mail-password", "hidden"),
    ):
        assert secret not in shown


def test_repeat_no_secret_in_what_they_refuse():
    env = {**GOOD, "DATABASE_URL": "mysql://u:secret@h", "SECRET_KEYS": "secret"}

    assert "secret" not in problems_of(env)


def test_take_any_secret_from_a_file(tmp_path: Path):
    (tmp_path / "meta").write_text("from-a-file\n")
    env = {name: value for name, value in GOOD.items() if name != "META_APP_SECRET"}

    settings = Settings.from_env({**env, "META_APP_SECRET_FILE": f"{tmp_path}/meta"})

    assert settings.meta_app_secrets == ("from-a-file",)


def test_a_file_that_cannot_be_read_is_one_problem():
    env = {name: value for name, value in GOOD.items() if name != "META_APP_SECRET"}

    problems = problems_of({**env, "META_APP_SECRET_FILE": "/nowhere/at/all"})

    assert problems == "META_APP_SECRET_FILE cannot be read: No such file or directory"


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_keep_the_options_of_a_database_url(scheme: str):
    rest = "u:p@h:5/d?sslmode=verify-full&sslrootcert=/etc/ca.pem&connect_timeout=3"

    settings = Settings.from_env({**GOOD, "DATABASE_URL": f"{scheme}://{rest}"})

    assert settings.database_url == f"postgresql://{rest}"


def test_keep_both_secrets_and_all_keys_of_a_rotation():
    keys = f"{'n' * 32}, {'o' * 32},{'p' * 32}"

    settings = Settings.from_env(
        {**GOOD, "SHOPIFY_API_SECRET": "new, old", "SECRET_KEYS": keys}
    )

    assert settings.shopify_api_secrets == ("new", "old")
    assert settings.secret_keys == ("n" * 32, "o" * 32, "p" * 32)


@pytest.mark.parametrize(
    ("said", "is_on"),
    [({}, False), ({"SANDBOX": "1"}, True), ({"SANDBOX": "0"}, False)],
)
def test_the_sandbox_beside_credentials_is_on_only_when_asked_for(said, is_on):
    assert Settings.from_env({**GOOD, **said}).sandbox is is_on


def test_a_sandbox_that_nobody_asked_for_is_not_shown_to_everybody():
    assert "HOST is 0.0.0.0 and no credentials are set" in problems_of(
        {"HOST": "0.0.0.0"}
    )


def test_plain_http_stays_on_this_machine():
    env = {**GOOD, "APP_URL": "http://localhost:9000/"}

    assert Settings.from_env(env).app_url == "http://localhost:9000"


def test_every_setting_stands_in_the_example_with_a_sentence():
    example = (ROOT / ".env.example").read_text()

    missing = [name for name in NAMES if f"# {name}=" not in example]

    assert missing == []


def test_nor_is_one_that_stands_behind_a_public_address():
    public = {"APP_URL": "https://sosik.example.com"}

    assert "APP_URL is https://sosik.example.com and no credentials" in problems_of(
        public
    )
    said_so = {**GOOD, **public, "SANDBOX": "1"}
    assert Settings.from_env(said_so).sandbox is True
    assert Settings.from_env({**GOOD, **public}).sandbox is False
