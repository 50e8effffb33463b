"""What an owner can set about a store, section by section: a form for each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from core.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """``kind`` is text, area, number, select, languages, cap (so many in so many days),
    hours (the same on every day) or windows (hours of weekdays). ``options`` are the
    values of a select with what is shown for each. ``most`` is the greatest number,
    where that is the same everywhere."""

    name: str
    kind: str
    label: str
    help: str | None = None
    options: Sequence[tuple[str, str]] = ()
    most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """``is_about_offers`` is whether its settings are those of offers."""

    name: str
    title: str
    says: str
    fields: Sequence[Field]
    is_about_offers: bool = False


_HOURS = N_("They may go on past midnight. Left empty, there are none.")

SECTIONS: Sequence[Section] = (
    Section(
        name="languages",
        title=N_("Languages"),
        says=N_(
            "A buyer is written to in the language that they ordered in, if it is one"
            " of these; else in the first."
        ),
        fields=(
            Field(
                name="languages",
                kind="languages",
                label=N_("For who reads none of the others"),
            ),
        ),
    ),
    Section(
        name="clock",
        title=N_("Time zone"),
        says=N_(
            "Times on these pages, and days that messages name, are on this clock."
        ),
        fields=(
            Field(
                name="timezone",
                kind="text",
                label=N_("Time zone"),
                help=N_(
                    "Such as Asia/Seoul. Once you have set one, it stays whatever the"
                    " store says."
                ),
            ),
        ),
    ),
    Section(
        name="consent",
        title=N_("What counts as a yes"),
        says=N_(
            "To news about a buyer's own order. Offers always take a yes of its own."
        ),
        fields=(
            Field(
                name="transactional_consent",
                kind="select",
                label=N_("News about orders and parcels go to"),
                options=(
                    ("explicit", N_("who has said yes to them")),
                    ("purchase", N_("who has ordered and was told so there")),
                ),
            ),
            Field(
                name="purchase_wording",
                kind="area",
                label=N_("The sentence that buyers are shown when they order"),
                help=N_(
                    "It is kept as the proof, so it must be the one that stands in your"
                    " checkout."
                ),
            ),
        ),
    ),
    Section(
        name="sending",
        title=N_("Sending"),
        says=N_("How fast messages leave, and what is answered in a chat by itself."),
        fields=(
            Field(
                name="throughput",
                kind="number",
                label=N_("Messages a second from one number"),
                help=N_("80, unless Meta allows your number more."),
                most=1000,
            ),
            Field(
                name="product_answers",
                kind="select",
                label=N_("Questions for a product are answered"),
                options=(
                    ("names", N_("when it is named or linked")),
                    ("links", N_("when its link is sent")),
                    ("off", N_("never")),
                ),
            ),
        ),
    ),
    Section(
        name="offers",
        title=N_("Offers: how many, and when"),
        says=N_(
            "To one person, over all automations. The hours of the law at their place"
            " count besides, and nobody gets more than three in seven days."
        ),
        is_about_offers=True,
        fields=(
            Field(
                name="default",
                kind="cap",
                label=N_("Offers at most"),
            ),
            Field(
                name="frequent",
                kind="cap",
                label=N_("To who bought three times in a quarter"),
            ),
            Field(
                name="churn_risk",
                kind="cap",
                label=N_("To who has neither ordered nor written for 30 days"),
            ),
            Field(
                name="quiet_hours",
                kind="hours",
                label=N_("No offers between"),
                help=_HOURS,
            ),
            Field(
                name="send_window",
                kind="windows",
                label=N_("Offers only between"),
                help=N_(
                    "Left empty, at any hour that the law allows. With no day ticked,"
                    " on every day."
                ),
            ),
            Field(
                name="news_quiet_hours",
                kind="hours",
                label=N_("No news of orders and parcels between"),
                help=_HOURS,
            ),
            Field(
                name="holdout",
                kind="number",
                label=N_("Percent of people who are never sent offers"),
                help=N_("By them is seen what offers do."),
                most=50,
            ),
            Field(
                name="double_opt_in",
                kind="text",
                label=N_("Countries where a yes to offers is confirmed"),
                help=N_(
                    "Besides those whose law asks for it. Such as CH,IT; * for all, or"
                    " none."
                ),
            ),
        ),
    ),
    Section(
        name="retention",
        title=N_("How long data is kept"),
        says=N_(
            "You may keep it for a shorter time than this installation does, and never"
            " for longer. What is older is deleted within the hour."
        ),
        fields=(
            Field(
                name="webhook_days",
                kind="number",
                label=N_("Days for what the store tells, and for carts"),
            ),
            Field(
                name="message_days",
                kind="number",
                label=N_("Days for the texts of messages"),
            ),
        ),
    ),
)

BY_NAME: Mapping[str, Section] = MappingProxyType(
    {section.name: section for section in SECTIONS}
)

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "role": N_("Role"),
        **{field.name: field.label for each in SECTIONS for field in each.fields},
        "languages": N_("Languages"),
        "default": N_("Offers at most"),
    }
)
"""What settings are called where their names alone would not do."""

OPTIONS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        (field.name, value): shown
        for each in SECTIONS
        for field in each.fields
        for value, shown in field.options
    }
)
