"""Secrets that the operator need not invent: made once, and kept."""

import fcntl
import json
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from core.errors import ConfigurationError
from wiring.running import write_private

_FILE = "secrets.json"

_MAKERS: Mapping[str, Callable[[], str]] = {
    "SECRET_KEYS": lambda: secrets.token_urlsafe(48),
    "ADMIN_TOKEN": lambda: secrets.token_urlsafe(24),
    "SHOPIFY_API_KEY": lambda: secrets.token_hex(16),
    "SHOPIFY_API_SECRET": lambda: f"shpss_{secrets.token_hex(16)}",
    "META_APP_ID": lambda: str(10**15 + secrets.randbelow(9 * 10**15)),
    "META_APP_SECRET": lambda: secrets.token_hex(16),
    "META_VERIFY_TOKEN": lambda: secrets.token_urlsafe(24),
    "SANDBOX_SECRET": lambda: secrets.token_urlsafe(24),
}


def kept_secrets(data_dir: Path) -> dict[str, str]:
    """All of them; those that are missing are made and written down first.

    Raises:
        ConfigurationError: the file is there and cannot be read. It is not made anew,
            since the data sealed with its key would be lost.
    """
    file = data_dir / _FILE
    lock = os.open(
        data_dir / "secrets.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600
    )
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = _read(file)
        missing = {name: make() for name, make in _MAKERS.items() if name not in known}
        if missing:
            known |= missing
            write_private(file, json.dumps(known, indent=2))
        return known
    finally:
        os.close(lock)


def _read(file: Path) -> dict[str, str]:
    try:
        known = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"{file} cannot be read: bring it back from a backup, "
            "or start anew with ./sosik up --reset"
        ) from error
    return {str(name): str(value) for name, value in known.items()}
