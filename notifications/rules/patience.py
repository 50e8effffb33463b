"""How long to leave something alone before trying it again."""

from datetime import timedelta

_FIRST_PAUSE = timedelta(seconds=2)
_LONGEST_PAUSE = timedelta(minutes=5)

BUG = "bug_"
"""What the reason begins with where an error of our own holds something back."""

LOOK_AGAIN_AT_ACCOUNT = timedelta(minutes=1)
"""For what a person must mend: a number to connect, a template to be approved."""


def pause_after(attempts: int) -> timedelta:
    """Twice as long after each failed attempt: 2 s, 4 s, 8 s … up to 5 minutes."""
    doublings = min(max(attempts - 1, 0), 10)
    return min(_FIRST_PAUSE * (1 << doublings), _LONGEST_PAUSE)
