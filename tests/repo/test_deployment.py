"""The files by which hosts run Sosik, held to the program and to each other."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from core.redis_urls import open_redis
from core.settings import NAMES, Settings
from tests.repo.waiting import eventually
from wiring.ports import unused_port
from wiring.probe import is_ready

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
APP = json.loads((ROOT / "app.json").read_text(encoding="utf-8"))
UNITS = ROOT / "deploy" / "systemd"
GUIDES = [ROOT / "docs" / "operate" / f"{name}.md" for name in ("docker", "systemd")]
GUIDES += [ROOT / "docs" / "operate" / f"{name}.md" for name in ("heroku", "nginx")]
ROOMS = sorted(
    folder.parent.name
    for folder in ROOT.glob("*/__init__.py")
    if folder.parent.name not in ("bench", "tests")
)

COMPOSE_ONLY = {"POSTGRES_PASSWORD", "VALKEY_PASSWORD", "CERTIFICATES"}
"""What ``.env`` holds for compose alone, besides settings."""


def processes() -> dict[str, str]:
    """The Procfile: the command of each process."""
    lines = (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
    return {name: command for name, _, command in (x.partition(": ") for x in lines)}


def spelled_out(command: str, **values: str) -> str:
    """A command as the shell would read it."""
    return re.sub(
        r"\$\{(\w+)(?::-([^}]*))?\}", lambda at: values.get(at[1], at[2] or ""), command
    )


def lines_of_dockerfile() -> list[tuple[str, str]]:
    """Each instruction with what stands behind it."""
    text = re.sub(r"^#.*\n", "", DOCKERFILE, flags=re.MULTILINE).replace("\\\n", " ")
    parts = [line.split(maxsplit=1) for line in text.splitlines() if line.strip()]
    return [(word, " ".join(rest.split())) for word, rest in parts]


def last_stage(word: str) -> list[str]:
    told = lines_of_dockerfile()
    begins = max(at for at, (name, _) in enumerate(told) if name == "FROM")
    return [rest for name, rest in told[begins:] if name == word]


# The image


def test_the_image_is_the_web_as_the_procfile_has_it():
    [command] = last_stage("CMD")

    assert command == f"exec {processes()['web']}"


def test_the_image_runs_as_nobody_who_owns_anything_but_its_data():
    [user] = last_stage("USER")
    [volume] = last_stage("VOLUME")
    [made] = [rest for rest in last_stage("RUN") if "useradd" in rest]

    assert int(user) > 0
    assert f"--uid {user}" in made
    assert f"--home-dir {volume}" in made
    assert f"--owner=sosik --group=sosik --mode=0700 {volume}" in made
    assert f"DATA_DIR={volume}" in last_stage("ENV")[0]


def test_the_image_says_nothing_that_the_program_does_not_understand():
    said = " ".join(rest for word, rest in lines_of_dockerfile() if word == "ENV")
    named = set(re.findall(r"(\w+)=", said))

    assert named - {"PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"} <= set(NAMES)
    [compiled] = [rest for _, rest in lines_of_dockerfile() if "compileall" in rest]
    assert compiled.split("unchecked-hash ")[1].split() == [".venv/lib", *ROOMS]


def test_what_the_image_is_made_of_is_there():
    for word, rest in lines_of_dockerfile():
        if word == "COPY" and not rest.startswith("--from"):
            for source in rest.split()[:-1]:
                assert (ROOT / source).exists(), source


def test_whether_web_is_ready_is_asked_where_it_listens():
    port = str(unused_port())

    assert last_stage("HEALTHCHECK")[0].endswith("CMD python -m wiring.probe")
    assert not is_ready({"HOST": "0.0.0.0", "PORT": port})


def is_in_image(path: str) -> bool:
    """By .dockerignore, of whose patterns the last that fits decides."""
    is_in = True
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern, is_kept = line.removeprefix("!"), line.startswith("!")
        if not pattern or pattern.startswith("#"):
            continue
        parts = path.split("/")
        if pattern.startswith("**/"):
            fits = any(fnmatch(part, pattern[3:]) for part in parts)
        else:
            fits = fnmatch(parts[0], pattern)
        is_in = is_kept if fits else is_in
    return is_in


def test_nothing_that_is_an_operator_s_own_gets_into_the_image():
    for path in (".env", "var/secrets.json", ".git/config", "nginx/site.conf"):
        assert not is_in_image(path), path
    for path in ("sosik", "requirements.txt", "sandbox/seed.py", "shopify.app.toml"):
        assert is_in_image(path), path


@pytest.mark.slow
def test_what_the_image_holds_is_enough_to_run_all_of_it(tmp_path):
    """What ``docker run ... ./sosik up`` runs, but for the box around it."""
    home, data, said = tmp_path / "sosik", tmp_path / "data", tmp_path / "said"
    for above in (tmp_path, tmp_path.parent, tmp_path.parent.parent):
        above.chmod(0o755)  # the servers' user passes through
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    for path in listed:
        if is_in_image(path) and (ROOT / path).is_file():
            (home / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / path, home / path)
    env = {"PATH": os.defpath, "DATA_DIR": str(data), "PYTHONPATH": str(home)}
    env |= {"SANDBOX": "1", "HOST": "0.0.0.0", "PORT": str(unused_port())}
    with said.open("w") as log:
        up = subprocess.Popen(
            [sys.executable, "-m", "wiring.supervisor", "up", "--no-browser"],
            cwd=home,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )

    def phone() -> str:
        return typed(home, env, "wiring.command", "sandbox", "phone").stdout

    try:
        eventually(lambda: "Ready after" in said.read_text() or up.poll(), 120)
        assert up.poll() is None, said.read_text()
        assert typed(home, env, "wiring.probe").returncode == 0
        assert typed(home, env, "wiring.command", "sandbox", "order").returncode == 0
        assert eventually(lambda: "1001" in phone(), 30)
    finally:
        up.send_signal(signal.SIGTERM)
        up.wait(60)


def typed(
    folder: Path, env: Mapping[str, str], *words: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


# Compose


def ours() -> dict[str, dict[str, Any]]:
    """The services that run the image, by their names, which are the Procfile's."""
    services = COMPOSE["services"]
    return {name: told for name, told in services.items() if told["image"] == "sosik"}


