"""``/app/flows``: reminders that come one after another, set by a form, tried on the
past before they are switched on, and what they have brought."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Response, request

from core.words import N_, P_, Words
from notifications import headings, offer_settings, playing_flows, setting_flows
from notifications.automations import Automation
from notifications.configuring import languages_offered
from notifications.flow_files import MOST_STEPS, Mistake
from notifications.ports import Services
from notifications.roles import Role
from notifications.rules.flows import STOP, About
from storage import shops
from storage.shops import Switch
from webapp.pages import flow_forms, flow_past, forms, listing, windows
from webapp.pages.flow_forms import FlowFields
from webapp.pages.forms import Saved
from webapp.pages.shell import Pages, Visit

_PATH = "/flows"
_TAGS = {
    offer_settings.FREQUENT: N_("bought three times in a quarter"),
    offer_settings.CHURN_RISK: N_("nothing was heard of them for thirty days"),
}
_UNITS = {
    "minutes": N_("minutes"),
    "hours": N_("hours"),
    "days": N_("days"),
}
_AFTER = {
    About.CHECKOUT: N_("How long after it was left"),
    About.ORDER: N_("How long after the order was placed"),
    About.DRAFT_ORDER: N_("How long after the invoice was sent"),
}
_DAYS = (7, 30, 60, playing_flows.MOST_DAYS)
_HEAD = (
    *(N_("Flow"), N_("State"), N_("Whose steps"), N_("Steps")),
    N_("Percent of people who are held out"),
)


def add(pages: Pages) -> None:
    pages.place(_PATH, N_("Carts and flows"))

    @pages.get(_PATH, role=Role.VIEWER)
    def all_flows(visit: Visit) -> Response:
        switches = _switches(visit)
        rows = [
            _row(automation, switches.get(automation.name), visit.words)
            for automation in visit.services.automations.values()
            if automation.flow is not None
        ]
        if listing.wants_file():
            lines = (_line(row, visit.words) for row in rows)
            return listing.as_file(visit, "flows", _HEAD, lines)
        file = listing.file_address()
        return visit.shows("pages/flows.html", rows=rows, file=file)

    @pages.get(f"{_PATH}/<name>", role=Role.VIEWER)
    def one_flow(visit: Visit, name: str) -> Response:
        return _shown(visit, _flow(visit, name))

    @pages.post(f"{_PATH}/<name>", role=Role.OWNER)
    def change(visit: Visit, name: str) -> Response:
        return _changed(visit, _flow(visit, name))

    @pages.get(f"{_PATH}/<name>/play", role=Role.VIEWER)
    def play(visit: Visit, name: str) -> Response:
        """The part of the page that renews itself while a flow is played."""
        flow = _flow(visit, name)
        past = flow_past.newest(visit, name, flow.written)
        if listing.wants_file():
            rows = [] if past is None else past.rows
            return listing.as_file(visit, f"play-{name}", flow_past.HEAD, rows)
        return visit.shows("pages/flow_play.html", flow=flow, past=past)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Flow:
    """One flow of the shop, as it is ``written`` now."""

    automation: Automation[Any]
    is_on: bool
    is_own: bool
    written: Mapping[str, Any]

    @property
    def name(self) -> str:
        return self.automation.name

    def title(self, words: Words) -> str:
        """As everywhere on these pages."""
        return headings.title_of(self.name, words)

    @property
    def is_held_out(self) -> bool:
        return setting_flows.limits_of(self.automation).is_held_out

    @property
    def is_playable(self) -> bool:
        return setting_flows.is_playable(self.automation)

    @property
    def after(self) -> str:
        """What its steps count their time from."""
        assert self.automation.flow is not None
        return _AFTER[self.automation.flow.about]

    @property
    def can_show(self) -> bool:
        """Whether a message of it can show what was left, out of the catalog."""
        return bool(setting_flows.limits_of(self.automation).showing)

    @property
    def unasked(self) -> frozenset[str]:
        return frozenset(setting_flows.limits_of(self.automation).unasked)


def _flow(visit: Visit, name: str) -> _Flow:
    """
    Raises:
        NotPossible: there is no such flow.
    """
    automation = setting_flows.named(name, visit.services)
    return _flow_as_set(automation, _switches(visit).get(name))


def _flow_as_set(automation: Automation[Any], switch: Switch | None) -> _Flow:
    return _Flow(
        automation=automation,
        is_on=switch is not None and switch.enabled,
        is_own=switch is not None and bool(switch.flow),
        written=setting_flows.written(automation, switch),
    )


def _switches(visit: Visit) -> Mapping[str, Switch]:
    with visit.services.transactions.for_shop(visit.shop_id) as tx:
        found = shops.switches(tx, [visit.shop_id])
    return {name: switch for (_, name), switch in found.items()}


def _row(
    automation: Automation[Any], switch: Switch | None, words: Words
) -> Mapping[str, Any]:
    flow = _flow_as_set(automation, switch)
    steps = words.ngettext("%(num)s step", "%(num)s steps", len(flow.written["steps"]))
    return {"flow": flow, "steps": steps, "holdout": flow.written.get("holdout", 0)}


def _line(row: Mapping[str, Any], words: Words) -> Sequence[object]:
    """Of the file. Where nobody is ever held out, there is no percentage."""
    flow: _Flow = row["flow"]
    state = P_("an automation", "on") if flow.is_on else P_("an automation", "off")
    whose = N_("the store's own") if flow.is_own else N_("as it comes")
    return (
        flow.title(words),
        words.gettext(state),
        words.gettext(whose),
        len(flow.written["steps"]),
        row["holdout"] if flow.is_held_out else None,
    )


# What is done


def _changed(visit: Visit, flow: _Flow) -> Response:
    """What the button says that was pressed. Only two of them write anything."""
    do = request.form.get("do", "save")
    if do == "default":
        return _saved(visit, flow, None)
    found = flow_forms.typed(request.form, is_held_out=flow.is_held_out)
    if do == "add":
        return _shown(visit, flow, flow_forms.with_another(found))
    if do.startswith("remove-"):
        number = do.removeprefix("remove-")
        gone = int(number) if number.isascii() and number.isdigit() else -1
        return _shown(visit, flow, flow_forms.without(found, gone))
    found = flow_forms.in_order(found)
    written = flow_forms.written(found)
    mistakes = setting_flows.mistakes_in(flow.name, written, visit.services)
    if mistakes:
        return _shown(visit, flow, found, mistakes=mistakes)
    if do == "save":
        return _saved(visit, flow, written)
    if do == "play":
        _ask_to_play(visit, flow, written)
    return _shown(visit, flow, found)


def _saved(visit: Visit, flow: _Flow, written: Mapping[str, Any] | None) -> Response:
    saved = forms.save(
        visit,
        f"flow {flow.name}",
        current=lambda: _flow(visit, flow.name).written,
        act=lambda: setting_flows.set_flow_of(
            visit.shop_id,
            flow.name,
            written,
            by=visit.by,
            services=visit.services,
        ),
    )
    if saved is Saved.CHANGED_MEANWHILE:
        return _shown(visit, _flow(visit, flow.name), is_changed=True)
    return visit.done(f"{_PATH}/{flow.name}", "saved")


def _ask_to_play(visit: Visit, flow: _Flow, written: Mapping[str, Any]) -> None:
    days = request.form.get("days", "")
    known = {str(each): each for each in _DAYS}
    playing_flows.ask(
        visit.shop_id,
        flow.name,
        days=known.get(days, 30),
        flow=written,
        services=visit.services,
    )


# What is shown


def _shown(
    visit: Visit,
    flow: _Flow,
    typed: FlowFields | None = None,
    *,
    mistakes: Sequence[Mistake] = (),
    is_changed: bool = False,
) -> Response:
    """The form: of what was ``typed``, or of the flow as it is kept. What was typed
    goes on from what its form was made of, whatever is kept by now."""
    found = typed
    version = request.form.get(forms.VERSION, "")
    if found is None:
        found = flow_forms.shown(flow.written, is_held_out=flow.is_held_out)
        version = forms.version_of(flow.written)
    errors, general = _errors(mistakes, visit.words)
    status = HTTPStatus.OK
    if mistakes or is_changed:
        status = HTTPStatus.CONFLICT if is_changed else HTTPStatus.UNPROCESSABLE_ENTITY
    return visit.shows(
        "pages/flow.html",
        status=status,
        flow=flow,
        fields=found,
        version=version,
        errors=errors,
        general=general,
        changed=forms.CHANGED_MEANWHILE if is_changed else None,
        choices=_choices(visit.services, flow, found, visit.words),
        days=str(request.form.get("days", 30)),
        may_change=visit.may(Role.OWNER),
        has_room=len(found.steps) < MOST_STEPS,
        name_of=flow_forms.name_of,
        window_rows=windows.rows,
        past=flow_past.newest(visit, flow.name, flow.written),
    )


def _errors(
    mistakes: Sequence[Mistake], words: Words
) -> tuple[Mapping[str, str], Sequence[str]]:
    """Sentences by the fields that they are shown at, and those that are of none."""
    by_field: dict[str, str] = {}
    general: list[str] = []
    for mistake in mistakes:
        said = forms.beside_field(mistake.sentence, mistake.values, words)
        if field := flow_forms.field_of(mistake.place):
            by_field.setdefault(field, said)
        else:
            general.append(said)
    return by_field, general


def _choices(
    services: Services, flow: _Flow, found: FlowFields, words: Words
) -> Mapping[str, Any]:
    """The options of the form's lists: pairs of a value and what is shown for it."""
    messages = setting_flows.messages_of(flow.automation, services)
    return {
        "messages": [
            (name, headings.title_of(name, words))
            for name in sorted(messages, key=lambda name: messages[name])
        ],
        "makes_offer": any(messages.values()),
        "units": [(name, words.gettext(said)) for name, said in _UNITS.items()],
        "tags": [(name, words.gettext(said)) for name, said in _TAGS.items()],
        "languages": [
            (code, words.tongue(code)) for code in languages_offered(services)
        ],
        "buyers": [
            ("", words.gettext(N_("everybody"))),
            ("yes", words.gettext(N_("who has bought nothing before"))),
            ("no", words.gettext(N_("who has bought before"))),
        ],
        "days": [
            (str(each), words.ngettext("%(num)s day", "%(num)s days", each))
            for each in _DAYS
        ],
        "weekdays": windows.weekdays(words),
        "ways": [_ways(found, number, words) for number in range(len(found.steps))],
    }


def _ways(found: FlowFields, number: int, words: Words) -> Sequence[tuple[str, str]]:
    """Where it may go on after a step: to a later one only."""
    later = [(step.key, step.key) for step in found.steps[number + 1 :]]
    following = words.gettext(N_("the next step"))
    return [("", following), *later, (STOP, words.gettext(N_("nothing more comes")))]
