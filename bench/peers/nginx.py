"""A real nginx with the profile that we ship, for as long as it is needed."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from wiring.ports import status_of, unused_port

DEPLOY = Path(__file__).parents[2] / "deploy"

_READY_WITHIN_SECONDS = 10.0

_LUA = (
    Path("/usr/lib/nginx/modules/ndk_http_module.so"),
    Path("/usr/lib/nginx/modules/ngx_http_lua_module.so"),
)
"""Where Debian has them."""

_MAIN = """\
{modules}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
{user}
events {{ worker_connections 4096; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {profile};
}}
"""


@dataclass(frozen=True, slots=True)
class Nginx:
    port: int
    process_id: int
    log: Path


def program() -> str | None:
    """Where nginx is; None where it is not installed."""
    folders = [os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"]
    return shutil.which("nginx", path=os.pathsep.join(folders))


def has_lua() -> bool:
    return all(module.exists() for module in _LUA)


@contextmanager
def nginx_before(
    web_port: int, folder: Path, site: str = "", *, other_web_port: int | None = None
) -> Iterator[Nginx]:
    """Start it before one web or two on this machine; ``folder`` is empty, and its own.

    The profile is the shipped file itself: it includes what differs between hosts, and
    the deadline for bodies where nginx has Lua. ``site`` is added to what is told of
    this one.

    Raises:
        RuntimeError: it does not start, with the last words of its log.
    """
    found = program()
    if found is None:
        raise RuntimeError("nginx is not installed")
    port = unused_port()
    log = folder / "access.log"
    (folder / "sosik").mkdir()
    webs = [f"server 127.0.0.1:{web_port};"]
    if other_web_port is not None:
        ports = (web_port, other_web_port)
        webs = [f"server 127.0.0.1:{each} max_fails=0;" for each in ports]
    (folder / "sosik" / "web.conf").write_text("\n".join(webs))
    (folder / "sosik" / "site.conf").write_text(
        f"listen 127.0.0.1:{port};\naccess_log {log} sosik;\n{site}\n"
    )
    modules = ""
    if has_lua():
        modules = "".join(f"load_module {module};\n" for module in _LUA)
        shutil.copy(DEPLOY / "nginx-deadline.conf", folder / "sosik" / "deadline.conf")
    user = "user root;" if os.geteuid() == 0 else ""
    main = folder / "nginx.conf"
    written = _MAIN.format(
        folder=folder, profile=DEPLOY / "nginx.conf", user=user, modules=modules
    )
    main.write_text(written)
    errors = folder / "error.log"
    process = subprocess.Popen(
        [found, "-p", str(folder), "-c", str(main), "-e", str(errors)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + _READY_WITHIN_SECONDS
        while status_of("127.0.0.1", port, "/healthz") is None:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"nginx does not start: {errors.read_text()}")
            time.sleep(0.05)
        yield Nginx(port, process.pid, log)
    finally:
        process.terminate()
        process.wait()
