"""What each body of Shopify's that we know of leaves, told alone to its own shop."""

from collections.abc import Mapping

BY_FACTS: Mapping[str, tuple[str, ...]] = {
    "shop said to be gone": (
        "docs-2026-07/app__uninstalled",
        "derived/app__uninstalled__with-myshopify-domain",
    ),
    "cart of 3 things in USD": (
        "docs-2026-07/carts__create",
        "docs-2026-07/carts__update",
    ),
    (
        "checkout of 2 things in USD (customer, name, mail, place, country) "
        "(page, cart)"
    ): (
        "docs-2026-07/checkouts__create",
        "docs-2026-07/checkouts__update",
    ),
    "draft open of 18 things in USD (customer, country, page)": (
        "docs-2026-07/draft_orders__create",
    ),
    "draft open of 16 things in USD (customer, country, page)": (
        "docs-2026-07/draft_orders__update",
    ),
    "draft example string of 123 things (customer, page)": (
        "shapes/2024-04__draft_orders__1",
    ),
    "draft example string of 123 things invoiced completed (customer, page)": (
        "shapes/2025-04__draft_orders__1",
    ),
    "": (
        "docs-2026-07/draft_orders__delete",
        "docs-2026-07/collections__create",
        "docs-2026-07/collections__delete",
        "docs-2026-07/collections__update",
        "docs-2026-07/inventory_levels__update",
        "docs-2026-07/markets__update",
        "docs-2026-07/products__create",
        "docs-2026-07/products__delete",
        "docs-2026-07/products__update",
        "docs-2026-07/variants__in_stock",
        "docs-2026-07/variants__out_of_stock",
        "recorded/products__update__activepieces-2023",
        "shapes/2025-04__inventory_levels__1",
        "shapes/2025-04__products__1",
        "derived/inventory_levels__update__oversold-negative",
        "derived/inventory_levels__update__sold-out",
        "derived/customers__data_request__with-domain",
        "derived/customers__redact__no-phone-no-orders",
        "derived/shop__redact__with-domain",
        "docs-2026-07/bulk_operations__finish",
        "derived/bulk_operations__finish__canceled",
        "derived/bulk_operations__finish__completed",
        "derived/bulk_operations__finish__expired",
        "derived/bulk_operations__finish__failed",
        "docs-2026-07/checkouts__delete",
        "docs-2026-07/customers__data_request",
        "docs-2026-07/customers__delete",
        "docs-2026-07/customers__redact",
        "docs-2026-07/customers__merge",
        "docs-2026-07/customers_whats_app_marketing_consent__update",
        "docs-2026-07/orders__delete",
        "docs-2026-07/returns__process",
        "docs-2026-07/shop__redact",
        "recorded/orders__cancelled__rudder-cs002-d056",
        "shapes/2025-04__fulfillment_events__1",
    ),
    "customer (customer, name, mail, country)": (
        "docs-2026-07/customers__create",
        "docs-2026-07/customers__update",
        "recorded/customers__create__activepieces-2023",
    ),
    "parcel in_transit by a scan": ("docs-2026-07/fulfillment_events__create",),
    "parcel never under way by a scan a scan undone": (
        "docs-2026-07/fulfillment_events__delete",
    ),
    "part to be fetched of some order": (
        "docs-2026-07/fulfillment_orders__line_items_prepared_for_pickup",
    ),
    "part held other inventory_out_of_stock of some order": (
        "docs-2026-07/fulfillment_orders__placed_on_hold",
    ),
    "parcel pending of 5 things with 1 numbers": (
        "docs-2026-07/fulfillments__create",
        "docs-2026-07/fulfillments__update",
    ),
    "payment authorization success in USD": (
        "docs-2026-07/order_transactions__create",
    ),
    (
        "order voided unfulfilled cancelled customer test of 5 things in USD "
        "total changed (customer, name, mail, place, country, language) (page)"
    ): (
        "docs-2026-07/orders__cancelled",
        "docs-2026-07/orders__create",
        "docs-2026-07/orders__fulfilled",
        "docs-2026-07/orders__paid",
        "docs-2026-07/orders__partially_fulfilled",
        "docs-2026-07/orders__updated",
    ),
    "part of an order edited": (
        "docs-2026-07/orders__edited",
        "shapes/2025-04__orders__2",
    ),
    "refund in USD of 5 things": ("docs-2026-07/refunds__create",),
    "return approved of 2 lines": ("docs-2026-07/returns__approve",),
    "return cancelled": ("docs-2026-07/returns__cancel",),
    "return closed": ("docs-2026-07/returns__close",),
    "return declined return_period_ended": ("docs-2026-07/returns__decline",),
    "return reopened": ("docs-2026-07/returns__reopen",),
    "return requested of 2 lines": ("docs-2026-07/returns__request",),
    "return of some order": ("docs-2026-07/returns__update",),
    "shop followed": ("docs-2026-07/shop__update",),
    "cart of 0 things": (
        "recorded/carts__create__rudder-tracker-93ab",
        "recorded/carts__update__rudder-c005-f97d",
        "derived/carts__update__emptied",
    ),
    "checkout of 1 things in USD (language) (page, cart)": (
        "recorded/checkouts__create__rudder-cs001-8205",
        "recorded/checkouts__create__rudder-cs003-782b",
    ),
    (
        "checkout of 1 things in USD (customer, name, mail, place, country, "
        "language) (page, cart)"
    ): (
        "recorded/checkouts__update__rudder-c002-5e2a",
        "recorded/checkouts__update__rudder-userTest1-ee7b",
    ),
    "customer phone of customer (customer, phone, name, mail, country)": (
        "recorded/customers__create__rudder-tracker-6c3e",
    ),
    "parcel success of 1 things with 1 numbers": (
        "recorded/fulfillments__update__rudder-tracker-e688",
        "derived/fulfillments__update__tracking-added-later",
        "derived/fulfillments__update__unknown-carrier-number-without-url",
    ),
    "payment sale success in PLN": ("recorded/order_transaction__rest__erp-100500",),
    (
        "order refunded unfulfilled cancelled other closed of 3 things in USD "
        "total changed phone of customer (customer, phone, name, mail, place, "
        "country, language) (page, checkout)"
    ): ("recorded/orders__cancelled__activepieces-2023",),
    "order paid unfulfilled of 1 things in USD (language) (page, checkout)": (
        "recorded/orders__create__activepieces-2023-draft-no-customer",
        "recorded/orders__paid__activepieces-2023-draft-no-customer",
    ),
    (
        "order of 1 things in USD (customer, name, mail, place, country) (page, "
        "checkout, cart)"
    ): ("recorded/orders__create__rudder-os002-d206",),
    (
        "order of 1 things in USD (customer, name, mail, place, country) "
        "(checkout, cart)"
    ): ("recorded/orders__paid__rudder-os004-f2c4",),
    (
        "order voided pending cancelled customer test of 2 things in USD total "
        "changed (customer, name, mail, place, country, language) (page)"
    ): ("recorded/orders__partially_fulfilled__rudder-tracker-d474",),
    (
        "order paid fulfilled closed of 5 things in PLN phone of order "
        "(customer, phone, name, mail, place, country, language) (page, "
        "checkout); parcel success of 2 things with 1 numbers; parcel success "
        "of 3 things with 1 numbers"
    ): ("recorded/orders__rest__erp-100500-two-fulfillments-pln",),
    (
        "order paid unfulfilled of 1 things in PLN phone of shipping_address "
        "(customer, phone, name, mail, place, country, language) (page, "
        "checkout)"
    ): ("recorded/orders__rest__erp-100510-no-order-phone",),
    (
        "order of 1 things in USD (customer, name, mail, place, country, "
        "language) (page, checkout, cart)"
    ): ("recorded/orders__updated__rudder-os001-a95d",),
    "checkout of 123 things (customer, name, mail, language) (page, cart)": (
        "shapes/2023-10__checkouts__1",
        "shapes/2024-04__checkouts__1",
    ),
    (
        "order example string unfulfilled of 369 things (customer, place, "
        "language) (checkout, cart, codes)"
    ): ("shapes/2023-10__orders__1",),
    (
        "order example string example string closed of 123 things (customer, "
        "name, mail, place) (page); parcel example string of 123 things with 1 "
        "numbers"
    ): ("shapes/2023-10__orders__2",),
    "checkout of 738 things (customer, name, language) (page, cart)": (
        "shapes/2024-01__checkouts__1",
    ),
    "checkout of 246 things (name, language) (page, cart)": (
        "shapes/2024-01__checkouts__5",
    ),
    "parcel example string of 246 things with 1 numbers": (
        "shapes/2024-01__fulfillments__1",
        "shapes/2024-01__fulfillments__2",
    ),
    (
        "order example string unfulfilled of 1476 things (customer, name, place) (page)"
    ): ("shapes/2024-01__orders__1",),
    (
        "order example string example string closed of 123 things (customer, "
        "name, place) (page, codes); parcel example string of 123 things with 0 "
        "numbers"
    ): ("shapes/2024-01__orders__3",),
    "checkout of 861 things (name, place, language) (page, cart)": (
        "shapes/2024-04__checkouts__3",
    ),
    (
        "order example string unfulfilled of 246 things (customer, name, mail, "
        "place, language) (page, checkout, cart)"
    ): ("shapes/2024-04__orders__1",),
    "cart of 246 things": ("shapes/2025-04__carts__1",),
    "checkout of 246 things (language) (page, cart)": ("shapes/2025-04__checkouts__1",),
    "customer (customer, name, mail)": ("shapes/2025-04__customers__1",),
    "parcel example string of 123 things with 1 numbers": (
        "shapes/2025-04__fulfillments__1",
    ),
    (
        "order example string example string closed of 123 things (customer, "
        "place, language); parcel example string of 123 things with 1 numbers"
    ): ("shapes/2025-04__orders__1",),
    "refund without money of 123 things": ("shapes/2025-04__refunds__1",),
    "refund without money of 0 things": ("shapes/2025-04__refunds__2",),
    "cart of 3 things in USD (yes, marks)": (
        "derived/carts__update__with-attributes-recorded-shape",
    ),
    "checkout of 2 things in USD (language) (page, cart)": (
        "derived/checkouts__create__anonymous-no-email-no-phone",
    ),
    (
        "checkout of 2 things in USD (customer, name, mail, place, country, "
        "language) (page, cart)"
    ): ("derived/checkouts__create__legacy-with-id__2026-01",),
    (
        "checkout completed of 2 things in USD phone of checkout (customer, "
        "phone, name, mail, place, country, language) (page, cart)"
    ): ("derived/checkouts__update__completed",),
    (
        "checkout of 2 things in USD phone of shipping_address (customer, "
        "phone, name, mail, place, country, language) (page, cart)"
    ): ("derived/checkouts__update__phone-only-in-shipping-address-mx-local-format",),
    (
        "checkout of 2 things in USD phone of checkout (customer, phone, name, "
        "mail, place, country, language) (page, cart)"
    ): (
        "derived/checkouts__update__phone-with-sms-consent",
        "derived/checkouts__update__phone-without-sms-consent",
    ),
    "consent marketing confirmed; consent transactional confirmed": (
        "derived/customers_whats_app_marketing_consent__update__subscribed",
    ),
    "consent marketing revoked": (
        "derived/customers_whats_app_marketing_consent__update__unsubscribed",
    ),
    "parcel attempted by a scan": (
        "derived/fulfillment_events__create__attempted_delivery",
    ),
    "parcel labelled by a scan": (
        "derived/fulfillment_events__create__confirmed",
        "derived/fulfillment_events__create__label_printed",
    ),
    "parcel delayed by a scan": ("derived/fulfillment_events__create__delayed",),
    "parcel delivered never under way by a scan": (
        "derived/fulfillment_events__create__delivered",
    ),
    "parcel in_trouble by a scan": ("derived/fulfillment_events__create__failure",),
    "parcel in_transit by a scan in one place": (
        "derived/fulfillment_events__create__in_transit",
    ),
    "parcel out_for_delivery by a scan": (
        "derived/fulfillment_events__create__out_for_delivery",
    ),
    "parcel ready_for_pickup by a scan": (
        "derived/fulfillment_events__create__ready_for_pickup",
    ),
    "parcel success of 1 things with 0 numbers": (
        "derived/fulfillments__create__no-tracking-yet",
    ),
    "parcel success of 1 things with 2 numbers": (
        "derived/fulfillments__create__two-tracking-numbers-one-fulfillment",
    ),
    "parcel cancelled of 1 things with 1 numbers": (
        "derived/fulfillments__update__cancelled",
    ),
    "parcel success delivered never under way of 1 things with 1 numbers": (
        "derived/fulfillments__update__shipment-status-delivered",
    ),
    (
        "order refunded unfulfilled cancelled customer of 5 things in USD total "
        "changed phone of order (customer, phone, name, mail, place, country, "
        "language) (page, checkout, cart)"
    ): ("derived/orders__cancelled__customer-cancelled-refunded",),
    (
        "order pending unfulfilled at the door of 5 things in USD total changed "
        "phone of order (customer, phone, name, mail, place, country, language) "
        "(page, checkout, cart)"
    ): ("derived/orders__create__cash-on-delivery-pending",),
    (
        "order paid unfulfilled of 5 things in USD total changed (customer, "
        "name, mail, place, country, language) (page, checkout, cart)"
    ): (
        "derived/orders__create__guest-without-any-phone",
        "derived/orders__create__legacy-with-checkout-id__2026-01",
    ),
    (
        "order paid unfulfilled of 5 things in EUR worth USD total changed "
        "phone of order (customer, phone, name, mail, place, country, language) "
        "(page, checkout, cart)"
    ): ("derived/orders__create__multi-currency-usd-shop-eur-buyer",),
    (
        "order paid unfulfilled of 5 things in KRW total changed phone of "
        "shipping_address (customer, phone, name, mail, place, country, "
        "language) (page, checkout, cart)"
    ): ("derived/orders__create__phone-only-in-shipping-address-kr-local-format",),
    "order paid unfulfilled of 5 things in USD total changed (language) (page)": (
        "derived/orders__create__pos-no-customer-no-address",
    ),
    (
        "order paid unfulfilled of 5 things in USD total changed (language) "
        "(page, checkout, cart)"
    ): ("derived/orders__create__redacted-without-protected-customer-data-approval",),
    (
        "consent transactional granted; order paid unfulfilled of 5 things in "
        "USD total changed phone of order (customer, phone, name, mail, place, "
        "country, language) (page, checkout, cart, codes, marks)"
    ): ("derived/orders__create__whatsapp-opt-in-attributes-and-discount-code",),
    (
        "order paid fulfilled of 5 things in USD total changed phone of order "
        "(customer, phone, name, mail, place, country, language) (page, "
        "checkout, cart); parcel success of 1 things with 1 numbers; parcel "
        "success of 1 things with 2 numbers"
    ): ("derived/orders__fulfilled__two-fulfillments-three-tracking-numbers",),
    (
        "order paid unfulfilled of 5 things in USD total changed phone of order "
        "(customer, phone, name, mail, place, country, language) (page, "
        "checkout, cart)"
    ): ("derived/orders__paid__paid-with-phone",),
    (
        "order paid partial of 5 things in USD total changed phone of order "
        "(customer, phone, name, mail, place, country, language) (page, "
        "checkout, cart); parcel success of 1 things with 1 numbers"
    ): ("derived/orders__partially_fulfilled__first-of-two-parcels",),
    "refund in USD of 0 things": ("derived/refunds__create__amount-only-no-lines",),
    "refund in USD of 1 things": ("derived/refunds__create__partial-one-line",),
}

TABLE: Mapping[str, str] = {
    name: said for said, names in BY_FACTS.items() for name in names
}
