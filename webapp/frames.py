"""Pages that a store's admin frames: who may do so, and what such a page may load."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from core.settings import Settings, is_loopback
from core.values import ShopDomain

_CDN = "https://cdn.shopify.com"
_ADMIN = "https://admin.shopify.com"
_BRIDGE = "/shopifycloud/app-bridge.js"
_POLARIS = "/shopifycloud/polaris-1.js"

ALONE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
"""The Content-Security-Policy of a page that stands by itself: nothing is loaded from
any host but ours."""


@dataclass(frozen=True, slots=True)
class Frames:
    """``bridge`` is the address of App Bridge, the script by which a framed page speaks
    with the admin around it, ``polaris`` that of the elements which the admin is made
    of. ``also`` is whoever may frame every shop's pages."""

    bridge: str
    polaris: str
    also: tuple[str, ...]

    def policy_for(self, shop: ShopDomain) -> str:
        """The Content-Security-Policy of a page for this shop, and no other."""
        cdn = _origin(self.bridge)
        framers = " ".join((f"https://{shop}", *self.also))
        return (
            f"default-src 'none'; script-src 'self' {cdn}; style-src 'self' {cdn}; "
            f"img-src 'self' data: {cdn}; font-src {cdn}; connect-src 'self' {cdn}; "
            "base-uri 'none'; form-action 'self'; "
            f"frame-ancestors {framers}"
        )

    @property
    def hint(self) -> str:
        """The ``Link`` by which a browser fetches the scripts ahead of the page."""
        return (
            f'<{_origin(self.bridge)}>; rel="preconnect", '
            f'<{self.bridge}>; rel="preload"; as="script", '
            f'<{self.polaris}>; rel="preload"; as="script"'
        )


def frames_of(settings: Settings) -> Frames:
    """As the settings have it: a Shopify that is played on this machine has an admin
    and a script of its own."""
    admin = _origin(settings.shopify_admin_origin.replace("{shop}", "shop"))
    is_played = is_loopback(urlsplit(admin).hostname)
    cdn = admin if is_played and settings.sandbox else _CDN
    also = (_ADMIN, admin) if is_played else (_ADMIN,)
    return Frames(cdn + _BRIDGE, cdn + _POLARIS, also)


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
