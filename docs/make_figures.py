"""Copies measured figures from bench/results/ into the READMEs, between two markers.

``python docs/make_figures.py`` writes them; with ``--check`` it only says whether they
are those of the files. What has not been measured is left out.
"""

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results"
BEGIN, END = "<!-- figures -->", "<!-- /figures -->"

Result: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Figure:
    """A row of the table. ``value`` raises KeyError where it was not measured."""

    result: str
    meaning: Mapping[str, str]
    value: Callable[[Result], str]

    @property
    def command(self) -> str:
        return f"./sosik bench {self.result}"


def _median(way: str, name: str, form: str) -> Callable[[Result], str]:
    return lambda result: form.format(result["medians"][way][name])


def _ratio(name: str) -> Callable[[Result], str]:
    return lambda result: f"{result['ratios'][name]['ratio']:.2f}"


def _ms(value: float) -> str:
    return f"{value:.0f} ms"


def _of_millions(result: Result) -> Result:
    """A short run measures something else."""
    if result["messages"] < 5_000_000:
        raise KeyError("messages")
    return result


def _runs(result: Result) -> list[Any]:
    found = [run for name, run in result.items() if name.startswith("seed_")]
    if not found:
        raise KeyError("seed_")
    return found


def _sum(*path: str) -> Callable[[Result], str]:
    return lambda result: f"{sum(_at(run, path) for run in _runs(result)):,}"


def _most(form: str, *path: str) -> Callable[[Result], str]:
    return lambda result: form.format(max(_at(run, path) for run in _runs(result)))


def _at(run: Any, path: Sequence[str]) -> Any:
    for name in path:
        run = run[name]
    return sum(run.values()) if isinstance(run, Mapping) else run


FIGURES = (
    Figure(
        "clone",
        {
            "en": "from `git clone` to the first message, with uv, nothing cached",
            "ko": "`git clone`부터 첫 메시지까지, uv 사용, 캐시 없음",
        },
        lambda result: f"{result['uv']['empty_cache']['in all']:.0f} s",
    ),
    Figure(
        "clone",
        {"en": "the same with pip", "ko": "같은 조건에서 pip 사용"},
        lambda result: f"{result['pip']['empty_cache']['in all']:.0f} s",
    ),
    Figure(
        "rest",
        {
            "en": "memory of all of it at rest, the simulators included",
            "ko": "쉬고 있을 때 시뮬레이터까지 포함한 전체 메모리",
        },
        lambda result: f"{result['in_all_mb']:.0f} MB",
    ),
    Figure(
        "intake",
        {
            "en": "webhooks of 11 KB written down in a second",
            "ko": "1초에 기록하는 11 KB 웹훅 수",
        },
        _median("sosik", "req/s", "{:,.0f}"),
    ),
    Figure(
        "intake",
        {"en": "answer to a webhook, 99th percentile", "ko": "웹훅 응답 시간, p99"},
        _median("sosik", "p99 ms", "{:.0f} ms"),
    ),
    Figure(
        "intake",
        {
            "en": "CPU for a webhook, servers included",
            "ko": "웹훅 하나에 드는 CPU 시간(서버 포함)",
        },
        _median("sosik", "CPU us", "{:,.0f} µs"),
    ),
    Figure(
        "intake",
        {
            "en": "webhooks a second, beside Flask with a job of RQ for each",
            "ko": "초당 웹훅 수, 웹훅마다 RQ 작업을 만드는 Flask 대비",
        },
        lambda result: f"{_ratio('req/s / flask + rq')(result)} ×",
    ),
    Figure(
        "intake",
        {
            "en": "webhooks a second, beside Express with a job of BullMQ for each",
            "ko": "초당 웹훅 수, 웹훅마다 BullMQ 작업을 만드는 Express 대비",
        },
        lambda result: f"{_ratio('req/s / express')(result)} ×",
    ),
    Figure(
        "intake",
        {
            "en": "webhooks a second, beside FastAPI with arq, whose 200 is on no disk",
            "ko": "초당 웹훅 수, 디스크에 쓰기 전에 200을 주는 FastAPI + arq 대비",
        },
        lambda result: f"{_ratio('req/s / fastapi + arq')(result)} ×",
    ),
    Figure(
        "through",
        {
            "en": "from webhook to message at Meta, at 100 orders a second, median",
            "ko": "초당 주문 100건일 때 웹훅에서 Meta까지, 중앙값",
        },
        lambda result: _ms(result["at_100_a_second"]["webhook_to_meta_ms"]["p50"]),
    ),
    Figure(
        "through",
        {"en": "the same, 99th percentile", "ko": "같은 조건, p99"},
        lambda result: _ms(result["at_100_a_second"]["webhook_to_meta_ms"]["p99"]),
    ),
    Figure(
        "through",
        {
            "en": "the same at 500 orders a second, median",
            "ko": "초당 주문 500건일 때, 중앙값",
        },
        lambda result: _ms(result["at_500_a_second"]["webhook_to_meta_ms"]["p50"]),
    ),
    Figure(
        "sending",
        {
            "en": "messages a second from one number that may send 1,000",
            "ko": "초당 1,000건까지 보낼 수 있는 번호 하나의 초당 발송 수",
        },
        lambda result: f"{result['limit_1000']['a_second']:,.0f}",
    ),
    Figure(
        "recovery",
        {
            "en": "until what a killed worker held is at Meta, median",
            "ko": "강제 종료된 작업자가 쥐고 있던 메시지가 Meta에 닿기까지, 중앙값",
        },
        lambda result: f"{result['kill_to_meta_seconds']['p50']:.0f} s",
    ),
    Figure(
        "pages",
        {
            "en": "the slowest list of messages or orders, among 5,000,000 messages, "
            "median",
            "ko": "메시지 500만 건 중 가장 느린 메시지·주문 목록, 중앙값",
        },
        lambda result: _ms(_of_millions(result)["slowest_ms"]),
    ),
    Figure(
        "vitals",
        {
            "en": "the slowest page of a store's owner, with a processor slowed four "
            "times, its largest part there",
            "ko": "CPU를 4배 느리게 했을 때 가장 느린 점주 페이지의 LCP",
        },
        lambda result: _ms(max(page["lcp_ms"] for page in result["pages"].values())),
    ),
    Figure(
        "scale",
        {
            "en": "cost of an event among 5,000,000 messages, beside 1,000",
            "ko": "메시지 5,000,000건이 있을 때 이벤트 하나의 비용, 1,000건일 때 대비",
        },
        lambda result: f"{result['times_as_much']['event_wall']:.2f} ×",
    ),
    Figure(
        "faults",
        {
            "en": "processes killed or servers emptied while webhooks poured in",
            "ko": "웹훅이 쏟아지는 동안 강제로 종료한 프로세스 수",
        },
        _sum("kills"),
    ),
    Figure(
        "faults",
        {
            "en": "webhooks acknowledged meanwhile",
            "ko": "그동안 받았다고 응답한 웹훅 수",
        },
        _sum("webhooks", "acknowledged"),
    ),
    Figure(
        "faults",
        {
            "en": "of these never read",
            "ko": "그중 끝내 읽지 못한 웹훅 수",
        },
        _sum("webhooks", "acknowledged_but_not_done"),
    ),
    Figure(
        "faults",
        {
            "en": "messages that were to go out",
            "ko": "보내야 했던 메시지 수",
        },
        _sum("messages", "expected"),
    ),
    Figure(
        "faults",
        {"en": "messages lost", "ko": "잃어버린 메시지 수"},
        _sum("messages", "lost"),
    ),
    Figure(
        "faults",
        {"en": "messages sent twice", "ko": "두 번 보낸 메시지 수"},
        _sum("messages", "doubled"),
    ),
    Figure(
        "faults",
        {
            "en": "seconds until nothing was left to do, at most",
            "ko": "모든 일이 끝나기까지 걸린 가장 긴 시간",
        },
        _most("{:.0f} s", "settled_seconds_after"),
    ),
)

