"""When an automation may be sent, and in which languages: the fields that every one has
in its form, whatever settings of its own."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.words import N_, Words
from notifications import send_windows, setting_texts
from notifications.cards import Card
from notifications.setting_automations import LANGUAGES, SEND_WINDOW
from notifications.unfit import SettingRefused
from webapp.pages import forms, windows
from webapp.pages.windows import Form


def typed(form: Form) -> tuple[str, Sequence[str]]:
    """The hours and the languages as they were sent, to be judged by whoever keeps
    them."""
    return windows.typed(form, SEND_WINDOW), form.getlist(LANGUAGES)


def refusal(error: SettingRefused, words: Words) -> Mapping[str, str]:
    """What is wrong, by the name of the field that it stands beside."""
    why = error.why
    return {error.name: forms.beside_field(why.sentence, why.values, words)}


def shown(
    card: Card, form: Form | None, errors: Mapping[str, str], words: Words
) -> Mapping[str, Any]:
    """As it is kept, or as it was typed into a ``form`` that is refused."""
    kept = (card.send_window or send_windows.NONE, card.chosen)
    window, chosen = kept if form is None else typed(form)
    return {
        "window_label": words.gettext(setting_texts.SEND_WINDOW),
        "window": card.send_window and send_windows.said(card.send_window, words),
        "rows": windows.rows(window),
        "days": windows.weekdays(words),
        "languages_label": words.gettext(setting_texts.LANGUAGES),
        "chosen": [words.tongue(each) for each in card.chosen],
        "languages": [
            (each, _called(each, card, words), each in chosen)
            # What the shop's buyers read comes first.
            for each in dict.fromkeys((*card.wanted, *card.languages))
        ],
        "errors": errors,
    }


def _called(language: str, card: Card, words: Words) -> str:
    named = words.tongue(language)
    if language in card.ready[card.name]:
        return named
    return words.gettext(N_("%(language)s (not approved)"), language=named)
