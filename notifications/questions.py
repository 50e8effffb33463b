"""A rule's question in plain words, and how its answer is told."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from core.words import N_, Words
from notifications.rules.objections import Facts, Skip, Wait

YES, NO = N_("yes"), N_("no")


@dataclass(frozen=True, slots=True)
class Answered:
    """A rule's answer, and what it was asked about; said in ``words``."""

    facts: Facts
    now: datetime
    objection: Wait | Skip | None
    words: Words

    def yes_or(self, sentence: str, /, **values: object) -> str:
        """Yes, or what stands against it."""
        if self.objection is None:
            return self.words.gettext(YES)
        return self.words.gettext(sentence, **values)


@dataclass(frozen=True, slots=True)
class Question:
    """``asks`` is marked for translation; ``reads`` names the facts."""

    asks: str
    reads: tuple[str, ...]
    saw: Callable[[Answered], str | None]


def whether(answered: Answered) -> str:
    return answered.yes_or(NO)


def free_again(answered: Answered) -> str:
    until = getattr(answered.objection, "until", answered.now)
    return answered.yes_or(
        N_("no, until %(moment)s (%(zone)s)"),
        moment=answered.words.moment(until),
        zone=answered.words.zone,
    )
