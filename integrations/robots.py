"""Who opens an address without anybody having pressed it.

Messengers draw a preview of it, mail servers look for malice, browsers fetch ahead.
None of them is a person, and none knows that a person has seen anything.
"""

from collections.abc import Callable, Mapping

_SEEN = "seen in the logs of many sites"
_ITSELF = "its library's own name, unless a program gives another"
_RULE = "what robots mostly call themselves: www.rfc-editor.org/rfc/rfc9309"

AGENTS: Mapping[str, str] = {
    # The previews of programs that people write to each other with.
    "whatsapp/": "developers.facebook.com/documentation/business-messaging/whatsapp"
    "/link-previews",
    "facebookexternalhit": "www.facebook.com/externalhit_uatext.php",
    "facebot": _SEEN,
    "meta-external": "developers.facebook.com/docs/sharing/webmasters/web-crawlers",
    "twitterbot": "developer.twitter.com/en/docs/tweets/optimize-with-cards/guides"
    "/getting-started#crawling",
    "slackbot": "api.slack.com/robots",
    "slack-imgproxy": "api.slack.com/robots",
    "telegrambot": _SEEN,
    "discordbot": _SEEN,
    "linkedinbot": "www.linkedin.com",
    "redditbot": _SEEN,
    "kakaotalk-scrap": "devtalk.kakao.com/t/scrap/33984",
    "line-poker": _SEEN,
    "skypeuripreview": _SEEN,
    "bingpreview": _SEEN,
    "google web preview": _SEEN,
    "feedfetcher-google": _SEEN,
    "yahoo! slurp": "help.yahoo.com/help/us/ysearch/slurp",
    **dict.fromkeys(("bot/", "bot;", "bot)"), _RULE),
    **dict.fromkeys(("crawler", "spider", "preview"), _RULE),
    # Programs.
    "headlesschrome": _ITSELF,
    **dict.fromkeys(("curl/", "wget/", "python-", "aiohttp", "httpie"), _ITSELF),
    **dict.fromkeys(("go-http-client", "okhttp", "java/", "libwww"), _ITSELF),
    **dict.fromkeys(("node-fetch", "axios/", "powershell"), _ITSELF),
}
"""What in an agent's name, in small letters, tells it from a browser; and where that is
written, or how it is known."""

_PHONES = "cubot"
"""Their maker's name is in the name of every browser on them."""

HEADERS: Mapping[tuple[str, str], str] = {
    ("Sec-Purpose", "prefetch"): "developer.mozilla.org/docs/Web/HTTP/Headers"
    "/Sec-Purpose",
    ("Purpose", "prefetch"): "of Chrome before that: crbug.com/1358419",
    ("X-Moz", "prefetch"): "of Firefox before that: the page of Sec-Purpose",
    ("X-Purpose", "preview"): "of Safari, for the pictures of a new tab",
}
"""What a browser says that fetches ahead, before anybody has pressed; and where that is
written."""


def is_fetched_ahead(header: Callable[[str], str | None]) -> bool:
    """Whether a browser asks for what it may show later, if somebody presses then.
    ``header`` answers what it says under a name."""
    return any(word in _words(header(name) or "") for name, word in HEADERS)


def is_robot(agent: str) -> bool:
    """Whether no person is behind it. Every browser says what it is."""
    name = agent.lower().replace(_PHONES, "")
    return not name or name.endswith("bot") or any(each in name for each in AGENTS)


def _words(said: str) -> list[str]:
    return said.lower().replace(";", " ").replace(",", " ").split()