def test_compose_runs_each_process_by_the_procfile_s_command():
    assert ours().keys() == processes().keys()
    for name, command in processes().items():
        said = spelled_out(command, HOST="0.0.0.0", PORT="8000")
        assert ours()[name]["command"] == said
    assert ours()["worker"]["scale"] == 2


def test_compose_locks_the_program_in():
    for service in ours().values():
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert "user" not in service
    for service in COMPOSE["services"].values():
        assert service["security_opt"] == ["no-new-privileges:true"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "valkey"):
        assert COMPOSE["services"][name]["networks"] == ["inside"]
        assert "ports" not in COMPOSE["services"][name]
    [published] = ours()["web"]["ports"]
    assert published.startswith("127.0.0.1:")


def test_compose_brings_the_tables_before_it_starts_the_rest():
    assert ours()["release"]["restart"] == "no"
    for name in ("web", "worker", "scheduler"):
        after = ours()[name]["depends_on"]["release"]["condition"]
        assert after == "service_completed_successfully"


def test_compose_gives_settings_that_the_program_takes():
    written = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    asked_for = set(re.findall(r"\$\{(\w+)", written))
    example = {
        name: "0" * 32 for name in NAMES if name.endswith(("KEY", "ID", "TOKEN"))
    }
    example |= {"SHOPIFY_API_SECRET": "0", "META_APP_SECRET": "0"}
    example |= {"SECRET_KEYS": "0" * 64, "APP_URL": "https://sosik.example.com"}

    assert asked_for <= set(NAMES) | COMPOSE_ONLY
    for service in ours().values():
        given = service["environment"]
        assert set(given) <= set(NAMES)
        values = {
            name: re.sub(r"\$\{\w+:([-?])(.*?)\}", with_default, value)
            for name, value in given.items()
        }
        settings = Settings.from_env(example | values)
        assert not settings.sandbox
        assert settings.trusted_proxies == 1


