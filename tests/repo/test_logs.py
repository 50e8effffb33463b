"""What a log line looks like, and what it must never hold."""

import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator

import pytest
import structlog
from sqlalchemy.exc import IntegrityError

from core import logs
from core.redaction import HIDDEN, redacted
from core.values import Phone

PHONE = "+4915112345678"

log = logging.getLogger("webapp.example")


@pytest.fixture(autouse=True)
def _left_as_found() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level, sys.excepthook, threading.excepthook)
    levels = {name: logging.getLogger(name).level for name in logs._TALKATIVE}
    yield
    logging.captureWarnings(False)
    root.handlers[:], root.level = before[0], before[1]
    sys.excepthook, threading.excepthook = before[2], before[3]
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    structlog.reset_defaults()


def written(say: Callable[[], object], *, fmt: str, level: str = "INFO") -> str:
    stream = io.StringIO()
    logs.configure(level, fmt, stream)
    say()
    return stream.getvalue()


def fail(error: Exception) -> None:
    raise error


def as_json(say: Callable[[], object]) -> dict[str, object]:
    line: dict[str, object] = json.loads(written(say, fmt="json"))
    return line


def test_text_is_the_event_and_its_keys():
    line = written(
        lambda: log.warning("shop_parked shop=%s because=%s", 7, "no money"), fmt="text"
    )

    moment, level, rest = line.split(" ", 2)
    assert moment.endswith("Z")
    assert level == "WARNING"
    assert rest.startswith(
        'shop_parked shop=7 because="no money" logger=webapp.example process='
    )
    assert line.count("\n") == 1


def test_json_has_a_field_for_each_key():
    line = as_json(
        lambda: log.warning("shop_parked shop=%s by=worker because=%s", 7, "no = money")
    )

    assert line["event"] == "shop_parked"
    assert (line["shop"], line["by"], line["because"]) == (7, "worker", "no = money")
    assert (line["level"], line["logger"]) == ("warning", "webapp.example")
    assert str(line["timestamp"]).endswith("Z")
    assert isinstance(line["process"], int)


def test_a_value_cannot_make_itself_a_key_or_a_line():
    """A stranger's words may stand in a value; they must not look like ours."""
    words = 'x because=fine\n2026-11-20T12:00:00Z ERROR forged\u2028"'

    text = written(lambda: log.warning("refused topic=%s", words), fmt="text")
    line = as_json(lambda: log.warning("refused topic=%s", words))

    assert text.count("\n") == 1
    assert len(text.splitlines()) == 1
    assert line["topic"] == words
    assert "because" not in line


def test_a_key_of_ours_does_not_replace_the_lines_own():
    line = as_json(lambda: log.warning("odd level=%s process=%s", "low", 1))

    assert (line["level"], line["level_"]) == ("warning", "low")
    assert line["process_"] == 1


@pytest.mark.parametrize(
    ("form", "values", "event"),
    [
        ("Connection to %s lost", ("ada",), "Connection to ada lost"),
        ("worker_died pid=%s/%s", (1, 2), "worker_died pid=1/2"),
        ("100% sure", (), "100% sure"),
        ("counted %(a)s", ({"a": 1},), "counted 1"),
        (ValueError("no"), (), "no"),
    ],
)
def test_a_librarys_prose_stays_as_it_is(form, values, event):
    line = as_json(lambda: log.warning(form, *values))

    assert line["event"] == event


def test_structlog_goes_the_same_way():
    line = as_json(
        lambda: structlog.stdlib.get_logger("ours").info("seen", shop=7, phone=PHONE)
    )

    assert (line["event"], line["shop"], line["logger"]) == ("seen", 7, "ours")
    assert line["phone"] == HIDDEN


def test_warnings_go_the_same_way():
    def warn() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            logging.captureWarnings(True)
            warnings.warn(f"old way for {PHONE}", stacklevel=1)

    line = as_json(warn)

    assert line["logger"] == "py.warnings"
    assert PHONE not in str(line["event"])


def test_handlers_of_others_are_removed():
    """A server that has set up logging before us must not write lines of its own."""
    theirs = io.StringIO()
    server = logging.getLogger("some.server")
    server.addHandler(logging.StreamHandler(theirs))
    server.propagate = False

    line = as_json(lambda: server.warning("started"))

    assert line["event"] == "started"
    assert theirs.getvalue() == ""


def test_the_last_configuration_counts():
    first, second = io.StringIO(), io.StringIO()
    logs.configure("INFO", "text", first)
    logs.configure("WARNING", "json", second)

    log.info("not_told")
    log.warning("told")

    assert first.getvalue() == ""
    assert json.loads(second.getvalue())["event"] == "told"


@pytest.mark.parametrize(("level", "lines"), [("DEBUG", 2), ("INFO", 0)])
def test_talkative_libraries_are_heard_only_when_asked_for(level, lines):
    def say() -> None:
        logging.getLogger("urllib3.connectionpool").debug("Starting connection")
        logging.getLogger("alembic.runtime").info("Running")

    assert written(say, fmt="text", level=level).count("\n") == lines


def test_the_letters_of_a_proof_are_not_logged():
    """Whoever makes a font of the letters of somebody's name would say which."""

    def say() -> None:
        logging.getLogger("fontTools.subset").info("Glyph names: ['A', 'B']")

    assert written(say, fmt="text") == ""


