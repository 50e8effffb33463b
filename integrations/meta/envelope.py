"""What a webhook of Meta's tells before its body is parsed."""

import re

_SOMEBODY_WROTE = re.compile(rb'"messages"\s*:')
_REPORTS = re.compile(rb'"statuses"\s*:')


def is_only_reports(body: bytes) -> bool:
    """Whether a bundle holds reports of our messages, and nothing that a person wrote.

    Inside a JSON text the quotes of a key are escaped, so no text can pass for a key.
    """
    return bool(_REPORTS.search(body)) and not _SOMEBODY_WROTE.search(body)
