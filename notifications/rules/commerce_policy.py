"""What Meta's commerce policy forbids to be sold on WhatsApp, told by words.

The policy is https://www.whatsapp.com/legal/commerce-policy; the one on messages,
https://faq.whatsapp.com/933578044281252, leaves news of orders free. A store's goods
are known by their titles, so this is a rule of words: those of all languages at once,
since nobody says in which one a title is.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain


class Category(StrEnum):
    """The policy's own. Kept and shown to people; never rename a value."""

    TOBACCO = "tobacco"
    ALCOHOL = "alcohol"
    WEAPONS = "weapons"
    MEDICAL = "medical"
    SUPPLEMENTS = "supplements"
    DRUGS = "drugs"
    ADULT = "adult"
    GAMBLING = "gambling"
    ANIMALS = "animals"
    BODY = "body"
    COUNTERFEIT = "counterfeit"
    MEDIA_ACCESS = "media_access"
    DIGITAL = "digital"
    FINANCE = "finance"
    DATING = "dating"
    HAZARDOUS = "hazardous"
    WITHHELD = "withheld"
    """Not the policy's: the owner's word for one product."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """What is known of something that is sold. ``shopify_category`` is its place in
    Shopify's taxonomy, by its id or by its full name.

    Its variants and its vendor are not asked: a dress may be «Bordeaux», and whoever
    makes whisky sells caps, too.
    """

    title: str | None
    product_type: str | None = None
    tags: tuple[str, ...] = ()
    shopify_category: str | None = None


@dataclass(frozen=True, slots=True)
class Forbidden:
    """``because`` is the word, or the name of the category of Shopify's, that stands in
    ``field``: title, product_type, tags, shopify_category, or owner."""

    category: Category
    because: str
    field: str


@dataclass(frozen=True, slots=True)
class Found:
    """Where a phrase stands in a text. ``said`` is how the table writes it."""

    start: int
    end: int
    said: str
    categories: frozenset[Category]


@dataclass(slots=True)
class Phrases:
    """Phrases by how they are found: whole words in a row, two that need not be beside
    each other, the beginning or the end of a word, or anywhere, in a script that has no
    spaces."""

    rows: dict[str, list[tuple[tuple[str, ...], Found]]] = field(default_factory=dict)
    pairs: dict[str, list[tuple[str, Found]]] = field(default_factory=dict)
    beginnings: dict[str, Found] = field(default_factory=dict)
    ends: dict[str, Found] = field(default_factory=dict)
    anywhere: dict[str, Found] = field(default_factory=dict)
    _begin: Mapping[str, Sequence[int]] = field(default_factory=dict)
    _end: Mapping[str, Sequence[int]] = field(default_factory=dict)
    _inside: Mapping[str, Sequence[int]] = field(default_factory=dict)

    def ready(self) -> "Phrases":
        """Once all are in: by their first or last letters, which lengths to try."""
        self._begin = _lengths(self.beginnings, slice(None, _FEW))
        self._end = _lengths(self.ends, slice(-_FEW, None))
        self._inside = _lengths(self.anywhere, slice(None, 1))
        return self

    def found_in(self, text: "Text") -> Iterator[Found]:
        words = text.words
        for number, (start, word) in enumerate(words):
            end = start + len(word)
            rows = self.rows.get(word, ())
            if word.isdecimal():
                rows = [*rows, *self.rows.get(NUMBER, ())]
            for rest, phrase in rows:
                stop = number + 1 + len(rest)
                if rest == tuple([each for _, each in words[number + 1 : stop]]):
                    last_at, last = words[stop - 1]
                    yield _at(phrase, start, last_at + len(last))
            for other, pair in self.pairs.get(word, ()):
                if f" {other} " in f" {text.letters} ":
                    yield _at(pair, start, end)
            for size in self._begin.get(word[:_FEW], ()):
                if (begun := self.beginnings.get(word[:size])) is not None:
                    yield _at(begun, start, end)
            for size in self._end.get(word[-_FEW:], ()):
                if (ended := self.ends.get(word[-size:])) is not None:
                    yield _at(ended, start, end)
        if text.has_no_spaces:
            yield from self._anywhere_in(text.letters)

    def _anywhere_in(self, letters: str) -> Iterator[Found]:
        for start, letter in enumerate(letters):
            for size in self._inside.get(letter, ()):
                phrase = self.anywhere.get(letters[start : start + size])
                if phrase is not None:
                    yield _at(phrase, start, start + size)


NUMBER = "#"
"""Any number, at the beginning of a phrase: «# puffs»."""

_FEW = 2
"""Letters by which it is seen quickly that a word has no such beginning or end."""


def _lengths(phrases: Mapping[str, Found], few: slice) -> dict[str, tuple[int, ...]]:
    found: dict[str, set[int]] = {}
    for letters in phrases:
        found.setdefault(letters[few], set()).add(len(letters))
    return {letters: tuple(sorted(sizes)) for letters, sizes in found.items()}


