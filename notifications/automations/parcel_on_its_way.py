"""Tell the buyer that a parcel has left, and where it can be followed."""

from collections.abc import Mapping
from datetime import timedelta

from core.events import ParcelSeen
from core.values import Category, Milestone, Scope, tracking_key_of
from notifications import wording
from notifications.automations import (
    Automation,
    Config,
    Draft,
    Known,
    NotProposed,
    WholeNumber,
)
from notifications.wording import Template, Text

_LIFETIME = timedelta(hours=48)

_WAIT = WholeNumber(
    name="wait_for_tracking_minutes",
    meaning="How long to wait for a tracking number that comes late.",
    default=15,
    least=0,
    most=60,
)


def propose(event: ParcelSeen, config: Config) -> Draft | NotProposed:
    """One message for each set of tracking numbers; without numbers, a later one.

    When the numbers come in the meantime, the later one is overtaken by theirs.
    """
    if event.is_cancelled:
        return NotProposed("parcel_cancelled")
    if event.milestone is Milestone.DELIVERED:
        return NotProposed("already_delivered")
    if event.happened_at - event.created_at > _LIFETIME:
        return NotProposed("parcel_is_old")
    key = tracking_key_of(event.tracking_numbers)
    return Draft(
        occasion=f"parcel_on_its_way:{event.fulfillment_id}:{key}",
        order_id=event.order_id,
        fulfillment_id=event.fulfillment_id,
        tracking_key=key,
        phone=event.phone,
        wanted_at=event.happened_at,
        wait=timedelta() if key else timedelta(minutes=config[_WAIT.name]),
    )


def compose(known: Known) -> Mapping[str, str]:
    said = _SAID.get(known.language, _SAID["en"])
    numbers = ", ".join(known.tracking_numbers)
    return {
        "order_name": wording.value(known.order_name, "-", most=wording.MOST_IN_HEADER),
        "shop_name": wording.value(known.shop_name, "-"),
        "carrier": wording.value(known.carrier, said["carrier"]),
        "tracking_number": wording.value(numbers, said["number"]),
        "tracking_link": wording.value(known.tracking_link or known.order_link, "-"),
    }


_SAID = {
    "en": {"carrier": "our carrier", "number": "not known yet"},
    "ko": {"carrier": "택배사", "number": "아직 등록되지 않음"},
}
"""What to say where the store gives no carrier or number."""

TEMPLATE = Template(
    name="sosik_parcel_on_its_way_1",
    category=Category.UTILITY,
    examples={
        "order_name": "#1001",
        "shop_name": "Example Store",
        "carrier": "DHL",
        "tracking_number": "JD014600003333",
        "tracking_link": "https://example.com/track/JD014600003333",
    },
    texts={
        "en": Text(
            header="Order {{order_name}} is on its way",
            body=(
                "Good news from {{shop_name}}: your parcel has left us with "
                "{{carrier}}. The tracking number is {{tracking_number}}.\n\n"
                "You can follow it here: {{tracking_link}}\n\n"
                "The first scan may take a day to show."
            ),
            footer="You asked for news about your order.",
        ),
        "ko": Text(
            header="주문 {{order_name}} 발송 완료",
            body=(
                "안녕하세요. {{shop_name}}에서 알려 드립니다. "
                "주문하신 상품이 {{carrier}} 편으로 "
                "발송되었습니다. 운송장 번호는 {{tracking_number}}입니다.\n\n"
                "배송 조회는 여기에서 하실 수 있습니다: {{tracking_link}}\n\n"
                "첫 배송 정보가 나타나기까지 하루 정도 걸릴 수 있습니다."
            ),
            footer="주문 소식 수신에 동의하신 분께 보내 드립니다.",
        ),
    },
)

AUTOMATION = Automation(
    name="parcel_on_its_way",
    summary="A parcel has left, with the number by which it can be followed.",
    scope=Scope.TRANSACTIONAL,
    priority=0,
    lifetime=_LIFETIME,
    listens_to=ParcelSeen,
    settings=(_WAIT,),
    propose=propose,
    template=TEMPLATE,
    compose=compose,
)
