"""Goods that Meta's commerce policy forbids, by the words of every language."""

from notifications.goods.judging import first_forbidden, forbidden_in
from notifications.goods.tables import policy

__all__ = ["first_forbidden", "forbidden_in", "policy"]
