"""Words for people, in the reader's language and on the reader's clock.

Sentences stand in the code in English, and are looked up in a catalog of
``translations/`` when somebody reads them. There is no current language: whoever shows
something is handed a ``Words``, and a page of Jinja's is given its functions.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from core.values import Money

if TYPE_CHECKING:
    from babel import Locale

SOURCE_LANGUAGE = "en"
CATALOGS = Path(__file__).parents[1] / "translations"
DOMAIN = "sosik"


def N_(sentence: str) -> str:  # noqa: N802 -- what everybody calls it
    """Marks a sentence that stands in a table, and is translated when it is shown."""
    return sentence


_OF = "\4"  # as in a compiled catalog, between the context and the sentence


def P_(context: str, sentence: str) -> str:  # noqa: N802 -- as N_
    """Marks words that mean several things in English; ``context`` tells which."""
    return f"{context}{_OF}{sentence}"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code means, and what somebody can do about it: two marked sentences."""

    sentence: str
    advice: str


@dataclass(frozen=True, slots=True)
class Words:
    """One language, and the zone of the clock that its reader looks at.

    A sentence names its values as ``%(so)s``, which are filled in where they are
    given. Without any, it is answered as it is.
    """

    language: str
    zone: tzinfo = UTC
    _catalog: NullTranslations = field(
        default_factory=NullTranslations, repr=False, compare=False
    )

    def on_clock(self, zone: tzinfo) -> "Words":
        """The same words, with moments on the clock of another zone."""
        return replace(self, zone=zone)

    def gettext(self, marked: str, /, **values: object) -> str:
        context, has_context, sentence = marked.rpartition(_OF)
        if has_context:
            return _filled(self._catalog.pgettext(context, sentence), values)
        return _filled(self._catalog.gettext(sentence), values)

    def ngettext(self, one: str, many: str, num: int, /, **values: object) -> str:
        """The sentence for so many; ``%(num)s`` is their number."""
        found = self._catalog.ngettext(one, many, num)
        return _filled(found, {"num": self.number(num), **values})

    def for_pages(self) -> Mapping[str, Callable[..., str]]:
        """What a template of Jinja's looks up to translate: given with its values, so
        that no environment has a language of its own."""
        catalog = self._catalog  # Jinja fills in, and escapes, what is named
        return {
            "gettext": catalog.gettext,
            "ngettext": catalog.ngettext,
            "pgettext": catalog.pgettext,
            "npgettext": catalog.npgettext,
        }

    def moment(self, moment: datetime) -> str:
        """Day and time to the second, by 24 hours, on the reader's clock: where the
        order of things within a minute matters, and in files."""
        return self._at(moment, "%H:%M:%S")

    def minute(self, moment: datetime) -> str:
        """As ``moment``, as people want to read it."""
        return self._at(moment, "%H:%M")

    def _at(self, moment: datetime, clock: str) -> str:
        from babel.dates import format_date, get_datetime_format

        here = moment.astimezone(self.zone)
        day = format_date(here.date(), "medium", locale=self._locale)
        pattern = str(get_datetime_format("medium", locale=self._locale))
        return pattern.replace("'", "").format(here.strftime(clock), day)

    def day(self, day: date) -> str:
        from babel.dates import format_date

        return format_date(day, "long", locale=self._locale)

    def weekday(self, number: int) -> str:
        """Its short name; 0 is Monday."""
        from babel.dates import get_day_names

        return str(get_day_names("abbreviated", "stand-alone", self._locale)[number])

    def span(self, span: timedelta) -> str:
        """How long it is, in the one unit that people would use."""
        from babel.dates import format_timedelta

        return format_timedelta(
            span, "second", threshold=2, format="short", locale=self._locale
        )

    def money(self, amount: Money) -> str:
        from babel.numbers import format_currency

        return format_currency(amount.amount, amount.currency, locale=self._locale)

    def tongue(self, language: str) -> str:
        """What a language is called, such as ``pt_BR``; its own code where nobody
        knows."""
        from babel import Locale, UnknownLocaleError

        try:
            named = Locale.parse(language).get_display_name(self._locale)
        except (UnknownLocaleError, ValueError):
            return language
        return named or language

    def country(self, code: str) -> str:
        """What a country is called, by its two letters; these where nobody knows."""
        from babel import Locale

        named = Locale.parse(self._locale).territories.get(code.upper())
        return code if named is None else str(named)

    def number(self, number: int) -> str:
        from babel.numbers import format_decimal

        return format_decimal(number, locale=self._locale)

    @property
    def _locale(self) -> "Locale":
        return _locale(self.language)


def _filled(sentence: str, values: Mapping[str, object]) -> str:
    return sentence % values if values else sentence


def languages() -> list[str]:
    """English first, then every language that has a catalog."""
    files = CATALOGS.glob(f"*/LC_MESSAGES/{DOMAIN}.po")
    return [SOURCE_LANGUAGE, *sorted(file.parts[-3] for file in files)]


def words_for(language: str) -> Words:
    """The words of one of ``languages()``, on the clock of UTC.

    Raises:
        LookupError: there is no such catalog.
    """
    return Words(language, UTC, _catalog(language))


@cache
def _catalog(language: str) -> NullTranslations:
    """Compiled when it is first asked for: that takes a hundredth of a second, and no
    compiled file can lag behind its source."""
    if language not in languages():
        raise LookupError(f"there is no catalog for {language}")
    if language == SOURCE_LANGUAGE:
        return NullTranslations()
    # Babel is costly to load, and most processes show nothing to anybody.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with (CATALOGS / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def _locale(language: str) -> "Locale":
    from babel import Locale

    return Locale.parse(language)