def _at(phrase: Found, start: int, end: int) -> Found:
    return Found(start, end, phrase.said, phrase.categories)


@dataclass(frozen=True, slots=True)
class Text:
    """A text in plain letters, with its words and where each begins."""

    letters: str
    words: Sequence[tuple[int, str]]
    has_no_spaces: bool


def text_of(letters: str) -> Text:
    words, at = [], 0
    for word in letters.split():
        at = letters.index(word, at)
        words.append((at, word))
        at += len(word)
    return Text(letters, words, not letters.isascii() and max(letters) >= "\u3400")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The tables, ready to be asked.

    ``harmless`` are longer phrases in which a forbidden word means something else.
    ``about`` are things that may be named after what is forbidden, of these
    categories: a glass for wine. ``together`` are the words between two things that
    are sold as one. ``shopify`` are the branches of the taxonomy, by id and by name,
    with None for what is allowed within a forbidden one; in ``unsuspicious`` branches
    a word of these categories is a print or the like.
    """

    forbidden: Phrases
    harmless: Phrases
    about: Phrases
    together: frozenset[str]
    shopify: Mapping[str, tuple[Category | None, str]]
    unsuspicious: Mapping[str, frozenset[Category]]

    def in_category(self, shopify_category: str | None) -> Forbidden | None:
        """By the nearest branch above it that the table has."""
        for branch in _branches(shopify_category):
            if branch in self.shopify:
                category, name = self.shopify[branch]
                if category is None:
                    return None
                return Forbidden(category, name, "shopify_category")
        return None

    def unsuspected(self, shopify_category: str | None) -> frozenset[Category]:
        branches = _branches(shopify_category)
        return next(
            (self.unsuspicious[each] for each in branches if each in self.unsuspicious),
            frozenset(),
        )

    def named_in(
        self, text: Text, *, unsuspected: Collection[Category] = ()
    ) -> Found | None:
        """The first phrase by which it tells of what is forbidden."""
        suspects = [
            each
            for each in self.forbidden.found_in(text)
            if not each.categories <= frozenset(unsuspected)
        ]
        if not suspects:
            return None
        harmless = list(self.harmless.found_in(text))
        about = list(self.about.found_in(text))
        cuts = [start for start, word in text.words if word in self.together]
        left = [
            each
            for each in suspects
            if not any(_covers(phrase, each) for phrase in harmless)
            and not any(_is_of(thing, each, cuts) for thing in about)
        ]
        return min(left, key=lambda each: (each.start, -each.end), default=None)


def _covers(phrase: Found, suspect: Found) -> bool:
    return phrase.start <= suspect.start and suspect.end <= phrase.end


def _is_of(thing: Found, suspect: Found, cuts: Sequence[int]) -> bool:
    """Whether it is a thing for what is forbidden, and not sold together with it."""
    if not suspect.categories <= thing.categories:
        return False
    first, second = sorted((thing, suspect), key=lambda each: each.start)
    if second.start < first.end:
        return False
    return not any(first.end <= cut < second.start for cut in cuts)


def _branches(shopify_category: str | None) -> Iterator[str]:
    """The category and all that it lies in, the nearest first, by id or by name."""
    if not shopify_category:
        return
    is_id = shopify_category.startswith("gid://")
    name = shopify_category.rpartition("/")[2] if is_id else shopify_category
    mark = "-" if is_id or (">" not in name and name.islower()) else ">"
    parts = [part.strip() for part in name.split(mark)]
    joined = "-" if mark == "-" else " > "
    for last in range(len(parts), 0, -1):
        yield joined.join(parts[:last])


def forbidden(
    policy: Policy,
    *,
    title: Text | None,
    product_type: Text | None = None,
    tags: Sequence[Text] = (),
    shopify_category: str | None = None,
) -> Forbidden | None:
    """The first thing that speaks against it; None for what may be sold.

    A tag counts only where it is nothing but a forbidden word: tags say for whom or for
    what something is as often as what it is.
    """
    if (of_branch := policy.in_category(shopify_category)) is not None:
        return of_branch
    unsuspected = policy.unsuspected(shopify_category)
    told = (("title", title), ("product_type", product_type))
    for name, text in told:
        found = None if text is None else policy.named_in(text, unsuspected=unsuspected)
        if found is not None:
            return _because(found, name)
    about = [] if title is None else list(policy.about.found_in(title))
    of_title = frozenset(chain.from_iterable(each.categories for each in about))
    for tag in tags:
        found = policy.named_in(tag, unsuspected=unsuspected | of_title)
        if found is not None and (found.start, found.end) == (0, len(tag.letters)):
            return _because(found, "tags")
    return None


def _because(found: Found, name: str) -> Forbidden:
    return Forbidden(min(found.categories), found.said, name)
