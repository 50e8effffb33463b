"""What the database knows of the simulated store: its newest webhooks and messages.

Across shops, since a webhook is nobody's until it has been read; but every question
names the one store, so that nothing of another is ever shown. Each is bounded,
whatever the history.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from core.echoes import BY_FORM
from core.settings import SANDBOX_SHOP
from core.values import Phone, Scope, ShopId
from storage import ledger, people
from storage.inbox import Source
from storage.ledger import LatestWord
from storage.people import PhoneBook
from storage.session import Transaction
from storage.statements import Statement

_SCANNED = 600
"""Of the newest webhooks; those of Meta lie between the store's, three for each."""
_WEBHOOKS = 60
_MESSAGES = 40
_OF_ONE_ORDER = 200

Rows = Sequence[Any]

_SHOP = Statement("SELECT id FROM shops WHERE domain = :domain AND state = 'active'")


def shop_of(tx: Transaction) -> ShopId | None:
    """The simulated store, once it is connected."""
    rows = tx.ask(_SHOP, {"domain": SANDBOX_SHOP})
    return ShopId(rows[0].id) if rows else None


# The mark that PostgreSQL itself puts on a row is another one after each change. What
# comes from Meta is nobody's, and may be a reply that changes nothing else.
_VERSION = Statement(f"""
SELECT md5(concat_ws(' ',
  (SELECT string_agg(id || ':' || mark, ' ') FROM (
    SELECT id, xmin AS mark, shop_domain FROM webhooks
    ORDER BY id DESC LIMIT {_SCANNED}) w
   WHERE shop_domain IN (:domain, '')),
  (SELECT string_agg(id || ':' || mark, ' ') FROM (
    SELECT id, xmin AS mark FROM messages WHERE shop_id = :shop
    ORDER BY id DESC LIMIT {_MESSAGES}) m),
  (SELECT max(number) FROM consents WHERE shop_id = :shop)
)) AS version
""")


def version(tx: Transaction, shop_id: ShopId) -> str:
    """Another one whenever something of what is shown has changed."""
    asked = {"domain": SANDBOX_SHOP, "shop": shop_id}
    return str(tx.ask(_VERSION, asked)[0].version)


_WEBHOOK = """
w.id, w.dedupe_id, w.topic, w.lane, w.state, w.reason, w.outcome, w.attempts,
w.order_id, w.happened_at, w.arrived_at, o.name AS order_name
"""
_NEWEST_WEBHOOKS = Statement(f"""
SELECT {_WEBHOOK} FROM (
  SELECT * FROM webhooks ORDER BY id DESC LIMIT {_SCANNED}) w
LEFT JOIN orders o ON o.shop_id = :shop AND o.order_id = w.order_id
WHERE w.shop_domain = :domain ORDER BY w.id DESC LIMIT {_WEBHOOKS}
""")
_WEBHOOKS_OF_ORDER = Statement(f"""
SELECT {_WEBHOOK} FROM webhooks w
LEFT JOIN orders o ON o.shop_id = :shop AND o.order_id = w.order_id
WHERE w.shop_id = :shop AND w.order_id = :order AND w.shop_domain = :domain
ORDER BY w.id DESC LIMIT {_OF_ONE_ORDER}
""")
_FROM_META = Statement("""
SELECT id, dedupe_id, lane, state, reason, arrived_at FROM webhooks
WHERE source = 'meta' AND shop_domain = '' AND dedupe_id = ANY(CAST(:digests AS text[]))
""")


def webhooks(tx: Transaction, shop_id: ShopId, order_id: int | None) -> Rows:
    """The store's newest, or all of one order; newest first."""
    asked = {"domain": SANDBOX_SHOP, "shop": shop_id}
    if order_id is None:
        return tx.ask(_NEWEST_WEBHOOKS, asked)
    return tx.ask(_WEBHOOKS_OF_ORDER, {**asked, "order": order_id})


