"""What somebody has written of a product, as plain text that a chat can show."""

import re
import unicodedata
from html.parser import HTMLParser

from core.catalog import MOST_DESCRIPTION, MOST_TITLE

_JOINERS = "\u200c\u200d"
"""Persian, the Indic scripts and emoji are spelled with these."""
_UNSEEN = frozenset({"script", "style", "template", "noscript", "iframe", "head"})
_APART = frozenset(
    {
        *("address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "figure"),
        *("figcaption", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr"),
        *("li", "main", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul"),
    }
)
_POINT = "\n• "
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_ADDRESS = re.compile(r"(?:https?://|\bwww\.)\S+", re.IGNORECASE)
_EMPTY_LINES = re.compile(r"\n{3,}")
_SHOUTED = re.compile(r"[^\W\d_]{4,}")
_SHORTEST_SHOUT = 10
_MOST_HTML = 200_000
"""What is behind that would not be shown in any case, and takes its time to be read."""


def title_of(written: str) -> str:
    """One line of at most ``MOST_TITLE`` characters; empty where nothing is left.

    One that shouts, which Meta does not want, is written as people write.
    """
    line = one_line(written)
    if line.isupper() and sum(map(str.isalpha, line)) >= _SHORTEST_SHOUT:
        line = _SHOUTED.sub(lambda word: word[0].capitalize(), line)
    return cut(line, MOST_TITLE)


def description_of(html: str) -> str:
    """Lines of text without tags, scripts and addresses, as many as may be shown."""
    text = _text_in(html[:_MOST_HTML]) if "<" in html or "&" in html else html
    lines = (" ".join(each.split()) for each in plain(text).split("\n"))
    text = _ADDRESS.sub("", "\n".join(lines))
    return cut(_EMPTY_LINES.sub("\n\n", text).strip(), MOST_DESCRIPTION)


def cut(text: str, longest: int) -> str:
    """At most so many characters, cut between words where there is a place."""
    if len(text) <= longest:
        return text
    kept = text[: longest - 1]
    place = max(kept.rfind(" "), kept.rfind("\n"))
    if place > longest // 2:
        kept = kept[:place]
    # A mark that belongs to a letter, or half of an emoji, means nothing by itself.
    while kept and (unicodedata.combining(kept[-1]) or kept[-1] in _JOINERS):
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def plain(text: str) -> str:
    """In NFC, without tags, and without characters that nobody sees or that turn the
    direction of what stands behind them; line ends stay."""
    if not (text.isascii() and text.isprintable()):
        normal = unicodedata.normalize("NFC", text)
        text = "".join(map(_kept, normal))
    while "<" in text and (less := _TAG.sub("", text)) != text:
        text = less  # taking one out may leave another
    return text


def one_line(text: str) -> str:
    """The same, without line ends and spaces that are too many."""
    return " ".join(plain(text).split())


def _kept(character: str) -> str:
    if character.isprintable() or character in _JOINERS or character == "\n":
        return character
    return " " if character.isspace() else ""


def _text_in(html: str) -> str:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return "".join(reader.found)


class _Reader(HTMLParser):
    """Collects what a person would read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag in _APART:
            self.found.append(_POINT if tag == "li" else "\n")

    def handle_startendtag(self, tag: str, _attributes: object) -> None:
        if tag in _APART:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in _APART and tag != "li":
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.found.append(" ".join(data.split("\n")))
