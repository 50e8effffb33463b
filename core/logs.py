"""Every log line, ours and the libraries', through one pipeline and in one form.

A line is one event name with keys: ``hints_lost count=3 because=TimeoutError``. As
text it stays that; as JSON each key is a field. Nothing leaves without having gone
through ``core.redaction``.
"""

import json
import logging
import math
import os
import re
import sys
import threading
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO, TypeAlias

from core.redaction import HIDDEN, redacted
from core.structlog_alone import ProcessorFormatter, structlog
from core.tracebacks import told

_Fields: TypeAlias = MutableMapping[str, Any]

_TALKATIVE = ("alembic", "asyncio", "fontTools", "rq", "urllib3", "werkzeug")
"""Libraries that are heard from WARNING on."""

_NAME = r"[a-z][a-z0-9_]*"
_VALUE = r"%[sdr]|[^\s%=]+"
_EVENT = re.compile(rf"(?P<event>{_NAME})(?P<pairs>(?: {_NAME}=(?:{_VALUE}))*)")
_PAIR = re.compile(rf" ({_NAME})=({_VALUE})")
_OURS = ("timestamp", "level", "event", "logger", "process", "exception", "stack")
_SECRET_KEYS = frozenset(
    ["access_token", "authorization", "email", "password", "phone", "secret", "token"]
)
_DEEPEST = 4

_log = logging.getLogger(__name__)


def configure(level: str, fmt: str, stream: TextIO | None = None) -> None:
    """Send all logging of this process to ``stream`` (standard error when None).

    ``level`` is a name of ``logging``'s; ``fmt`` is ``text`` or ``json``. The handlers
    that others have set up are removed. The second call takes the first one's place.
    What would end a thread or the process unseen is logged too.
    """
    handler = _Handler(stream or sys.stderr)
    handler.setFormatter(_formatter(fmt))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for logger in list(logging.Logger.manager.loggerDict.values()):
        if isinstance(logger, logging.Logger):
            logger.handlers.clear()
            logger.propagate = True
    for name in _TALKATIVE:
        quiet = max(logging.WARNING, root.level)
        logging.getLogger(name).setLevel(root.level if level == "DEBUG" else quiet)
    logging.captureWarnings(True)
    _configure_structlog()
    sys.excepthook = _tell_end_of_process
    threading.excepthook = _tell_end_of_thread


def _formatter(fmt: str) -> ProcessorFormatter:
    return ProcessorFormatter(
        foreign_pre_chain=[_split_event],
        pass_foreign_args=True,
        processors=[
            _add_origin,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            ProcessorFormatter.remove_processors_meta,
            _add_traceback,
            _redact,
            _as_json if fmt == "json" else _as_text,
        ],
    )


def _configure_structlog() -> None:
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Tell which line was lost. The standard way prints its arguments as well."""
        try:
            self.stream.write(f"log_line_lost logger={record.name}\n")
        except (OSError, ValueError):
            return  # nobody is listening any more


def _split_event(_logger: Any, _method: str, fields: _Fields) -> _Fields:
    """Turn ``"shop_parked shop=%s", 7`` into the event and its fields.

    The form is read, not the finished line, so a value may hold whatever it wants.
    """
    form, values = fields["_record"].msg, fields.pop("positional_args", ())
    found = _EVENT.fullmatch(form) if isinstance(form, str) else None
    if found is None or not isinstance(values, tuple):
        return fields
    pairs = _PAIR.findall(found["pairs"])
    left = list(values)
    if sum(value.startswith("%") for _, value in pairs) != len(left):
        return fields
    fields["event"] = found["event"]
    for key, value in pairs:
        name = f"{key}_" if key in _OURS else key
        fields[name] = left.pop(0) if value.startswith("%") else value
    return fields


def _add_origin(_logger: Any, _method: str, fields: _Fields) -> _Fields:
    record: logging.LogRecord = fields["_record"]
    fields["level"] = record.levelname.lower()
    fields["logger"] = record.name
    fields["process"] = os.getpid()
    return fields


def _add_traceback(_logger: Any, _method: str, fields: _Fields) -> _Fields:
    error = fields.pop("exc_info", None)
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        fields["exception"] = told(error)
    if stack := fields.pop("stack_info", None):
        fields["stack"] = stack
    return fields


def _redact(_logger: Any, _method: str, fields: _Fields) -> _Fields:
    return {key: _harmless(key, value, _DEEPEST) for key, value in fields.items()}


def _harmless(key: str, value: Any, deepest: int) -> Any:
    if key.lower() in _SECRET_KEYS:
        return HIDDEN
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, Mapping) and deepest:
        return {
            redacted(str(name)): _harmless(str(name), part, deepest - 1)
            for name, part in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset) and deepest:
        return [_harmless("", part, deepest - 1) for part in value]
    return redacted(str(value))


def _as_json(_logger: Any, _method: str, fields: _Fields) -> str:
    first = {key: fields.pop(key) for key in _OURS[:3] if key in fields}
    return json.dumps({**first, **fields})


def _as_text(_logger: Any, _method: str, fields: _Fields) -> str:
    """One line; what follows of a traceback is indented, so no line can be forged."""
    moment, level = fields.pop("timestamp"), fields.pop("level").upper()
    event = str(fields.pop("event"))
    below = [fields.pop(key, None) for key in ("exception", "stack")]
    logger, process = fields.pop("logger"), fields.pop("process")
    if not event.isprintable():
        event = json.dumps(event)
    pairs = [*fields.items(), ("logger", logger), ("process", process)]
    line = " ".join(
        [moment, level, event, *(f"{key}={_quoted(value)}" for key, value in pairs)]
    )
    lines = [part for text in below if text for part in str(text).splitlines()]
    return "\n    ".join([line, *lines])


def _quoted(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    if not isinstance(value, str):
        return text
    is_plain = text and text.isprintable() and not set(text) & set(" \"'=")
    return text if is_plain else json.dumps(text, ensure_ascii=not text.isprintable())


def _tell_end_of_process(kind: type[BaseException], error: Any, _trace: Any) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _log.critical("process_died", exc_info=error)


def _tell_end_of_thread(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_type is SystemExit:
        return
    name = ended.thread.name if ended.thread else ""
    _log.critical("thread_died thread=%s", name, exc_info=ended.exc_value)
