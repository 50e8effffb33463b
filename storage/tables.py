"""Every table, as the newest migration leaves it.

A table with a shop's data has ``shop_id``, and row-level security that the migrations
force upon it: see ``storage.tenancy``. Personal data (phones, names, texts, tokens) is
in ``bytea`` columns, sealed by ``core.sealing``.
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    SmallInteger,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB


class AwareDateTime(TypeDecorator[datetime]):
    """A moment in UTC. A naive one, which could mean any moment of a day, is refused.

    The driver answers in the server's zone, and a zone is a costly object to make for
    each value: everything is turned to UTC here.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a naive datetime reached the database")
        return value

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        return None if value is None else value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    }
)


def _shop(*, primary_key: bool = False) -> Column[Any]:
    return Column(
        "shop_id",
        BigInteger,
        ForeignKey("shops.id", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=False,
        autoincrement=False,
    )


def _versions() -> tuple[Column[Any], Column[Any]]:
    """Which word is the newest, and which columns are of an earlier: see
    ``storage.merging``."""
    return _version(), Column("earlier", JSONB(none_as_null=True))


def _version() -> Column[Any]:
    return Column("version", Text)


def _contact() -> Column[Any]:
    return Column(
        "contact_id", BigInteger, ForeignKey("contacts.id", ondelete="SET NULL")
    )


shops = Table(
    "shops",
    metadata,
    # Named like the column that points here, so that one policy fits every table.
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("domain", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False),
    Column("lane", SmallInteger, nullable=False),
    Column("token_kind", Text, nullable=False),
    Column("token", LargeBinary),
    Column("token_expires_at", AwareDateTime),
    # What the next token is had for, where that is not the app's id and secret.
    Column("refresh_token", LargeBinary),
    Column("refresh_token_expires_at", AwareDateTime),
    # What the store has granted, where Shopify said so.
    Column("scopes", JSONB(none_as_null=True)),
    # Shopify's word for why it lets us no longer in.
    Column("access_lost", Text),
    Column("access_lost_at", AwareDateTime),
    Column("client_id", Text),
    Column("client_secret", LargeBinary),
    Column("name", Text, nullable=False),
    Column("timezone", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("country", Text),
    # Of what the store tells: its name, timezone, currency and country.
    *_versions(),
    # A timezone that the owner has set stays, whatever the store says.
    Column("has_own_timezone", Boolean, nullable=False, server_default=text("false")),
    Column("transactional_consent", Text, nullable=False),
    Column("purchase_wording", Text, nullable=False),
    Column("throughput", Integer, nullable=False),
    Column("languages", JSONB, nullable=False),
    # What the owner has set about offers: caps, hours, what counts as a yes.
    Column("offers", JSONB(none_as_null=True)),
    # Which questions for a product are answered in a chat.
    Column("product_answers", Text, nullable=False, server_default=text("'names'")),
    # For how long it keeps the bodies of webhooks, and texts, where that is shorter
    # than the installation does.
    Column("webhook_days", Integer),
    Column("message_days", Integer),
    Column("connected_at", AwareDateTime, nullable=False),
    # Somebody says that the app was removed. Nobody signs who: it is to be checked.
    Column("uninstall_claimed_at", AwareDateTime),
    # Meta's ids of numbers that it has no more; messages may have left through them.
    Column("former_numbers", ARRAY(Text), nullable=False, server_default=text("'{}'")),
)

numbers = Table(
    "numbers",
    metadata,
    _shop(primary_key=True),
    Column("phone_number_id", Text, primary_key=True),
    Column("account_id", Text, nullable=False, index=True),
    # The one for everybody whom no other of the shop's numbers is for.
    Column("is_default", Boolean, nullable=False),
    # Whose buyers it is for, such as BR.
    Column("countries", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("token", LargeBinary, nullable=False),
    Column("catalog_id", Text),
    Column("display_phone", Text),
    # Whether it is used in the WhatsApp Business app as well, and so sends slowly.
    Column("is_on_phone", Boolean, nullable=False, server_default=text("false")),
    Column("next_slot_at", AwareDateTime, nullable=False),
    # Until when those are to wait that stand in line for a slot.
    Column("news_until", AwareDateTime),
    Column("offers_until", AwareDateTime),
    Column("parked_until", AwareDateTime),
    Column("parked_because", Text),
    # When to ask Meta again what became of the templates.
    Column("templates_due_at", AwareDateTime, nullable=False),
    Column("connected_at", AwareDateTime, nullable=False),
    UniqueConstraint("phone_number_id"),
    Index(
        "numbers_default", "shop_id", unique=True, postgresql_where=text("is_default")
    ),
)

number_health = Table(
    "number_health",
    metadata,
    _shop(primary_key=True),
    Column("phone_number_id", Text, primary_key=True),
    # What Meta said of the number, its account and its token, when it was asked last.
    Column("told", JSONB(none_as_null=True)),
    Column("read_at", AwareDateTime),
    # What people see of the store in WhatsApp, and what they are to see.
    Column("profile", JSONB(none_as_null=True)),
    Column("wanted", JSONB(none_as_null=True)),
    Column("refused_because", Text),
    # The picture that it is to have, until Meta has it or has refused it.
    Column("picture", LargeBinary),
    Column("picture_refused_because", Text),
    Column("due_at", AwareDateTime, nullable=False, index=True),
    Column("claimed_until", AwareDateTime),
    Column("attempts", SmallInteger, nullable=False, server_default=text("0")),
    Column("held_because", Text),
    ForeignKeyConstraint(
        ["shop_id", "phone_number_id"],
        ["numbers.shop_id", "numbers.phone_number_id"],
        name="number_health_number_fkey",
        ondelete="CASCADE",
    ),
)

signups = Table(
    "signups",
    metadata,
    _shop(primary_key=True),
    # Opens the account, sealed; and what of it is to be connected, once that is known.
    Column("token", LargeBinary, nullable=False),
    Column("account_id", Text),
    Column("phone_number_id", Text),
    # The numbers among which the owner is to choose.
    Column("choices", JSONB, nullable=False),
    Column("is_beside", Boolean, nullable=False),
    Column("countries", ARRAY(Text), nullable=False),
    # Who began it, for the record of changes.
    Column("door", Text, nullable=False),
    Column("actor", Text, nullable=False),
    # What was done of it, and where it stands.
    Column("subscribed_at", AwareDateTime),
    Column("state", Text, nullable=False),
    Column("because", Text),
    Column("begun_at", AwareDateTime, nullable=False),
    Column("due_at", AwareDateTime, nullable=False, index=True),
    Column("claimed_until", AwareDateTime),
    Column("attempts", SmallInteger, nullable=False, server_default=text("0")),
)

number_pins = Table(
    "number_pins",
    metadata,
    _shop(primary_key=True),
    Column("phone_number_id", Text, primary_key=True),
    # Of the number's two-step verification, sealed. It outlives the connection, since
    # Meta asks for it when the number is connected anew.
    Column("pin", LargeBinary, nullable=False),
    # When Meta was asked to register the number: it takes ten of these in three days.
    Column("asked", ARRAY(AwareDateTime), nullable=False, server_default=text("'{}'")),
)

automations = Table(
    "automations",
    metadata,
    _shop(primary_key=True),
    Column("name", Text, primary_key=True),
    Column("enabled", Boolean, nullable=False),
    Column("config", JSONB, nullable=False),
    # The steps of one that has several, as the owner has written them.
    Column("flow", JSONB),
    # When it may be sent at all, where its reader is; null at any hour.
    Column("send_window", Text),
    # Those that it is written in; none of its own is those of the store.
    Column("languages", JSONB, nullable=False, server_default=text("'[]'")),
    Column("version", Integer, nullable=False),
    Column("changed_at", AwareDateTime, nullable=False),
)

templates = Table(
    "templates",
    metadata,
    _shop(primary_key=True),
    Column("account_id", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("language", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("reason", Text),
    Column("checked_at", AwareDateTime, nullable=False),
    # As of when Meta said the state and the category: its words come in any order.
    Column("reviewed_at", AwareDateTime, nullable=False),
    Column("categorized_at", AwareDateTime, nullable=False),
    # When it was us who submitted it: Meta takes so many an hour.
    Column("submitted_at", AwareDateTime),
)

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("source", Text, nullable=False),
    Column("dedupe_id", Text, nullable=False),
    Column("topic", Text, nullable=False),
    # What the unsigned header says; ``shop_id`` follows once somebody has read it.
    Column("shop_domain", Text, nullable=False),
    Column("shop_id", BigInteger, ForeignKey("shops.id", ondelete="CASCADE")),
    Column("lane", SmallInteger, nullable=False),
    Column("body", LargeBinary),
    Column("happened_at", AwareDateTime, nullable=False),
    Column("arrived_at", AwareDateTime, nullable=False),
    Column("next_attempt_at", AwareDateTime, nullable=False),
    Column("attempts", SmallInteger, nullable=False, server_default=text("0")),
    Column("state", Text, nullable=False, server_default=text("'pending'")),
    Column("reason", Text),
    Column("outcome", JSONB),
    Column("order_id", BigInteger),
    # None where it came by itself: see storage.history.ToldBy.
    Column("told_by", Text),
    UniqueConstraint("source", "shop_domain", "dedupe_id"),
    Index(
        "webhooks_pending",
        "lane",
        "shop_domain",
        "happened_at",
        "id",
        postgresql_where=text("state = 'pending'"),
    ),
    Index(
        "webhooks_of_order",
        "shop_id",
        "order_id",
        postgresql_where=text("order_id IS NOT NULL"),
    ),
    Index(
        "webhooks_stuck",
        *("shop_domain", "id"),
        postgresql_where=text("state = 'stuck'"),
    ),
    Index(
        "webhooks_with_body",
        *("shop_id", "arrived_at"),
        postgresql_where=text("body IS NOT NULL"),
    ),
)

contacts = Table(
    "contacts",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    _shop(),
    # Where they are written to now: see ``contact_keys``. The number itself is sealed,
    # and gone where the person was erased and something remains that proves what they
    # agreed to; so is WhatsApp's id of the user. One who was merged into another has
    # neither.
    Column("phone_key", LargeBinary),
    Column("phone", LargeBinary),
    Column("user_key", LargeBinary),
    Column("user_id", LargeBinary),
    # A yes to offers from before does not count: they have another number since.
    Column("marketing_since", AwareDateTime),
    Column("erased_at", AwareDateTime),
    # The last burst to this person, and when it is paid back: see rules.pacing.
    Column("pair_burst_at", AwareDateTime),
    Column("pair_paid_at", AwareDateTime),
    # When they last wrote to the shop: for a day it may answer in words of its own.
    Column("wrote_at", AwareDateTime),
    # Meta's id of the number that they wrote to then: their thread goes on there.
    Column("wrote_to", Text),
    Column("created_at", AwareDateTime, nullable=False),
    UniqueConstraint("shop_id", "phone_key"),
    Index("contacts_of_shop", "shop_id", "id"),
    Index(
        "contacts_by_user",
        "shop_id",
        "user_key",
        unique=True,
        postgresql_where=text("user_key IS NOT NULL"),
    ),
)

contact_keys = Table(
    "contact_keys",
    metadata,
    _shop(primary_key=True),
    # A phone, or WhatsApp's id of a user. A keyed fingerprint finds it; the value
    # itself is sealed, and gone where the person was erased.
    Column("kind", Text, primary_key=True),
    Column("key", LargeBinary, primary_key=True),
    Column(
        "contact_id",
        BigInteger,
        ForeignKey("contacts.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("value", LargeBinary),
    Column("since", AwareDateTime, nullable=False),
    # When WhatsApp last showed that it is theirs; None where it was only named.
    Column("shown_at", AwareDateTime),
    # From then on it is not theirs.
    Column("until", AwareDateTime),
    Column("how", Text, nullable=False),
    Index("contact_keys_of_contact", "contact_id"),
)

contact_merges = Table(
    "contact_merges",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    _shop(),
    Column("kept", BigInteger, nullable=False),
    Column("gone", BigInteger, nullable=False),
    Column("at", AwareDateTime, nullable=False),
    Column("how", Text, nullable=False),
    Column("actor", Text),
    # How both stood before, and which rows came from the one that is gone.
    Column("before", JSONB, nullable=False),
    Column("moved", JSONB, nullable=False),
    Column("undone_at", AwareDateTime),
    Index("contact_merges_of_kept", "shop_id", "kept"),
)

consents = Table(
    "consents",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    _shop(),
    Column(
        "contact_id",
        BigInteger,
        ForeignKey("contacts.id"),
        nullable=False,
    ),
    # Its place in the shop's chain, from 1 on.
    Column("number", BigInteger, nullable=False),
    Column("scope", Text, nullable=False),
    Column("topic", Text),
    Column("act", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("wording", Text),
    Column("wording_version", Text),
    Column("wording_language", Text),
    # Who said it and what shows it, with a salt; gone where the person was erased.
    Column("private", LargeBinary),
    Column("commitment", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("happened_at", AwareDateTime, nullable=False),
    Column("recorded_at", AwareDateTime, nullable=False),
    UniqueConstraint("shop_id", "number"),
    Index("consents_of_contact", "contact_id", "scope", "happened_at"),
)

consent_pushes = Table(
    "consent_pushes",
    metadata,
    _shop(primary_key=True),
    Column(
        "contact_id",
        BigInteger,
        ForeignKey("contacts.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    # The newest word about offers that Shopify is to know, and when it was said.
    Column("act", Text, nullable=False),
    Column("said_at", AwareDateTime, nullable=False),
    # None once that is done with.
    Column("due_at", AwareDateTime),
    # Whoever is telling Shopify is alone with it until then.
    Column("claimed_until", AwareDateTime),
    Column("attempts", SmallInteger, nullable=False, server_default=text("0")),
    Column("because", Text),
    # What was written there last, by which its echo is known.
    Column("written", JSONB, nullable=False, server_default=text("'[]'")),
    Index("consent_pushes_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    Index(
        "consent_pushes_claimed",
        "shop_id",
        postgresql_where=text("claimed_until IS NOT NULL"),
    ),
    Index("consent_pushes_of_contact", "contact_id"),
)

ledger_heads = Table(
    "ledger_heads",
    metadata,
    _shop(primary_key=True),
    # The last entry of the shop's chain of consents.
    Column("number", BigInteger, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    # The same, sealed: who has the database alone cannot write it.
    Column("mark", LargeBinary),
)

orders = Table(
    "orders",
    metadata,
    _shop(primary_key=True),
    Column("order_id", BigInteger, primary_key=True, autoincrement=False),
    *_versions(),
    # When an order first came whole. Until then there is only what was glimpsed of it.
    Column("whole_since", AwareDateTime),
    Column("name", Text),
    Column("placed_at", AwareDateTime),
    Column("cancelled_at", AwareDateTime),
    Column("cancel_reason", Text),
    Column("closed_at", AwareDateTime),
    Column("paid_at", AwareDateTime),
    Column("edited_at", AwareDateTime),
    Column("payment", Text),
    Column("shipping", Text),
    Column("cash_on_delivery", Boolean),
    Column("total", Numeric),
    Column("current_total", Numeric),
    Column("currency", Text),
    Column("worth", Numeric),
    Column("worth_currency", Text),
    Column("items", JSONB),
    Column("discount_codes", JSONB),
    Column("locale", Text),
    Column("country", Text),
    Column("agreed", Boolean),
    Column("wording", Text),
    Column("accepts_marketing", Boolean),
    Column("source", Text),
    Column("is_test", Boolean),
    Column("customer_id", BigInteger),
    _contact(),
    Column("phone_place", Text),
    # Keyed fingerprints of the tokens of the checkout and the cart that it came from.
    Column("checkout_key", LargeBinary),
    Column("cart_key", LargeBinary),
    # Our message that led to it, by the reference that it brought back.
    Column("reference_message", Text),
    # A keyed fingerprint of the mail address, which tells who bought besides the phone.
    Column("email_key", LargeBinary),
    Column("first_name", LargeBinary),
    Column("email", LargeBinary),
    Column("place", LargeBinary),
    # The status page's address opens it to anybody.
    Column("status_url", LargeBinary),
    Column("marks", LargeBinary),
    Index("orders_by_name", "shop_id", "name"),
    Index(
        "orders_of_shop",
        "shop_id",
        "placed_at",
        "order_id",
        postgresql_where=text("whole_since IS NOT NULL"),
    ),
    Index(
        "orders_by_checkout",
        "shop_id",
        "checkout_key",
        postgresql_where=text("checkout_key IS NOT NULL"),
    ),
    Index(
        "orders_by_cart",
        "shop_id",
        "cart_key",
        postgresql_where=text("cart_key IS NOT NULL"),
    ),
    Index("orders_of_contact", "contact_id", "placed_at"),
    Index(
        "orders_by_reference",
        "shop_id",
        "reference_message",
        postgresql_where=text("reference_message IS NOT NULL"),
    ),
    Index(
        "orders_with_codes",
        "shop_id",
        "placed_at",
        postgresql_where=text("discount_codes <> '[]'"),
    ),
    Index(
        "orders_of_customer",
        "shop_id",
        "customer_id",
        "placed_at",
        postgresql_where=text("customer_id IS NOT NULL"),
    ),
    Index(
        "orders_of_mail",
        "shop_id",
        "email_key",
        "placed_at",
        postgresql_where=text("email_key IS NOT NULL"),
    ),
)

parcels = Table(
    "parcels",
    metadata,
    _shop(primary_key=True),
    Column("fulfillment_id", BigInteger, primary_key=True, autoincrement=False),
    Column("order_id", BigInteger, nullable=False),
    *_versions(),
    Column("status", Text),
    Column("is_cancelled", Boolean),
    Column("milestone", Text),
    Column("milestone_at", AwareDateTime),
    Column("milestone_version", Text),
    # Whether it was ever told of before it was delivered.
    Column("was_under_way", Boolean),
    # The first scan that tells more than of a label, and the first that says where it
    # is, on its way.
    Column("moved_at", AwareDateTime),
    Column("set_out_at", AwareDateTime),
    # The newest scan: what it said of place and day is sealed.
    Column("scan_at", AwareDateTime),
    Column("scan_version", Text),
    Column("scan", LargeBinary),
    # Scans that never happened, by their ids.
    Column("deleted_scans", ARRAY(BigInteger)),
    # Which set of tracking numbers the parcel has now: see storage.facts.
    Column("tracking_key", Text),
    Column("items", JSONB),
    _contact(),
    Column("private", LargeBinary),
    Index("parcels_of_order", "shop_id", "order_id"),
    Index(
        "parcels_of_contact",
        "contact_id",
        postgresql_where=text("contact_id IS NOT NULL"),
    ),
)

payments = Table(
    "payments",
    metadata,
    _shop(primary_key=True),
    Column("payment_id", BigInteger, primary_key=True, autoincrement=False),
    _version(),
    Column("order_id", BigInteger, nullable=False),
    Column("tried_at", AwareDateTime, nullable=False),
    Column("kind", Text),
    Column("status", Text),
    Column("amount", Numeric),
    Column("amount_currency", Text),
    Column("gateway", Text),
    Column("error_code", Text),
    Index("payments_of_order", "shop_id", "order_id"),
)

refunds = Table(
    "refunds",
    metadata,
    _shop(primary_key=True),
    Column("refund_id", BigInteger, primary_key=True, autoincrement=False),
    _version(),
    Column("order_id", BigInteger, nullable=False),
    Column("issued_at", AwareDateTime, nullable=False),
    Column("amount", Numeric),
    Column("amount_currency", Text),
    Column("pending", Numeric),
    Column("pending_currency", Text),
    Column("items", JSONB),
    Column("return_id", BigInteger),
    Index("refunds_of_order", "shop_id", "order_id"),
)

returns = Table(
    "returns",
    metadata,
    _shop(primary_key=True),
    Column("return_id", BigInteger, primary_key=True, autoincrement=False),
    *_versions(),
    # Not every word about a return names its order.
    Column("order_id", BigInteger),
    Column("step", Text),
    Column("status", Text),
    Column("name", Text),
    Column("lines", Integer),
    Column("decline_reason", Text),
    # When each step was last taken.
    Column("requested_at", AwareDateTime),
    Column("approved_at", AwareDateTime),
    Column("declined_at", AwareDateTime),
    Column("cancelled_at", AwareDateTime),
    Column("updated_at", AwareDateTime),
    Column("processed_at", AwareDateTime),
    Column("closed_at", AwareDateTime),
    Column("reopened_at", AwareDateTime),
    Index("returns_of_order", "shop_id", "order_id"),
)

fulfillment_orders = Table(
    "fulfillment_orders",
    metadata,
    _shop(primary_key=True),
    Column("fulfillment_order_id", BigInteger, primary_key=True, autoincrement=False),
    *_versions(),
    # Mostly to be asked for.
    Column("order_id", BigInteger),
    Column("prepared_at", AwareDateTime),
    Column("held_at", AwareDateTime),
    Column("hold_reasons", JSONB),
    Column("resumed_at", AwareDateTime),
    Index("fulfillment_orders_of_order", "shop_id", "order_id"),
)

customers = Table(
    "customers",
    metadata,
    _shop(primary_key=True),
    Column("customer_id", BigInteger, primary_key=True, autoincrement=False),
    _version(),
    Column("created_at", AwareDateTime),
    _contact(),
    Column("phone_place", Text),
    Column("email", LargeBinary),
    Column("first_name", LargeBinary),
    Column("country", Text),
    Column("email_marketing", Text),
    Column("sms_marketing", Text),
    Index(
        "customers_of_contact",
        "contact_id",
        postgresql_where=text("contact_id IS NOT NULL"),
    ),
)

merged_customers = Table(
    "merged_customers",
    metadata,
    _shop(primary_key=True),
    Column("gone", BigInteger, primary_key=True, autoincrement=False),
    _version(),
    Column("kept", BigInteger, nullable=False),
    Index("merged_customers_by_kept", "shop_id", "kept"),
)

checkouts = Table(
    "checkouts",
    metadata,
    _shop(primary_key=True),
    # Keyed fingerprints of its own token and of its cart's: orders have them too.
    Column("token_key", LargeBinary, primary_key=True),
    Column("cart_key", LargeBinary),
    _version(),
    Column("token", LargeBinary, nullable=False),
    # What Shopify calls it once it is left.
    Column("number", BigInteger),
    Column("started_at", AwareDateTime),
    Column("updated_at", AwareDateTime, nullable=False),
    Column("completed_at", AwareDateTime),
    Column("closed_at", AwareDateTime),
    Column("customer_id", BigInteger),
    _contact(),
    Column("phone_place", Text),
    Column("email_key", LargeBinary),
    Column("email", LargeBinary),
    Column("first_name", LargeBinary),
    Column("country", Text),
    Column("place", LargeBinary),
    Column("locale", Text),
    Column("items", JSONB),
    Column("total", Numeric),
    Column("total_currency", Text),
    Column("worth", Numeric),
    Column("worth_currency", Text),
    Column("discount_codes", JSONB),
    # Who has the address sees the buyer's data.
    Column("url", LargeBinary),
    Column("agreed", Boolean),
    Column("wording", Text),
    Column("accepts_marketing", Boolean),
    Column("accepts_sms", Boolean),
    Column("marks", LargeBinary),
    Index("checkouts_of_cart", "shop_id", "cart_key"),
    Index(
        "checkouts_of_contact",
        "contact_id",
        postgresql_where=text("contact_id IS NOT NULL"),
    ),
    Index("checkouts_by_age", "shop_id", "updated_at"),
)

checkout_changes = Table(
    "checkout_changes",
    metadata,
    _shop(primary_key=True),
    Column("token_key", LargeBinary, primary_key=True),
    # When it was changed, and whether somebody could have been told of it then.
    Column("at", AwareDateTime, primary_key=True),
    Column("is_tellable", Boolean, nullable=False),
    ForeignKeyConstraint(
        ["shop_id", "token_key"],
        ["checkouts.shop_id", "checkouts.token_key"],
        ondelete="CASCADE",
    ),
)

cart_looks = Table(
    "cart_looks",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    _shop(),
    Column("token_key", LargeBinary, nullable=False),
    Column("asked_at", AwareDateTime, nullable=False),
    # When Shopify said what is here; none as long as it has not.
    Column("looked_at", AwareDateTime),
    # The things in it that could not be bought, by the ids of their variants.
    Column("gone", JSONB),
    # Whether whoever left it has an order, or a draft order, since; none where
    # Shopify does not say.
    Column("ordered", Boolean),
    Column("drafted", Boolean),
    # When somebody is to look; none once that is over.
    Column("due_at", AwareDateTime),
    Column("claimed_until", AwareDateTime),
    Column("attempts", SmallInteger, nullable=False, server_default=text("0")),
    Column("held_because", Text),
    ForeignKeyConstraint(
        ["shop_id", "token_key"],
        ["checkouts.shop_id", "checkouts.token_key"],
        ondelete="CASCADE",
    ),
    Index("cart_looks_of_checkout", "shop_id", "token_key", "asked_at"),
    Index(
        "cart_looks_open",
        "shop_id",
        "token_key",
        unique=True,
        postgresql_where=text("due_at IS NOT NULL"),
    ),
    Index("cart_looks_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    Index(
        "cart_looks_claimed",
        "shop_id",
        postgresql_where=text("claimed_until IS NOT NULL"),
    ),
)

draft_orders = Table(
    "draft_orders",
    metadata,
    _shop(primary_key=True),
    Column("draft_order_id", BigInteger, primary_key=True, autoincrement=False),
    _version(),
    Column("updated_at", AwareDateTime, nullable=False),
    Column("name", Text),
    Column("status", Text),
    Column("invoiced_at", AwareDateTime),
    Column("completed_at", AwareDateTime),
    # What it became once it was paid.
    Column("order_id", BigInteger),
    Column("customer_id", BigInteger),
    _contact(),
    Column("phone_place", Text),
    Column("country", Text),
    Column("items", JSONB),
    Column("total", Numeric),
    Column("total_currency", Text),
    Column("worth", Numeric),
    Column("worth_currency", Text),
    # Who has the invoice's address sees it, and can pay it.
    Column("url", LargeBinary),
    Index(
        "draft_orders_of_contact",
        "contact_id",
        postgresql_where=text("contact_id IS NOT NULL"),
    ),
    Index("draft_orders_by_age", "shop_id", "updated_at"),
)

carts = Table(
    "carts",
    metadata,
    _shop(primary_key=True),
    Column("token_key", LargeBinary, primary_key=True),
    _version(),
    Column("started_at", AwareDateTime),
    Column("updated_at", AwareDateTime, nullable=False),
    Column("items", JSONB),
    Column("total", Numeric),
    Column("total_currency", Text),
    Column("agreed", Boolean),
    Column("wording", Text),
    Column("marks", LargeBinary),
    Index("carts_by_age", "shop_id", "updated_at"),
)

history = Table(
    "history",
    metadata,
    _shop(),
    # None where the store did not say; ``thing`` is what else it was about.
    Column("order_id", BigInteger),
    Column("kind", Text, nullable=False),
    Column("thing", BigInteger, nullable=False),
    Column("happened_at", AwareDateTime, nullable=False),
    Column("arrived_at", AwareDateTime, nullable=False),
    # When it became known here: what was known then is known again by it.
    Column("read_at", AwareDateTime, nullable=False),
    Column("webhook_id", BigInteger),
    # None where a webhook told it by itself: see storage.history.ToldBy.
    Column("told_by", Text),
    # A keyed fingerprint of what was told: the same is told once.
    Column("key", LargeBinary, nullable=False),
    Column("data", LargeBinary, nullable=False),
    UniqueConstraint(
        *("shop_id", "order_id", "key"),
        name="history_once",
        postgresql_nulls_not_distinct=True,
    ),
    Index(
        "history_of_no_order",
        "shop_id",
        "thing",
        postgresql_where=text("order_id IS NULL"),
    ),
)

forgotten = Table(
    "forgotten",
    metadata,
    _shop(primary_key=True),
    # Such as ``order 5500``: what is told of it later is not kept.
    Column("thing", Text, primary_key=True),
    Column("forgotten_at", AwareDateTime, nullable=False),
    Column("noted_at", AwareDateTime, nullable=False, index=True),
)

privacy_requests = Table(
    "privacy_requests",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    # Without a foreign key: that a shop was erased is known when it is gone. A store
    # that was never connected, or is gone, has none.
    Column("shop_id", BigInteger),
    Column("shop_domain", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("source", Text, nullable=False),
    # A keyed fingerprint of what is asked: the same again is the same request.
    Column("key", LargeBinary, nullable=False),
    # Who is meant, sealed, until it is done.
    Column("asked", LargeBinary),
    Column("asked_at", AwareDateTime, nullable=False),
    Column("state", Text, nullable=False),
    Column("reason", Text),
    Column("attempts", SmallInteger, nullable=False, server_default=text("0")),
    # When to do it, or to search for it once more; None when nothing is left to do.
    Column("due_at", AwareDateTime),
    Column("done_at", AwareDateTime),
    Column("counts", JSONB(none_as_null=True)),
    # Keyed fingerprints by which late words about the person are found, for a while.
    Column("marks", ARRAY(LargeBinary)),
    Column("searched_at", AwareDateTime),
    # All that is held of somebody, sealed, for the store's owner.
    Column("answer", LargeBinary),
    Column("answer_until", AwareDateTime),
    UniqueConstraint("shop_domain", "key"),
    Index(
        "privacy_requests_due", "due_at", postgresql_where=text("due_at IS NOT NULL")
    ),
    # What is owed and not done: few, however many were.
    Index(
        "privacy_requests_waiting",
        "shop_domain",
        postgresql_where=text("state = 'waiting'"),
    ),
)

access_log = Table(
    "access_log",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    _shop(),
    Column("at", AwareDateTime, nullable=False),
    # How they came in, and who they are there.
    Column("door", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("doing", Text, nullable=False),
    # Of which kind the data was, and whose: by a number of ours, never by a value.
    Column("kinds", ARRAY(Text), nullable=False),
    Column("subject", Text),
    Index("access_log_of_shop", "shop_id", "at"),
)

changes = Table(
    "changes",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    _shop(),
    Column("at", AwareDateTime, nullable=False),
    # How they came in, and who they are there.
    Column("door", Text, nullable=False),
    Column("actor", Text, nullable=False),
    # What was done, in a word, and to what: by a name or a number of ours.
    Column("what", Text, nullable=False),
    Column("subject", Text),
    Column("before", JSONB(none_as_null=True)),
    Column("after", JSONB(none_as_null=True)),
    Index("changes_of_shop", "shop_id", "id"),
)

shop_keys = Table(
    "shop_keys",
    metadata,
    _shop(primary_key=True),
    # The key that the shop's data is sealed with, sealed itself by SECRET_KEYS.
    Column("wrapped", LargeBinary, nullable=False),
    Column("made_at", AwareDateTime, nullable=False),
)

staff = Table(
    "staff",
    metadata,
    _shop(primary_key=True),
    # What Shopify calls a member of the store's staff.
    Column("user_id", Text, primary_key=True),
    # None where an owner has taken it away.
    Column("role", Text),
    Column("name", LargeBinary),
    # A browser that is remembered shows this number; another one ends its session.
    Column("session", Integer, nullable=False, server_default=text("0")),
    Column("first_seen_at", AwareDateTime, nullable=False),
    Column("last_seen_at", AwareDateTime),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    _shop(),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    # A digest of the token, which is kept nowhere itself.
    Column("digest", LargeBinary, nullable=False, unique=True),
    Column("made_by", Text, nullable=False),
    Column("made_at", AwareDateTime, nullable=False),
    Column("last_used_at", AwareDateTime),
    Column("revoked_at", AwareDateTime),
    Index("api_tokens_of_shop", "shop_id", "id"),
)

tracking_feeds = Table(
    "tracking_feeds",
    metadata,
    _shop(primary_key=True),
    Column("service", Text, nullable=False),
    Column("key", LargeBinary, nullable=False),
    # A keyed fingerprint: a service tells of an account's numbers to one address only.
    Column("key_print", LargeBinary, nullable=False, unique=True),
    Column("quota_left", BigInteger),
    Column("quota_at", AwareDateTime),
    # Nothing is asked of the service before then; ``parked_because`` says why.
    Column("due_at", AwareDateTime, nullable=False),
    Column("parked_because", Text),
    Column("attempts", SmallInteger, nullable=False, server_default=text("0")),
    # Parcels before this one are still to be looked through; None when that is done.
    Column("parcels_before", BigInteger),
    Column("connected_at", AwareDateTime, nullable=False),
)

tracking_numbers = Table(
    "tracking_numbers",
    metadata,
    _shop(primary_key=True),
    # A keyed fingerprint finds the number; the number itself is sealed.
    Column("number_key", LargeBinary, primary_key=True),
    Column("number", LargeBinary, nullable=False),
    # The carrier as the store writes it.
    Column("company", Text),
    Column("state", Text, nullable=False),
    # What is still to be asked of the service, and when.
    Column("task", Text),
    Column("due_at", AwareDateTime),
    Column("attempts", SmallInteger, nullable=False, server_default=text("0")),
    Column("reason", Text),
    # Scans that have been told, by their ids: the service tells all of them each time.
    Column("scans", ARRAY(BigInteger), nullable=False, server_default=text("'{}'")),
    Column("changed_at", AwareDateTime, nullable=False),
    Index(
        "tracking_numbers_due",
        "shop_id",
        "task",
        "due_at",
        postgresql_where=text("task IS NOT NULL"),
    ),
    Index(
        "tracking_numbers_done",
        "changed_at",
        postgresql_where=text("task IS NULL AND state <> 'followed'"),
    ),
)

tracking_parcels = Table(
    "tracking_parcels",
    metadata,
    _shop(primary_key=True),
    Column("number_key", LargeBinary, primary_key=True),
    Column("fulfillment_id", BigInteger, primary_key=True, autoincrement=False),
    Column("order_id", BigInteger, nullable=False),
    # The set of numbers that this one is of: a parcel that has others now left it.
    Column("tracking_key", Text, nullable=False),
    ForeignKeyConstraint(
        ["shop_id", "number_key"],
        ["tracking_numbers.shop_id", "tracking_numbers.number_key"],
        name="tracking_parcels_number_fkey",
        ondelete="CASCADE",
    ),
    Index("tracking_parcels_by_order", "shop_id", "order_id"),
)

messages = Table(
    "messages",
    metadata,
    Column("id", Text, primary_key=True),
    _shop(),
    Column("occasion", Text, nullable=False),
    Column("automation", Text, nullable=False),
    Column("scope", Text, nullable=False),
    # 0 goes first: news before offers.
    Column("priority", SmallInteger, nullable=False),
    Column("order_id", BigInteger),
    Column("fulfillment_id", BigInteger),
    Column("tracking_key", Text),
    # A keyed fingerprint of the token of the checkout that it is about.
    Column("checkout_key", LargeBinary),
    Column("draft_order_id", BigInteger),
    # What the event itself told and no table keeps, such as the amount of a refund.
    Column("told", JSONB),
    _contact(),
    Column("state", Text, nullable=False),
    # What is still to be done, and nothing once it is. Reports about a message that
    # is out change its state only, so that PostgreSQL need not touch any index.
    Column(
        "queue",
        Text,
        Computed(
            "CASE WHEN state IN ('waiting', 'sending', 'unsure') THEN state END",
            persisted=True,
        ),
    ),
    # What lists find it by that ask for one state, but for those that are out: the
    # same holds for them.
    Column(
        "listed_as",
        Text,
        Computed(
            "CASE WHEN state NOT IN ('sent', 'delivered', 'read') THEN state END",
            persisted=True,
        ),
    ),
    Column("reason", Text),
    Column("attempt", SmallInteger, nullable=False, server_default=text("0")),
    Column("resends", SmallInteger, nullable=False, server_default=text("0")),
    Column("wanted_at", AwareDateTime, nullable=False),
    Column("due_at", AwareDateTime, nullable=False),
    Column("sender", Text),
    Column("lease_until", AwareDateTime),
    Column("asked_at", AwareDateTime),
    Column("accepted_at", AwareDateTime),
    Column("reported_at", AwareDateTime),
    Column("provider_id", Text),
    # Meta's id of the number through which it left last.
    Column("phone_number_id", Text),
    Column("template", Text),
    Column("language", Text),
    Column("body", LargeBinary),
    Column("errors", JSONB),
    Column("pricing", JSONB),
    # What was decided and what happened, in order: the answer to "why".
    Column("story", JSONB, nullable=False),
    Column("created_at", AwareDateTime, nullable=False),
    UniqueConstraint("shop_id", "occasion"),
    Index(
        "messages_waiting",
        "shop_id",
        "priority",
        "due_at",
        "id",
        postgresql_where=text("queue = 'waiting'"),
    ),
    Index(
        "messages_sending",
        "lease_until",
        postgresql_where=text("queue = 'sending'"),
    ),
    Index(
        "messages_under_way_to",
        "contact_id",
        postgresql_where=text("queue = 'sending'"),
    ),
    Index(
        "messages_unsure",
        "due_at",
        postgresql_where=text("queue = 'unsure'"),
    ),
    Index(
        "messages_accepted",
        "shop_id",
        "phone_number_id",
        "accepted_at",
        postgresql_where=text("accepted_at IS NOT NULL"),
    ),
    Index(
        "messages_unreported",
        "shop_id",
        "phone_number_id",
        "accepted_at",
        postgresql_where=text("accepted_at IS NOT NULL AND reported_at IS NULL"),
    ),
    Index("messages_by_provider_id", "provider_id"),
    Index("messages_of_order", "shop_id", "order_id"),
    Index("messages_of_contact", "contact_id", "created_at"),
    # For lists, newest first: an id tells when it was made.
    Index("messages_of_shop", "shop_id", "id"),
    Index("messages_of_automation", "shop_id", "automation", "id"),
    Index(
        "messages_not_out",
        "shop_id",
        "listed_as",
        "id",
        postgresql_where=text("listed_as IS NOT NULL"),
    ),
    Index(
        "messages_of_checkout",
        "shop_id",
        "checkout_key",
        postgresql_where=text("checkout_key IS NOT NULL"),
    ),
    Index(
        "messages_of_draft_order",
        "shop_id",
        "draft_order_id",
        postgresql_where=text("draft_order_id IS NOT NULL"),
    ),
    Index(
        "messages_about_chat_carts",
        "shop_id",
        "created_at",
        postgresql_where=text("occasion LIKE 'reply_cart_%'"),
    ),
    Index(
        "messages_about_checkouts",
        "shop_id",
        "created_at",
        postgresql_where=text("checkout_key IS NOT NULL"),
    ),
    Index(
        "messages_of_tests",
        "shop_id",
        "created_at",
        postgresql_where=text("automation = 'test'"),
    ),
    Index(
        "messages_with_body",
        *("shop_id", "created_at"),
        postgresql_where=text("body IS NOT NULL"),
    ),
    postgresql_with={"fillfactor": 70},
)

tallies = Table(
    "tallies",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    _shop(),
    # Of the store's clock, when it happened.
    Column("day", Date, nullable=False),
    Column("automation", Text, nullable=False),
    Column("what", Text, nullable=False),
    # Of what Meta charges: as which kind of message, and for which country.
    Column("kind", Text, nullable=False),
    Column("country", Text, nullable=False),
    Column("count", BigInteger, nullable=False),
    # Whether others were added up to it; new ones are written beside, so that nobody
    # waits for a row that everybody counts in.
    Column("is_total", Boolean, nullable=False, server_default=text("false")),
    Index(
        "tallies_total",
        *("shop_id", "day", "automation", "what", "kind", "country"),
        unique=True,
        postgresql_where=text("is_total"),
    ),
    Index("tallies_new", "shop_id", "day", postgresql_where=text("NOT is_total")),
)

# The number to which whoever minds a store has tests sent: theirs, as they said.
test_numbers = Table(
    "test_numbers",
    metadata,
    _shop(primary_key=True),
    Column("staff", Text, primary_key=True),
    Column("phone_key", LargeBinary, nullable=False),
    Column("phone", LargeBinary, nullable=False),
    Column("confirmed_at", AwareDateTime, nullable=False),
    Index("test_numbers_by_phone", "shop_id", "phone_key"),
)

order_answers = Table(
    "order_answers",
    metadata,
    _shop(primary_key=True),
    Column("order_id", BigInteger, primary_key=True, autoincrement=False),
    # The message that asked first, and the one that was answered, if one was.
    Column("question", Text, nullable=False),
    # What became of it: confirmed, cancelled, or silent once that counts.
    Column("said", Text),
    Column("said_at", AwareDateTime),
    # Meta's id of the number under whose message a button was tapped.
    Column("number", Text),
    # When there is something to do; none once it is done with.
    Column("due_at", AwareDateTime),
    Column("claimed_until", AwareDateTime),
    Column("attempts", SmallInteger, nullable=False, server_default=text("0")),
    # Since when Shopify may have been asked to cancel the order, and how often.
    Column("cancelling_since", AwareDateTime),
    Column("cancels", SmallInteger, nullable=False, server_default=text("0")),
    Column("outcome", Text),
    Column("because", Text),
    Index("order_answers_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
)

# Carts filled in a chat about which the store is still to be asked.
chat_carts = Table(
    "chat_carts",
    metadata,
    _shop(primary_key=True),
    # What answers it.
    Column("message_id", Text, primary_key=True),
    Column("due_at", AwareDateTime, nullable=False, index=True),
    Column("claimed_until", AwareDateTime),
    Column("attempts", SmallInteger, nullable=False, server_default=text("0")),
)

links = Table(
    "links",
    metadata,
    _shop(primary_key=True),
    Column("message_id", Text, primary_key=True),
    # A keyed fingerprint of the code in it.
    Column("key", LargeBinary, nullable=False, unique=True),
    # Where it leads: who has that may see the buyer's data. None once it is over, or
    # the person is erased.
    Column("target", LargeBinary),
    Column("expires_at", AwareDateTime, nullable=False),
    Index("links_leading", "expires_at", postgresql_where=text("target IS NOT NULL")),
    Index("links_over", "expires_at", postgresql_where=text("target IS NULL")),
)

clicks = Table(
    "clicks",
    metadata,
    _shop(primary_key=True),
    # That its link was opened, and nothing of by whom.
    Column("message_id", Text, primary_key=True),
    Column("first_at", AwareDateTime, nullable=False),
    Column("last_at", AwareDateTime, nullable=False),
    Column("count", Integer, nullable=False),
)

discounts = Table(
    "discounts",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    _shop(),
    # Codes of one step of a flow that are made within an hour share one.
    Column("flow", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("percent", Numeric, nullable=False),
    Column("valid_hours", Integer, nullable=False),
    Column("combines", Boolean, nullable=False),
    Column("hour_at", AwareDateTime, nullable=False),
    # Of the one code that it has; 0 for one with several.
    Column("of_code", BigInteger, nullable=False, server_default=text("0")),
    Column("customer_id", BigInteger),
    # Its first code, by which it is found again.
    Column("code", Text, nullable=False),
    Column("starts_at", AwareDateTime, nullable=False),
    Column("ends_at", AwareDateTime, nullable=False),
    # When Shopify was asked for it, and what Shopify calls it.
    Column("asked_at", AwareDateTime),
    Column("name", Text),
    UniqueConstraint(
        "shop_id",
        *("flow", "step", "percent", "valid_hours", "combines", "hour_at", "of_code"),
        name="discounts_of_hour_key",
    ),
    Index("discounts_over", "ends_at"),
)

offer_codes = Table(
    "offer_codes",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    _shop(),
    # None once it is nobody's any more, and only to be ended.
    Column("message_id", Text),
    Column("discount_id", BigInteger, ForeignKey("discounts.id", ondelete="CASCADE")),
    Column("flow", Text, nullable=False),
    Column("step", Text, nullable=False),
    Column("percent", Numeric, nullable=False),
    Column("valid_hours", Integer, nullable=False),
    Column("combines", Boolean, nullable=False),
    Column("one_customer", Boolean, nullable=False),
    Column("code", Text),
    Column("state", Text, nullable=False),
    # Why it is to end, or has ended or failed.
    Column("because", Text),
    Column("wanted_at", AwareDateTime, nullable=False),
    # When Shopify was asked to make it.
    Column("asked_at", AwareDateTime),
    Column("told_at", AwareDateTime),
    Column("ends_at", AwareDateTime),
    # When something is to be done about it, and who does it is alone with it.
    Column("due_at", AwareDateTime),
    Column("claimed_until", AwareDateTime),
    Column("attempts", SmallInteger, nullable=False, server_default=text("0")),
    Column("held_because", Text),
    # When it was last seen whether it is still of use.
    Column("looked_at", AwareDateTime, nullable=False),
    UniqueConstraint("shop_id", "message_id"),
    Index("offer_codes_due", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    Index(
        "offer_codes_claimed",
        "shop_id",
        postgresql_where=text("claimed_until IS NOT NULL"),
    ),
    Index(
        "offer_codes_of_use",
        "looked_at",
        postgresql_where=text("state IN ('wanted', 'made', 'told')"),
    ),
    Index("offer_codes_of_discount", "discount_id"),
)

admin_api = Table(
    "admin_api",
    metadata,
    _shop(primary_key=True),
    # The store's bucket of points, as all processes together have left it.
    Column("maximum", Float, nullable=False),
    Column("restore_rate", Float, nullable=False),
    Column("available", Float, nullable=False),
    Column("filled_at", AwareDateTime, nullable=False),
    # The version that answered last.
    Column("version", Text),
    # The store's word for why it takes no question from us, and since when.
    Column("refused", Text),
    Column("refused_at", AwareDateTime),
)

comparisons = Table(
    "comparisons",
    metadata,
    _shop(primary_key=True),
    # What happened before that is nothing that a webhook could have told us.
    Column("began_at", AwareDateTime, nullable=False),
    Column("due_at", AwareDateTime, nullable=False, index=True),
    Column("attempts", SmallInteger, nullable=False, server_default=text("0")),
    Column("held_because", Text),
    # How far it has come: changes before these moments have been looked at, and of the
    # parcels those that are not before this one.
    Column("orders_until", AwareDateTime, nullable=False),
    Column("checkouts_until", AwareDateTime, nullable=False),
    Column("consents_until", AwareDateTime, nullable=False),
    Column("parcels_before", BigInteger, nullable=False),
    Column("subscriptions_due_at", AwareDateTime, nullable=False),
    # When all of it was last looked at, and how much was ever found, by its topic.
    Column("compared_at", AwareDateTime),
    Column("found", JSONB, nullable=False),
    Column("found_at", AwareDateTime),
)

backfills = Table(
    "backfills",
    metadata,
    _shop(primary_key=True),
    Column("part", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("due_at", AwareDateTime, nullable=False),
    Column("attempts", SmallInteger, nullable=False, server_default=text("0")),
    # How often the store could not write it.
    Column("failures", SmallInteger, nullable=False, server_default=text("0")),
    Column("held_because", Text),
    # The store's name for what it writes, and how much of that has been read.
    Column("operation", Text),
    Column("read_bytes", BigInteger, nullable=False, server_default=text("0")),
    Column("read_count", BigInteger, nullable=False, server_default=text("0")),
    Column("told_count", BigInteger),
    Column("began_at", AwareDateTime, nullable=False),
    Column("ended_at", AwareDateTime),
    Index(
        "backfills_due",
        "due_at",
        postgresql_where=text("state IN ('wanted', 'running', 'reading')"),
    ),
)

products = Table(
    "products",
    metadata,
    _shop(primary_key=True),
    Column("product_id", BigInteger, primary_key=True, autoincrement=False),
    # What the store said of it last, as core.products has it, and as of when; nothing
    # where only its id is known.
    Column("told", JSONB(none_as_null=True)),
    Column("told_at", AwareDateTime),
    # By these it is asked for in a chat: its address, what it is called, and what kind
    # of thing it is.
    Column("handle", Text),
    Column("name_key", Text),
    Column("kind_key", Text),
    # The store has said that it changed: first, last, and when it is to be asked.
    Column("changed_since", AwareDateTime),
    Column("changed_at", AwareDateTime),
    Column("due_at", AwareDateTime),
    Index(
        "products_due",
        "shop_id",
        "due_at",
        postgresql_where=text("due_at IS NOT NULL"),
    ),
    Index("products_by_handle", "shop_id", "handle"),
    # By bytes: what begins with the same words stands together.
    Index(
        "products_by_name",
        "shop_id",
        "name_key",
        postgresql_ops={"name_key": "text_pattern_ops"},
    ),
    Index(
        "products_by_kind",
        *("shop_id", "kind_key", "product_id"),
        postgresql_where=text("kind_key IS NOT NULL"),
    ),
)

catalogs = Table(
    "catalogs",
    metadata,
    _shop(primary_key=True),
    # Meta's ids of the catalog and of the WhatsApp account that shows it.
    Column("catalog_id", Text, nullable=False),
    Column("account_id", Text, nullable=False),
    # Whether it was made here, so that nobody else puts anything in.
    Column("is_own", Boolean, nullable=False),
    Column("hidden_tag", Text, nullable=False),
    # Which of the store's collections are sets of it: 'all', 'none', or their handles.
    Column("sets", Text, nullable=False, server_default=text("'none'")),
    # Into which languages its items are translated, and for which countries they have
    # prices of their own, with commas between.
    Column("languages", Text, nullable=False, server_default=text("''")),
    Column("countries", Text, nullable=False, server_default=text("''")),
    # When it is to be asked which collections it has.
    Column("collections_due_at", AwareDateTime),
    # What buyers have of it at the store's numbers, as Meta was asked last.
    Column("has_cart", Boolean, nullable=False, server_default=text("true")),
    Column("is_visible", Boolean, nullable=False, server_default=text("true")),
    Column("connected_at", AwareDateTime, nullable=False),
    # How far the store has been read, as in backfills. What is read is so ``as_of``;
    # of a run that is not whole it is what changed since ``changed_since``.
    Column("run", Text, nullable=False),
    Column("runs", Integer, nullable=False, server_default=text("0")),
    Column("operation", Text),
    Column("as_of", AwareDateTime),
    Column("changed_since", AwareDateTime),
    Column("read_bytes", BigInteger, nullable=False, server_default=text("0")),
    Column("read_count", BigInteger, nullable=False, server_default=text("0")),
    Column("told_count", BigInteger),
    Column("failures", SmallInteger, nullable=False, server_default=text("0")),
    Column("began_at", AwareDateTime),
    Column("ended_at", AwareDateTime),
    # When all of it is read again.
    Column("next_run_at", AwareDateTime, nullable=False),
    # Whether Meta has what it was told: how far that has been looked at, and found.
    Column("comparing_since", AwareDateTime),
    Column("compared_after", Text),
    Column("compared_at", AwareDateTime),
    Column("found", JSONB, nullable=False, server_default=text("'{}'")),
    # Turns at the store and at Meta, which have their troubles apart.
    Column("read_due_at", AwareDateTime, nullable=False, index=True),
    Column("read_claimed_until", AwareDateTime),
    Column("read_attempts", SmallInteger, nullable=False, server_default=text("0")),
    Column("read_held_because", Text),
    Column("tell_due_at", AwareDateTime, nullable=False, index=True),
    Column("tell_claimed_until", AwareDateTime),
    Column("tell_attempts", SmallInteger, nullable=False, server_default=text("0")),
    Column("tell_held_because", Text),
)

catalog_batches = Table(
    "catalog_batches",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    _shop(),
    # The language or country whose items they are; '' for those of everybody.
    Column("place", Text, nullable=False, server_default=text("''")),
    Column("count", Integer, nullable=False),
    Column("asked_at", AwareDateTime, nullable=False),
    # Meta's name for it, once it was taken, and when its state is looked at.
    Column("handle", Text),
    Column("due_at", AwareDateTime, nullable=False),
    Column("looks", SmallInteger, nullable=False, server_default=text("0")),
    Column("ended_at", AwareDateTime),
    Column("outcome", Text),
    Index(
        "catalog_batches_open",
        "shop_id",
        "due_at",
        postgresql_where=text("ended_at IS NULL"),
    ),
)

catalog_items = Table(
    "catalog_items",
    metadata,
    _shop(primary_key=True),
    Column("variant_id", BigInteger, primary_key=True, autoincrement=False),
    Column("product_id", BigInteger, nullable=False),
    Column("inventory_item_id", BigInteger),
    Column("state", Text, nullable=False),
    # Why it is not to be shown.
    Column("because", Text),
    # The fingerprints of what is to be shown, and of what Meta was asked to show last:
    # None for nothing, '' where nobody knows.
    Column("wanted", Text),
    Column("sent", Text),
    Column("batch_id", BigInteger),
    # Meta's words about the last that it was asked to show, if it did not.
    Column("refusal", JSONB(none_as_null=True)),
    Column("changed_at", AwareDateTime, nullable=False),
    Column("sent_at", AwareDateTime),
    Column("judged_at", AwareDateTime),
    # In how many nights it was sent again, since Meta's reason may have passed.
    Column("retries", SmallInteger, nullable=False, server_default=text("0")),
    # When it was last seen in Meta's own list.
    Column("seen_at", AwareDateTime),
    Index(
        "catalog_items_due",
        "shop_id",
        "product_id",
        postgresql_where=text("batch_id IS NULL AND wanted IS DISTINCT FROM sent"),
    ),
    Index("catalog_items_of_product", "shop_id", "product_id"),
    Index("catalog_items_by_state", "shop_id", "state", "product_id"),
    Index(
        "catalog_items_in_stock",
        "shop_id",
        "inventory_item_id",
        postgresql_where=text("inventory_item_id IS NOT NULL"),
    ),
    Index(
        "catalog_items_of_batch",
        "batch_id",
        postgresql_where=text("batch_id IS NOT NULL"),
    ),
)

# What is otherwise about an item for those of a language or a country. Its columns are
# those of catalog_items.
catalog_local_items = Table(
    "catalog_local_items",
    metadata,
    _shop(primary_key=True),
    Column("variant_id", BigInteger, primary_key=True, autoincrement=False),
    Column("place", Text, primary_key=True),
    Column("product_id", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("wanted", Text),
    Column("sent", Text),
    Column("batch_id", BigInteger),
    Column("refusal", JSONB(none_as_null=True)),
    Column("changed_at", AwareDateTime, nullable=False),
    Column("sent_at", AwareDateTime),
    Column("judged_at", AwareDateTime),
    Column("retries", SmallInteger, nullable=False, server_default=text("0")),
    Index(
        "catalog_local_items_due",
        *("shop_id", "place", "product_id"),
        postgresql_where=text("batch_id IS NULL AND wanted IS DISTINCT FROM sent"),
    ),
    Index("catalog_local_items_of_product", "shop_id", "product_id"),
    Index(
        "catalog_local_items_of_batch",
        "batch_id",
        postgresql_where=text("batch_id IS NOT NULL"),
    ),
)

catalog_sets = Table(
    "catalog_sets",
    metadata,
    _shop(primary_key=True),
    # The collection at the store, and how that is called there.
    Column("collection_id", BigInteger, primary_key=True, autoincrement=False),
    Column("handle", Text, nullable=False, server_default=text("''")),
    Column("title", Text, nullable=False, server_default=text("''")),
    Column("is_there", Boolean, nullable=False, server_default=text("true")),
    # Whether the owner wants a set of it.
    Column("is_chosen", Boolean, nullable=False, server_default=text("false")),
    # When the store is to be asked what is in it, and how far that has been read.
    Column("changed_since", AwareDateTime),
    Column("changed_at", AwareDateTime),
    Column("due_at", AwareDateTime),
    Column("began_at", AwareDateTime),
    Column("read_after", Text),
    # Meta's id of the set, and the name that Meta was told last: None for nothing, ''
    # where nobody knows. Why it did not take it.
    Column("set_id", Text),
    Column("told", Text),
    Column("because", Text),
    Index(
        "catalog_sets_due",
        "shop_id",
        "due_at",
        postgresql_where=text("due_at IS NOT NULL"),
    ),
)

catalog_set_products = Table(
    "catalog_set_products",
    metadata,
    _shop(primary_key=True),
    Column("collection_id", BigInteger, primary_key=True, autoincrement=False),
    Column("product_id", BigInteger, primary_key=True, autoincrement=False),
    Column("told_at", AwareDateTime, nullable=False),
    Index("catalog_set_products_of", "shop_id", "product_id"),
)

policy_overrules = Table(
    "policy_overrules",
    metadata,
    _shop(primary_key=True),
    Column("product_id", BigInteger, primary_key=True, autoincrement=False),
    Column("is_allowed", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", AwareDateTime, nullable=False),
)

flow_replays = Table(
    "flow_replays",
    metadata,
    _shop(primary_key=True),
    # The newest play of each flow on the past, as it was written when it was asked for.
    Column("flow", Text, primary_key=True),
    Column("run", Text, nullable=False),
    Column("written", JSONB, nullable=False),
    Column("days", SmallInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("asked_at", AwareDateTime, nullable=False),
    # Nobody else plays it before then.
    Column("claimed_until", AwareDateTime),
    Column("attempts", SmallInteger, nullable=False, server_default=text("0")),
    # How many people are played, and have been.
    Column("people", Integer),
    Column("played", Integer, nullable=False, server_default=text("0")),
    Column("summary", JSONB(none_as_null=True)),
    Column("because", Text),
    Column("ended_at", AwareDateTime),
    Index(
        "flow_replays_open",
        "asked_at",
        postgresql_where=text("state IN ('wanted', 'running')"),
    ),
)

installation = Table(
    "installation",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    # Of the whole installation: it names what is done, and holds no data of a shop.
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", AwareDateTime, nullable=False, index=True),
)

audit = Table(
    "audit",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("at", AwareDateTime, nullable=False),
    Column("crossing", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("doing", Text, nullable=False),
)
