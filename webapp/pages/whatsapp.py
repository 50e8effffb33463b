"""``/app/whatsapp``: the numbers that messages come from, and how each of them is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import Response, request

from core.business_profile import (
    MOST_ABOUT,
    MOST_ADDRESS,
    MOST_DESCRIPTION,
    MOST_EMAIL,
    MOST_WEBSITE,
    VERTICALS,
    BusinessProfile,
    refusals_of,
)
from core.dialling import is_country
from core.errors import NotPossible
from core.words import N_, Words
from notifications import looking_at_numbers, numbering, signing_up, standing_of_numbers
from notifications.numbering import NumberGiven
from notifications.numbers_told import profile_as_json
from notifications.roles import Role
from notifications.rules import signup
from notifications.rules.profile_score import parts_of, percent_of
from notifications.standing_of_numbers import Standing
from storage import signups
from storage.signups import Signup, State
from webapp.pages import forms, listing
from webapp.pages.number_lights import meaning, number_shown
from webapp.pages.shell import NOT_FOUND, Pages, Visit

_PATH = "/whatsapp"
_HEAD = (
    *(N_("Number"), N_("Phone number ID"), N_("WhatsApp Business Account ID")),
    *(N_("Only for buyers in"), N_("State"), N_("Why"), N_("What to do")),
    N_("Last looked at"),
)
_LONGEST = 1_000
"""Of what somebody types; what is longer is no such thing."""


def add(pages: Pages) -> None:
    pages.place(_PATH, N_("WhatsApp"))

    @pages.get(_PATH, role=Role.VIEWER)
    def overview(visit: Visit) -> Response:
        return _file(visit) if listing.wants_file() else _overview(visit, pages)

    @pages.post(_PATH, role=Role.OWNER)
    def connect(visit: Visit) -> Response:
        return _connect(visit, pages)

    @pages.post(f"{_PATH}/choose", role=Role.OWNER)
    def choose(visit: Visit) -> Response:
        number = _typed("number")
        signing_up.choose(visit.shop_id, number, by=visit.by, services=visit.services)
        return visit.done(_PATH, "begun")

    @pages.post(f"{_PATH}/go-on", role=Role.OWNER)
    def go_on(visit: Visit) -> Response:
        pin = _typed("pin") or None
        signing_up.go_on(visit.shop_id, pin=pin, by=visit.by, services=visit.services)
        return visit.done(_PATH, "begun")

    @pages.post(f"{_PATH}/give-up", role=Role.OWNER)
    def give_up(visit: Visit) -> Response:
        signing_up.give_up(visit.shop_id, by=visit.by, services=visit.services)
        return visit.done(_PATH, "saved")

    @pages.get(f"{_PATH}/<number>", role=Role.VIEWER)
    def one(visit: Visit, number: str) -> Response:
        return _one(visit, _standing(visit, number))

    @pages.post(f"{_PATH}/<number>/check", role=Role.AGENT)
    def check(visit: Visit, number: str) -> Response:
        _standing(visit, number)
        looking_at_numbers.check_now(visit.shop_id, number, services=visit.services)
        return visit.done(f"{_PATH}/{number}", "begun")

    @pages.post(f"{_PATH}/<number>/profile", role=Role.OWNER)
    def profile(visit: Visit, number: str) -> Response:
        return _write_profile(visit, _standing(visit, number))

    @pages.post(f"{_PATH}/<number>/picture", role=Role.OWNER)
    def picture(visit: Visit, number: str) -> Response:
        return _write_picture(visit, _standing(visit, number))

    @pages.post(f"{_PATH}/<number>/countries", role=Role.OWNER)
    def countries(visit: Visit, number: str) -> Response:
        return _set_countries(visit, number)

    @pages.post(f"{_PATH}/<number>/disconnect", role=Role.OWNER)
    def disconnect(visit: Visit, number: str) -> Response:
        numbering.disconnect(
            visit.shop_id, number, by=visit.by, services=visit.services
        )
        return visit.done(_PATH, "saved")


# All numbers


def _file(visit: Visit) -> Response:
    found = standing_of_numbers.standing_of(visit.shop_id, services=visit.services)
    shown = (number_shown(each, visit.words) for each in found)
    rows = (
        (
            *(each.shown, each.id, each.account, each.countries),
            *(each.light, each.why, each.step, each.read_at),
        )
        for each in shown
    )
    return listing.as_file(visit, "numbers", _HEAD, rows)


def _overview(
    visit: Visit,
    pages: Pages,
    *,
    typed: Mapping[str, str] | None = None,
    refused: str | None = None,
) -> Response:
    standing = standing_of_numbers.standing_of(visit.shop_id, services=visit.services)
    with visit.services.transactions.for_shop(visit.shop_id) as tx:
        under_way = signups.of_shop(tx, visit.shop_id)
    wanted, odd = _wanted_countries(visit.words)
    is_owner = visit.may(Role.OWNER)
    meta = pages.meta_signup
    address = None
    if meta is not None and is_owner and odd is None:
        address = meta.address_for(visit.shop_id, visit.actor, wanted)
    return visit.shows(
        "pages/whatsapp.html",
        status=200 if refused is None else 422,
        numbers=[number_shown(each, visit.words) for each in standing],
        signup=None if under_way is None else _signup_shown(under_way, visit.words),
        file=listing.file_address(),
        looks_every=_looks_every(standing, under_way, address),
        is_owner=is_owner,
        address=address,
        wanted=", ".join(sorted(wanted)),
        odd=odd,
        typed=typed or {},
        refused=refused,
    )


def _looks_every(
    standing: Sequence[Standing], under_way: Signup | None, address: str | None
) -> int | None:
    """After how many seconds the page is to look what it says now; None where nobody
    but the reader can change that, or they may be filling in what stands there."""
    if under_way is not None:
        return 3 if under_way.state is State.RUNNING else None
    if any(each.is_being_looked_at for each in standing):
        return 3
    return None if address is None else 10


def _connect(visit: Visit, pages: Pages) -> Response:
    names = ("account", "phone_number", "only_countries")
    typed = {name: _typed(name) for name in names}
    try:
        countries = _countries_in(typed["only_countries"])
        given = NumberGiven(
            account_id=typed["account"],
            phone_number_id=typed["phone_number"],
            token=_typed("token"),
            countries=countries,
            is_beside=bool(countries),
        )
        signing_up.begin_by_hand(
            visit.shop_id, given, by=visit.by, services=visit.services
        )
    except NotPossible as error:
        said = visit.words.gettext(error.sentence, **error.values)
        return _overview(visit, pages, typed=typed, refused=said)
    return visit.done(_PATH, "begun")


@dataclass(frozen=True, slots=True, kw_only=True)
class _SignupShown:
    """What the owner is told of a number that is being connected."""

    tone: str
    title: str
    says: str
    advice: str
    choices: Sequence[tuple[str, str]]
    wants_pin: bool
    may_go_on: bool


def _signup_shown(found: Signup, words: Words) -> _SignupShown:
    told = None if found.because is None else meaning(found.because)
    titles = {
        State.RUNNING: ("info", N_("A number is being connected")),
        State.ASKING: ("info", N_("Which number is it?")),
        State.STOPPED: ("critical", N_("The number could not be connected")),
    }
    tone, title = titles[found.state]
    if found.state is State.ASKING:
        says = words.gettext(N_("Meta has let us in to several numbers."))
    elif told is None:
        says = words.gettext(N_("This takes some seconds."))
    else:
        says = f"{words.gettext(told.sentence)} ({found.because})"
    return _SignupShown(
        tone=tone,
        title=words.gettext(title),
        says=says,
        advice="" if told is None else words.gettext(told.advice),
        choices=[
            (each.phone_number_id, f"{each.shown} {each.name}".strip())
            for each in found.choices
        ]
        if found.state is State.ASKING
        else [],
        wants_pin=found.because == signup.WRONG_PIN,
        may_go_on=found.state is State.STOPPED or found.attempts > 0,
    )


def _wanted_countries(words: Words) -> tuple[frozenset[str], str | None]:
    """Those of the address, and a refusal where they are none."""
    try:
        return _countries_in(request.args.get("countries", "")), None
    except NotPossible as error:
        return frozenset(), words.gettext(error.sentence, **error.values)


def _countries_in(text: str) -> frozenset[str]:
    """Raises NotPossible for what is no country."""
    named = frozenset(filter(None, (each.strip().upper() for each in text.split(","))))
    for each in sorted(named):
        if not is_country(each):
            raise NotPossible(
                N_("%(country)s is no country: give them as BR,PT"), country=each
            )
    return named


# One number


def _standing(visit: Visit, number: str) -> Standing:
    every = standing_of_numbers.standing_of(visit.shop_id, services=visit.services)
    for each in every:
        if each.phone_number_id == number:
            return each
    raise NotPossible(NOT_FOUND)


def _one(
    visit: Visit,
    standing: Standing,
    *,
    typed: BusinessProfile | None = None,
    errors: Mapping[str, str] | None = None,
    changed: bool = False,
) -> Response:
    now = _now_of(standing)
    parts = parts_of(standing.profile or BusinessProfile())
    return visit.shows(
        "pages/whatsapp_number.html",
        status=422 if errors else 409 if changed else 200,
        number=number_shown(standing, visit.words),
        is_known=standing.profile is not None,
        profile=typed or now,
        verticals=list(_verticals(visit.words)),
        parts=parts,
        percent=percent_of(parts),
        version=forms.version_of(profile_as_json(now)),
        picture_version=forms.version_of(_picture_of(standing)),
        is_picture_waiting=standing.is_picture_wanted,
        picture_refused=None
        if standing.picture_refused_because is None
        else _meaning_said(standing.picture_refused_because, visit.words),
        is_waiting=standing.wanted is not None and standing.refused_because is None,
        refused=None
        if standing.refused_because is None
        else _meaning_said(standing.refused_because, visit.words),
        errors={n: visit.words.gettext(said) for n, said in (errors or {}).items()},
        changed=visit.words.gettext(forms.CHANGED_MEANWHILE) if changed else None,
        countries_version=forms.version_of(sorted(standing.countries)),
        most={
            "about": MOST_ABOUT,
            "address": MOST_ADDRESS,
            "description": MOST_DESCRIPTION,
            "email": MOST_EMAIL,
            "website": MOST_WEBSITE,
        },
        is_owner=visit.may(Role.OWNER),
        may_check=visit.may(Role.AGENT),
    )


def _set_countries(visit: Visit, number: str) -> Response:
    wanted = _countries_in(_typed("countries"))
    saved = forms.save(
        visit,
        f"countries {number}",
        current=lambda: sorted(_standing(visit, number).countries),
        act=lambda: numbering.be_for(
            visit.shop_id, number, wanted, by=visit.by, services=visit.services
        ),
    )
    if saved is forms.Saved.CHANGED_MEANWHILE:
        return _one(visit, _standing(visit, number), changed=True)
    return visit.done(f"{_PATH}/{number}", "saved")


def _now_of(standing: Standing) -> BusinessProfile:
    """What the form shows: what is wanted, while that is not what there is."""
    return standing.wanted or standing.profile or BusinessProfile()


def _meaning_said(code: str, words: Words) -> str:
    return f"{words.gettext(meaning(code).sentence)} ({code})"


def _verticals(words: Words) -> Iterator[tuple[str, str]]:
    yield "", words.gettext(N_("Choose ..."))
    yield from ((name, words.gettext(title)) for name, title in VERTICALS.items())


def _write_profile(visit: Visit, standing: Standing) -> Response:
    typed = BusinessProfile(
        about=_typed("about"),
        address=_typed("address"),
        description=_typed("description"),
        email=_typed("email"),
        websites=tuple(filter(None, (_typed("website_1"), _typed("website_2")))),
        vertical=_typed("vertical"),
    )
    if errors := refusals_of(typed):
        return _one(visit, standing, typed=typed, errors=errors)
    number = standing.phone_number_id
    saved = forms.save(
        visit,
        f"profile {number}",
        current=lambda: profile_as_json(_now_of(_standing(visit, number))),
        act=lambda: looking_at_numbers.write_profile(
            visit.shop_id, number, typed, by=visit.by, services=visit.services
        ),
    )
    if saved is forms.Saved.CHANGED_MEANWHILE:
        return _one(visit, _standing(visit, number), changed=True)
    return visit.done(f"{_PATH}/{number}", "begun")


def _picture_of(standing: Standing) -> Sequence[object]:
    """What the form for the picture is made of."""
    has_picture = standing.profile is not None and standing.profile.has_picture
    return has_picture, standing.is_picture_wanted, standing.picture_refused_because


def _write_picture(visit: Visit, standing: Standing) -> Response:
    number = standing.phone_number_id
    try:
        sent = request.files.get("picture")
        content = b"" if sent is None else sent.stream.read()
        saved = forms.save(
            visit,
            f"picture {number}",
            current=lambda: _picture_of(_standing(visit, number)),
            act=lambda: looking_at_numbers.write_picture(
                visit.shop_id, number, content, by=visit.by, services=visit.services
            ),
        )
    except NotPossible as error:
        return _one(visit, standing, errors={"picture": error.sentence})
    if saved is forms.Saved.CHANGED_MEANWHILE:
        return _one(visit, _standing(visit, number), changed=True)
    return visit.done(f"{_PATH}/{number}", "begun")


def _typed(name: str) -> str:
    """A field of the form, with line ends as Meta counts them."""
    return request.form.get(name, "")[:_LONGEST].replace("\r\n", "\n").strip()
