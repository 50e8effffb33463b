"""Fixtures for a store's owner who looks by a real browser."""

from tests.browser.served import (  # noqa: F401 -- fixtures
    browser,
    door,
    phone,
    running_shopify,
    served,
    shopify,
    terminal,
)
