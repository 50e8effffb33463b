"""``./sosik doctor``: what is set up, and what is missing for going live.

Looks and changes nothing but the audit. What cannot be looked at is missing too, and
every line that is not well says what to do next.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from redis import Redis
from redis.exceptions import RedisError
from rq import Worker
from rq.serializers import JSONSerializer
from sqlalchemy import Engine, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from core.errors import AppError, ConfigurationError, DatabaseAway
from core.redis_urls import open_redis
from core.sealing import CannotOpen, Keyring
from core.settings import Settings, is_loopback
from notifications import automations
from storage import (
    admin_api,
    asking,
    auditing,
    catalogs,
    comparisons,
    consent_pushes,
    feeds,
    installation,
    number_health,
    open_answers,
    privacy,
    tenancy,
)
from storage.migrate import is_migrated
from storage.session import TransactionsOn, database_may_be_away, open_engine
from storage.tenancy import Crossing
from wiring import doctor_of_catalogs, doctor_of_numbers, review
from wiring.clock import clock_of
from wiring.redis_safety import judged

_OLDEST_POSTGRES = 15
_LATE_REQUEST = timedelta(hours=1)
_LATE_CONSENT = timedelta(minutes=5)
_NOT_LOOKED_AT = "not looked at, since "
_CHECK_ADDRESS = "check DATABASE_URL and the rights of its role"
_COMPARED_WITHIN = timedelta(hours=2)
_START = "run ./sosik up, or see .env.example"


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of the installation. ``next_step`` is None where all is well."""

    part: str
    is_well: bool
    says: str
    next_step: str | None = None


def findings(env: Mapping[str, str], actor: str) -> list[Finding]:
    """What there is to say about the installation that ``env`` describes."""
    try:
        settings = Settings.from_env(env)
    except ConfigurationError as error:
        problems = str(error).split("; ")
        return [
            *(Finding("settings", False, problem, _START) for problem in problems),
            *(_unseen(part, "settings are missing") for part in _PARTS),
        ]
    return findings_with(settings, actor)


_OF_DATABASE = ("migrations", "SECRET_KEYS", "database role")
_OF_TABLES = (
    *("shops", "Shopify", "Admin API", "WhatsApp", "numbers", "templates"),
    "automations",
    *("privacy", "comparison", "consent", "tracking", "catalogs"),
)
_PARTS = (
    *("PostgreSQL", *_OF_DATABASE, "Redis", "workers", "APP_URL", "sandbox"),
    *("Shopify review", "Meta review"),
    *_OF_TABLES,
)


def findings_with(
    settings: Settings, actor: str, *, now: datetime | None = None
) -> list[Finding]:
    """The same, for settings that are complete; ``now`` is for whoever knows better
    than the clock that goes with them."""
    now = now or clock_of(settings)()
    found = [Finding("settings", True, "complete")]
    try:
        engine = open_engine(settings.database_url, connections=1)
    except (ArgumentError, ValueError):
        found.append(
            Finding("PostgreSQL", False, "its address is garbled", _CHECK_ADDRESS)
        )
        found += [_unseen(part, "PostgreSQL is") for part in _OF_DATABASE]
        found += _elsewhere(settings)
        return found + [_unseen(part, "the tables are") for part in _OF_TABLES]
    try:
        found += _of_database(engine, settings)
        found += _elsewhere(settings)
        if all(
            one.is_well for one in found if one.part in ("PostgreSQL", "migrations")
        ):
            found += _looked("shops", lambda: _going_live(engine, settings, actor, now))
        else:
            found += [_unseen(part, "the tables are") for part in _OF_TABLES]
    finally:
        engine.dispose()
    return found


def _of_database(engine: Engine, settings: Settings) -> list[Finding]:
    postgres = _looked("PostgreSQL", lambda: iter([_postgres(engine)]))
    if all(one.is_well for one in postgres):
        return postgres + _looked("migrations", lambda: _database(engine, settings))
    return postgres + [_unseen(part, "PostgreSQL is") for part in _OF_DATABASE]


def _elsewhere(settings: Settings) -> list[Finding]:
    return [
        *_redis(settings.redis_url),
        _app_url(settings),
        _sandbox(settings),
        _review("Shopify", review.by_shopify(settings)),
        _review("Meta", review.by_meta(settings)),
    ]


