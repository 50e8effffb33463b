"""What the documentation says is true: its commands, links, settings and figures."""

import io
import json
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain, takewhile
from pathlib import Path
from typing import cast

import click
import pytest
from flask import Flask

from core.settings import META_CREDENTIALS, NAMES, SHOPIFY_CREDENTIALS, Settings
from docs import make_figures
from integrations.shopify.payloads import TOPICS
from notifications import automations, reasons
from notifications.ports import Services
from notifications.rules.objections import Because
from tests.repo.typist import Done, typist
from tests.repo.waiting import eventually
from webapp import commands
from wiring import supervisor
from wiring.ports import unused_port

ROOT = Path(__file__).parents[2]
README, KOREAN = ROOT / "README.md", ROOT / "README.ko.md"
START = ROOT / "docs" / "start" / "ten-minutes.md"
INDEX = ROOT / "docs" / "README.md"
TEXTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])

FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`(\./sosik [^`]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
PLACEHOLDERS = {
    "DOMAIN": "ada.myshopify.com",
    "PHONE": "+4915112345678",
    "NAME": "order_confirmation",
    "ID": "1",
    "TEXT": "words",
    "KEY=VALUE": "throughput=80",
    "COMMAND": "doctor",
}
NEEDED = {
    "DATABASE_URL": "postgresql://127.0.0.1:9/nowhere",
    "REDIS_URL": "redis://127.0.0.1:9/0",
    **dict.fromkeys(("SECRET_KEYS", "ADMIN_TOKEN"), "0" * 32),
    **dict.fromkeys((*SHOPIFY_CREDENTIALS, *META_CREDENTIALS), "0"),
}


@dataclass(frozen=True, slots=True)
class Command:
    """A command as a text has it. What is inline may be a mere mention of it."""

    line: str
    is_inline: bool

    @property
    def words(self) -> list[str]:
        words = shlex.split(self.line)[1:]
        return [PLACEHOLDERS.get(word, word) for word in words if word != "..."]


