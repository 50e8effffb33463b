"""What an owner may set about a shop, checked before it is kept."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import available_timezones

from core.errors import NotPossible
from core.values import ShopDomain, ShopId
from core.words import N_
from notifications import hours_left, offer_settings
from notifications.operating import Operator, shop_id_of, shop_named
from notifications.ports import Services
from notifications.rules.objections import Because
from notifications.rules.product_questions import Answers
from notifications.unfit import SettingRefused, Unfit
from notifications.witnessing import Door
from storage import changes, outbox, shops
from storage.changes import By, Change
from storage.session import Transaction
from storage.shops import ConsentRule

_MOST_MESSAGES_A_SECOND = 1000
_LONGEST_WORDING = 500


def languages_offered(services: Services) -> list[str]:
    """Every language that a template of ours speaks."""
    return sorted(
        {
            language
            for automation in services.automations.values()
            for language in automation.template.texts
        }
    )


def settings_of(shop_id: ShopId, *, services: Services) -> Mapping[str, Any]:
    """What is set at a shop, by the settings' names; ``offers`` has those of offers as
    they are written, whether the owner has set them or not."""
    with services.transactions.for_shop(shop_id) as tx:
        found = shops.settings(tx, shop_id)
    return {**found, "offers": {**offer_settings.DEFAULTS, **(found["offers"] or {})}}


def set_shop(
    domain: ShopDomain,
    wanted: Mapping[str, str],
    *,
    operator: Operator,
    services: Services,
) -> Mapping[str, Any]:
    """As ``change_shop``, by the command line.

    Raises:
        NotPossible: the shop is not connected, or a setting is refused: its name and
            the reason.
    """
    checked = _checked(wanted, services)
    doing = f"shop set {' '.join(sorted(checked))} of"
    shop = shop_named(domain, doing, operator=operator, services=services)
    by = By(Door.COMMAND, operator.name)
    return change_shop(shop_id_of(shop), wanted, by=by, services=services)


def change_shop(
    shop_id: ShopId, wanted: Mapping[str, str], *, by: By, services: Services
) -> Mapping[str, Any]:
    """Change settings of a shop, all of them or none; answer what was set.

    Raises:
        NotPossible: there is no such setting.
        SettingRefused: a value cannot be one.
    """
    checked = _checked(wanted, services)
    # From now on the store's own word about its timezone does not count.
    own = {"has_own_timezone": True} if "timezone" in checked else {}
    with services.transactions.for_shop(shop_id) as tx:
        before = shops.settings(tx, shop_id, to_change=True)
        shops.change(tx, shop_id, checked | own)
        _note(tx, shop_id, "settings_set", before, checked, by, services)
    return checked


def set_offers(
    domain: ShopDomain,
    wanted: Mapping[str, str],
    *,
    operator: Operator,
    services: Services,
) -> None:
    """As ``change_offers``, by the command line.

    Raises:
        NotPossible: the shop is not connected, or a setting is refused: its name and
            the reason.
    """
    doing = f"caps set {' '.join(sorted(offer_settings.checked(wanted)))} of"
    shop = shop_named(domain, doing, operator=operator, services=services)
    by = By(Door.COMMAND, operator.name)
    change_offers(shop_id_of(shop), wanted, by=by, services=services)


def change_offers(
    shop_id: ShopId, wanted: Mapping[str, str], *, by: By, services: Services
) -> None:
    """Change what the owner has set about offers, all of it or none. Raises as
    ``change_shop``."""
    checked = offer_settings.checked(wanted)
    with services.transactions.for_shop(shop_id) as tx:
        found, now = shops.settings(tx, shop_id, to_change=True), services.clock()
        before = {**offer_settings.DEFAULTS, **(found["offers"] or {})}
        hours_left.must_be_left(
            _windows(tx, shop_id),
            checked,
            offers=before,
            timezone=found["timezone"],
            automations=services.automations,
            now=now,
        )
        own = {
            name: value
            for name, value in {**before, **checked}.items()
            if value != offer_settings.DEFAULTS.get(name)
        }
        shops.change(tx, shop_id, {"offers": own or None})
        # What waits for an hour or for a cap may go out by the new ones.
        reasons = [
            *(Because.QUIET_HOURS, Because.OUTSIDE_ITS_HOURS, Because.CAP_REACHED)
        ]
        outbox.wake(tx, shop_id, reasons, now=now)
        _note(tx, shop_id, "offers_set", before, checked, by, services)


def _windows(tx: Transaction, shop_id: ShopId) -> Mapping[str, str | None]:
    """The hours of each automation that was ever set, by its name."""
    switches = shops.switches(tx, [shop_id])
    return {name: switch.send_window for (_, name), switch in switches.items()}


def _note(
    tx: Transaction,
    shop_id: ShopId,
    what: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    by: By,
    services: Services,
) -> None:
    """Write down what is another value now; nothing where nothing is."""
    changed = [name for name, value in after.items() if before[name] != value]
    if changed:
        change = Change(
            what=what,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )
        changes.note(tx, shop_id, by, change, now=services.clock())


def _checked(wanted: Mapping[str, str], services: Services) -> dict[str, Any]:
    if not wanted:
        raise NotPossible(f"nothing to set: there is {', '.join(_SETTINGS)}")
    return {
        name: _checked_setting(name, value, services) for name, value in wanted.items()
    }


def _checked_setting(name: str, value: str, services: Services) -> Any:
    check = _SETTINGS.get(name)
    if check is None:
        raise NotPossible(f"{name} is not a setting (there is: {', '.join(_SETTINGS)})")
    try:
        return check(value.strip(), services)
    except Unfit as error:
        raise SettingRefused(name, error) from None


def _consent_rule(value: str, services: Services) -> str:  # noqa: ARG001
    known = [rule.value for rule in ConsentRule]
    if value not in known:
        raise Unfit(N_("must be one of %(known)s"), known=", ".join(known))
    return value


def _throughput(value: str, services: Services) -> int:  # noqa: ARG001
    is_number = value.isascii() and value.isdigit() and len(value) <= 4
    if not is_number or not 1 <= int(value) <= _MOST_MESSAGES_A_SECOND:
        raise Unfit(
            N_("must be a whole number from 1 to %(most)s"),
            most=_MOST_MESSAGES_A_SECOND,
        )
    return int(value)


def _languages(value: str, services: Services) -> list[str]:
    """In their order, each once; none means every language there is."""
    named = list(dict.fromkeys(filter(None, map(str.strip, value.split(",")))))
    offered = languages_offered(services)
    for language in named:
        if language not in offered:
            raise Unfit(
                N_("cannot hold %(language)s (offered: %(offered)s)"),
                language=repr(language),
                offered=", ".join(offered),
            )
    return named


def _timezone(value: str, services: Services) -> str:  # noqa: ARG001
    if value not in available_timezones():
        raise Unfit(N_("must be a time zone such as Europe/Berlin"))
    return value


def _purchase_wording(value: str, services: Services) -> str:  # noqa: ARG001
    if not value or len(value) > _LONGEST_WORDING or not value.isprintable():
        raise Unfit(
            N_("must be one line of 1 to %(most)s characters"), most=_LONGEST_WORDING
        )
    return value


def _product_answers(value: str, services: Services) -> str:  # noqa: ARG001
    known = [each.value for each in Answers]
    if value not in known:
        raise Unfit(N_("must be one of %(known)s"), known=", ".join(known))
    return value


def _webhook_days(value: str, services: Services) -> int | None:
    return _days(value, services.webhook_retention)


def _message_days(value: str, services: Services) -> int | None:
    return _days(value, services.message_body_retention)


def _days(value: str, longest: timedelta) -> int | None:
    """Shorter than the installation keeps it, and never longer; none has it keep it as
    the installation does."""
    if value in ("", "none"):
        return None
    is_number = value.isascii() and value.isdigit() and len(value) <= 5
    if not is_number or not 1 <= int(value) <= longest.days:
        raise Unfit(
            N_("must be a whole number of days from 1 to %(most)s, or none"),
            most=longest.days,
        )
    return int(value)


_SETTINGS: Mapping[str, Callable[[str, Services], Any]] = {
    "transactional_consent": _consent_rule,
    "throughput": _throughput,
    "languages": _languages,
    "timezone": _timezone,
    "purchase_wording": _purchase_wording,
    "product_answers": _product_answers,
    "webhook_days": _webhook_days,
    "message_days": _message_days,
}
