"""The simulated Shopify: ``python -m sandbox.shopify --port 8102``."""

from sandbox.shopify.settings import ShopifySettings
from sandbox.shopify.shops import DEFAULT_SHOP, sandbox_token
from sandbox.shopify.simulator import ShopifySimulator

__all__ = ["DEFAULT_SHOP", "ShopifySettings", "ShopifySimulator", "sandbox_token"]
