"""The running program: its parts in their order, from the first start to the last."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial
from time import monotonic

from core.errors import ConfigurationError
from core.settings import NAMES, SANDBOX_SHOP
from wiring.children import ROOT, Child, Part, stop_together
from wiring.embedded import Servers, data_dir_of
from wiring.ending import Ending
from wiring.ports import host_to_probe, port_to_listen_on, status_of, unused_port
from wiring.running import Claim, Running
from wiring.screen import Screen

_STEP_SECONDS = 0.05
_LOOK_AROUND_SECONDS = 0.5
_PROBE_EVERY_SECONDS = 3.0
_FAILURES_UNTIL_HUNG = 4
_READY_WITHIN_SECONDS = 90.0
_GRACE_SECONDS = 10.0
_TRY_SERVER_AGAIN_SECONDS = 5.0


class _AskedToEnd(Exception):
    """Somebody wants us to end before we have begun."""


class Program:
    """Everything that ``./sosik up`` runs. Made for one run."""

    def __init__(
        self,
        env: Mapping[str, str],
        *,
        said_port: int | None,
        workers: int,
        shows_token: bool,
        claimed: Claim,
        ending: Ending,
        screen: Screen,
    ) -> None:
        self._claimed = claimed
        self._ending = ending
        self._screen = screen
        self._shows_token = shows_token
        self._has_sandbox = env.get("SANDBOX") == "1"
        self._host = env.get("HOST") or "127.0.0.1"
        self._port = port_to_listen_on(self._host, said_port)
        self._url = env.get("APP_URL") or f"http://127.0.0.1:{self._port}"
        self._servers = Servers(data_dir_of(env), env, claimed.lifeline)
        self._ports = {"meta": unused_port(), "shopify": unused_port()}
        self._graph_port = unused_port()
        self._workers = workers
        self._env = dict(env) | self._own_settings()
        self._web: Child | None = None
        self._working: list[Child] = []
        self._sandbox: list[Child] = []

    def run(self, *, opens_browser: bool) -> int:
        """Start, look after everything until asked to end, stop; the exit code.

        Raises:
            ConfigurationError: it could not be started. Nothing is left running.
        """
        try:
            self._start()
            self._tell_addresses()
            if opens_browser:
                _open_browser(self._first_page, self._env, self._screen)
            self._look_after()
        except _AskedToEnd:
            pass
        finally:
            self._stop()
        return 0

    def _start(self) -> None:
        stage = self._screen.stage
        with stage("PostgreSQL and Valkey"):
            self._servers.start()
            self._env |= self._servers.urls()
        for note in self._servers.notes():
            self._screen.say(f"    {note}")
        if self._has_sandbox:
            self._start_sandbox()  # while the tables are seen to
        with stage("Tables"):
            self._run_once(Part("release", ["wiring.release"]))
        self._tell_others()
        if self._has_sandbox:
            with stage("Sandbox"):
                self._wait_for_sandbox()
        with stage("Web, workers, scheduler"):
            self._web = self._started(_web(self._host, self._port))
            self._working = [self._started(_worker(self._workers))]
            self._wait_until_web_is_ready()
        if self._has_sandbox:
            with stage("Simulated store"):
                self._seed()

    def _own_settings(self) -> dict[str, str]:
        settings = {
            "APP_URL": self._url,
            "HOST": self._host,
            "PORT": str(self._port),
        }
        if self._has_sandbox:
            meta = f"http://127.0.0.1:{self._ports['meta']}"
            # A way in of its own, which the sandbox shuts when Meta is to be down.
            graph = f"http://127.0.0.1:{self._graph_port}"
            shopify = f"http://127.0.0.1:{self._ports['shopify']}"
            # Whatever else was said: with the sandbox on, nothing leaves the machine.
            settings |= {
                "META_GRAPH_ORIGIN": graph,
                "META_SIGNUP_CONFIG_ID": "1",
                "SANDBOX_META_URL": meta,
                "SANDBOX_SHOPIFY_URL": shopify,
                "SHOPIFY_ADMIN_ORIGIN": f"{shopify}/{{shop}}",
            }
        return settings

    def _start_sandbox(self) -> None:
        words = [f"--{name}-port={port}" for name, port in self._ports.items()]
        self._sandbox = [self._started(Part("sandbox", ["sandbox", *words]))]

    def _wait_for_sandbox(self) -> None:
        [child] = self._sandbox
        for port in self._ports.values():
            self._wait(child, partial(_answers_well, port, "/healthz"))

    def _seed(self) -> None:
        """Connect the simulated store. The rest is worth running without it too."""
        try:
            self._run_once(Part("seed", ["sandbox.seed"]))
        except ConfigurationError as error:
            self._screen.say(f"The simulated store is not connected: {error}")

    def _wait_until_web_is_ready(self) -> None:
        assert self._web is not None
        host = host_to_probe(self._host)
        self._wait(self._web, lambda: _answers_well(self._port, "/readyz", host))

    def _wait(self, child: Child, is_there: Callable[[], bool]) -> None:
        deadline = monotonic() + _READY_WITHIN_SECONDS
        while not is_there():
            self._rest()
            if child.exit_code is not None:
                raise ConfigurationError(
                    f"{child.name} ended with exit code {child.exit_code} before it "
                    "was ready: what it said stands above"
                )
            if monotonic() > deadline:
                raise ConfigurationError(f"{child.name} does not become ready")

    def _run_once(self, part: Part) -> None:
        """Run a part to its end, and stop everything when it fails."""
        child = self._started(part)
        try:
            while child.exit_code is None:
                self._rest()
            if child.exit_code != 0:
                raise ConfigurationError(
                    f"{part.name} failed with exit code {child.exit_code}: "
                    "what it said stands above"
                )
        finally:
            child.kill()

    def _started(self, part: Part) -> Child:
        child = Child(part, self._env, self._claimed.lifeline)
        child.start()
        return child

    def _rest(self) -> None:
        self._ending.pause(_STEP_SECONDS)
        if self._ending.is_asked:
            raise _AskedToEnd

    def _look_after(self) -> None:
        """Start again what dies or hangs, until we are asked to end."""
        assert self._web is not None
        failures, probed_at, servers_due_at = 0, monotonic(), 0.0
        while not self._ending.is_asked:
            if monotonic() >= servers_due_at and not self._keep_servers():
                servers_due_at = monotonic() + _TRY_SERVER_AGAIN_SECONDS
            for child in (self._web, *self._working, *self._sandbox):
                child.start_again_if_dead(self._screen.say)
            if monotonic() - probed_at >= _PROBE_EVERY_SECONDS:
                failures = 0 if self._web_answers() else failures + 1
                probed_at = monotonic()
            if failures >= _FAILURES_UNTIL_HUNG:
                self._screen.say("web does not answer; it is ended")
                self._web.kill()
                failures = 0
            self._ending.pause(_LOOK_AROUND_SECONDS)

    def _keep_servers(self) -> bool:
        """Whether all servers run, those that were started again just now too."""
        try:
            for name in self._servers.start_dead_again():
                self._screen.say(f"{name} had ended; it was started again")
            for note in self._servers.notes():
                self._screen.say(note)
        except ConfigurationError as error:
            self._screen.say(str(error))
            return False
        return True

    def _web_answers(self) -> bool:
        host = host_to_probe(self._host)
        return status_of(host, self._port, "/healthz") is not None

    def _stop(self) -> None:
        """End in order: nothing new comes in, work is finished, then the servers."""
        self._screen.say("\nStopping ...")
        groups = [[self._web] if self._web else [], self._working, self._sandbox]
        for children in groups:
            stop_together(children, grace_seconds=_GRACE_SECONDS, ending=self._ending)
        self._servers.stop()
        self._screen.say("Stopped.")

    def _tell_others(self) -> None:
        self._claimed.tell(
            Running(
                kind="up",
                process_id=os.getpid(),
                url=self._url,
                environment=_settings_in(self._env),
            )
        )

    @property
    def _first_page(self) -> str:
        """Where somebody begins: in the sandbox, while it runs."""
        return f"{self._url}/sandbox/" if self._has_sandbox else f"{self._url}/"

    def _tell_addresses(self) -> None:
        rows = [("Sosik", f"{self._url}/")]
        if self._has_sandbox:
            rows.insert(0, ("Sandbox", self._first_page))
        rows.append(("Queues", f"{self._url}/rq/"))
        if self._has_sandbox:
            shopify = self._env["SANDBOX_SHOPIFY_URL"]
            admin = f"{shopify}/{SANDBOX_SHOP}/admin/apps/sosik"
            rows.append(("Store's admin", admin))
        if self._shows_token:
            rows.append(("ADMIN_TOKEN", f"{self._env['ADMIN_TOKEN']}  (user: admin)"))
        rows.append(("Stop", "Ctrl-C"))
        alarm = "SANDBOX: no real messages are sent" if self._has_sandbox else None
        self._screen.box(rows, alarm)


def _settings_in(env: Mapping[str, str]) -> dict[str, str]:
    names = [*NAMES, *(f"{name}_FILE" for name in NAMES)]
    return {name: env[name] for name in names if env.get(name)}


def _web(host: str, port: int) -> Part:
    return Part("web", ["webapp.serve", "--host", host, "--port", str(port)])


def _worker(workers: int) -> Part:
    # With the scheduler, since all that are forked from one process share its memory.
    return Part("worker", ["workers", "--scheduler", "--workers", str(workers)])


def _answers_well(port: int, path: str, host: str = "127.0.0.1") -> bool:
    return status_of(host, port, path) == 200


def _open_browser(url: str, env: Mapping[str, str], screen: Screen) -> None:
    has_display = sys.platform == "darwin" or any(
        name in env for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    if screen.is_terminal and has_display:
        # In a process of its own: some browsers stay in front of whoever opened them.
        subprocess.Popen(
            [sys.executable, "-m", "webbrowser", url],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            cwd=ROOT,
        )