def with_default(found: re.Match[str]) -> str:
    return found[2] if found[1] == "-" else "a-password"


def test_compose_names_files_that_there_are():
    made_by_hand = {"./nginx", "${CERTIFICATES:-/etc/letsencrypt}"}
    for service in COMPOSE["services"].values():
        for volume in service.get("volumes", []):
            source, _, _ = re.sub(r":-", "\0", volume).partition(":")
            source = source.replace("\0", ":-")
            if source.startswith((".", "$")) and source not in made_by_hand:
                assert (ROOT / source).is_file(), source
    assert (ROOT / "deploy/docker/sosik/web.conf").read_text() == "server web:8000;\n"


@pytest.mark.slow
def test_the_nginx_of_compose_takes_our_files(tmp_path):
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")
    if nginx is None or shutil.which("openssl") is None:
        pytest.skip("there is no nginx, or no openssl")
    (tmp_path / "conf.d").mkdir()
    shutil.copytree(ROOT / "deploy" / "docker" / "sosik", tmp_path / "sosik")
    shutil.copy(ROOT / "deploy" / "nginx.conf", tmp_path / "conf.d" / "default.conf")
    (tmp_path / "mime.types").write_text("types { text/html html; }\n")
    (tmp_path / "sosik" / "web.conf").write_text("server 127.0.0.1:8000;\n")
    main = (ROOT / "deploy" / "docker" / "nginx.conf").read_text()
    main = re.sub(r" /(?:run|tmp)/", f" {tmp_path}/", main)
    (tmp_path / "nginx.conf").write_text(main)
    site = tmp_path / "sosik" / "site.conf"
    site.write_text(with_certificate(site.read_text(), tmp_path))

    told = subprocess.run(
        [nginx, "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 0, told.stderr


def with_certificate(site: str, folder: Path) -> str:
    """The site with a certificate that nobody has signed."""
    words = "-nodes -newkey rsa:2048 -keyout privkey.pem -out fullchain.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-subj", "/CN=localhost", *words.split()],
        cwd=folder,
        capture_output=True,
        check=True,
    )
    return site.replace("/etc/letsencrypt/live/sosik.example.com", str(folder))


# systemd


def unit(name: str) -> dict[str, list[str]]:
    """The settings of a unit: every value of each name."""
    found: dict[str, list[str]] = {}
    for line in (UNITS / name).read_text(encoding="utf-8").splitlines():
        if line and line[0] not in "#[":
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


def units() -> dict[str, str]:
    """The unit of each process of the Procfile."""
    return {
        name: f"sosik-{name}{'@' if name == 'worker' else ''}.service"
        for name in processes()
    }


def test_there_is_a_unit_for_each_process_that_runs_the_procfile_s_command():
    found = {file.name for file in UNITS.glob("*.service")}

    assert found == set(units().values())
    for name, file in units().items():
        [command] = unit(file)["ExecStart"]
        program = "/opt/sosik/.venv/bin/"
        said = re.sub(r"\$\{(\w+):-[^}]*\}", r"${\1}", processes()[name])
        assert command == program + said


def test_the_target_wants_all_of_them_and_they_end_with_it():
    [wanted] = unit("sosik.target")["Wants"]

    assert {re.sub(r"@\d", "@", name) for name in wanted.split()} == set(
        units().values()
    )
    assert wanted.count("sosik-worker@") == 2
    for name, file in units().items():
        assert unit(file)["PartOf"] == ["sosik.target"]
        if name != "release":
            assert unit(file)["Requires"] == ["sosik-release.service"]
            assert "sosik-release.service" in unit(file)["After"][0].split()


