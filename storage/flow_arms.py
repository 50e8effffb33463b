"""Who a flow writes to and who is held out of it, and who of them bought: of the flow
as a whole, and of each of its steps.

Added up by PostgreSQL, as in ``storage.flow_results``: one look at each one's orders.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from storage.flow_results import WINDOWS, Asked
from storage.session import Transaction
from storage.statements import Statement

_LONGEST = max(WINDOWS.values())
_REACH = timedelta(days=15)
"""So long after its first step a flow is over, with a night more."""
_SLACK = timedelta(days=1)
"""So late, or so early, a step may come as against its place in the flow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arms:
    """People whom the flow has written to, and people who were held out at the same
    point; ``buyers`` are those of them who bought within the longest window."""

    told: int
    told_buyers: int
    held_out: int
    held_out_buyers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepArms(Arms):
    """Of them, those who had bought nothing when the time of a step came. ``buyers``
    are those who then bought before the next step's time, or within the longest
    window."""

    step: str


NOBODY = Arms(told=0, told_buyers=0, held_out=0, held_out_buyers=0)
"""Where nobody is held out there is nothing to compare."""


# Everybody comes in once, with the first that a flow would have sent them. Whoever came
# in before the span is asked about is of neither side: of those who were held out then
# there is no message since. Whoever was in both, as the share that is held out was made
# larger, is of the first.
_ENTRIES = """
told AS MATERIALIZED (
  SELECT m.id, m.contact_id, m.told ->> 'step' AS step,
    coalesce(CAST(m.told ->> 'after_minutes' AS int), 0) AS after, m.reason,
    m.asked_at, m.due_at
  FROM messages m
  WHERE m.shop_id = :shop AND m.automation = ANY(CAST(:automations AS text[]))
    AND m.checkout_key IS NOT NULL AND m.told ->> 'step' <> ''
    AND m.created_at >= CAST(:since AS timestamptz) - :reach
    AND m.created_at < :until),
people AS MATERIALIZED (
  SELECT DISTINCT ON (contact_id) contact_id, step, asked_at IS NULL AS is_held_out,
    coalesce(asked_at, due_at) AS at
  FROM told
  WHERE contact_id IS NOT NULL AND (asked_at IS NOT NULL OR reason = 'control_group')
  ORDER BY contact_id, coalesce(asked_at, due_at), id),
entries AS MATERIALIZED (
  SELECT p.*, (
    SELECT min(o.placed_at) FROM orders o
    WHERE o.contact_id = p.contact_id AND o.placed_at > p.at
      AND o.placed_at <= p.at + :reach + :longest AND o.cancelled_at IS NULL
      AND o.is_test IS NOT TRUE) AS bought_at
  FROM people p WHERE p.at >= :since)
"""

_COUNTED = """
  count(*) FILTER (WHERE NOT is_held_out) AS told,
  count(*) FILTER (WHERE NOT is_held_out AND has_bought) AS told_buyers,
  count(*) FILTER (WHERE is_held_out) AS held_out,
  count(*) FILTER (WHERE is_held_out AND has_bought) AS held_out_buyers
"""

_ARMS = Statement(f"""
WITH {_ENTRIES},
judged AS (
  SELECT is_held_out,
    bought_at IS NOT NULL AND bought_at <= at + :longest AS has_bought
  FROM entries)
SELECT {_COUNTED} FROM judged
""")

# When a step would have come is counted for both sides alike, by its place in the flow
# and not by when its message left: of those who were held out there is none. A step
# that was put in meanwhile is nobody's who came by before it was there.
_STEP_ARMS = Statement(f"""
WITH {_ENTRIES},
steps AS MATERIALIZED (
  SELECT step, percentile_disc(0.5) WITHIN GROUP (ORDER BY after) AS after,
    min(due_at) AS first_at, max(due_at) AS last_at
  FROM told GROUP BY step),
spans AS MATERIALIZED (
  SELECT s.*, least(:longest, make_interval(mins => (
    SELECT min(later.after) FROM steps later WHERE later.after > s.after) - s.after))
    AS lasts
  FROM steps s),
due AS (
  SELECT e.is_held_out, e.bought_at, s.step, s.lasts, w.at
  FROM entries e
  JOIN spans own ON own.step = e.step
  JOIN spans s ON s.step = e.step OR s.after > own.after
  CROSS JOIN LATERAL (
    SELECT e.at + make_interval(mins => s.after - own.after) AS at) w
  WHERE s.step = e.step
    OR w.at BETWEEN s.first_at - :slack AND s.last_at + :slack),
judged AS (
  SELECT is_held_out, step,
    bought_at IS NOT NULL AND bought_at <= at + lasts AS has_bought
  FROM due
  WHERE (bought_at IS NULL OR bought_at > at) AND at + lasts <= :until)
SELECT step, {_COUNTED} FROM judged GROUP BY step
""")

_SPANS = {"longest": _LONGEST, "reach": _REACH}


def arms(tx: Transaction, asked: Asked) -> Arms:
    [row] = tx.ask(_ARMS, asked.values() | _SPANS)
    return Arms(**row._asdict())


def by_step(tx: Transaction, asked: Asked) -> Sequence[StepArms]:
    """Of each step for which anybody's time is over; in no order."""
    rows = tx.ask(_STEP_ARMS, asked.values() | _SPANS | {"slack": _SLACK})
    return [StepArms(**row._asdict()) for row in rows]
