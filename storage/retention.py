"""What is past its time, store by store: none keeps anything for longer than the
installation does, and each may say that it keeps it for a shorter time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long the installation keeps something. A store may shorten it, but not below
    ``at_least``: until then it is still needed."""

    kept: timedelta
    at_least: timedelta = timedelta()

    def asked(self, *, now: datetime, limit: int) -> dict[str, object]:
        longest = max(self.kept, self.at_least)
        return {
            "now": now,
            "kept": longest,
            "at_least": self.at_least,
            "most": limit,
        }


def past_its_time(
    table: str, *, keys: Sequence[str], moment: str, days: str, also: str = "true"
) -> str:
    """SQL for the ``keys`` of rows of which the ``moment`` is longer ago than their
    store keeps them, by its own number of ``days``; asked with ``Keeping.asked``. An
    index by store and moment serves it, with one look for each store."""
    named = ", ".join(keys)
    return f"""
  SELECT {", ".join(f"old.{key}" for key in keys)}
  FROM shops s CROSS JOIN LATERAL (
    SELECT {named} FROM {table} t WHERE t.shop_id = s.id AND {also}
      AND t.{moment} < CAST(:now AS timestamptz) - greatest(CAST(:at_least AS interval),
        least(CAST(:kept AS interval), make_interval(days => s.{days})))
    ORDER BY t.{moment} LIMIT :most) old
  LIMIT :most"""
