"""Tell the buyer that the order has come in."""

from collections.abc import Mapping
from datetime import timedelta

from core.events import OrderSeen
from core.values import Category, Scope
from notifications import wording
from notifications.automations import Automation, Config, Draft, Known, NotProposed
from notifications.wording import Template, Text

_LIFETIME = timedelta(hours=24)

_PAID = frozenset({"paid", "authorized", "partially_paid", "partially_refunded"})
"""A payment that stands. ``pending`` is one too where it is made at the door."""


def propose(event: OrderSeen, config: Config) -> Draft | NotProposed:
    if event.cancelled_at is not None:
        return NotProposed("order_cancelled")
    if event.happened_at - event.placed_at > _LIFETIME:
        return NotProposed("order_is_old")
    is_cash = event.payment == "pending" and event.cash_on_delivery
    if event.payment not in _PAID and not is_cash:
        return NotProposed("not_paid")
    return Draft(
        occasion=f"order_confirmation:{event.order_id}",
        order_id=event.order_id,
        phone=event.phone,
        wanted_at=event.happened_at,
    )


def compose(known: Known) -> Mapping[str, str]:
    fallback = _NOBODY.get(known.language, _NOBODY["en"])
    return {
        "order_name": wording.value(known.order_name, "-", most=wording.MOST_IN_HEADER),
        "first_name": wording.value(known.first_name, fallback),
        "shop_name": wording.value(known.shop_name, "-"),
        "total": wording.money(known.total, known.language) if known.total else "-",
        "order_link": wording.value(known.order_link, "-"),
    }


_NOBODY = {"en": "there", "ko": "고객"}
"""How to greet somebody who gave no name."""

TEMPLATE = Template(
    name="sosik_order_confirmation_1",
    category=Category.UTILITY,
    examples={
        "order_name": "#1001",
        "first_name": "Ada",
        "shop_name": "Example Store",
        "total": "€39.90",
        "order_link": "https://example.com/orders/1001",
    },
    texts={
        "en": Text(
            header="Order {{order_name}} confirmed",
            body=(
                "Hello {{first_name}}, thank you for your order at {{shop_name}}. "
                "We have received it, and the total is {{total}}.\n\n"
                "You can look at the order here: {{order_link}}\n\n"
                "We will write again when your parcel is on its way."
            ),
            footer="You asked for news about your order.",
        ),
        "ko": Text(
            header="주문 {{order_name}} 접수 완료",
            body=(
                "안녕하세요, {{first_name}}님. {{shop_name}}에서 주문해 주셔서 "
                "감사합니다. 주문이 정상적으로 접수되었으며 "
                "결제 금액은 {{total}}입니다.\n\n"
                "주문 내역은 여기에서 확인하실 수 있습니다: {{order_link}}\n\n"
                "상품이 발송되면 다시 알려 드리겠습니다."
            ),
            footer="주문 소식 수신에 동의하신 분께 보내 드립니다.",
        ),
    },
)

AUTOMATION = Automation(
    name="order_confirmation",
    summary="The order has come in and is paid, or will be paid at the door.",
    scope=Scope.TRANSACTIONAL,
    priority=0,
    lifetime=_LIFETIME,
    listens_to=OrderSeen,
    settings=(),
    propose=propose,
    template=TEMPLATE,
    compose=compose,
)
