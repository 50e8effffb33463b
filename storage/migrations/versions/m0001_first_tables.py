"""The first tables, each locked between shops from its first moment."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from storage.tenancy import FUNCTIONS, policy_on

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


_OF_SHOPS = (
    *("automations", "numbers", "templates"),
    *("number_health", "signups", "number_pins"),
    "webhooks",
    *("contacts", "contact_keys", "contact_merges", "consents"),
    *("consent_pushes", "ledger_heads"),
    *(
        "messages",
        *("tallies", "test_numbers"),
        "order_answers",
        "chat_carts",
        "links",
        "clicks",
        "discounts",
        "offer_codes",
    ),
    *("orders", "parcels", "payments", "refunds", "returns", "fulfillment_orders"),
    *("customers", "merged_customers", "checkouts", "checkout_changes", "carts"),
    *("cart_looks", "staff", "api_tokens"),
    "draft_orders",
    *("history", "forgotten"),
    *("privacy_requests", "access_log", "changes", "shop_keys"),
    *("tracking_feeds", "tracking_numbers", "tracking_parcels"),
    *("admin_api", "comparisons", "backfills", "products"),
    *("catalogs", "catalog_batches", "catalog_items"),
    *("catalog_local_items", "catalog_sets", "catalog_set_products"),
    *("policy_overrules", "flow_replays"),
)
"""In the order in which they are made, since some point to others."""


def upgrade() -> None:
    _of_the_installation()
    _of_shops()
    _of_automations()
    _of_numbers()
    _of_connecting()
    _of_signing_up()
    _of_webhooks()
    _of_people()
    _of_messages()
    _of_tallies()
    _of_answers()
    _of_chat_carts()
    _of_links()
    _of_codes()
    _of_orders()
    _after_the_sale()
    _of_shoppers()
    _of_history()
    _of_privacy()
    _of_staff()
    _of_tracking()
    _of_asking()
    _of_products()
    _of_catalogs()
    _of_policy()
    _of_replays()
    _lock()


def downgrade() -> None:
    for table in reversed(("audit", "installation", "leases", "shops", *_OF_SHOPS)):
        op.drop_table(table)
    op.execute("DROP FUNCTION sosik_consents_stay()")
    op.execute("DROP FUNCTION sosik_shop()")
    op.execute("DROP FUNCTION sosik_crosses()")


def _of_the_installation() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("crossing", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("doing", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("audit_pkey")),
    )
    op.create_table(
        "installation",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("installation_pkey")),
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("leases_pkey")),
    )
    op.create_index(op.f("leases_until_idx"), "leases", ["until"], unique=False)


def _of_shops() -> None:
    op.create_table(
        "shops",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("lane", sa.SmallInteger(), nullable=False),
        sa.Column("token_kind", sa.Text(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.Column("token_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refresh_token", sa.LargeBinary(), nullable=True),
        sa.Column(
            "refresh_token_expires_at", sa.DateTime(timezone=True), nullable=True
        ),
        sa.Column(
            "scopes",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=True,
        ),
        sa.Column("access_lost", sa.Text(), nullable=True),
        sa.Column("access_lost_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("client_id", sa.Text(), nullable=True),
        sa.Column("client_secret", sa.LargeBinary(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column(
            "earlier",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=True,
        ),
        sa.Column(
            "has_own_timezone",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
        ),
        sa.Column("transactional_consent", sa.Text(), nullable=False),
        sa.Column("purchase_wording", sa.Text(), nullable=False),
        sa.Column("throughput", sa.Integer(), nullable=False),
        sa.Column("languages", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("offers", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "product_answers",
            sa.Text(),
            server_default=sa.text("'names'"),
            nullable=False,
        ),
        sa.Column("webhook_days", sa.Integer(), nullable=True),
        sa.Column("message_days", sa.Integer(), nullable=True),
        sa.Column("connected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("uninstall_claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "former_numbers",
            sa.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("shops_pkey")),
        sa.UniqueConstraint("domain", name=op.f("shops_domain_key")),
    )


def _of_automations() -> None:
    op.create_table(
        "automations",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("config", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("flow", postgresql.JSONB(astext_type=sa.Text())),
        sa.Column("send_window", sa.Text()),
        sa.Column(
            "languages",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("automations_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop_id", "name", name=op.f("automations_pkey")),
    )


def _of_numbers() -> None:
    op.create_table(
        "numbers",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("phone_number_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column(
            "countries",
            sa.ARRAY(sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("catalog_id", sa.Text(), nullable=True),
        sa.Column("display_phone", sa.Text(), nullable=True),
        sa.Column(
            "is_on_phone",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
        ),
        sa.Column("next_slot_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("news_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offers_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("parked_because", sa.Text(), nullable=True),
        sa.Column("templates_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("connected_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("numbers_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "shop_id", "phone_number_id", name=op.f("numbers_pkey")
        ),
        sa.UniqueConstraint(
            "phone_number_id", name=op.f("numbers_phone_number_id_key")
        ),
    )
    op.create_index(
        op.f("numbers_account_id_idx"), "numbers", ["account_id"], unique=False
    )
    op.create_index(
        "numbers_default",
        "numbers",
        ["shop_id"],
        unique=True,
        postgresql_where=sa.text("is_default"),
    )
    op.create_table(
        "templates",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("categorized_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("templates_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            *("shop_id", "account_id", "name", "language"),
            name=op.f("templates_pkey"),
        ),
    )


def _of_connecting() -> None:
    op.create_table(
        "number_health",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("phone_number_id", sa.Text(), nullable=False),
        sa.Column("told", postgresql.JSONB(none_as_null=True, astext_type=sa.Text())),
        _moment("read_at"),
        sa.Column(
            "profile", postgresql.JSONB(none_as_null=True, astext_type=sa.Text())
        ),
        sa.Column("wanted", postgresql.JSONB(none_as_null=True, astext_type=sa.Text())),
        sa.Column("refused_because", sa.Text(), nullable=True),
        sa.Column("picture", sa.LargeBinary(), nullable=True),
        sa.Column("picture_refused_because", sa.Text(), nullable=True),
        _moment("due_at", nullable=False),
        _moment("claimed_until"),
        _number("attempts", sa.SmallInteger),
        sa.Column("held_because", sa.Text(), nullable=True),
        _of_its_shop("number_health"),
        sa.ForeignKeyConstraint(
            ["shop_id", "phone_number_id"],
            ["numbers.shop_id", "numbers.phone_number_id"],
            name="number_health_number_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "shop_id", "phone_number_id", name=op.f("number_health_pkey")
        ),
    )


def _of_signing_up() -> None:
    op.create_table(
        "signups",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=True),
        sa.Column("phone_number_id", sa.Text(), nullable=True),
        sa.Column("choices", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("is_beside", sa.Boolean(), nullable=False),
        sa.Column("countries", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        _moment("subscribed_at"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=True),
        _moment("begun_at", nullable=False),
        _moment("due_at", nullable=False),
        _moment("claimed_until"),
        _number("attempts", sa.SmallInteger),
        _of_its_shop("signups"),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("signups_pkey")),
    )
    op.create_table(
        "number_pins",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("phone_number_id", sa.Text(), nullable=False),
        sa.Column("pin", sa.LargeBinary(), nullable=False),
        sa.Column(
            "asked",
            sa.ARRAY(sa.DateTime(timezone=True)),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        _of_its_shop("number_pins"),
        sa.PrimaryKeyConstraint(
            "shop_id", "phone_number_id", name=op.f("number_pins_pkey")
        ),
    )
    for table in ("number_health", "signups"):
        op.create_index(op.f(f"{table}_due_at_idx"), table, ["due_at"], unique=False)


def _of_its_shop(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["shop_id"],
        ["shops.id"],
        name=op.f(f"{table}_shop_id_fkey"),
        ondelete="CASCADE",
    )


def _of_webhooks() -> None:
    op.create_table(
        "webhooks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("dedupe_id", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("shop_domain", sa.Text(), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), nullable=True),
        sa.Column("lane", sa.SmallInteger(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "attempts", sa.SmallInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column(
            "state", sa.Text(), server_default=sa.text("'pending'"), nullable=False
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("outcome", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("told_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("webhooks_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("webhooks_pkey")),
        sa.UniqueConstraint(
            "source",
            "shop_domain",
            "dedupe_id",
            name=op.f("webhooks_source_shop_domain_dedupe_id_key"),
        ),
    )
    op.create_index(
        "webhooks_of_order",
        "webhooks",
        ["shop_id", "order_id"],
        unique=False,
        postgresql_where=sa.text("order_id IS NOT NULL"),
    )
    op.create_index(
        "webhooks_pending",
        "webhooks",
        ["lane", "shop_domain", "happened_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_index(
        "webhooks_stuck",
        "webhooks",
        ["shop_domain", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'stuck'"),
    )
    op.create_index(
        "webhooks_with_body",
        "webhooks",
        ["shop_id", "arrived_at"],
        unique=False,
        postgresql_where=sa.text("body IS NOT NULL"),
    )


def _of_people() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("phone_key", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("user_key", sa.LargeBinary(), nullable=True),
        sa.Column("user_id", sa.LargeBinary(), nullable=True),
        sa.Column("marketing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pair_burst_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pair_paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wrote_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wrote_to", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("contacts_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("contacts_pkey")),
        sa.UniqueConstraint(
            "shop_id", "phone_key", name=op.f("contacts_shop_id_phone_key_key")
        ),
    )
    op.create_index("contacts_of_shop", "contacts", ["shop_id", "id"], unique=False)
    op.create_index(
        "contacts_by_user",
        "contacts",
        ["shop_id", "user_key"],
        unique=True,
        postgresql_where=sa.text("user_key IS NOT NULL"),
    )
    op.create_table(
        "contact_keys",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("contact_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("how", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contacts.id"],
            name=op.f("contact_keys_contact_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("contact_keys_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "shop_id", "kind", "key", "contact_id", name=op.f("contact_keys_pkey")
        ),
    )
    op.create_index(
        "contact_keys_of_contact", "contact_keys", ["contact_id"], unique=False
    )
    op.create_table(
        "contact_merges",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kept", sa.BigInteger(), nullable=False),
        sa.Column("gone", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("before", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("moved", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("contact_merges_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("contact_merges_pkey")),
    )
    op.create_index(
        "contact_merges_of_kept", "contact_merges", ["shop_id", "kept"], unique=False
    )
    op.create_table(
        "consents",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=True),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("wording", sa.Text(), nullable=True),
        sa.Column("wording_version", sa.Text(), nullable=True),
        sa.Column("wording_language", sa.Text(), nullable=True),
        sa.Column("private", sa.LargeBinary(), nullable=True),
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contacts.id"],
            name=op.f("consents_contact_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("consents_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("consents_pkey")),
        sa.UniqueConstraint(
            "shop_id", "number", name=op.f("consents_shop_id_number_key")
        ),
    )
    op.create_index(
        "consents_of_contact",
        "consents",
        ["contact_id", "scope", "happened_at"],
        unique=False,
    )
    op.create_table(
        "ledger_heads",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("ledger_heads_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("ledger_heads_pkey")),
    )
    _of_telling_shopify()


def _of_telling_shopify() -> None:
    op.create_table(
        "consent_pushes",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("contact_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "attempts", sa.SmallInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("because", sa.Text(), nullable=True),
        sa.Column(
            "written",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contacts.id"],
            name=op.f("consent_pushes_contact_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("consent_pushes_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "shop_id", "contact_id", name=op.f("consent_pushes_pkey")
        ),
    )
    op.create_index(
        "consent_pushes_claimed",
        "consent_pushes",
        ["shop_id"],
        unique=False,
        postgresql_where=sa.text("claimed_until IS NOT NULL"),
    )
    op.create_index(
        "consent_pushes_due",
        "consent_pushes",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "consent_pushes_of_contact", "consent_pushes", ["contact_id"], unique=False
    )


def _of_messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("automation", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("fulfillment_id", sa.BigInteger(), nullable=True),
        sa.Column("tracking_key", sa.Text(), nullable=True),
        sa.Column("checkout_key", sa.LargeBinary(), nullable=True),
        sa.Column("draft_order_id", sa.BigInteger(), nullable=True),
        sa.Column("told", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column(
            "queue",
            sa.Text(),
            sa.Computed(
                "CASE WHEN state IN ('waiting', 'sending', 'unsure') THEN state END",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.Column(
            "listed_as",
            sa.Text(),
            sa.Computed(
                "CASE WHEN state NOT IN ('sent', 'delivered', 'read') THEN state END",
                persisted=True,
            ),
            nullable=True,
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "attempt", sa.SmallInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column(
            "resends", sa.SmallInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sender", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("phone_number_id", sa.Text(), nullable=True),
        sa.Column("template", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("errors", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("pricing", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("story", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contacts.id"],
            name=op.f("messages_contact_id_fkey"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("messages_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("messages_pkey")),
        sa.UniqueConstraint(
            "shop_id", "occasion", name=op.f("messages_shop_id_occasion_key")
        ),
        postgresql_with={"fillfactor": 70},
    )
    op.create_index(
        "messages_accepted",
        "messages",
        ["shop_id", "phone_number_id", "accepted_at"],
        unique=False,
        postgresql_where=sa.text("accepted_at IS NOT NULL"),
    )
    op.create_index(
        "messages_by_provider_id", "messages", ["provider_id"], unique=False
    )
    op.create_index(
        "messages_of_contact", "messages", ["contact_id", "created_at"], unique=False
    )
    op.create_index(
        "messages_about_chat_carts",
        "messages",
        ["shop_id", "created_at"],
        unique=False,
        postgresql_where=sa.text("occasion LIKE 'reply_cart_%'"),
    )
    op.create_index(
        "messages_about_checkouts",
        "messages",
        ["shop_id", "created_at"],
        unique=False,
        postgresql_where=sa.text("checkout_key IS NOT NULL"),
    )
    op.create_index(
        "messages_of_checkout",
        "messages",
        ["shop_id", "checkout_key"],
        unique=False,
        postgresql_where=sa.text("checkout_key IS NOT NULL"),
    )
    op.create_index(
        "messages_of_draft_order",
        "messages",
        ["shop_id", "draft_order_id"],
        unique=False,
        postgresql_where=sa.text("draft_order_id IS NOT NULL"),
    )
    op.create_index(
        "messages_not_out",
        "messages",
        ["shop_id", "listed_as", "id"],
        unique=False,
        postgresql_where=sa.text("listed_as IS NOT NULL"),
    )
    op.create_index(
        "messages_of_automation",
        "messages",
        ["shop_id", "automation", "id"],
        unique=False,
    )
    op.create_index(
        "messages_of_order", "messages", ["shop_id", "order_id"], unique=False
    )
    op.create_index("messages_of_shop", "messages", ["shop_id", "id"], unique=False)
    op.create_index(
        "messages_sending",
        "messages",
        ["lease_until"],
        unique=False,
        postgresql_where=sa.text("queue = 'sending'"),
    )
    op.create_index(
        "messages_under_way_to",
        "messages",
        ["contact_id"],
        unique=False,
        postgresql_where=sa.text("queue = 'sending'"),
    )
    op.create_index(
        "messages_unreported",
        "messages",
        ["shop_id", "phone_number_id", "accepted_at"],
        unique=False,
        postgresql_where=sa.text("accepted_at IS NOT NULL AND reported_at IS NULL"),
    )
    op.create_index(
        "messages_unsure",
        "messages",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("queue = 'unsure'"),
    )
    op.create_index(
        "messages_waiting",
        "messages",
        ["shop_id", "priority", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("queue = 'waiting'"),
    )
    op.create_index(
        "messages_with_body",
        "messages",
        ["shop_id", "created_at"],
        unique=False,
        postgresql_where=sa.text("body IS NOT NULL"),
    )
    op.create_index(
        "messages_of_tests",
        "messages",
        ["shop_id", "created_at"],
        unique=False,
        postgresql_where=sa.text("automation = 'test'"),
    )


def _of_tallies() -> None:
    op.create_table(
        "tallies",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("automation", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column(
            "is_total", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("tallies_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("tallies_pkey")),
    )
    op.create_index(
        "tallies_total",
        "tallies",
        ["shop_id", "day", "automation", "what", "kind", "country"],
        unique=True,
        postgresql_where=sa.text("is_total"),
    )
    op.create_index(
        "tallies_new",
        "tallies",
        ["shop_id", "day"],
        unique=False,
        postgresql_where=sa.text("NOT is_total"),
    )
    op.create_table(
        "test_numbers",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("phone_key", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("test_numbers_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop_id", "staff", name=op.f("test_numbers_pkey")),
    )
    op.create_index(
        "test_numbers_by_phone",
        "test_numbers",
        ["shop_id", "phone_key"],
        unique=False,
    )


def _of_answers() -> None:
    op.create_table(
        "order_answers",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "attempts", sa.SmallInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("cancelling_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "cancels", sa.SmallInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("order_answers_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop_id", "order_id", name=op.f("order_answers_pkey")),
    )
    op.create_index(
        "order_answers_due",
        "order_answers",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )


def _of_chat_carts() -> None:
    op.create_table(
        "chat_carts",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "attempts", sa.SmallInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("chat_carts_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop_id", "message_id", name=op.f("chat_carts_pkey")),
    )
    op.create_index(
        op.f("chat_carts_due_at_idx"), "chat_carts", ["due_at"], unique=False
    )


def _of_links() -> None:
    op.create_table(
        "links",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("target", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("links_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop_id", "message_id", name=op.f("links_pkey")),
        sa.UniqueConstraint("key", name=op.f("links_key_key")),
    )
    op.create_index(
        "links_leading",
        "links",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("target IS NOT NULL"),
    )
    op.create_index(
        "links_over",
        "links",
        ["expires_at"],
        unique=False,
        postgresql_where=sa.text("target IS NULL"),
    )
    op.create_table(
        "clicks",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("clicks_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop_id", "message_id", name=op.f("clicks_pkey")),
    )


def _of_codes() -> None:
    op.create_table(
        "discounts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("percent", sa.Numeric(), nullable=False),
        sa.Column("valid_hours", sa.Integer(), nullable=False),
        sa.Column("combines", sa.Boolean(), nullable=False),
        sa.Column("hour_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "of_code", sa.BigInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("discounts_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("discounts_pkey")),
        sa.UniqueConstraint(
            "shop_id",
            "flow",
            "step",
            "percent",
            "valid_hours",
            "combines",
            "hour_at",
            "of_code",
            name=op.f("discounts_of_hour_key"),
        ),
    )
    op.create_index("discounts_over", "discounts", ["ends_at"], unique=False)
    op.create_table(
        "offer_codes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("discount_id", sa.BigInteger(), nullable=True),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("percent", sa.Numeric(), nullable=False),
        sa.Column("valid_hours", sa.Integer(), nullable=False),
        sa.Column("combines", sa.Boolean(), nullable=False),
        sa.Column("one_customer", sa.Boolean(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=True),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "attempts", sa.SmallInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("held_because", sa.Text(), nullable=True),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("offer_codes_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["discount_id"],
            ["discounts.id"],
            name=op.f("offer_codes_discount_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("offer_codes_pkey")),
        sa.UniqueConstraint(
            "shop_id", "message_id", name=op.f("offer_codes_shop_id_message_id_key")
        ),
    )
    op.create_index(
        "offer_codes_due",
        "offer_codes",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "offer_codes_claimed",
        "offer_codes",
        ["shop_id"],
        unique=False,
        postgresql_where=sa.text("claimed_until IS NOT NULL"),
    )
    op.create_index(
        "offer_codes_of_use",
        "offer_codes",
        ["looked_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('wanted', 'made', 'told')"),
    )
    op.create_index(
        "offer_codes_of_discount", "offer_codes", ["discount_id"], unique=False
    )


def _of_orders() -> None:
    op.create_table(
        "orders",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column(
            "earlier",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=True,
        ),
        sa.Column("whole_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("payment", sa.Text(), nullable=True),
        sa.Column("shipping", sa.Text(), nullable=True),
        sa.Column("cash_on_delivery", sa.Boolean(), nullable=True),
        sa.Column("total", sa.Numeric(), nullable=True),
        sa.Column("current_total", sa.Numeric(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("worth", sa.Numeric(), nullable=True),
        sa.Column("worth_currency", sa.Text(), nullable=True),
        sa.Column("items", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "discount_codes", postgresql.JSONB(astext_type=sa.Text()), nullable=True
        ),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("wording", sa.Text(), nullable=True),
        sa.Column("accepts_marketing", sa.Boolean(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("is_test", sa.Boolean(), nullable=True),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.Column("phone_place", sa.Text(), nullable=True),
        sa.Column("checkout_key", sa.LargeBinary(), nullable=True),
        sa.Column("cart_key", sa.LargeBinary(), nullable=True),
        sa.Column("reference_message", sa.Text(), nullable=True),
        sa.Column("email_key", sa.LargeBinary(), nullable=True),
        sa.Column("first_name", sa.LargeBinary(), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("place", sa.LargeBinary(), nullable=True),
        sa.Column("status_url", sa.LargeBinary(), nullable=True),
        sa.Column("marks", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contacts.id"],
            name=op.f("orders_contact_id_fkey"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("orders_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop_id", "order_id", name=op.f("orders_pkey")),
    )
    op.create_index(
        "orders_by_cart",
        "orders",
        ["shop_id", "cart_key"],
        unique=False,
        postgresql_where=sa.text("cart_key IS NOT NULL"),
    )
    op.create_index(
        "orders_by_checkout",
        "orders",
        ["shop_id", "checkout_key"],
        unique=False,
        postgresql_where=sa.text("checkout_key IS NOT NULL"),
    )
    op.create_index("orders_by_name", "orders", ["shop_id", "name"], unique=False)
    op.create_index(
        "orders_of_shop",
        "orders",
        ["shop_id", "placed_at", "order_id"],
        unique=False,
        postgresql_where=sa.text("whole_since IS NOT NULL"),
    )
    op.create_index(
        "orders_by_reference",
        "orders",
        ["shop_id", "reference_message"],
        unique=False,
        postgresql_where=sa.text("reference_message IS NOT NULL"),
    )
    op.create_index(
        "orders_with_codes",
        "orders",
        ["shop_id", "placed_at"],
        unique=False,
        postgresql_where=sa.text("discount_codes <> '[]'"),
    )
    op.create_index(
        "orders_of_contact", "orders", ["contact_id", "placed_at"], unique=False
    )
    op.create_index(
        "orders_of_customer",
        "orders",
        ["shop_id", "customer_id", "placed_at"],
        unique=False,
        postgresql_where=sa.text("customer_id IS NOT NULL"),
    )
    op.create_index(
        "orders_of_mail",
        "orders",
        ["shop_id", "email_key", "placed_at"],
        unique=False,
        postgresql_where=sa.text("email_key IS NOT NULL"),
    )
    op.create_table(
        "parcels",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "fulfillment_id", sa.BigInteger(), autoincrement=False, nullable=False
        ),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column(
            "earlier",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=True,
        ),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("is_cancelled", sa.Boolean(), nullable=True),
        sa.Column("milestone", sa.Text(), nullable=True),
        sa.Column("milestone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("milestone_version", sa.Text(), nullable=True),
        sa.Column("was_under_way", sa.Boolean(), nullable=True),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("set_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scan_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scan_version", sa.Text(), nullable=True),
        sa.Column("scan", sa.LargeBinary(), nullable=True),
        sa.Column("deleted_scans", sa.ARRAY(sa.BigInteger()), nullable=True),
        sa.Column("tracking_key", sa.Text(), nullable=True),
        sa.Column("items", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.Column("private", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contacts.id"],
            name=op.f("parcels_contact_id_fkey"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("parcels_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop_id", "fulfillment_id", name=op.f("parcels_pkey")),
    )
    op.create_index(
        "parcels_of_contact",
        "parcels",
        ["contact_id"],
        unique=False,
        postgresql_where=sa.text("contact_id IS NOT NULL"),
    )
    op.create_index(
        "parcels_of_order", "parcels", ["shop_id", "order_id"], unique=False
    )


def _of_looks() -> None:
    op.create_table(
        "cart_looks",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("token_key", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gone", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("ordered", sa.Boolean(), nullable=True),
        sa.Column("drafted", sa.Boolean(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "attempts", sa.SmallInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("held_because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id", "token_key"],
            ["checkouts.shop_id", "checkouts.token_key"],
            name=op.f("cart_looks_shop_id_token_key_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("cart_looks_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("cart_looks_pkey")),
    )
    op.create_index(
        "cart_looks_of_checkout",
        "cart_looks",
        ["shop_id", "token_key", "asked_at"],
        unique=False,
    )
    op.create_index(
        "cart_looks_open",
        "cart_looks",
        ["shop_id", "token_key"],
        unique=True,
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "cart_looks_due",
        "cart_looks",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "cart_looks_claimed",
        "cart_looks",
        ["shop_id"],
        unique=False,
        postgresql_where=sa.text("claimed_until IS NOT NULL"),
    )


def _of_history() -> None:
    op.create_table(
        "history",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("thing", sa.BigInteger(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("webhook_id", sa.BigInteger(), nullable=True),
        sa.Column("told_by", sa.Text(), nullable=True),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("history_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint(
            "shop_id",
            "order_id",
            "key",
            name="history_once",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(
        "history_of_no_order",
        "history",
        ["shop_id", "thing"],
        unique=False,
        postgresql_where=sa.text("order_id IS NULL"),
    )
    op.create_table(
        "forgotten",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("thing", sa.Text(), nullable=False),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("forgotten_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop_id", "thing", name=op.f("forgotten_pkey")),
    )
    op.create_index(
        op.f("forgotten_noted_at_idx"), "forgotten", ["noted_at"], unique=False
    )


def _of_privacy() -> None:
    op.create_table(
        "privacy_requests",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), nullable=True),
        sa.Column("shop_domain", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("asked", sa.LargeBinary(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "attempts", sa.SmallInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("marks", sa.ARRAY(sa.LargeBinary()), nullable=True),
        sa.Column("searched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("answer_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("privacy_requests_pkey")),
        sa.UniqueConstraint(
            "shop_domain", "key", name=op.f("privacy_requests_shop_domain_key_key")
        ),
    )
    op.create_index(
        "privacy_requests_due",
        "privacy_requests",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "privacy_requests_waiting",
        "privacy_requests",
        ["shop_domain"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "access_log",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("doing", sa.Text(), nullable=False),
        sa.Column("kinds", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("access_log_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("access_log_pkey")),
    )
    op.create_index("access_log_of_shop", "access_log", ["shop_id", "at"], unique=False)
    op.create_table(
        "changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column(
            "before",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=True,
        ),
        sa.Column(
            "after",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("changes_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("changes_pkey")),
    )
    op.create_index("changes_of_shop", "changes", ["shop_id", "id"], unique=False)
    op.create_table(
        "shop_keys",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("shop_keys_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("shop_keys_pkey")),
    )


def _of_staff() -> None:
    op.create_table(
        "staff",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("session", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("staff_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop_id", "user_id", name=op.f("staff_pkey")),
    )
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("api_tokens_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("api_tokens_pkey")),
        sa.UniqueConstraint("digest", name=op.f("api_tokens_digest_key")),
    )
    op.create_index("api_tokens_of_shop", "api_tokens", ["shop_id", "id"], unique=False)


def _of_tracking() -> None:
    op.create_table(
        "tracking_feeds",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("key_print", sa.LargeBinary(), nullable=False),
        sa.Column("quota_left", sa.BigInteger(), nullable=True),
        sa.Column("quota_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("parked_because", sa.Text(), nullable=True),
        sa.Column(
            "attempts", sa.SmallInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("parcels_before", sa.BigInteger(), nullable=True),
        sa.Column("connected_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("tracking_feeds_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("tracking_feeds_pkey")),
        sa.UniqueConstraint("key_print", name=op.f("tracking_feeds_key_print_key")),
    )
    op.create_table(
        "tracking_numbers",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number_key", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("company", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("task", sa.Text(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "attempts", sa.SmallInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "scans",
            sa.ARRAY(sa.BigInteger()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("tracking_numbers_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "shop_id", "number_key", name=op.f("tracking_numbers_pkey")
        ),
    )
    op.create_index(
        "tracking_numbers_due",
        "tracking_numbers",
        ["shop_id", "task", "due_at"],
        unique=False,
        postgresql_where=sa.text("task IS NOT NULL"),
    )
    op.create_index(
        "tracking_numbers_done",
        "tracking_numbers",
        ["changed_at"],
        unique=False,
        postgresql_where=sa.text("task IS NULL AND state <> 'followed'"),
    )
    op.create_table(
        "tracking_parcels",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number_key", sa.LargeBinary(), nullable=False),
        sa.Column(
            "fulfillment_id", sa.BigInteger(), autoincrement=False, nullable=False
        ),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("tracking_key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("tracking_parcels_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id", "number_key"],
            ["tracking_numbers.shop_id", "tracking_numbers.number_key"],
            name="tracking_parcels_number_fkey",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "shop_id",
            "number_key",
            "fulfillment_id",
            name=op.f("tracking_parcels_pkey"),
        ),
    )
    op.create_index(
        "tracking_parcels_by_order",
        "tracking_parcels",
        ["shop_id", "order_id"],
        unique=False,
    )


def _after_the_sale() -> None:
    op.create_table(
        "payments",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("payment_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("amount", sa.Numeric(), nullable=True),
        sa.Column("amount_currency", sa.Text(), nullable=True),
        sa.Column("gateway", sa.Text(), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("payments_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop_id", "payment_id", name=op.f("payments_pkey")),
    )
    op.create_index(
        "payments_of_order", "payments", ["shop_id", "order_id"], unique=False
    )
    op.create_table(
        "refunds",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("refund_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=True),
        sa.Column("amount_currency", sa.Text(), nullable=True),
        sa.Column("pending", sa.Numeric(), nullable=True),
        sa.Column("pending_currency", sa.Text(), nullable=True),
        sa.Column("items", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("return_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("refunds_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop_id", "refund_id", name=op.f("refunds_pkey")),
    )
    op.create_index(
        "refunds_of_order", "refunds", ["shop_id", "order_id"], unique=False
    )
    op.create_table(
        "returns",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("return_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column(
            "earlier",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=True,
        ),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("step", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("lines", sa.Integer(), nullable=True),
        sa.Column("decline_reason", sa.Text(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("processed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("returns_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop_id", "return_id", name=op.f("returns_pkey")),
    )
    op.create_index(
        "returns_of_order", "returns", ["shop_id", "order_id"], unique=False
    )
    op.create_table(
        "fulfillment_orders",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "fulfillment_order_id", sa.BigInteger(), autoincrement=False, nullable=False
        ),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column(
            "earlier",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=True,
        ),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "hold_reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=True
        ),
        sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("fulfillment_orders_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "shop_id", "fulfillment_order_id", name=op.f("fulfillment_orders_pkey")
        ),
    )
    op.create_index(
        "fulfillment_orders_of_order",
        "fulfillment_orders",
        ["shop_id", "order_id"],
        unique=False,
    )


def _of_shoppers() -> None:
    op.create_table(
        "customers",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("customer_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.Column("phone_place", sa.Text(), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("first_name", sa.LargeBinary(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("email_marketing", sa.Text(), nullable=True),
        sa.Column("sms_marketing", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contacts.id"],
            name=op.f("customers_contact_id_fkey"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("customers_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop_id", "customer_id", name=op.f("customers_pkey")),
    )
    op.create_index(
        "customers_of_contact",
        "customers",
        ["contact_id"],
        unique=False,
        postgresql_where=sa.text("contact_id IS NOT NULL"),
    )
    op.create_table(
        "merged_customers",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("gone", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("kept", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("merged_customers_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop_id", "gone", name=op.f("merged_customers_pkey")),
    )
    op.create_index(
        "merged_customers_by_kept",
        "merged_customers",
        ["shop_id", "kept"],
        unique=False,
    )
    op.create_table(
        "checkouts",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("token_key", sa.LargeBinary(), nullable=False),
        sa.Column("cart_key", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.Column("phone_place", sa.Text(), nullable=True),
        sa.Column("email_key", sa.LargeBinary(), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("first_name", sa.LargeBinary(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("place", sa.LargeBinary(), nullable=True),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("items", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("total", sa.Numeric(), nullable=True),
        sa.Column("total_currency", sa.Text(), nullable=True),
        sa.Column("worth", sa.Numeric(), nullable=True),
        sa.Column("worth_currency", sa.Text(), nullable=True),
        sa.Column(
            "discount_codes", postgresql.JSONB(astext_type=sa.Text()), nullable=True
        ),
        sa.Column("url", sa.LargeBinary(), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("wording", sa.Text(), nullable=True),
        sa.Column("accepts_marketing", sa.Boolean(), nullable=True),
        sa.Column("accepts_sms", sa.Boolean(), nullable=True),
        sa.Column("marks", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contacts.id"],
            name=op.f("checkouts_contact_id_fkey"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("checkouts_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop_id", "token_key", name=op.f("checkouts_pkey")),
    )
    op.create_index(
        "checkouts_of_cart", "checkouts", ["shop_id", "cart_key"], unique=False
    )
    op.create_index(
        "checkouts_of_contact",
        "checkouts",
        ["contact_id"],
        unique=False,
        postgresql_where=sa.text("contact_id IS NOT NULL"),
    )
    op.create_index(
        "checkouts_by_age", "checkouts", ["shop_id", "updated_at"], unique=False
    )
    op.create_table(
        "draft_orders",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "draft_order_id", sa.BigInteger(), autoincrement=False, nullable=False
        ),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("invoiced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("contact_id", sa.BigInteger(), nullable=True),
        sa.Column("phone_place", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("items", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("total", sa.Numeric(), nullable=True),
        sa.Column("total_currency", sa.Text(), nullable=True),
        sa.Column("worth", sa.Numeric(), nullable=True),
        sa.Column("worth_currency", sa.Text(), nullable=True),
        sa.Column("url", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["contacts.id"],
            name=op.f("draft_orders_contact_id_fkey"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("draft_orders_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "shop_id", "draft_order_id", name=op.f("draft_orders_pkey")
        ),
    )
    op.create_index(
        "draft_orders_of_contact",
        "draft_orders",
        ["contact_id"],
        unique=False,
        postgresql_where=sa.text("contact_id IS NOT NULL"),
    )
    op.create_index(
        "draft_orders_by_age", "draft_orders", ["shop_id", "updated_at"], unique=False
    )
    op.create_table(
        "checkout_changes",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("token_key", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_tellable", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id", "token_key"],
            ["checkouts.shop_id", "checkouts.token_key"],
            name=op.f("checkout_changes_shop_id_token_key_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("checkout_changes_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "shop_id", "token_key", "at", name=op.f("checkout_changes_pkey")
        ),
    )
    _of_looks()
    op.create_table(
        "carts",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("token_key", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("items", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("total", sa.Numeric(), nullable=True),
        sa.Column("total_currency", sa.Text(), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=True),
        sa.Column("wording", sa.Text(), nullable=True),
        sa.Column("marks", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("carts_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop_id", "token_key", name=op.f("carts_pkey")),
    )
    op.create_index("carts_by_age", "carts", ["shop_id", "updated_at"], unique=False)


def _of_asking() -> None:
    op.create_table(
        "admin_api",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("maximum", sa.Float(), nullable=False),
        sa.Column("restore_rate", sa.Float(), nullable=False),
        sa.Column("available", sa.Float(), nullable=False),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("refused", sa.Text(), nullable=True),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("admin_api_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("admin_api_pkey")),
    )
    op.create_table(
        "comparisons",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "attempts", sa.SmallInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("held_because", sa.Text(), nullable=True),
        sa.Column("orders_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checkouts_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("consents_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("parcels_before", sa.BigInteger(), nullable=False),
        sa.Column("subscriptions_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("compared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("found", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("comparisons_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("comparisons_pkey")),
    )
    op.create_index(
        op.f("comparisons_due_at_idx"), "comparisons", ["due_at"], unique=False
    )
    op.create_table(
        "backfills",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "attempts", sa.SmallInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column(
            "failures", sa.SmallInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("held_because", sa.Text(), nullable=True),
        sa.Column("operation", sa.Text(), nullable=True),
        sa.Column(
            "read_bytes", sa.BigInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column(
            "read_count", sa.BigInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("told_count", sa.BigInteger(), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("backfills_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop_id", "part", name=op.f("backfills_pkey")),
    )
    op.create_index(
        "backfills_due",
        "backfills",
        ["due_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('wanted', 'running', 'reading')"),
    )


def _of_replays() -> None:
    op.create_table(
        "flow_replays",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        sa.Column("written", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("days", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "attempts", sa.SmallInteger(), server_default=sa.text("0"), nullable=False
        ),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("played", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column(
            "summary",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=True,
        ),
        sa.Column("because", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("flow_replays_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop_id", "flow", name=op.f("flow_replays_pkey")),
    )
    op.create_index(
        "flow_replays_open",
        "flow_replays",
        ["asked_at"],
        unique=False,
        postgresql_where=sa.text("state IN ('wanted', 'running')"),
    )


def _of_products() -> None:
    op.create_table(
        "products",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("product_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "told",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=True,
        ),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handle", sa.Text(), nullable=True),
        sa.Column("name_key", sa.Text(), nullable=True),
        sa.Column("kind_key", sa.Text(), nullable=True),
        sa.Column("changed_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("products_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop_id", "product_id", name=op.f("products_pkey")),
    )
    op.create_index(
        "products_due",
        "products",
        ["shop_id", "due_at"],
        unique=False,
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(
        "products_by_handle", "products", ["shop_id", "handle"], unique=False
    )
    op.create_index(
        "products_by_name",
        "products",
        ["shop_id", "name_key"],
        unique=False,
        postgresql_ops={"name_key": "text_pattern_ops"},
    )
    op.create_index(
        "products_by_kind",
        "products",
        ["shop_id", "kind_key", "product_id"],
        unique=False,
        postgresql_where=sa.text("kind_key IS NOT NULL"),
    )


def _moment(name: str, *, nullable: bool = True) -> "sa.Column[object]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _number(name: str, kind: "type[sa.Integer]") -> "sa.Column[object]":
    return sa.Column(name, kind(), server_default=sa.text("0"), nullable=False)


def _of_policy() -> None:
    op.create_table(
        "policy_overrules",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("product_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("is_allowed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        _moment("at", nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("policy_overrules_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "shop_id", "product_id", name=op.f("policy_overrules_pkey")
        ),
    )


def _of_catalogs() -> None:
    op.create_table(
        "catalogs",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("catalog_id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("is_own", sa.Boolean(), nullable=False),
        sa.Column("hidden_tag", sa.Text(), nullable=False),
        sa.Column("sets", sa.Text(), server_default=sa.text("'none'"), nullable=False),
        sa.Column("languages", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("countries", sa.Text(), server_default=sa.text("''"), nullable=False),
        _moment("collections_due_at"),
        *(
            sa.Column(
                name, sa.Boolean(), server_default=sa.text("true"), nullable=False
            )
            for name in ("has_cart", "is_visible")
        ),
        _moment("connected_at", nullable=False),
        sa.Column("run", sa.Text(), nullable=False),
        _number("runs", sa.Integer),
        sa.Column("operation", sa.Text(), nullable=True),
        _moment("as_of"),
        _moment("changed_since"),
        _number("read_bytes", sa.BigInteger),
        _number("read_count", sa.BigInteger),
        sa.Column("told_count", sa.BigInteger(), nullable=True),
        _number("failures", sa.SmallInteger),
        _moment("began_at"),
        _moment("ended_at"),
        _moment("next_run_at", nullable=False),
        _moment("comparing_since"),
        sa.Column("compared_after", sa.Text(), nullable=True),
        _moment("compared_at"),
        sa.Column(
            "found",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        _moment("read_due_at", nullable=False),
        _moment("read_claimed_until"),
        _number("read_attempts", sa.SmallInteger),
        sa.Column("read_held_because", sa.Text(), nullable=True),
        _moment("tell_due_at", nullable=False),
        _moment("tell_claimed_until"),
        _number("tell_attempts", sa.SmallInteger),
        sa.Column("tell_held_because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("catalogs_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("shop_id", name=op.f("catalogs_pkey")),
    )
    for side in ("read", "tell"):
        op.create_index(
            op.f(f"catalogs_{side}_due_at_idx"),
            "catalogs",
            [f"{side}_due_at"],
            unique=False,
        )
    _of_batches()
    _of_items()
    _of_local_items()
    _of_sets()


def _of_batches() -> None:
    op.create_table(
        "catalog_batches",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        _moment("asked_at", nullable=False),
        sa.Column("handle", sa.Text(), nullable=True),
        _moment("due_at", nullable=False),
        _number("looks", sa.SmallInteger),
        _moment("ended_at"),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("catalog_batches_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("catalog_batches_pkey")),
    )
    op.create_index(
        "catalog_batches_open",
        "catalog_batches",
        ["shop_id", "due_at"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _of_items() -> None:
    op.create_table(
        "catalog_items",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("variant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("inventory_item_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("because", sa.Text(), nullable=True),
        sa.Column("wanted", sa.Text(), nullable=True),
        sa.Column("sent", sa.Text(), nullable=True),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "refusal",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=True,
        ),
        _moment("changed_at", nullable=False),
        _moment("sent_at"),
        _moment("judged_at"),
        _number("retries", sa.SmallInteger),
        _moment("seen_at"),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("catalog_items_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "shop_id", "variant_id", name=op.f("catalog_items_pkey")
        ),
    )
    for name, columns, where in (
        (
            "due",
            ["shop_id", "product_id"],
            "batch_id IS NULL AND wanted IS DISTINCT FROM sent",
        ),
        ("of_product", ["shop_id", "product_id"], None),
        ("by_state", ["shop_id", "state", "product_id"], None),
        (
            "in_stock",
            ["shop_id", "inventory_item_id"],
            "inventory_item_id IS NOT NULL",
        ),
        ("of_batch", ["batch_id"], "batch_id IS NOT NULL"),
    ):
        op.create_index(
            f"catalog_items_{name}",
            "catalog_items",
            columns,
            unique=False,
            postgresql_where=None if where is None else sa.text(where),
        )


def _of_local_items() -> None:
    op.create_table(
        "catalog_local_items",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("variant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("product_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("wanted", sa.Text(), nullable=True),
        sa.Column("sent", sa.Text(), nullable=True),
        sa.Column("batch_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "refusal",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=True,
        ),
        _moment("changed_at", nullable=False),
        _moment("sent_at"),
        _moment("judged_at"),
        _number("retries", sa.SmallInteger),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("catalog_local_items_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "shop_id", "variant_id", "place", name=op.f("catalog_local_items_pkey")
        ),
    )
    for name, columns, where in (
        (
            "due",
            ["shop_id", "place", "product_id"],
            "batch_id IS NULL AND wanted IS DISTINCT FROM sent",
        ),
        ("of_product", ["shop_id", "product_id"], None),
        ("of_batch", ["batch_id"], "batch_id IS NOT NULL"),
    ):
        op.create_index(
            f"catalog_local_items_{name}",
            "catalog_local_items",
            columns,
            unique=False,
            postgresql_where=None if where is None else sa.text(where),
        )


def _of_sets() -> None:
    op.create_table(
        "catalog_sets",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "collection_id", sa.BigInteger(), autoincrement=False, nullable=False
        ),
        sa.Column("handle", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("title", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column(
            "is_there", sa.Boolean(), server_default=sa.text("true"), nullable=False
        ),
        sa.Column(
            "is_chosen", sa.Boolean(), server_default=sa.text("false"), nullable=False
        ),
        _moment("changed_since"),
        _moment("changed_at"),
        _moment("due_at"),
        _moment("began_at"),
        sa.Column("read_after", sa.Text(), nullable=True),
        sa.Column("set_id", sa.Text(), nullable=True),
        sa.Column("told", sa.Text(), nullable=True),
        sa.Column("because", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("catalog_sets_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "shop_id", "collection_id", name=op.f("catalog_sets_pkey")
        ),
    )
    op.create_index(
        "catalog_sets_due",
        "catalog_sets",
        ["shop_id", "due_at"],
        unique=False,
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_table(
        "catalog_set_products",
        sa.Column("shop_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "collection_id", sa.BigInteger(), autoincrement=False, nullable=False
        ),
        sa.Column("product_id", sa.BigInteger(), autoincrement=False, nullable=False),
        _moment("told_at", nullable=False),
        sa.ForeignKeyConstraint(
            ["shop_id"],
            ["shops.id"],
            name=op.f("catalog_set_products_shop_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "shop_id",
            "collection_id",
            "product_id",
            name=op.f("catalog_set_products_pkey"),
        ),
    )
    op.create_index(
        "catalog_set_products_of",
        "catalog_set_products",
        ["shop_id", "product_id"],
        unique=False,
    )


def _lock() -> None:
    op.execute(FUNCTIONS)
    op.execute(policy_on("shops", column="id"))
    for table in _OF_SHOPS:
        op.execute(policy_on(table))
    _keep_consents()
    # The intake may always write a webhook down, without looking at any.
    op.execute("CREATE POLICY webhooks_arrive ON webhooks FOR INSERT WITH CHECK (true)")
    # Bodies are sealed, so they cannot be compressed further, and mostly fit a page.
    op.execute("ALTER TABLE webhooks ALTER body SET STORAGE EXTERNAL")
    op.execute("ALTER TABLE webhooks SET (toast_tuple_target = 8160)")
    op.execute("ALTER TABLE messages ALTER body SET STORAGE EXTERNAL")
    op.execute("ALTER TABLE history ALTER data SET STORAGE EXTERNAL")
    op.execute("ALTER TABLE history SET (toast_tuple_target = 8160)")


def _keep_consents() -> None:
    """What was agreed to is added to, and never changed: not by a bug of ours either.

    A merge may say that somebody else it was, an erasure may take out what is personal,
    and a shop that goes takes all with it.
    """
    op.execute("""
CREATE FUNCTION sosik_consents_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF EXISTS (SELECT 1 FROM shops WHERE id = OLD.shop_id) THEN
      RAISE EXCEPTION 'the consent ledger is only added to';
    END IF;
    RETURN OLD;
  END IF;
  IF (to_jsonb(NEW) - '{contact_id,private}'::text[])
    IS DISTINCT FROM (to_jsonb(OLD) - '{contact_id,private}'::text[])
    OR NEW.private IS NOT NULL AND NEW.private IS DISTINCT FROM OLD.private
  THEN
    RAISE EXCEPTION 'the consent ledger is only added to';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER consents_stay BEFORE UPDATE OR DELETE ON consents
  FOR EACH ROW EXECUTE FUNCTION sosik_consents_stay();
""")
