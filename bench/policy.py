"""``policy``: how well goods that may not be sold on WhatsApp are known, and how fast.

The titles in ``bench/goods`` were written and labelled by hand: those in ``tuned``
before the tables, which were then tuned on them, those in ``held_out`` after that.
Nobody is told which of these was missed: whoever looks has tuned.
"""

import argparse
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import report
from notifications.goods import forbidden_in
from notifications.rules.commerce_policy import Goods

_TITLES = Path(__file__).parent / "goods"
_LEAST_PRECISION, _LEAST_RECALL = 0.95, 0.9
_MOST_SECONDS = 5.0
_AT_SPEED = 100_000


@dataclass(frozen=True, slots=True)
class Labelled:
    """A title, and the category that it is forbidden for, None where it is not."""

    language: str
    title: str
    category: str | None
    is_held_out: bool

    @property
    def found(self) -> str | None:
        forbidden = forbidden_in(Goods(title=self.title))
        return None if forbidden is None else forbidden.category.value


@dataclass(frozen=True, slots=True)
class Score:
    """``right`` are those found that are forbidden, whatever they were taken for."""

    titles: int
    forbidden: int
    found: int
    right: int
    of_right_category: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.forbidden if self.forbidden else 1.0

    def told(self) -> dict[str, Any]:
        return {
            "titles": self.titles,
            "forbidden": self.forbidden,
            "precision": round(self.precision, 3),
            "recall": round(self.recall, 3),
            "of_right_category": self.of_right_category,
        }


def titles() -> list[Labelled]:
    """All that are labelled."""
    return [
        Labelled(
            language=path.stem,
            title=title,
            category=None if category == "-" else category,
            is_held_out=path.parent.name == "held_out",
        )
        for path in sorted(_TITLES.glob("*/*.tsv"))
        for line in path.read_text(encoding="utf-8").splitlines()
        for category, title in [line.split("\t")]
    ]


def score(labelled: Iterable[Labelled]) -> Score:
    each = [(one.category, one.found) for one in labelled]
    right = [(said, found) for said, found in each if said and found]
    return Score(
        titles=len(each),
        forbidden=sum(said is not None for said, _ in each),
        found=sum(found is not None for _, found in each),
        right=len(right),
        of_right_category=sum(said == found for said, found in right),
    )


def misses(labelled: Iterable[Labelled]) -> list[str]:
    return [
        f"{one.language}: {one.title} ({one.category or 'allowed'}, {one.found})"
        for one in labelled
        if (one.category is None) is not (one.found is None)
    ]


def _seconds(count: int) -> float:
    """CPU seconds for so many titles, none of which was seen before."""
    known = titles()
    many = [
        Goods(title=f"{known[number % len(known)].title} {number}")
        for number in range(count)
    ]
    began = time.process_time()
    for goods in many:
        forbidden_in(goods)
    return time.process_time() - began


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./sosik bench policy", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the titles")
    parser.add_argument("--misses", action="store_true", help="of the tuned half")
    options = parser.parse_args(words)
    known = titles()
    halves = {
        "tuned": [one for one in known if not one.is_held_out],
        "held_out": [one for one in known if one.is_held_out],
    }
    languages = sorted({one.language for one in known})
    result: dict[str, Any] = {}
    for name, half in halves.items():
        by_language = {
            language: score(one for one in half if one.language == language)
            for language in languages
        }
        result[name] = {
            language: of.told()
            for language, of in {**by_language, "all": score(half)}.items()
        }
        print(f"{name:>10}  {'titles':>6} {'precision':>9} {'recall':>7}")
        for language, told in result[name].items():
            figures = f"{told['precision']:9.3f} {told['recall']:7.3f}"
            print(f"{language:>10}  {told['titles']:6} {figures}")
    if options.misses:
        print("\n".join(misses(halves["tuned"])))
    count = _AT_SPEED // 10 if options.quick else _AT_SPEED
    seconds = _seconds(count)
    result["titles"], result["cpu_seconds"] = count, round(seconds, 2)
    return report.keep(
        "policy",
        result,
        failures=_failures(halves["held_out"], seconds * _AT_SPEED / count),
    )


def _failures(held_out: Sequence[Labelled], seconds: float) -> list[str]:
    of = score(held_out)
    said = {
        f"precision {of.precision:.3f}": of.precision >= _LEAST_PRECISION,
        f"recall {of.recall:.3f}": of.recall >= _LEAST_RECALL,
        f"{seconds:.1f} s of CPU": seconds <= _MOST_SECONDS,
    }
    return [failure for failure, is_met in said.items() if not is_met]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
