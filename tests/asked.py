"""What is asked of the database, as it is asked."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from storage.statements import Statement


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every statement that is sent meanwhile, by whichever way."""
    sent: list[str] = []
    honest = Statement.sent

    def counting(statement, *given):
        sent.append(statement.text)
        return honest(statement, *given)

    def noting(_connection, _cursor, statement, *_more):
        sent.append(statement)

    with monkeypatch.context() as patched:
        patched.setattr(Statement, "sent", counting)
        event.listen(Engine, "before_cursor_execute", noting)
        try:
            yield sent
        finally:
            event.remove(Engine, "before_cursor_execute", noting)
