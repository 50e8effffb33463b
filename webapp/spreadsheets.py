"""Cells of a table that people open in a spreadsheet."""

import json
from decimal import Decimal

_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def cell(value: object) -> str:
    """A cell that no spreadsheet runs: a buyer chooses their own name. A number is no
    formula, and one below nothing is still to be counted with."""
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    text = str(value)
    if isinstance(value, int | float | Decimal):
        return text
    return f"'{text}" if text.lstrip(" ").startswith(_STARTS_FORMULA) else text
