"""WhatsApp consent as Shopify keeps it: asked for by a number, and written."""

from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType

from core.values import Act, CustomerId, Phone, ShopDomain
from integrations.shopify.graphql import AdminClient
from integrations.shopify.retold import moment_of, number_of

_ACTS = MappingProxyType(
    {
        "SUBSCRIBED": Act.GRANTED,
        "UNSUBSCRIBED": Act.REVOKED,
        "REDACTED": Act.REVOKED,
    }
)
_CONFIRMED = "CONFIRMED_OPT_IN"
# The level is that of the way which was begun, not of how far somebody has come on it.
_WRITTEN = MappingProxyType(
    {
        None: ("PENDING", _CONFIRMED),
        Act.GRANTED: ("SUBSCRIBED", "SINGLE_OPT_IN"),
        Act.CONFIRMED: ("SUBSCRIBED", _CONFIRMED),
        Act.IMPORTED: ("SUBSCRIBED", "UNKNOWN"),
        Act.REVOKED: ("UNSUBSCRIBED", None),
    }
)


@dataclass(frozen=True, slots=True)
class KnownConsent:
    """Whose a number is at the store, and what they said there, if anything: ``act`` is
    None for who has been asked, too, and then has a time."""

    customer_id: CustomerId
    act: Act | None
    said_at: datetime | None


def consent_of(
    client: AdminClient, shop: ShopDomain, token: str, phone: Phone
) -> KnownConsent | None:
    """None where the number is no customer's own."""
    asked = {"phone": phone.e164}
    node = client.run(shop, token, "customer_consent", asked)["customerByIdentifier"]
    number = number_of((node or {}).get("id"))
    if number is None:
        return None
    told = (node.get("defaultPhoneNumber") or {}).get("whatsAppMarketingConsent") or {}
    said_at = told.get("updatedAt")
    act = _ACTS.get(told.get("state") or "")
    is_confirmed = act is Act.GRANTED and told.get("optInLevel") == _CONFIRMED
    return KnownConsent(
        CustomerId(number),
        Act.CONFIRMED if is_confirmed else act,
        None if said_at is None else moment_of(said_at),
    )


def write_consent(
    client: AdminClient,
    shop: ShopDomain,
    token: str,
    customer_id: CustomerId,
    act: Act | None,
    said_at: datetime,
) -> None:
    """``act`` is None for a yes that has yet to be confirmed. A second time changes
    nothing. Raises as ``AdminClient.run``."""
    state, level = _WRITTEN[act]
    consent = {
        "state": state,
        "optInLevel": level,
        "updatedAt": f"{said_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    }
    asked = {
        "customerId": f"gid://shopify/Customer/{customer_id}",
        "whatsAppMarketingConsent": consent,
    }
    client.run(shop, token, "customer_consent_update", {"input": asked})
