"""Ports of this machine: which are free, and what answers behind them."""

import secrets
import socket

from core.errors import ConfigurationError

_TRIED_PORTS = 100
_NOBODYS = range(20_000, 32_768)
"""Below what Linux and macOS give to those who connect."""
_PROBE_TIMEOUT_SECONDS = 2.0


def port_to_listen_on(host: str, asked_for: int | None, *, usual: int = 8000) -> int:
    """The port that was asked for, or else the usual one or the next that is free.

    Raises:
        ConfigurationError: the one asked for is taken, or none is free.
    """
    if asked_for is not None:
        if not _is_free(host, asked_for):
            raise ConfigurationError(
                f"port {asked_for} is taken: end what listens there, "
                "or choose another with --port"
            )
        return asked_for
    for port in range(usual, usual + _TRIED_PORTS):
        if _is_free(host, port):
            return port
    raise ConfigurationError(f"no port from {usual} on is free on {host}")


def unused_port() -> int:
    """Some port that is free on this machine at the moment.

    Not one that the system gives to whoever connects to somebody: it might be given
    away again before anybody listens there.
    """
    for _ in range(_TRIED_PORTS):
        port = _NOBODYS.start + secrets.randbelow(len(_NOBODYS))
        if _is_free("127.0.0.1", port):
            return port
    raise ConfigurationError("no port is free on 127.0.0.1")


def status_of(host: str, port: int, path: str) -> int | None:
    """The status that a GET is answered with; None without an answer in time."""
    request = f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n"
    try:
        with socket.create_connection(
            (host, port), timeout=_PROBE_TIMEOUT_SECONDS
        ) as connection:
            connection.sendall(request.encode())
            answer = connection.makefile("rb").readline(256).split()
    except OSError:
        return None
    if len(answer) < 2 or not answer[1].isdigit():
        return None
    return int(answer[1])


def host_to_probe(host: str) -> str:
    """Where to knock when listening on ``host``: all addresses include our own."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


def _is_free(host: str, port: int) -> bool:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except OSError as error:
        raise ConfigurationError(f"HOST {host} is no address of ours") from error
    with socket.socket(family, kind, protocol) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind(address)
        except PermissionError as error:
            raise ConfigurationError(f"port {port} is not for us") from error
        except OSError:
            return False
    return True
