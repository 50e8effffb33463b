"""Connecting a WhatsApp number, one step at a time.

Each step asks Meta something, and what came of it is written down before the next. So
whatever breaks off goes on from there, and what nobody knows the outcome of is looked
at before it is done again.
"""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from core.business_account import NEEDED_SCOPES, BusinessDesk, NumberTold
from core.errors import NotPossible, OutsideError, TryLater, Unsure
from core.values import ShopId
from core.words import N_
from notifications import numbering
from notifications.numbering import NumberGiven
from notifications.ports import Services
from notifications.rules import signup
from notifications.rules.patience import BUG, pause_after
from storage import changes, number_pins, reviews, signups
from storage.changes import By, Change
from storage.signups import Begun, Choice, Signup, State, token_context
from storage.tenancy import Crossing

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)
"""Longer than all steps take together: see ``wiring.outside``."""
_AT_ONCE = 100
_MOST_ACCOUNTS = 20
_REGISTRATIONS_COUNT_FOR = timedelta(hours=72)
_MOST_REGISTRATIONS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Who wants a number, and what for: all buyers, in the place of the number before;
    or those of some countries, beside it."""

    by: By
    countries: frozenset[str] = frozenset()

    @property
    def is_beside(self) -> bool:
        return bool(self.countries)


def begin_by_code(
    shop_id: ShopId, code: str, wish: Wish, *, desk: BusinessDesk, services: Services
) -> None:
    """Give Meta the code that its dialog gave, and keep the token that comes for it.
    What is then to be done is done by ``carry_on``.

    Raises:
        OutsideError: no token came. The code is used up, or too old within seconds.
    """
    permit = desk.token_for(code)
    begun = Begun(
        token=permit.secret,
        by=wish.by,
        is_beside=wish.is_beside,
        countries=wish.countries,
    )
    _begin(shop_id, begun, services)


def begin_by_hand(
    shop_id: ShopId, given: NumberGiven, *, by: By, services: Services
) -> None:
    """Connect a number of which the owner knows all that Meta would tell.

    Raises:
        NotPossible: what was given is no such thing, or does not fit.
    """
    for each in (given.account_id, given.phone_number_id):
        if not (each.isascii() and each.isdigit() and len(each) <= 32):
            raise NotPossible(N_("an id of Meta's is a number that Meta shows you"))
    if not given.token.isascii() or not given.token.isprintable() or not given.token:
        raise NotPossible(N_("this is no token of Meta's"))
    numbering.must_fit(shop_id, given, services)
    begun = Begun(
        token=given.token,
        by=by,
        account_id=given.account_id,
        phone_number_id=given.phone_number_id,
        is_beside=given.is_beside,
        countries=given.countries,
    )
    _begin(shop_id, begun, services)


def _begin(shop_id: ShopId, begun: Begun, services: Services) -> None:
    now = services.clock()
    with services.transactions.for_shop(shop_id) as tx:
        signups.be_alone(tx, shop_id)
        if _is_under_way(signups.of_shop(tx, shop_id), begun, services):
            return  # pressed twice
        signups.begin(tx, shop_id, begun, sealer=services.sealer, now=now)
        wanted = {"countries": sorted(begun.countries)}
        change = Change(
            what="number_begun", subject=begun.phone_number_id, after=wanted
        )
        changes.note(tx, shop_id, begun.by, change, now=now)


def _is_under_way(found: Signup | None, begun: Begun, services: Services) -> bool:
    """Whether the same is being connected by the same token, and none was in vain."""
    if found is None or found.state is not State.RUNNING or found.attempts:
        return False
    keys, context = services.sealer.of(found.shop_id), token_context(found.shop_id)
    return (
        keys.open_text(found.token, context=context) == begun.token
        and found.account_id == begun.account_id
        and found.phone_number_id == begun.phone_number_id
        and (found.is_beside, set(found.countries))
        == (begun.is_beside, set(begun.countries))
    )


def choose(
    shop_id: ShopId, phone_number_id: str, *, by: By, services: Services
) -> None:
    """Go on with one of the numbers that the token opens.

    Raises:
        NotPossible: it is none of them, or nobody is asked any more.
    """
    with services.transactions.for_shop(shop_id) as tx:
        found = signups.of_shop(tx, shop_id)
        choices = () if found is None else found.choices
        meant = [each for each in choices if each.phone_number_id == phone_number_id]
        now = services.clock()
        if not meant or not signups.chosen(tx, shop_id, meant[0], now=now):
            raise NotPossible(N_("this number cannot be chosen any more"))
        change = Change(what="number_chosen", subject=phone_number_id)
        changes.note(tx, shop_id, by, change, now=now)


def go_on(
    shop_id: ShopId, *, pin: str | None = None, by: By, services: Services
) -> None:
    """Try again at once from where it has stopped; with the ``pin`` that the number has
    at Meta already, where that is what was missing.

    Raises:
        NotPossible: nothing has stopped, or the PIN is none.
    """
    now = services.clock()
    if pin is not None and not signup.is_pin(pin):
        raise NotPossible(N_("a PIN has six digits"))
    with services.transactions.for_shop(shop_id) as tx:
        found = signups.of_shop(tx, shop_id)
        if pin is not None and found is not None and found.phone_number_id:
            sealer = services.sealer
            number_pins.keep(tx, shop_id, found.phone_number_id, pin, sealer=sealer)
        if not signups.go_on(tx, shop_id, now=now):
            raise NotPossible(N_("nothing waits to go on"))
        number = None if found is None else found.phone_number_id
        change = Change(what="number_tried_again", subject=number)
        changes.note(tx, shop_id, by, change, now=now)


def give_up(shop_id: ShopId, *, by: By, services: Services) -> None:
    """Forget the number that was to be connected, and its token."""
    with services.transactions.for_shop(shop_id) as tx:
        if signups.give_up(tx, shop_id):
            change = Change(what="number_given_up")
            changes.note(tx, shop_id, by, change, now=services.clock())


def carry_on(desk: BusinessDesk, *, services: Services) -> int:
    """Take the next steps of all that is being connected; answer how many that were.
    Doing this twice, or in two places at once, connects nothing twice."""
    for taken in range(_AT_ONCE):
        now = services.clock()
        with services.transactions.across(Crossing.LOOKING) as tx:
            found = signups.take_due(tx, now=now, until=now + LEASE)
        if found is None:
            return taken
        _Steps(found, desk, services).take()
    return _AT_ONCE


class _Stop(Exception):
    """It cannot go on without its owner; ``because`` is a code."""

    def __init__(self, because: str) -> None:
        super().__init__(because)
        self.because = because


@dataclass(slots=True)
class _Steps:
    signup: Signup
    desk: BusinessDesk
    services: Services
    token: str = ""

    def take(self) -> None:
        found = self.signup
        sealed, context = found.token, token_context(found.shop_id)
        self.token = self.services.sealer.of(found.shop_id).open_text(
            sealed, context=context
        )
        try:
            meant = self._meant()
            if meant is None:
                return
            if not found.is_subscribed:
                self._subscribe(meant)
            number = self._register(meant.phone_number_id)
            self._keep(meant, number)
        except _Stop as stopped:
            self._hand_back(State.STOPPED, stopped.because)
        except OutsideError as error:
            is_over = signup.needs_owner(error)
            state = State.STOPPED if is_over else State.RUNNING
            self._hand_back(state, error.code, is_vain=True)
        except NotPossible as refused:
            is_taken = refused.sentence == numbering.TAKEN
            self._hand_back(State.STOPPED, signup.TAKEN if is_taken else signup.NO_FIT)
        except Exception as error:
            log.exception("signup_failed shop=%s", found.shop_id)
            self._hand_back(State.STOPPED, f"{BUG}{type(error).__name__}")

    def _meant(self) -> Choice | None:
        """The account and the number, from the token where nobody has named them; None
        while the owner is asked."""
        found = self.signup
        if found.account_id and found.phone_number_id:
            return Choice(found.account_id, found.phone_number_id, "", "")
        about = self.desk.about_token(self.token)
        if not about.is_valid:
            raise _Stop(signup.TOKEN_DEAD)
        if not about.scopes.issuperset(NEEDED_SCOPES):
            raise _Stop(signup.NO_SCOPE)
        choices = [
            Choice(id_, each.id, each.display_number, each.verified_name or "")
            for id_ in about.accounts[:_MOST_ACCOUNTS]
            for each in self.desk.numbers(id_, self.token)
        ]
        if not choices:
            raise _Stop(signup.NO_NUMBER)
        with self.services.transactions.for_shop(found.shop_id) as tx:
            if len(choices) > 1:
                signups.ask(tx, found, choices)
                return None
            signups.note_choice(tx, found, choices[0])
        return choices[0]

    def _subscribe(self, meant: Choice) -> None:
        self._surely(
            lambda: self.desk.subscribe(meant.account_id, self.token),
            lambda: self.desk.account(meant.account_id, self.token).is_told_to_us,
        )
        now = self.services.clock()
        with self.services.transactions.for_shop(self.signup.shop_id) as tx:
            signups.note_subscribed(tx, self.signup, now=now)

    def _register(self, phone_number_id: str) -> NumberTold:
        """The number, which may send by the API then. One that is used in the WhatsApp
        Business app is registered there, and must not be here."""
        number = self.desk.number(phone_number_id, self.token)
        if number.is_on_phone or number.is_registered:
            return number
        pin = self._pin_for(phone_number_id)
        self._surely(
            lambda: self.desk.register(phone_number_id, self.token, pin=pin),
            lambda: self.desk.number(phone_number_id, self.token).is_registered,
        )
        return self.desk.number(phone_number_id, self.token)

    def _pin_for(self, phone_number_id: str) -> str:
        """One that is kept before Meta hears of it; and the try is counted."""
        shop_id, sealer = self.signup.shop_id, self.services.sealer
        now = self.services.clock()
        since = now - _REGISTRATIONS_COUNT_FOR
        with self.services.transactions.for_shop(shop_id) as tx:
            known = number_pins.of_number(tx, shop_id, phone_number_id, sealer=sealer)
            if known is None:
                pin = f"{secrets.randbelow(10**6):06d}"
                number_pins.keep(tx, shop_id, phone_number_id, pin, sealer=sealer)
            else:
                pin = known.pin
                lately = [each for each in known.asked if each > since]
                if len(lately) >= _MOST_REGISTRATIONS:
                    raise _Stop(signup.TOO_MANY_REGISTRATIONS)
            number_pins.note_asked(tx, shop_id, phone_number_id, now=now, since=since)
        return pin

    def _surely(self, do: Callable[[], None], is_done: Callable[[], bool]) -> None:
        """Do it; and where no answer tells whether it was done, look.

        Raises:
            OutsideError: it was not done.
        """
        try:
            do()
        except Unsure as unsure:
            if not is_done():
                raise TryLater(str(unsure), code=unsure.code) from unsure

    def _keep(self, meant: Choice, number: NumberTold) -> None:
        found, now = self.signup, self.services.clock()
        given = NumberGiven(
            account_id=meant.account_id,
            phone_number_id=meant.phone_number_id,
            token=self.token,
            countries=found.countries,
            is_beside=found.is_beside,
        )
        with self.services.transactions.for_shop(found.shop_id) as tx:
            if not signups.is_done(tx, found):
                return  # begun anew, or given up
            shown, services = number.display_number, self.services
            numbering.keep_number(tx, found.shop_id, given, shown, services)
            reviews.look_again(tx, found.shop_id, meant.account_id, at=now)
            said = {"account": meant.account_id, "countries": sorted(found.countries)}
            change = Change(
                what="number_connected", subject=meant.phone_number_id, after=said
            )
            changes.note(tx, found.shop_id, found.by, change, now=now)
        log.info("number_connected shop=%s", found.shop_id)

    def _hand_back(self, state: State, because: str, *, is_vain: bool = False) -> None:
        found = self.signup
        log.warning("signup_held shop=%s because=%s", found.shop_id, because)
        attempts = found.attempts + 1 if is_vain else 0
        with self.services.transactions.for_shop(found.shop_id) as tx:
            signups.hand_back(
                tx,
                found,
                state=state,
                because=because,
                due_at=self.services.clock() + pause_after(attempts),
                attempts=attempts,
            )
