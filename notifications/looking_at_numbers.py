"""Meta is asked how the numbers of shops are, and told the profiles that they are to
have.

Each number's turn comes every hour, and at once when its owner wants to know.
"""

from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta
from functools import partial

from core.business_account import BusinessDesk, TokenTold
from core.business_profile import BusinessProfile, refusals_of
from core.errors import NotPossible, OutsideError, TryLater, Unsure, WillNotWork
from core.profile_picture import Picture, picture_of, type_of
from core.values import ShopId
from core.words import N_
from notifications import holding_back
from notifications.numbers_told import (
    Told,
    profile_as_json,
    profile_from_json,
)
from notifications.ports import Services
from storage import changes, number_health
from storage.changes import By, Change
from storage.number_health import Due, Known
from storage.numbers import number_context
from storage.tenancy import Crossing

_EVERY = timedelta(hours=1)
_LEASE = timedelta(minutes=4)
"""Longer than all calls for a number take: see ``wiring.outside``."""
_AT_ONCE = 200
_BETWEEN_CHECKS = "30 seconds"
"""However often somebody presses the button."""


def look_at_numbers(desk: BusinessDesk, *, services: Services) -> int:
    """Do what is due, one number after the other; answer how many that were."""
    for looked in range(_AT_ONCE):
        now = services.clock()
        with services.transactions.across(Crossing.LOOKING) as tx:
            due = number_health.take_due(tx, now=now, until=now + _LEASE)
        if due is None:
            return looked
        held = holding_back.turn(
            partial(_look, due, desk, services),
            shop_id=due.shop_id,
            attempts=due.attempts,
            doing="number_looking",
        )
        with services.transactions.for_shop(due.shop_id) as tx:
            number_health.hand_back(
                tx,
                due,
                taken_at=now,
                due_at=services.clock() + held.pause,
                attempts=held.attempts,
                because=held.because,
            )
    return _AT_ONCE


def _look(due: Due, desk: BusinessDesk, services: Services) -> timedelta:
    context = number_context(due.shop_id, due.phone_number_id)
    token = services.sealer.of(due.shop_id).open_text(due.token, context=context)
    if due.wanted is not None:
        wanted = profile_from_json(due.wanted)
        _note_outcome(due, partial(_write, due, token, wanted, desk), services)
    later = _why_picture_is_left(due, token, desk, services)
    told = Told(
        desk.number(due.phone_number_id, token),
        desk.account(due.account_id, token),
        _about(token, desk),
    )
    profile = desk.profile(due.phone_number_id, token)
    with services.transactions.for_shop(due.shop_id) as tx:
        number_health.note(
            tx,
            due,
            told.as_json(),
            profile_as_json(profile),
            is_on_phone=told.number.is_on_phone,
            now=services.clock(),
        )
    if later is not None:
        raise later
    return _EVERY


def _write(due: Due, token: str, wanted: BusinessProfile, desk: BusinessDesk) -> None:
    """Raises TryLater where it was not written, as far as that can be seen."""
    try:
        desk.write_profile(due.phone_number_id, token, wanted)
    except Unsure as unsure:
        if not desk.profile(due.phone_number_id, token).is_written_as(wanted):
            raise TryLater(str(unsure), code=unsure.code) from unsure


def _why_picture_is_left(
    due: Due, token: str, desk: BusinessDesk, services: Services
) -> TryLater | None:
    """Write the picture that is wanted; why it may not have been written. The same one
    again does no harm, and the number is looked at meanwhile."""
    if due.picture is None:
        return None
    picture = Picture(type_of(due.picture) or "", due.picture)
    because: str | None = None
    try:
        desk.write_picture(due.phone_number_id, token, picture)
    except TryLater as later:
        return later
    except Unsure as unsure:
        return TryLater(str(unsure), code=unsure.code)
    except WillNotWork as refused:
        because = refused.code
    with services.transactions.for_shop(due.shop_id) as tx:
        number_health.note_picture(tx, due, picture.content, because)
    return None


def _note_outcome(due: Due, write: Callable[[], None], services: Services) -> None:
    because: str | None = None
    try:
        write()
    except WillNotWork as refused:
        because = refused.code
    with services.transactions.for_shop(due.shop_id) as tx:
        if because is None:
            number_health.note_written(tx, due)
        else:
            number_health.note_refused(tx, due, because)


def _about(token: str, desk: BusinessDesk) -> TokenTold | None:
    """Meta tells of the tokens of our own app alone; a store's own app may have made
    this one. Whether it opens anything the other calls have shown."""
    try:
        return desk.about_token(token)
    except OutsideError:
        return None


def check_now(shop_id: ShopId, phone_number_id: str, *, services: Services) -> None:
    """Have Meta asked at once."""
    now = services.clock()
    with services.transactions.for_shop(shop_id) as tx:
        number_health.look_soon(
            tx, shop_id, phone_number_id, now=now, between=_BETWEEN_CHECKS
        )


def write_profile(
    shop_id: ShopId,
    phone_number_id: str,
    profile: BusinessProfile,
    *,
    by: By,
    services: Services,
) -> None:
    """Have the number's profile written so. A second one takes the first one's place.

    Raises:
        NotPossible: Meta would not take it, or there is no such number.
    """
    if refusals := refusals_of(profile):
        raise NotPossible(next(iter(refusals.values())))
    said, now = profile_as_json(profile), services.clock()
    with services.transactions.for_shop(shop_id) as tx:
        known = number_health.of_shop(tx, shop_id).get(phone_number_id)
        if not number_health.want(tx, shop_id, phone_number_id, said, now=now):
            raise NotPossible(N_("the shop has no number %(id)s"), id=phone_number_id)
        if other := _others(known, profile):
            # Which, and not what: the mail and the address of somebody who trades
            # alone are theirs as a person, and here they would stand for good.
            after = {"changed": other}
            change = Change(
                what="business_profile", subject=phone_number_id, after=after
            )
            changes.note(tx, shop_id, by, change, now=now)


def _others(known: Known | None, profile: BusinessProfile) -> list[str]:
    """The parts that are not what was wanted or shown before."""
    said = None if known is None else known.wanted or known.profile
    before = BusinessProfile() if said is None else profile_from_json(said)
    names = (each.name for each in fields(profile) if each.name != "has_picture")
    return [name for name in names if getattr(profile, name) != getattr(before, name)]


def write_picture(
    shop_id: ShopId,
    phone_number_id: str,
    content: bytes,
    *,
    by: By,
    services: Services,
) -> None:
    """Have the number's profile get this picture. A second one takes the first one's
    place.

    Raises:
        NotPossible: it is no picture that Meta takes, or there is no such number.
    """
    picture, now = picture_of(content), services.clock()
    said = {"type": picture.type, "bytes": len(content)}
    with services.transactions.for_shop(shop_id) as tx:
        if not number_health.want_picture(
            tx, shop_id, phone_number_id, content, now=now
        ):
            raise NotPossible(N_("the shop has no number %(id)s"), id=phone_number_id)
        change = Change(what="business_picture", subject=phone_number_id, after=said)
        changes.note(tx, shop_id, by, change, now=now)