def read(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def commands_in(text: str) -> list[Command]:
    """Every ``./sosik ...`` of a text, in code blocks and in sentences."""
    fenced = [
        Command(line.strip(), is_inline=False)
        for _, block in FENCE.findall(text)
        for line in block.replace("\\\n", " ").splitlines()
        if line.startswith("./sosik")
    ]
    sentences = FENCE.sub("", text).replace("\n   `", " `")
    return fenced + [
        Command(line, is_inline=True) for line in INLINE.findall(sentences)
    ]


def first_commands() -> list[str]:
    """What the README's first two code blocks tell a newcomer to type, in order."""
    blocks = [block for _, block in FENCE.findall(read(README))]
    return list(chain.from_iterable(block.splitlines() for block in blocks[:2]))


@cache
def product() -> click.Group:
    """The product's commands, the sandbox's too, without any server."""
    sandbox = {"SANDBOX": "1", "SANDBOX_SECRET": "0"}
    settings = Settings.from_env({**NEEDED, **sandbox})
    app = Flask("texts")
    commands.register(app, settings, cast("Services", None))
    return cast("click.Group", app.cli)


def must_parse(command: Command) -> None:
    """Read the words as the program would, and run nothing.

    Raises:
        click.UsageError: there is no such command or option, or a value is refused.
    """
    words = command.words
    match words:
        case ["up", *_]:
            supervisor._options(words)
        case ["bench", *rest]:
            named = takewhile(lambda word: not word.startswith("-"), rest)
            assert all((ROOT / "bench" / f"{name}.py").is_file() for name in named)
        case ["test", *_] | ["check"] | ["release"] | ["--help"] | [_, "--help"]:
            pass
        case [name, *rest]:
            _must_parse_as(product(), [name, *rest], command)


def _must_parse_as(group: click.Group, words: list[str], command: Command) -> None:
    name, *rest = words
    found = group.get_command(click.Context(group), name)
    assert found is not None, f"{command.line}: there is no {name}"
    if isinstance(found, click.Group):
        if not rest:
            assert command.is_inline, command.line
            return
        if rest != ["--help"]:
            _must_parse_as(found, rest, command)
        return
    try:
        found.make_context(name, list(rest))
    except click.MissingParameter:
        # A sentence may name a command without all that it wants.
        assert command.is_inline, command.line
    except click.exceptions.Exit:  # it has shown its help
        return


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_command_in_it_can_be_typed(file, monkeypatch):
    for command in commands_in(read(file)):
        monkeypatch.setattr(sys, "stdin", io.StringIO("secret\n" * 3))

        must_parse(command)


def test_what_cannot_be_typed_is_noticed():
    for line in ("shop ad x", "shop list --nothing", "why x --order 1", "up --prot 1"):
        with pytest.raises((AssertionError, click.UsageError, SystemExit)):
            must_parse(Command(f"./sosik {line}", is_inline=False))


def test_every_product_command_is_in_the_reference():
    listed = {
        tuple(command.words[:2])
        for command in commands_in(read(ROOT / "docs/reference/commands.md"))
    }

    for name, found in product().commands.items():
        subs = found.commands if isinstance(found, click.Group) else {}
        for wanted in [(name, sub) for sub in subs]:
            assert wanted in listed
        assert subs or any(words[:1] == (name,) for words in listed)


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_link_in_it_leads_somewhere(file):
    for link in LINK.findall(FENCE.sub("", read(file))):
        if link.startswith(("https://", "mailto:")):
            continue
        path, _, place = link.partition("#")
        target = (file.parent / path).resolve() if path else file
        assert target.exists(), f"{file.name}: {link}"
        assert target.is_relative_to(ROOT), f"{file.name}: {link}"
        if place:
            assert place in places_in(read(target)), f"{file.name}: {link}"


def test_every_page_has_its_line_in_the_index():
    """Or its folder has one: the decisions are too many."""
    targets = [
        (INDEX.parent / link.partition("#")[0]).resolve()
        for link in re.findall(r"^- \[[^\]]+\]\(([^)\s]+)\)", read(INDEX), re.MULTILINE)
    ]

    for page in sorted(set(ROOT.glob("docs/**/*.md")) - {INDEX}):
        assert targets.count(page) + targets.count(page.parent) == 1, page


def test_each_decision_has_a_number_of_its_own():
    numbers = [file.name[:4] for file in sorted(ROOT.glob("docs/adr/*.md"))]

    assert numbers == [f"{number:04d}" for number in range(1, len(numbers) + 1)]


def places_in(text: str) -> set[str]:
    """The anchors that a page's headings have."""
    return {
        re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        for _, title in HEADING.findall(FENCE.sub("", text))
    }


def rows_of(file: Path) -> dict[str, list[str]]:
    """The rows of a page's tables that begin with a word in backticks."""
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|$", read(file), re.MULTILINE)
    names = [name for name, _ in rows]
    assert len(names) == len(set(names)), f"{file.name} has a row twice"
    return {name: [cell.strip() for cell in rest.split("|")] for name, rest in rows}


def test_the_settings_on_the_page_are_those_of_the_program():
    rows = rows_of(ROOT / "docs/reference/settings.md")

    assert set(rows) == set(NAMES)


def test_the_defaults_on_the_page_are_those_of_the_program():
    rows = rows_of(ROOT / "docs/reference/settings.md")
    names = (
        *("DATABASE_CONNECTIONS", "SHOPIFY_API_VERSION", "SHOPIFY_ADMIN_ORIGIN"),
        *("META_GRAPH_ORIGIN", "META_GRAPH_VERSION", "DATA_DIR", "TRUSTED_PROXIES"),
        *("WEBHOOK_RETENTION_DAYS", "MESSAGE_BODY_RETENTION_DAYS", "LOG_LEVEL"),
        *("PORT", "HOST"),
    )
    settings = Settings.from_env(NEEDED)

    for name in names:
        assert rows[name][-1].startswith(f"`{getattr(settings, name.lower())}`")


def _bounds(setting):
    if isinstance(setting, automations.Choice):
        return ", ".join(setting.words)
    return f"{setting.least} | {setting.most}"


@pytest.mark.parametrize("name", automations.discover())
def test_every_automation_has_its_section(name):
    automation = automations.discover()[name]
    page = read(ROOT / "docs/automations/README.md")
    _, found, rest = page.partition(f"\n## `{name}`\n")
    section = rest.partition("\n## ")[0]

    assert found
    assert f"`{automation.template.name}`" in section
    hours = int(automation.lifetime.total_seconds() // 3600)
    assert f"**Worth telling** for {hours} hours" in section
    for setting in automation.settings:
        ends = f"{setting.default} | {_bounds(setting)}"
        assert f"| `{setting.name}` | {setting.meaning} | {ends} |" in section


def test_automations_are_explained_in_reasons_that_there_are():
    page = read(ROOT / "docs/automations/README.md")
    named = set(re.findall(r"\(`([a-z_]+)`\)", page))
    for row in re.findall(r"\| (?:skipped|waits[^:]*): (.+) \|$", page, re.MULTILINE):
        named |= set(re.findall(r"`([a-z_]+)`", row))

    assert len(named) > 15
    assert named <= reasons.OF_MESSAGES.keys()


def test_the_table_of_what_holds_a_message_back_has_every_reason():
    page = read(ROOT / "docs/automations/README.md")
    table = page.partition("| asked | if not |")[2].partition("\n\n")[0]

    assert set(re.findall(r"`([a-z_]+)`", table)) == {each.value for each in Because}


def test_the_topics_on_the_page_are_those_that_are_asked_for():
    page = read(ROOT / "docs/reference/http.md")
    listed = page.partition("Subscribed to")[2].partition("Other topics")[0]

    assert set(re.findall(r"`([a-z_]+/[a-z_]+)`", listed)) == set(TOPICS)


def test_the_metrics_on_the_page_are_those_that_are_told():
    code = "".join(
        read(file)
        for room in ("webapp", "notifications")
        for file in (ROOT / room).glob("**/*.py")
    )
    gauges = set(re.findall(r'_gauge\(\s*"(\w+)"', code)) | {"messages"}
    counted = set(re.findall(r'counters\.add\(\s*"(\w+)"', code))
    counted |= {f"webhooks_{what}" for what in ("accepted", "repeated", "refused")}
    told = {f"sosik_{name}" for name in gauges}
    told |= {f"sosik_{name}_total" for name in counted}
    page = read(ROOT / "docs/operate/monitoring.md")

    assert set(re.findall(r"\b(sosik_\w+)", page)) == told


def test_both_readmes_say_the_same():
    english, korean = read(README), read(KOREAN)

    def heights(text: str) -> list[str]:
        return [marks for marks, _ in HEADING.findall(FENCE.sub("", text))]

    def links(text: str) -> list[str]:
        own = ("README.md", "README.ko.md")
        return [link for link in LINK.findall(text) if link not in own]

    assert heights(english) == heights(korean)
    assert commands_in(english) == commands_in(korean)
    assert links(english) == links(korean)


@pytest.mark.parametrize("name", ["consent", "caps", "hours"])
def test_the_readme_leads_to_what_keeps_offers_wanted(name):
    assert f"docs/concepts/{name}.md" in LINK.findall(read(README))


@pytest.mark.parametrize("file", [README, KOREAN], ids=lambda file: file.name)
def test_every_figure_has_its_command(file):
    before, _, rest = read(file).partition(make_figures.BEGIN)
    measured, _, after = rest.partition(make_figures.END)
    rows = re.findall(r"^\| .+ \| .+ \|$", measured, re.MULTILINE)

    for row in rows[1:]:
        assert re.search(r"\| `\./sosik bench \w+` \|$", row), row
    loose = re.findall(r"\d[\d,.]* ?(?:ms|µs|MB|GB|%|×|req/s)", before + after)
    assert loose == []


def test_figures_are_filled_in_between_the_markers_and_twice_is_once():
    text = f"before\n{make_figures.BEGIN}\nold\n{make_figures.END}\nafter\n"
    intake = {
        "machine": "2 cores",
        "medians": {"sosik": {"req/s": 1234.5, "p99 ms": 20.4, "CPU us": 900}},
        "ratios": {},
    }
    faults = {
        "machine": {"cores": 2, "cpu": "some", "python": "3.11.7"},
        "seed_1": {"kills": 100, "messages": {"lost": 0}},
        "seed_2": {"kills": 101, "messages": {"lost": 0}},
    }

    once = make_figures.with_figures(text, "en", {"intake": intake, "faults": faults})
    twice = make_figures.with_figures(once, "en", {"intake": intake, "faults": faults})

    assert once == twice
    assert "old" not in once
    assert "| 1,234 | `./sosik bench intake` |" in once
    assert "while webhooks poured in | 201 | `./sosik bench faults` |" in once
    assert "| messages lost | 0 | `./sosik bench faults` |" in once


FORBIDDEN = re.compile(
    "|".join(
        [
            *(r"\bwork" + r"place", r"(?<![\w.])/work/", r"\bpy" + r"pi\b"),
            *("python" + "hosted", "npm" + r"js\.", r"crates\." + "io"),
            *("proxy" + r"\.golang", r"\bTO" + r"DO\b", r"\bFIX" + r"ME\b"),
        ]
    ),
    re.IGNORECASE,
)


@pytest.mark.parametrize(
    "file",
    [*TEXTS, *sorted(ROOT.glob("docs/**/*.py")), *sorted(ROOT.glob("docs/**/*.svg"))],
    ids=lambda file: str(file.relative_to(ROOT)),
)
def test_it_names_nothing_that_is_not_the_project_s(file):
    assert FORBIDDEN.search(read(file)) is None


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """``./sosik up`` on new data; answers the environment for its commands."""
    folder = tmp_path_factory.mktemp("newcomer")
    for above in (folder, folder.parent, folder.parent.parent):
        above.chmod(0o755)  # the servers' user passes through
    env = {"PATH": "/usr/local/bin:/usr/bin:/bin", "DATA_DIR": str(folder / "var")}
    log = folder / "said"
    words = ["up", "--no-browser", "--port", str(unused_port())]
    with log.open("w") as out:
        up = subprocess.Popen(
            [sys.executable, str(ROOT / "sosik"), *words],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        eventually(lambda: "Ready after" in read(log) or up.poll() is not None, 300)
        assert up.poll() is None, read(log)
        yield env
    finally:
        up.send_signal(signal.SIGTERM)
        up.wait(60)


def run(line: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    words = shlex.split(line)[1:]
    return subprocess.run(
        [sys.executable, str(ROOT / "sosik"), *words],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.slow
def test_what_a_newcomer_is_told_to_type_works(running):
    up, *lines = first_commands()
    assert up == "./sosik up"
    started = [command.line for command in commands_in(read(START))]
    lines += [line for line in dict.fromkeys(started) if line not in lines]
    first, *others = [each for each in lines if each.split()[1] not in ("up", "doctor")]

    with typist(running) as typed:
        done = run(first, running)
        assert (first, done.returncode, done.stderr) == (first, 0, "")
        must_have_told(first, done.stdout, typed)
        for line in others:
            done = typed(line)
            assert (line, done.returncode, done.stderr) == (line, 0, "")


def must_have_told(line: str, said: str, typed: Callable[[str], Done]) -> None:
    """The text promises that after an order the phone has got something."""
    assert line == "./sosik sandbox order"
    phone = "./sosik sandbox phone --json"
    eventually(lambda: typed(phone).stdout != "", 30)
    [message] = map(json.loads, typed(phone).stdout.splitlines())
    assert message["template"] == "sosik_order_confirmation_1"
    assert "Order #1001 is placed" in said