def bundles(tx: Transaction, digests: Collection[str]) -> Rows:
    """The webhooks of Meta with these very bytes."""
    return tx.ask(_FROM_META, {"digests": list(digests)}) if digests else ()


_MESSAGE = """
SELECT m.id, m.automation, m.state, m.reason, m.order_id, o.name AS order_name,
  m.due_at, m.template, m.language, m.provider_id, m.attempt, m.story, m.told
FROM messages m
LEFT JOIN orders o ON o.shop_id = m.shop_id AND o.order_id = m.order_id
"""
_NEWEST_MESSAGES = Statement(f"""
{_MESSAGE} WHERE m.id IN (
  SELECT id FROM messages WHERE shop_id = :shop ORDER BY id DESC LIMIT {_MESSAGES})
OR (m.shop_id = :shop AND m.order_id = ANY(CAST(:orders AS bigint[])))
ORDER BY m.created_at DESC, m.id DESC LIMIT {_OF_ONE_ORDER}
""")
_MESSAGES_OF_ORDER = Statement(f"""
{_MESSAGE} WHERE m.shop_id = :shop AND m.order_id = :order
ORDER BY m.created_at DESC, m.id DESC LIMIT {_OF_ONE_ORDER}
""")
_STATES = Statement("""
SELECT id, state, reason, language FROM messages
WHERE shop_id = :shop AND id = ANY(CAST(:ids AS text[]))
""")


def messages(
    tx: Transaction, shop_id: ShopId, order_id: int | None, orders: Collection[int]
) -> Rows:
    """The newest and all about these orders, or all about one; newest first."""
    if order_id is None:
        return tx.ask(_NEWEST_MESSAGES, {"shop": shop_id, "orders": list(orders)})
    return tx.ask(_MESSAGES_OF_ORDER, {"shop": shop_id, "order": order_id})


def states(tx: Transaction, shop_id: ShopId, ids: Collection[str]) -> Rows:
    """What became of these messages."""
    return tx.ask(_STATES, {"shop": shop_id, "ids": list(ids)}) if ids else ()


_BODY = Statement("""
SELECT id, source, topic, state, reason, outcome, body, dedupe_id, happened_at,
  arrived_at, attempts, lane, shop_domain, order_id
FROM webhooks WHERE id = :id AND shop_domain IN (:domain, '')
""")


def webhook(tx: Transaction, webhook_id: int) -> Any | None:
    """One of the store's, or one of Meta's, of which nobody can tell whose it is."""
    rows = tx.ask(_BODY, {"id": webhook_id, "domain": SANDBOX_SHOP})
    return rows[0] if rows else None


_PACE = Statement("""
SELECT count(*) AS sent, percentile_cont(0.5) WITHIN GROUP (ORDER BY took) AS median,
  percentile_cont(0.95) WITHIN GROUP (ORDER BY took) AS p95
FROM (
  SELECT extract(epoch FROM accepted_at - created_at) AS took FROM messages
  WHERE shop_id = :shop AND accepted_at > :since
  ORDER BY accepted_at DESC LIMIT 4000) AS lately
""")


def pace(tx: Transaction, shop_id: ShopId, *, since: datetime) -> Any:
    """How many messages Meta took since then, and how many seconds after they were
    proposed."""
    return tx.ask(_PACE, {"shop": shop_id, "since": since})[0]


def last_word_about_offers(
    tx: Transaction, shop_id: ShopId, phone: Phone, *, book: PhoneBook
) -> LatestWord | None:
    """The last thing that whoever has a phone said about offers. Anybody may have typed
    their number into the store's form."""
    contact = people.contact_with(tx, shop_id, phone, book=book)
    if contact is None:
        return None
    words = ledger.latest_words(tx, [contact], not_from=(BY_FORM,))
    return words.get((contact, Scope.MARKETING, None))


def is_from_meta(row: Any) -> bool:
    return bool(row.source == Source.META)
