"""What must never be told, taken out of a text: the last net under careful logging.

Nobody should log a phone number or a token. This is for when somebody does, or when
an outsider's error repeats what it was given.
"""

import re

HIDDEN = "[hidden]"
_LONGEST = 16_000

_SECRET_WORD = r"(?:authorization|password|secret|token)"  # noqa: S105 -- a pattern
# Every repetition has an upper end, so that no text can make the search slow.
_HIDE = (
    # The whole header, whatever the scheme is called.
    (r"(?i)(authorization['\"]?\s{0,3}[:=]\s{0,3}['\"]?)[^'\"\r\n,;}]{1,4096}", r"\1"),
    (r"(?i)\b(?:bearer|basic)\s{1,4}[\w.~+/=-]{6,4096}", ""),
    (r"shp[a-z]{2}_[\w-]{1,200}", ""),
    (r"EAA[A-Za-z0-9_-]{8,1000}", ""),
    # An id token: three parts, of which the first begins an object of JSON.
    (r"eyJ[\w-]{4,1000}\.[\w-]{4,4000}(?:\.[\w-]{0,500})?", ""),
    (
        rf"(?i)({_SECRET_WORD}['\"]?\s{{0,3}}[:=]\s{{0,3}}['\"]?)[^\s'\",;}})&]{{1,4096}}",
        r"\1",
    ),
    (r"(://)[^/\s@'\"]{1,512}(?=@)", r"\1"),
    (r"[^\s@<>\"'(),:;=/\\]{1,64}(?:@|%40)[^\s@<>\"'(),:;=/\\]{1,255}\.\w{2,63}", ""),
    (r"(?:\+|%2[Bb])(?:[ ().-]{0,2}\d){7,40}", ""),
)
_PATTERNS = [(re.compile(pattern), kept + HIDDEN) for pattern, kept in _HIDE]


def redacted(text: str) -> str:
    """The text without phone numbers (``+`` and seven or more digits), e-mail
    addresses, tokens, passwords and ``Authorization`` values; cut where it is long.
    """
    if len(text) > _LONGEST:
        text = f"{text[:_LONGEST]} ... ({len(text) - _LONGEST} more)"
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text