def _looked(part: str, look: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """What a look at the database found; that it broke off is a finding too."""
    try:
        return list(look())
    except (DatabaseAway, SQLAlchemyError) as error:
        said = f"cannot be looked at ({type(error).__name__})"
        return [Finding(part, False, said, _CHECK_ADDRESS)]


def _unseen(part: str, because: str) -> Finding:
    said = because if because.endswith("missing") else f"{because} missing"
    return Finding(part, False, f"{_NOT_LOOKED_AT}{said}", "mend that first")


def _postgres(engine: Engine) -> Finding:
    try:
        with database_may_be_away(), engine.connect() as connection:
            version = int((connection.dialect.server_version_info or (0,))[0])
    except DatabaseAway as error:
        return Finding(
            "PostgreSQL", False, f"does not answer ({error})", "check DATABASE_URL"
        )
    if version < _OLDEST_POSTGRES:
        step = f"move to PostgreSQL {_OLDEST_POSTGRES} or newer"
        return Finding("PostgreSQL", False, f"is version {version}", step)
    return Finding("PostgreSQL", True, f"version {version} answers")


def _database(engine: Engine, settings: Settings) -> Iterator[Finding]:
    if not is_migrated(engine):
        step = "run ./sosik release"
        yield Finding("migrations", False, "the tables are not those we need", step)
        yield _unseen("SECRET_KEYS", "the tables are")
    else:
        yield Finding("migrations", True, "the tables are the newest")
        yield _secret_keys(engine, settings)
    yield _role(engine)


def _secret_keys(engine: Engine, settings: Settings) -> Finding:
    try:
        installation.pepper(TransactionsOn(engine), Keyring(settings.secret_keys))
    except CannotOpen:
        step = "add the key that was there before, behind a comma"
        return Finding("SECRET_KEYS", False, "do not open what is stored", step)
    except ConfigurationError as error:
        return Finding("SECRET_KEYS", False, str(error), "run ./sosik release")
    return Finding("SECRET_KEYS", True, "open what is stored")


def _role(engine: Engine) -> Finding:
    """A role above row-level security works as a lesser one, if that is there."""
    with database_may_be_away(), engine.connect() as connection:
        ignores_locks = connection.scalar(text(tenancy.ROLE_IGNORES_LOCKS))
        has_lesser = connection.scalar(
            text("SELECT 1 FROM pg_roles WHERE rolname = :role"),
            {"role": tenancy.APP_ROLE},
        )
    if not ignores_locks:
        return Finding("database role", True, "is below row-level security")
    if has_lesser:
        said = f"is a superuser, and works as {tenancy.APP_ROLE}"
        return Finding("database role", True, said)
    step = "run ./sosik release, or use a role that is no superuser"
    return Finding("database role", False, "passes by row-level security", step)


def _redis(url: str) -> Iterator[Finding]:
    try:
        with open_redis(url) as redis:
            said = {
                str(name): str(value) for name, value in redis.info("server").items()
            }
            well, words, step = judged(said, url)
            yield Finding("Redis", well, words, step)
            yield _workers(redis)
    except (RedisError, AppError, OSError) as error:
        said_of = type(error).__name__
        yield Finding("Redis", False, f"does not answer ({said_of})", "check REDIS_URL")
        yield _unseen("workers", "Redis is")


def _workers(redis: Redis) -> Finding:
    count = len(Worker.all(connection=redis, serializer=JSONSerializer))
    if count:
        return Finding("workers", True, f"{count} at work")
    step = "run ./sosik up, or the lines of the Procfile"
    return Finding("workers", False, "none is at work", step)


def _app_url(settings: Settings) -> Finding:
    url = urlsplit(settings.app_url)
    if url.scheme == "https" and not is_loopback(url.hostname):
        return Finding("APP_URL", True, settings.app_url)
    return Finding(
        "APP_URL",
        False,
        f"{settings.app_url} cannot be reached by Shopify and Meta",
        "set APP_URL to the public https address of this installation",
    )


def _sandbox(settings: Settings) -> Finding:
    if not settings.sandbox:
        return Finding("sandbox", True, "is off")
    return Finding(
        "sandbox",
        False,
        "is on: no real message is sent",
        "set the credentials of Shopify and Meta: see .env.example",
    )


def _review(who: str, seen: review.Review) -> Finding:
    """What can be seen of it here. Nobody needs one for a store of their own."""
    part = f"{who} review"
    if not seen.is_wanted:
        said = f"no app is handed in yet: see {review.PAGE} before it is"
        return Finding(part, True, said)
    if seen.missing:
        return Finding(part, False, "; ".join(seen.missing), f"see {review.PAGE}")
    said = f"all that shows from here is there; {review.PAGE} has the rest"
    return Finding(part, True, said)


def _going_live(
    engine: Engine, settings: Settings, actor: str, now: datetime
) -> Iterator[Finding]:
    known = automations.discover()
    names = [automation.template.name for automation in known.values()]
    with TransactionsOn(engine).across(Crossing.OPERATING) as tx:
        auditing.note(
            tx,
            Crossing.OPERATING,
            actor=actor,
            doing="doctor",
            now=now,
        )
        shops = asking.how_far_set_up(tx, names, known)
        followed, held_back = feeds.held_back(tx)
        asked = admin_api.of_active_shops(tx)
        compared = comparisons.of_active_shops(tx)
        to_tell = consent_pushes.counts(tx)
        answers = open_answers.counts(tx, since=now - _LATELY)
        kept = catalogs.standing(tx)
        seen = number_health.of_all(tx)
        waiting, since = privacy.waiting(tx)
    templates = sum(
        len(each.texts) for each in automations.templates_of(known.values())
    )
    connected = [shop for shop in shops if shop["numbers"]]
    yield _counted(
        "shops", len(shops), max(len(shops), 1), "connected", "./sosik shop add --help"
    )
    yield _counted(
        "Shopify",
        sum(1 for shop in shops if shop["access_lost"] is None),
        max(len(shops), 1),
        "shops that let us in",
        "./sosik shop list, then ./sosik shop show DOMAIN",
    )
    yield _admin_api(asked, settings.shopify_api_version)
    yield _counted(
        "WhatsApp",
        sum(all(held is None for *_, held in shop["numbers"]) for shop in connected),
        max(len(shops), 1),
        "shops with numbers that may all send",
        "./sosik shop whatsapp --help, then ./sosik shop list",
    )
    yield Finding("numbers", *doctor_of_numbers.finding(seen, now))
    yield _counted(
        "templates",
        sum(1 for shop in shops if shop["templates_approved"] >= templates),
        max(len(shops), 1),
        "shops with all templates approved",
        "./sosik shop show DOMAIN, and WhatsApp Manager",
    )
    yield _counted(
        "automations",
        sum(1 for shop in shops if shop["automations_on"] > 0),
        max(len(shops), 1),
        "shops with an automation on",
        "./sosik automation set DOMAIN NAME --enabled",
    )
    yield _privacy(waiting, since, now)
    yield _comparison(compared, now)
    yield _consent(to_tell, now)
    yield _answers(answers)
    yield _tracking(followed, held_back)
    yield Finding("catalogs", *doctor_of_catalogs.finding(kept))


def _privacy(waiting: int, since: datetime | None, now: datetime) -> Finding:
    """The law leaves thirty days; here one hour is late."""
    if since is None or now - since < _LATE_REQUEST:
        said = f"{waiting} requests wait" if waiting else "no request waits"
        return Finding("privacy", True, said)
    said = f"{waiting} requests wait, the oldest since {since:%Y-%m-%d %H:%M} UTC"
    return Finding(
        "privacy", False, said, "./sosik compliance list DOMAIN, and the log"
    )


def _admin_api(asked: Sequence[Mapping[str, Any]], version: str) -> Finding:
    """Which version answers, and whether stores take our questions."""
    refused = Counter(one["refused"] for one in asked if one["refused"] is not None)
    others = Counter(
        one["version"] for one in asked if one["version"] not in (None, version)
    )
    part = "Admin API"
    if refused:
        [(code, count), *_] = refused.most_common(1)
        said = f"{count} of {len(asked)} shops refuse our questions ({code})"
        return Finding(part, False, said, _NEXT_STEPS.get(code, _ANY_REFUSAL))
    if others:
        [(answered, count), *_] = others.most_common(1)
        said = f"{count} of {len(asked)} shops answer as {answered}, not as {version}"
        step = f"see what {answered} changed, and set SHOPIFY_API_VERSION"
        return Finding(part, False, said, step)
    answering = sum(1 for one in asked if one["version"] is not None)
    return Finding(part, True, f"version {version}, answered by {answering} shops")


_LATELY = timedelta(days=7)
_ANY_REFUSAL = "docs/reference/admin-api.md says what the code means"
_WRITE_CUSTOMERS = "have the store grant write_customers: see docs/reference/scopes.md"
_NEXT_STEPS = {
    "no_scope": _WRITE_CUSTOMERS,
    "shopify_access_denied": _WRITE_CUSTOMERS,
    "shopify_402": "the store has to pay Shopify",
    "shopify_403_address": "put this server's address on the app's IP allowlist, in "
    "Shopify's Dev Dashboard",
    "shopify_403": "see the app's scopes, its approval for protected data, and its "
    "IP allowlist, in Shopify's Dev Dashboard",
    "shopify_423": "ask Shopify why the store is locked",
}


def _comparison(compared: Sequence[Mapping[str, Any]], now: datetime) -> Finding:
    """A webhook that got lost is found by asking the stores, every few minutes."""
    late = now - _COMPARED_WITHIN
    fresh = [
        one
        for one in compared
        if one["held_because"] is None
        and max(one["compared_at"] or one["began_at"], one["began_at"]) > late
    ]
    return _counted(
        "comparison",
        len(fresh),
        len(compared),
        "shops compared with what they say",
        "./sosik shop show DOMAIN says what holds it back",
    )


def _consent(told: Mapping[str, Any], now: datetime) -> Finding:
    """A STOP is at Shopify within seconds, or something holds it back. What Shopify
    itself refuses, such as a number that two customers have, nobody here can mend."""
    due_at, because = told["due_at"], told["held_because"]
    is_late = due_at is not None and now - due_at > _LATE_CONSENT
    if because is not None or is_late:
        reason = "" if because is None else f" ({because})"
        said = f"{told['waiting']} words of consent are not at Shopify yet{reason}"
        step = _NEXT_STEPS.get(because or "", "./sosik shop show DOMAIN, and the log")
        return Finding("consent", False, said, step)
    refused = told["refused"]
    but = f"; Shopify refused {refused}" if refused else ""
    return Finding("consent", True, f"Shopify is told what people say{but}")


def _answers(told: Mapping[str, Any]) -> Finding:
    """What buyers answered about their orders is done at Shopify, where it lets us."""
    if because := told["held_because"]:
        said = f"{told['waiting']} answers of buyers wait ({because})"
        step = _NEXT_STEPS.get(because, "./sosik why DOMAIN --order NAME, and the log")
        return Finding("answers", False, said, step)
    if told["withheld"]:
        said = f"{told['withheld']} answers of buyers changed nothing at Shopify"
        step = "have the store grant write_orders: see docs/reference/scopes.md"
        return Finding("answers", False, said, step)
    return Finding("answers", True, "Shopify is told what buyers answer about orders")


def _tracking(followed: int, held_back: int) -> Finding:
    """Nobody needs it, so a shop without is well."""
    if followed == 0:
        return Finding("tracking", True, "no shop has its parcels followed")
    return _counted(
        "tracking",
        followed - held_back,
        followed,
        "shops have their parcels followed",
        "./sosik shop show DOMAIN says what holds it back",
    )


def _counted(part: str, count: int, wanted: int, what: str, step: str) -> Finding:
    is_well = count >= wanted
    said = f"{count} {what}" if part == "shops" else f"{count} of {wanted} {what}"
    return Finding(part, is_well, said, None if is_well else step)


def report(found: Sequence[Finding]) -> None:
    """A line for each part, in colour on a terminal."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, markup=False, emoji=False)
    for one in found:
        mark = Text("[ok]     ", "green") if one.is_well else Text("[missing]", "red")
        line = Text.assemble(mark, f" {one.part}: {one.says}")
        if one.next_step is not None:
            line.append(f"  ->  {one.next_step}", "dim")
        console.print(line, soft_wrap=True)


def main(env: Mapping[str, str], words: Sequence[str]) -> int:
    """Say what is missing; answer 1 while something is."""
    found = findings(env, f"user {os.getuid()}")
    if "--json" in words:
        for one in found:
            sys.stdout.write(json.dumps(asdict(one)) + "\n")
    else:
        report(found)
    return 0 if all(one.is_well for one in found) else 1