def test_all_units_are_locked_in_alike():
    def lock(file: str) -> str:
        text = (UNITS / file).read_text(encoding="utf-8")
        return text.partition("# It needs the network")[2].partition("\n[")[0].strip()

    [one] = {lock(file) for file in units().values()}
    for line in (
        "NoNewPrivileges=yes",
        "ProtectSystem=strict",
        "CapabilityBoundingSet=",
    ):
        assert f"\n{line}\n" in one
    assert unit("sosik-worker@.service")["WantedBy"] == ["sosik.target"]


def test_the_units_give_settings_that_the_program_takes():
    example = (UNITS / "sosik.env.example").read_text(encoding="utf-8")
    given = dict(re.findall(r"^(\w+)=(.*)$", example, re.MULTILINE))
    for file in units().values():
        assert unit(file)["EnvironmentFile"] == ["/etc/sosik/sosik.env"]
        own = dict(pair.split("=") for pair in unit(file)["Environment"][0].split())
        assert own.keys() | given.keys() <= set(NAMES)

    filled = {name: value or "0" * 32 for name, value in given.items()}
    settings = Settings.from_env(own | filled)

    assert (settings.host, settings.trusted_proxies) == ("127.0.0.1", 1)
    assert not settings.sandbox


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path):
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("there is no systemd-analyze")
    python = f"{sys.executable} -m"
    for file in UNITS.glob("sosik*.*"):
        text = file.read_text(encoding="utf-8")
        text = re.sub(r"/opt/sosik/\.venv/bin/python -m", python, text)
        (tmp_path / file.name).write_text(text)
    named = [
        str(tmp_path / name) for name in ("sosik.target", "sosik-worker@1.service")
    ]

    told = subprocess.run(
        [program, "verify", "--man=no", *named],
        env={"SYSTEMD_UNIT_PATH": f"{tmp_path}:", "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )

    of_ours = [line for line in told.stderr.splitlines() if "sosik" in line]
    assert (told.returncode, of_ours) == (0, [])


# Heroku

FIELDS_OF_APP_JSON = {
    *("name", "description", "keywords", "website", "repository", "logo"),
    *("success_url", "scripts", "env", "formation", "addons", "buildpacks"),
    *("environments", "stack", "image"),
}
"""Those of Heroku's schema; it refuses others."""


def test_app_json_has_the_shape_that_heroku_reads():
    assert set(APP) <= FIELDS_OF_APP_JSON
    for told in APP["env"].values():
        assert set(told) <= {"description", "value", "required", "generator"}
        assert told["description"]
        assert told.get("generator", "secret") == "secret"
    for told in APP["formation"].values():
        assert set(told) == {"quantity", "size"}
    for told in APP["addons"]:
        assert re.fullmatch(r"[a-z-]+:[a-z0-9-]+", told["plan"])


def test_app_json_runs_every_process_but_release_which_heroku_knows_itself():
    assert APP["formation"].keys() == processes().keys() - {"release"}


def test_app_json_asks_for_all_that_the_program_needs():
    of_heroku = {"DATABASE_URL": "postgres://u:p@h/d", "REDIS_URL": "rediss://:p@h:1"}
    # Its generator makes 64 characters.
    entered = {name: told.get("value", "0" * 64) for name, told in APP["env"].items()}
    entered["APP_URL"] = "https://sosik.example.com"

    settings = Settings.from_env(of_heroku | entered | {"PORT": "5000"})

    assert set(APP["env"]) <= set(NAMES)
    assert settings.trusted_proxies == 1
    assert not settings.sandbox


@pytest.mark.parametrize(
    ("dyno", "url", "becomes"),
    [
        ("web.1", "rediss://:p@h:1", "rediss://:p@h:1?ssl_cert_reqs=none"),
        ("web.1", "rediss://:p@h:1?ssl_ca_certs=/a", "rediss://:p@h:1?ssl_ca_certs=/a"),
        ("web.1", "redis://:p@h:1", "redis://:p@h:1"),
        ("web.1", "", ""),
        ("", "rediss://:p@h:1", "rediss://:p@h:1"),
    ],
)
def test_only_a_dyno_takes_the_certificate_of_its_valkey_on_trust(dyno, url, becomes):
    env = {"REDIS_URL": url} | ({"DYNO": dyno} if dyno else {})
    told = subprocess.run(
        ["bash", "-c", f'. {ROOT}/.profile; printf %s "$REDIS_URL"'],
        env=env,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert told == becomes
    if told:
        open_redis(told).close()


# The guides

NEEDS_A_HOST = {
    "docker": "needs a Docker daemon and images from a registry",
    "heroku": "needs an account",
    "systemctl": "needs a machine that systemd runs",
    "systemd-run": "needs a machine that systemd runs",
    "journalctl": "needs a machine that systemd runs",
    "useradd": "changes the machine",
    "install": "changes the machine",
    "apt-get": "changes the machine",
    "nginx": "of an installed profile; tests/flows/test_nginx.py runs ours",
    "git": "needs a remote",
    "cp": "of files that are looked at",
    "cd": "of a folder that was made before",
    "echo": "into a file of the machine",
    "curl": "of a running installation",
    "openssl": "only makes something up",
    "umask": "of one's own shell",
    ".venv/bin/python": "compiles all of a folder",
    "for": "a loop over those above",
    "done": "of that loop",
    "pg_dump": "of the backup's page",
}
"""What a guide tells people to type that no test runs: each with its reason. All of it
is read by bash, and what it names is looked up."""


def typed_lines(guide: Path) -> list[str]:
    text = guide.read_text(encoding="utf-8").replace("\\\n", " ")
    blocks = re.findall(r"^```(\w*)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    return [
        line.strip()
        for language, block in blocks
        for line in block.splitlines()
        if not language and is_typed(block) and line.strip()
    ]


def is_typed(block: str) -> bool:
    """Whether it is typed at all, and no piece of a file."""
    return not re.match(r"\[|listen |[A-Z_]+=[^\s]*\n", block)


def test_what_the_guides_tell_to_type_is_run_or_has_its_reason():
    programs = set()
    for guide in GUIDES:
        for line in typed_lines(guide):
            words = [word for word in line.split() if not re.match(r"[A-Z]+=", word)]
            programs.add(words[0] if "PGOPTIONS" not in line else "pg_dump")

    assert programs - {"./sosik"} == set(NEEDS_A_HOST)


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_bash_can_read_what_a_guide_tells_to_type(guide):
    told = subprocess.run(
        ["bash", "-n"],
        input="\n".join(typed_lines(guide)),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (told.returncode, told.stderr) == (0, "")


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_a_guide_names_files_and_settings_that_there_are(guide):
    text = guide.read_text(encoding="utf-8")
    named = set(re.findall(r"(?<![\w/])((?:deploy|tests)/[\w./*-]*[\w*])", text))
    settings = set(re.findall(r"(?<![\w$])([A-Z][A-Z_]{3,})=", text))

    for name in named:
        assert list(ROOT.glob(name)), name
    assert settings - {"PGOPTIONS"} <= set(NAMES) | COMPOSE_ONLY


def test_the_guides_name_services_units_and_dynos_that_there_are():
    docker, systemd, heroku, _ = ("\n".join(typed_lines(guide)) for guide in GUIDES)
    services = set(re.findall(r"\b(?:exec|run --rm|restart)(?: -T)? (\w+)", docker))
    services |= set(re.findall(r"--scale (\w+)=", docker))
    named = set(re.findall(r"\b(sosik-[\w@]+\.service|sosik\.target)", systemd))
    dynos = set(re.findall(r"\b(\w+)=\d\b", heroku.partition("ps:scale")[2]))

    assert services <= COMPOSE["services"].keys()
    assert {"web", "release", "worker", "postgres", "nginx"} <= services
    assert named
    for name in named:
        assert (UNITS / re.sub(r"@\d", "@", name)).is_file()
    assert dynos == APP["formation"].keys()
