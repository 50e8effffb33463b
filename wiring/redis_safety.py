"""Whether a Redis or Valkey is new enough, and mended where its makers mended it."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from core.settings import is_loopback
from wiring.processes import run_as

Version = tuple[int, ...]

_MEND = (
    "move to a mended version, or look for CVE-2025-49844 in the package's changelog"
)

_OLDEST_REDIS: Version = (6, 2)
_OLDEST_VALKEY: Version = (7, 2)

# The first versions of each line that cannot be made to run a stranger's code by Lua
# (CVE-2025-49844 and those that came with it).
_MENDED_REDIS: Mapping[Version, Version] = {
    (6, 2): (6, 2, 20),
    (7, 2): (7, 2, 11),
    (7, 4): (7, 4, 6),
    (8, 0): (8, 0, 4),
    (8, 2): (8, 2, 2),
}
_MENDED_VALKEY: Mapping[Version, Version] = {
    (7, 2): (7, 2, 11),
    (8, 0): (8, 0, 6),
    (8, 1): (8, 1, 4),
}
_MENDED_PACKAGES: Mapping[str, str] = {
    "redis-server": "5:7.0.15-1~deb12u6",
}
"""A distribution mends an old version without a new number: its own number tells."""


def judged(server: Mapping[str, str], url: str) -> tuple[bool, str, str | None]:
    """Whether all is well, in words, and what to do; ``server`` is INFO's section."""
    is_valkey = "valkey_version" in server
    name = "Valkey" if is_valkey else "Redis"
    said = server.get("valkey_version") or server.get("redis_version", "0")
    version = _version(said)
    if version < (_OLDEST_VALKEY if is_valkey else _OLDEST_REDIS):
        return False, f"{name} {said} is too old", "move to a newer one"
    if is_mended(version, is_valkey=is_valkey):
        return True, f"{name} {said} answers", None
    package = None if is_valkey or not _is_here(url) else _package("redis-server")
    if package is not None and _is_at_least(package, _MENDED_PACKAGES["redis-server"]):
        return True, f"{name} {said} answers (mended by the package {package})", None
    return (
        False,
        f"{name} {said} has known holes, unless its distribution has mended them",
        _MEND,
    )


def is_mended(version: Version, *, is_valkey: bool) -> bool:
    """Whether the makers' own number says so. Lines newer than ours are."""
    lines = _MENDED_VALKEY if is_valkey else _MENDED_REDIS
    line = version[:2]
    if line in lines:
        return version >= lines[line]
    return line > max(lines)


def _version(said: str) -> Version:
    parts = said.split("-")[0].split(".")
    return tuple(int(part) for part in parts if part.isascii() and part.isdigit())


def _is_here(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "unix" or is_loopback(parts.hostname)


def _package(name: str) -> str | None:
    """The version of a Debian package, where there is one."""
    try:
        found = run_as(None, ["dpkg-query", "-W", "-f", "${Version}", name])
    except OSError:
        return None
    return found.stdout.strip() or None if found.returncode == 0 else None


def _is_at_least(version: str, floor: str) -> bool:
    compare = ["dpkg", "--compare-versions", version, "ge", floor]
    try:
        return run_as(None, compare).returncode == 0
    except OSError:
        return False
