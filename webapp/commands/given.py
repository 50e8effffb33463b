"""What people type after a command's name, read into values of ours."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from getpass import getpass
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any

import click
from click.core import ParameterSource

from core.errors import NotPossible
from core.values import Scope, ShopDomain
from core.words import N_, SOURCE_LANGUAGE, Words, languages, words_for
from notifications.wording import nearest


class DomainType(click.ParamType[ShopDomain]):
    """A shop's myshopify.com address."""

    name = "domain"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> ShopDomain:
        if isinstance(value, ShopDomain):
            return value
        try:
            return ShopDomain(str(value).strip().lower())
        except ValueError:
            self.fail("is not of the form your-store.myshopify.com", param, ctx)


class SecretType(click.ParamType[str]):
    """A secret, or ``-`` to read it from standard input, a line for each.

    On a terminal it is asked for, and not shown.
    """

    name = "secret"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        secret = str(value)
        if secret == "-":  # noqa: S105 -- where to read it, not what it is
            secret = self._from_standard_input(param)
        if not secret or not secret.isascii() or not secret.isprintable():
            self.fail("is empty or no secret", param, ctx)
        return secret

    def _from_standard_input(self, param: click.Parameter | None) -> str:
        if sys.stdin.isatty():
            label = param.human_readable_name if param is not None else "secret"
            return getpass(f"{label}: ").strip()
        return sys.stdin.readline().strip()


class ScopeType(click.ParamType[str]):
    """A scope of consent, by its own name or as the pages and the docs call it."""

    name = "scope"
    _AS_SAID: Mapping[str, Scope] = MappingProxyType(
        {
            **{scope.value: scope for scope in Scope},
            "orders": Scope.TRANSACTIONAL,
            "offers": Scope.MARKETING,
        }
    )

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        found = self._AS_SAID.get(str(value).strip().lower())
        if found is None:
            self.fail(f"{value!r} is none of {', '.join(self._AS_SAID)}", param, ctx)
        return found.value


class PairType(click.ParamType[tuple[str, str]]):
    """KEY=VALUE."""

    name = "key=value"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        key, equals, given = str(value).partition("=")
        if not equals or not key.strip():
            self.fail(f"{value!r} is not of the form KEY=VALUE", param, ctx)
        return key.strip(), given


class LanguageType(click.ParamType[Words]):
    """A language that has a catalog, such as ``ko``.

    What is typed has to be one. The system's own setting, such as ``ko_KR.UTF-8`` or
    ``C``, has English for a language that has none.
    """

    name = "language"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Words:
        if isinstance(value, Words):
            return value
        if value in languages():
            return words_for(value)
        if ctx is None or param is None or _was_typed(param, ctx):
            self.fail(f"{value!r} is none of {', '.join(languages())}", param, ctx)
        locale = str(value).partition(".")[0].partition("@")[0]
        return words_for(nearest(locale, languages()) or SOURCE_LANGUAGE)


def _was_typed(param: click.Parameter, ctx: click.Context) -> bool:
    source = ctx.get_parameter_source(param.name or "")
    return source is ParameterSource.COMMANDLINE


def must_be_new(file: str) -> None:
    """Asked before what takes long, too.

    Raises:
        NotPossible: it is there already.
    """
    if os.path.lexists(file):
        raise NotPossible(
            N_(
                "%(file)s is there already and is not overwritten: name another file, "
                "or move that one away"
            ),
            file=file,
        )


@contextmanager
def new_file(file: str) -> Iterator[IO[bytes]]:
    """A new file that nobody else may read; gone again if it was not finished.

    Raises:
        NotPossible: it is there already, or cannot be written.
    """
    must_be_new(file)
    try:
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise NotPossible(
            N_("%(file)s cannot be written: %(error)s"),
            file=file,
            error=error.strerror,
        ) from error
    try:
        with os.fdopen(number, "wb") as out:
            yield out
    except BaseException:
        Path(file).unlink(missing_ok=True)
        raise


DOMAIN = DomainType()
SECRET = SecretType()
PAIR = PairType()
SCOPE = ScopeType()

domain_argument = click.argument("domain", type=DOMAIN)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print JSON, for programs."
)
language_option = click.option(
    "--language",
    "words",
    type=LanguageType(),
    envvar=["LC_ALL", "LC_MESSAGES", "LANG"],  # in the order of POSIX
    default=SOURCE_LANGUAGE,
    metavar="LANGUAGE",
    help="Speak it, such as ko; else as the system does, or English.",
)
limit_option = click.option(
    "--limit",
    type=click.IntRange(1, 1000),
    default=50,
    show_default=True,
    help="How many at most, the newest first.",
)