SECRETS = [
    PHONE,
    "+49 151 12345678",
    "+1 (555) 013-0100",
    "%2B4915112345678",
    "ada.lovelace@example.com",
    "ada%40example.com",
    "shpat_0123456789abcdef0123456789abcdef",
    "shpss_0123456789abcdef0123456789abcdef",
    "EAAGm0PX4ZCpsBAKZCabcdefghijklmnop",
    "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJrZXkifQ.wZfRQRrvhxzuFgckQszwuUgf",
    "Bearer abc.def-ghi_jkl",
    "Basic YWRtaW46c2VjcmV0LXRva2Vu",
]
AROUND = [
    "{}",
    "to {} at once",
    "'{}'",
    '{{"to": "{}"}}',
    "https://graph.facebook.com/x?to={}&y=1",
    "Key (phone)=({}) exists",
    "a={};b",
]


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("fmt", ["text", "json"])
def test_no_line_holds_what_must_not_be_told(secret, around, fmt):
    words = around.format(secret)

    def say() -> None:
        log.warning("seen what=%s", words)
        log.warning("seen what=%s", [{"deep": (words,)}])
        log.warning("seen what=%s", ValueError(words))
        log.warning("A library says %s", words)
        log.warning(words.replace("%", "%%"), *())
        structlog.stdlib.get_logger().warning(words, what={words: words})
        try:
            fail(ValueError(words))
        except ValueError:
            log.exception("failed")

    told = written(say, fmt=fmt)

    assert secret not in told
    assert secret.replace("%", "%%") not in told
    assert told.count("seen") == 3
    assert HIDDEN in told


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Authorization: Bearer abc, def", f"Authorization: {HIDDEN}, def"),
        ("{'authorization': 'Token x y'}", f"{{'authorization': '{HIDDEN}'}}"),
        ("X-Shopify-Access-Token: abc", f"X-Shopify-Access-Token: {HIDDEN}"),
        ("?access_token=abc&x=1", f"?access_token={HIDDEN}&x=1"),
        ("client_secret='abc'", f"client_secret='{HIDDEN}'"),
        ("postgresql://ada:pw@db/x", f"postgresql://{HIDDEN}@db/x"),
        ("redis://:p-w@db:6379/0", f"redis://{HIDDEN}@db:6379/0"),
    ],
)
def test_secrets_are_known_by_their_name(text, left):
    assert redacted(text) == left


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20T12:00:00+00:00",
        "order 5678901234567 of ada.myshopify.com",
        "msg_019a9e2d3f4b0123456789ab",
        "+491511",
        "http_502 meta_131026",
        "workers.jobs.read_webhooks(3)",
        str(Phone(PHONE)),
    ],
)
def test_what_may_be_told_stays(text):
    assert redacted(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "+" + "1 " * 500_000,
        "a" * 10**6,
        "a@" * 10**6,
        "token" * 10**5,
        "://" * 10**6,
        "eyJ" * 10**6,
    ],
)
def test_no_text_is_slow_to_redact(text):
    assert len(redacted(text)) < 40_000


def failing(phone: str) -> None:
    row = {"phone": phone}
    try:
        row["name"]
    except KeyError as error:
        raise LookupError("no name") from error


def test_a_traceback_tells_where_and_no_values():
    def say() -> None:
        try:
            failing(PHONE)
        except LookupError:
            log.exception("failed shop=%s", 7)

    line = as_json(say)
    text = written(say, fmt="text")

    told = str(line["exception"])
    assert (line["event"], line["shop"]) == ("failed", 7)
    assert "in failing" in told
    assert told.index("KeyError: 'name'") < told.index("LookupError: no name")
    assert "direct cause" in told
    assert PHONE not in told
    first, *below = text.splitlines()
    assert first.split(" ")[2:4] == ["failed", "shop=7"]
    assert below
    assert all(part.startswith("    ") for part in below)


def test_a_databases_error_does_not_repeat_the_row():
    detail = "duplicate key\nDETAIL:  Key (name)=(Ada Lovelace) already exists."
    parameters = {"name": "Ada Lovelace"}

    def say() -> None:
        try:
            fail(IntegrityError("INSERT INTO x", parameters, Exception(detail)))
        except IntegrityError:
            log.exception("failed")

    told = str(as_json(say)["exception"])

    assert "sqlalchemy.exc.IntegrityError" in told
    assert "duplicate key" in told
    assert "Lovelace" not in told


def test_a_group_tells_each_of_its_errors():
    def say() -> None:
        try:
            fail(ExceptionGroup("both", [ValueError("one"), KeyError("two")]))
        except ExceptionGroup:
            log.exception("failed")

    told = str(as_json(say)["exception"])

    assert "ValueError: one" in told
    assert "KeyError: 'two'" in told


def test_a_circle_of_causes_ends():
    def say() -> None:
        first, second = ValueError("first"), ValueError("second")
        first.__cause__, second.__cause__ = second, first
        log.error("failed", exc_info=first)

    assert "ValueError: first" in str(as_json(say)["exception"])


def test_a_line_that_cannot_be_made_is_told_without_its_values(capsys):
    class Silent:
        def __str__(self) -> str:
            raise RuntimeError(PHONE)

    told = written(lambda: log.warning("seen what=%s", Silent()), fmt="json")
    broken = written(lambda: log.warning("seen %d", PHONE), fmt="json")

    assert told == broken == "log_line_lost logger=webapp.example\n"
    assert PHONE not in "".join(capsys.readouterr())


def test_the_end_of_a_thread_is_told():
    def die() -> None:
        raise ValueError(PHONE)

    def say() -> None:
        thread = threading.Thread(target=die, name="carrier")
        thread.start()
        thread.join()

    line = as_json(say)

    assert (line["event"], line["thread"]) == ("thread_died", "carrier")
    assert f"ValueError: {HIDDEN}" in str(line["exception"])


def test_the_end_of_the_process_is_told():
    def say() -> None:
        error = ValueError(PHONE)
        sys.excepthook(ValueError, error, None)

    line = as_json(say)

    assert (line["event"], line["level"]) == ("process_died", "critical")
    assert line["exception"] == f"ValueError: {HIDDEN}"
