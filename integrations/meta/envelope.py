"""What a webhook of Meta's tells before its body is parsed.

Inside a JSON text the quotes of a key are escaped, so no text can pass for a key.
"""

import re

_SOMEBODY_WROTE = re.compile(rb'"(?:messages|user_preferences)"\s*:')
_WHO = re.compile(rb'"(?:wa_id|user_id)"\s*:\s*"([0-9A-Za-z.]{5,140})"')
_REPORTS = re.compile(rb'"statuses"\s*:')


def is_only_reports(body: bytes) -> bool:
    """Whether a bundle has reports of our messages, and nothing that somebody said."""
    return bool(_REPORTS.search(body)) and not _SOMEBODY_WROTE.search(body)


def somebody_in(body: bytes) -> str | None:
    """A name of the person that a bundle is about: of the first, where it is several.

    What one person says one after the other is mostly read in that order by this.
    """
    found = _WHO.search(body)
    return None if found is None else found[1].decode()
