"""An exception told for a log: where it happened and what it says, and no values.

Local variables are left out, and what a database repeats of the rows it was given.
"""

import re
import traceback
from collections.abc import Iterator

_REPEATS_VALUES = ("psycopg", "sqlalchemy")
_MOST_FRAMES = 40
_LONGEST_CHAIN = 8
_MOST_OF_GROUP = 8
_QUOTED_VALUE = re.compile(r': ".*', re.DOTALL)

_CAUSE = "The above exception was the direct cause of the following exception:"
_CONTEXT = "During handling of the above exception, another exception occurred:"


def told(error: BaseException) -> str:
    """The exception with its causes, the first cause first, as Python prints them."""
    return "\n".join(_chain(error, _LONGEST_CHAIN))


def _chain(error: BaseException, left: int) -> Iterator[str]:
    before = error.__cause__
    link = _CAUSE
    if before is None and not error.__suppress_context__:
        before, link = error.__context__, _CONTEXT
    if before is not None and left > 1:
        yield from _chain(before, left - 1)
        yield link
    yield from _one(error, left)


def _one(error: BaseException, left: int) -> Iterator[str]:
    if error.__traceback__ is not None:
        yield "Traceback (most recent call last):"
        frames = traceback.StackSummary.extract(
            traceback.walk_tb(error.__traceback__), limit=-_MOST_FRAMES
        )
        for frame in frames.format():
            yield frame.rstrip("\n")
    yield f"{_name(error)}: {_words(error)}".rstrip(": ")
    if isinstance(error, BaseExceptionGroup) and left > 1:
        for part in error.exceptions[:_MOST_OF_GROUP]:
            for line in _chain(part, left - 1):
                yield "  | " + line.replace("\n", "\n  | ")


def _name(error: BaseException) -> str:
    kind = type(error)
    return (
        kind.__qualname__
        if kind.__module__ == "builtins"
        else f"{kind.__module__}.{kind.__qualname__}"
    )


def _words(error: BaseException) -> str:
    try:
        words = str(error)
    except Exception:
        return "(it cannot say)"
    if type(error).__module__.partition(".")[0] in _REPEATS_VALUES:
        # The lines below the first hold the statement, its parameters, and the row.
        first = words.partition("\n")[0]
        return _QUOTED_VALUE.sub(": ...", first)
    return words
