"""The services of one process. Build them after the process has forked."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache, partial

from redis import Redis

from core.clock import Clock
from core.events import Event
from core.ids import new_id_maker
from core.redis_urls import open_redis
from core.sealing import Keyring
from core.sender import Sender
from core.settings import Settings
from integrations import tracking
from integrations.counting import RedisCounters
from integrations.job_queue import GatheredHints, HintsByKind, LaneHints
from integrations.meta import payloads as meta_payloads
from integrations.shopify import payloads as shopify_payloads
from integrations.shopify.cart_links import leading_to
from notifications import automations, recording
from notifications.office import Office
from notifications.ports import Services
from storage import installation, keys
from storage.inbox import Source
from storage.intake import Keeper
from storage.people import PhoneBook
from storage.session import TransactionsOn, open_engine
from wiring.channel import WhatsAppChannel
from wiring.clock import clock_of

_CONNECTIONS_FOR_PAGES = 2
"""Of a web process; the others are for the intake."""
_CONNECTIONS_FOR_WORK = 3
"""A worker has no use for more: one to take with, one to record with, one to spare."""

_GATHER_HINTS_FOR = timedelta(milliseconds=10)
_GATHER_REPORTS_FOR = timedelta(milliseconds=500)
"""Nobody waits for them, and there are three of each message."""
_HINT_SECONDS = 1.0
_MOST_UNDER_WAY = 256
_ANSWER_SECONDS = 7.0
"""Less than a lease minus its last start: see notifications.sending."""


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    connections: int = _CONNECTIONS_FOR_WORK,
    process: str | None = None,
) -> Services:
    """Everything a worker, the scheduler or a command may need.

    ``process`` is the name by which others know this process, if any do. Without a
    ``clock`` it is the one that goes with the settings.
    """
    clock = clock or clock_of(settings)
    new_id = new_id_maker(clock)
    engine = open_engine(
        settings.database_url,
        connections=min(connections, settings.database_connections),
    )
    transactions = TransactionsOn(engine)
    sealer = Keyring(settings.secret_keys, keys.found_in(transactions))
    channel = WhatsAppChannel.of(settings)
    sender = Sender(total_seconds=_ANSWER_SECONDS, connections=_MOST_UNDER_WAY)
    counters = RedisCounters(_hint_redis(settings))

    def record(outcomes: Sequence[recording.Outcome]) -> None:
        recording.record(outcomes, services=services)

    office = Office(sender, judge=channel.judge, record=record, most=_MOST_UNDER_WAY)

    def close() -> None:
        office.flush(_ANSWER_SECONDS)
        sender.close()
        counters.flush()
        engine.dispose()

    services = Services(
        process=process or new_id("process"),
        app_url=settings.app_url,
        clock=clock,
        monotonic=time.monotonic,
        new_id=new_id,
        transactions=transactions,
        sealer=sealer,
        book=PhoneBook(sealer, _pepper(transactions, sealer)),
        hints=LaneHints(_hint_redis(settings)),
        counters=counters,
        office=office,
        channel=channel,
        read_webhook=read_webhook,
        is_of_interest=is_of_interest,
        is_owed=is_owed,
        leads_back=leading_to,
        automations=automations.discover(),
        webhook_retention=timedelta(days=settings.webhook_retention_days),
        message_body_retention=timedelta(days=settings.message_body_retention_days),
        close=close,
    )
    return services


def build_for_web(settings: Settings) -> Services:
    """The same for a web process, with hints that a request need not wait for."""
    services = build(settings, connections=_connections_for_pages(settings))
    hints = services.hints
    assert isinstance(hints, LaneHints)
    gathered = HintsByKind(
        reports=GatheredHints(hints, _GATHER_REPORTS_FOR),
        others=GatheredHints(hints, _GATHER_HINTS_FOR),
    )
    return replace(services, hints=gathered)


def build_keeper(settings: Settings, services: Services) -> Keeper:
    """How a web process writes webhooks down: over connections of its own."""
    return Keeper(
        settings.database_url,
        sealer=services.sealer,
        connections=settings.database_connections - _connections_for_pages(settings),
    )


def _connections_for_pages(settings: Settings) -> int:
    return min(_CONNECTIONS_FOR_PAGES, settings.database_connections - 1)


def _hint_redis(settings: Settings) -> Redis:
    return open_redis(settings.redis_url, answer_timeout_seconds=_HINT_SECONDS)


def _pepper(transactions: TransactionsOn, sealer: Keyring) -> Callable[[], bytes]:
    return cache(partial(installation.pepper, transactions, sealer))


def read_webhook(
    source: Source, topic: str, body: bytes, triggered_at: datetime
) -> list[Event]:
    match source:
        case Source.SHOPIFY:
            return shopify_payloads.read(topic, body, triggered_at=triggered_at)
        case Source.META:
            return meta_payloads.read(body)
        case Source.SEVENTEEN_TRACK:
            return list(tracking.discover()[source].read(body, triggered_at))


def is_of_interest(source: Source, topic: str) -> bool:
    return source is not Source.SHOPIFY or shopify_payloads.is_of_interest(topic)


def is_owed(source: Source, topic: str) -> bool:
    return source is Source.SHOPIFY and topic in shopify_payloads.OWED
