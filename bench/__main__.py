"""``./sosik bench [NAME ...] [OPTION ...]``: the benches, each in a process of its own.

Without a name all of them run; ``--list`` tells their names. Options go to each bench
that is run; most know ``--quick``. Figures are kept in ``bench/results/``.
"""

import ast
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

_FOLDER = Path(__file__).parent
_HELP = ("-h", "--help", "--list")


def main(words: Sequence[str]) -> int:
    """Run them one after the other; 1 if one of them has missed its mark."""
    known = benches()
    options = [word for word in words if word.startswith("-")]
    first_option = words.index(options[0]) if options else len(words)
    names, said = list(words[:first_option]), list(words[first_option:])
    if not names and said and said[0] in _HELP:
        print(__doc__)
        for name, story in known.items():
            print(f"  {name:12} {story}")
        return 0
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"no such bench: {', '.join(unknown)}; there are {', '.join(known)}")
        return 2
    missed = []
    for name in names or known:
        print(f"--- {name}", flush=True)
        command = [sys.executable, "-m", f"bench.{name}", *said]
        if subprocess.run(command, cwd=_FOLDER.parent, check=False).returncode != 0:
            missed.append(name)
    if missed:
        print(f"Missed: {', '.join(missed)}")
    return 1 if missed else 0


def benches() -> Mapping[str, str]:
    """Every file here that can be run, and its story in one sentence."""
    found = {}
    for file in sorted(_FOLDER.glob("*.py")):
        source = file.read_text(encoding="utf-8")
        tree = ast.parse(source)
        has_main = any(
            isinstance(node, ast.FunctionDef) and node.name == "main"
            for node in tree.body
        )
        if has_main and not file.name.startswith("__"):
            story = (ast.get_docstring(tree) or "").split("\n\n")[0]
            found[file.stem] = " ".join(story.split()).partition(": ")[2] or story
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
