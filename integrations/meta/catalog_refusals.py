"""Why Meta does not show an item: its own types and sentences, in words of ours.

The types are those of Meta's own SDK (June 2026). Where an item is refused within a
batch there is a sentence of Meta's alone, which is told by the words in it.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from core.catalog import Refusal
from core.words import N_, Meaning

_SENT_AGAIN = N_("Mend it at Shopify; the item is sent again by itself.")
_MISSING = N_("Add it to the product at Shopify; the item is sent again by itself.")
_PICTURE = N_(
    "Put another picture first at Shopify: JPEG or PNG, 500 pixels or more on each "
    "side, and up to 8 MB."
)
_IN_MANAGER = N_("Open the item in Meta's Commerce Manager, where it can be changed.")
_REPORT = N_("Report it to whoever looks after this installation.")

BREAKS_A_RULE = "breaks_a_rule"
UNKNOWN = "unknown"

MEANINGS: Mapping[str, Meaning] = MappingProxyType(
    {
        "title_missing": Meaning(N_("The product has no title."), _MISSING),
        "description_missing": Meaning(N_("The product has no description."), _MISSING),
        "link_missing": Meaning(
            N_("The product has no page in the store."),
            N_("Publish it on your online store; the item is sent again by itself."),
        ),
        "image_missing": Meaning(N_("The product has no picture."), _MISSING),
        "price_missing": Meaning(N_("The product has no price."), _MISSING),
        "availability_missing": Meaning(
            N_("It is not said whether the product can be bought."), _REPORT
        ),
        "brand_missing": Meaning(N_("The product has no brand."), _MISSING),
        "condition_missing": Meaning(
            N_("It is not said whether the product is new."), _REPORT
        ),
        "price_wrong": Meaning(N_("Meta cannot read the price."), _REPORT),
        "price_not_positive": Meaning(
            N_("The price is zero."),
            N_("Give the product a price at Shopify; it is sent again by itself."),
        ),
        "sale_price_wrong": Meaning(
            N_("The reduced price is not below the usual one."), _SENT_AGAIN
        ),
        "currency_wrong": Meaning(
            N_("The price is in another currency than most of the catalog."),
            N_("Sell the whole catalog in the store's own currency."),
        ),
        "availability_wrong": Meaning(
            N_("Meta does not know the word for whether it can be bought."), _REPORT
        ),
        "too_long": Meaning(N_("A text of the product is too long."), _SENT_AGAIN),
        "too_short": Meaning(N_("A text of the product is too short."), _SENT_AGAIN),
        "capital_letters": Meaning(
            N_("A text of the product is all in capital letters."),
            N_("Write it in small letters at Shopify; it is sent again by itself."),
        ),
        "markup": Meaning(N_("A text of the product holds HTML."), _SENT_AGAIN),
        "link_in_text": Meaning(
            N_("The description holds a link."),
            N_("Take the link out at Shopify; the item is sent again by itself."),
        ),
        "texts_alike": Meaning(
            N_("The title and the description are the same."), _SENT_AGAIN
        ),
        "image_not_found": Meaning(
            N_("Meta could not load the picture."),
            N_(
                "See that the picture opens in a browser. Meta tries again by itself "
                "within a day."
            ),
        ),
        "image_too_large": Meaning(N_("The picture is too large."), _PICTURE),
        "image_too_small": Meaning(N_("The picture is too small."), _PICTURE),
        "image_poor": Meaning(N_("Meta does not take the picture."), _PICTURE),
        "link_broken": Meaning(
            N_("The page of the product cannot be opened."),
            N_("See that the store is open to everybody, and asks for no password."),
        ),
        "link_wrong": Meaning(N_("The address of the product is wrong."), _REPORT),
        "policy": Meaning(
            N_("Meta says that the product breaks its commerce policy."),
            N_(
                "Read the policy. Where Meta is wrong, ask for another review in "
                "Commerce Manager; otherwise hide the product from WhatsApp."
            ),
        ),
        "not_approved": Meaning(
            N_("Meta has reviewed the product and does not show it."),
            N_("Open it in Commerce Manager, and ask for another review there."),
        ),
        "hidden": Meaning(N_("The item is hidden from buyers at Meta."), _IN_MANAGER),
        "id_twice": Meaning(N_("The same item was sent twice at once."), _REPORT),
        "id_of_group": Meaning(
            N_("Something else in the catalog has the item's number."),
            N_(
                "Delete what was put into the catalog by another program, or let "
                "Sosik have a catalog of its own."
            ),
        ),
        "options_unclear": Meaning(
            N_("The variants of the product cannot be told apart."),
            N_("Give each its own colour, size or other option at Shopify."),
        ),
        "identifier_missing": Meaning(
            N_("The product has neither a brand nor a barcode."), _MISSING
        ),
        "barcode_wrong": Meaning(N_("The barcode is no GTIN."), _SENT_AGAIN),
        "category_wrong": Meaning(
            N_("Meta does not take the category of the product."), _SENT_AGAIN
        ),
        "compliance_missing": Meaning(
            N_("In India a product tells its origin and who imports it."),
            N_("Add these to the item in Meta's Commerce Manager."),
        ),
        "expired": Meaning(N_("The item is out of date at Meta."), _IN_MANAGER),
        BREAKS_A_RULE: Meaning(
            N_("The item breaks a rule of Meta's, and was not sent."), _REPORT
        ),
        "field_wrong": Meaning(
            N_("Something about the product is not of a form that Meta takes."),
            _SENT_AGAIN,
        ),
        UNKNOWN: Meaning(
            N_("Meta refused the item; what it said stands beside."), _IN_MANAGER
        ),
    }
)
"""By names that stay, what each means."""

_TYPES = {
    "EMPTY_TITLE": "title_missing",
    "EMPTY_DESCRIPTION": "description_missing",
    "EMPTY_SELLER_DESCRIPTION": "description_missing",
    "EMPTY_PRODUCT_URL": "link_missing",
    "EMPTY_IMAGE_URL": "image_missing",
    "NOT_ENOUGH_IMAGES": "image_missing",
    "EMPTY_PRICE": "price_missing",
    "EMPTY_AVAILABILITY": "availability_missing",
    "EMPTY_BRAND": "brand_missing",
    "EMPTY_CONDITION": "condition_missing",
    "ITEM_PRICE_NOT_POSITIVE": "price_not_positive",
    "NEGATIVE_PRICE": "price_not_positive",
    "PROPERTY_VALUE_NON_POSITIVE": "price_not_positive",
    "INVALID_SALE_PRICE": "sale_price_wrong",
    "PRODUCT_DOMINANT_CURRENCY_MISMATCH": "currency_wrong",
    "PRODUCT_NOT_DOMINANT_CURRENCY": "currency_wrong",
    "PROPERTY_PRICE_CURRENCY_NOT_SUPPORTED": "currency_wrong",
    "PROPERTY_VALUE_STRING_EXCEEDS_LENGTH": "too_long",
    "PROPERTY_VALUE_STRING_TOO_SHORT": "too_short",
    "PROPERTY_VALUE_UPPERCASE": "capital_letters",
    "PROPERTY_VALUE_UPPERCASE_WARNING": "capital_letters",
    "PROPERTY_VALUE_CONTAINS_HTML_TAGS": "markup",
    "PROPERTY_VALUE_DESCRIPTION_CONTAINS_OFF_PLATFORM_LINK": "link_in_text",
    "DUPLICATE_TITLE_AND_DESCRIPTION": "texts_alike",
    "IMAGE_FETCH_FAILED": "image_not_found",
    "IMAGE_FETCH_FAILED_BAD_GATEWAY": "image_not_found",
    "IMAGE_FETCH_FAILED_FORBIDDEN": "image_not_found",
    "IMAGE_FETCH_FAILED_LINK_BROKEN": "image_not_found",
    "IMAGE_FETCH_FAILED_TIMED_OUT": "image_not_found",
    "IMAGE_FETCH_FAILED_FILE_SIZE_EXCEEDED": "image_too_large",
    "IMAGE_RESOLUTION_LOW": "image_too_small",
    "BAD_QUALITY_IMAGE": "image_poor",
    "INVALID_IMAGES": "image_poor",
    "QUALITY_ITEM_LINK_BROKEN": "link_broken",
    "PRODUCT_URL_EQUALS_DOMAIN": "link_wrong",
    "SHOPS_POLICY_VIOLATION": "policy",
    "WHATSAPP_POLICY_VIOLATION": "policy",
    "ILLEGAL_PRODUCT_CATEGORY": "policy",
    "UNSUPPORTED_PRODUCT_CATEGORY": "policy",
    "PRODUCT_NOT_APPROVED": "not_approved",
    "WHATSAPP_DISABLED_BY_USER": "hidden",
    "PRODUCT_ITEM_NOT_VISIBLE": "hidden",
    "HIDDEN_UNTIL_PRODUCT_LAUNCH": "hidden",
    "RETAILER_ID_USED_BY_GROUP": "id_of_group",
    "VARIANT_ATTRIBUTE_ISSUE": "options_unclear",
    "MISSING_COLOR": "options_unclear",
    "MISSING_SIZE": "options_unclear",
    "UNIQUE_PRODUCT_IDENTIFIER_MISSING": "identifier_missing",
    "MISSING_INDIA_COMPLIANCE_FIELDS": "compliance_missing",
    "PRODUCT_EXPIRED": "expired",
    "PROPERTY_VALUE_FORMAT": "field_wrong",
    "PROPERTY_VALUE_MISSING": "field_wrong",
    "GENERIC_INVALID_FIELD": "field_wrong",
}
KEPT_FROM_WHATSAPP = frozenset(
    {
        *("title_missing", "image_missing", "price_missing", "availability_missing"),
        *("price_not_positive", "policy", "not_approved", "hidden", "expired"),
        *("image_not_found", "image_too_large", "compliance_missing", "id_of_group"),
    }
)
"""An item that has one of these is not seen by buyers; the others are advice."""

MAY_PASS = frozenset(
    {
        # A server that did not answer, or a store that was closed by a password.
        *("image_not_found", "link_broken"),
        # Whoever put something else into the catalog may have taken it out.
        *("id_of_group", "id_twice"),
        # What most of a catalog costs changes with the catalog.
        "currency_wrong",
        UNKNOWN,
    }
)
"""What may be over another day without a change at the store."""

_MISSING_FIELD = re.compile(
    r"(?:missing|required|empty|without)\W+(?:.{0,40}?\W)?"
    r"(title|description|link|image_link|price|availability|brand|condition)\b"
)
_FIELDS = {
    "title": "title_missing",
    "description": "description_missing",
    "link": "link_missing",
    "image_link": "image_missing",
    "price": "price_missing",
    "availability": "availability_missing",
    "brand": "brand_missing",
    "condition": "condition_missing",
}
_SAID = tuple(
    (re.compile(pattern), code)
    for pattern, code in (
        (r"duplicate|more than once", "id_twice"),
        (r"sale.?price", "sale_price_wrong"),
        (r"greater than (0|zero)|not positive|negative price", "price_not_positive"),
        (r"image.*(too small|resolution|at least \d+)", "image_too_small"),
        (r"image.*(too large|file size|exceed)", "image_too_large"),
        (r"image.*(fetch|download|load|timed? out|broken)", "image_not_found"),
        (r"image", "image_poor"),
        (r"too long|exceeds|at most \d+ char|character limit", "too_long"),
        (r"description.*(link|url)", "link_in_text"),
        (r"upper.?case|capital", "capital_letters"),
        (r"html", "markup"),
        (r"\bprice\b.*(format|invalid|currency|parse)", "price_wrong"),
        (r"(invalid|format).*\bprice\b", "price_wrong"),
        (r"currency", "currency_wrong"),
        (r"availability", "availability_wrong"),
        (r"polic(y|ies)|prohibited|not allowed to be sold", "policy"),
        (r"gtin|barcode", "barcode_wrong"),
        (r"categor", "category_wrong"),
        (r"\b(url|link)\b", "link_wrong"),
        (r"invalid|format", "field_wrong"),
    )
)


def refusal_of_type(kind: str, said: str) -> Refusal:
    """By the type of an error that stands at an item."""
    code = _TYPES.get(kind)
    return refusal(code, said) if code else refusal_of_words(said or kind)


def refusal_of_words(said: str) -> Refusal:
    """By a sentence of Meta's, where there is no more."""
    words = said.lower()
    if found := _MISSING_FIELD.search(words):
        return refusal(_FIELDS[found[1]], said)
    for pattern, code in _SAID:
        if pattern.search(words):
            return refusal(code, said)
    return refusal(UNKNOWN, said)


def refusal(code: str, said: str = "") -> Refusal:
    meaning = MEANINGS[code]
    return Refusal(
        code=code,
        words=meaning.sentence,
        advice=meaning.advice,
        said=said,
        may_pass=code in MAY_PASS,
    )