_WORDS = {
    "en": (
        "figure",
        "value",
        "command",
        "Nothing has been measured yet.",
        "Measured on",
    ),
    "ko": ("항목", "값", "명령", "아직 측정한 값이 없습니다.", "측정 환경:"),
}


def table(language: str, results: Mapping[str, Result]) -> str:
    """The rows that were measured, and on what."""
    figure, value, command, nothing, measured_on = _WORDS[language]
    rows = list(_rows(language, results))
    if not rows:
        return nothing
    machines = sorted({_machine(result) for result in results.values()})
    return "\n".join(
        [
            f"| {figure} | {value} | {command} |",
            "|---|---|---|",
            *rows,
            "",
            f"{measured_on} {'; '.join(machines)}.",
        ]
    )


def _rows(language: str, results: Mapping[str, Result]) -> Iterator[str]:
    for figure in FIGURES:
        try:
            value = figure.value(results[figure.result])
        except (KeyError, TypeError):
            continue
        yield f"| {figure.meaning[language]} | {value} | `{figure.command}` |"


def _machine(result: Result) -> str:
    machine = result.get("machine", "")
    if isinstance(machine, Mapping):
        return f"{machine['cores']} cores, {machine['cpu']}, Python {machine['python']}"
    return str(machine).split(" (")[0]


def with_figures(text: str, language: str, results: Mapping[str, Result]) -> str:
    """The text with the table between its markers, whatever was there before."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the text has no {BEGIN} ... {END}")
    return f"{before}{begin}\n{table(language, results)}\n{end}{after}"


def measured() -> dict[str, Result]:
    return {
        name: json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
        for name in sorted({figure.result for figure in FIGURES})
        if (RESULTS / f"{name}.json").is_file()
    }


def main(words: Sequence[str]) -> int:
    results, stale = measured(), []
    for name, language in (("README.md", "en"), ("README.ko.md", "ko")):
        file = ROOT / name
        text = file.read_text(encoding="utf-8")
        filled = with_figures(text, language, results)
        if filled != text:
            stale.append(name)
            if "--check" not in words:
                file.write_text(filled, encoding="utf-8")
    sys.stdout.write(f"{', '.join(stale) or 'nothing'} changed\n")
    return 1 if stale and "--check" in words else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
