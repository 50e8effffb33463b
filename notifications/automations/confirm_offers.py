"""Ask somebody whether it was them who said yes to offers."""

from datetime import timedelta

from core.events import OffersAgreed
from core.values import Scope
from core.words import N_
from notifications import saying, wording
from notifications.automations import Automation, Config, Draft
from notifications.reply_texts import CONFIRM_TITLES, CONFIRMING
from notifications.wording import Text


def propose(event: OffersAgreed, config: Config) -> Draft:
    """Once a day, however often they say it."""
    return Draft(
        occasion=f"confirm_offers:{event.contact_id}:{event.happened_at:%Y-%m-%d}",
        order_id=None,
        phone=event.phone,
        told={"language": event.language} if event.language else {},
        wanted_at=event.happened_at,
    )


TEMPLATE = wording.confirmation(
    "sosik_confirm_offers_1",
    examples={"shop_name": "Example Store"},
    texts={
        language: Text(
            header="{{shop_name}}",
            body=text.format(shop="{{shop_name}}"),
            yes=CONFIRM_TITLES[language],
        )
        for language, text in CONFIRMING.items()
    },
)

AUTOMATION = Automation(
    name="confirm_offers",
    summary=N_("Somebody said yes to offers, and has to confirm it."),
    scope=Scope.MARKETING,
    priority=0,
    lifetime=timedelta(hours=24),
    listens_to=(OffersAgreed,),
    settings=(),
    propose=propose,
    template=TEMPLATE,
    compose=saying.filling(TEMPLATE),
    asks_for_yes=True,
)
