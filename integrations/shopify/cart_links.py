"""Addresses that lead somebody back to what they have left, at the store's own
checkout."""

from collections.abc import Iterable, Sequence
from urllib.parse import quote, urlsplit, urlunsplit

from core.shopping import REFERENCE, Basket

LONGEST = 2_000
"""Shopify tells of no limit; what is longer is cut or refused somewhere on its way."""

_AS_IT_IS = "%/:=&?~#+!$,;'@()*[]-._"
"""Of an address that is one already. What is not among these is written by numbers."""

More = Iterable[tuple[str, str | None]]


def leading_to(
    basket: Basket, *, codes: Sequence[str] = (), reference: str | None = None
) -> str | None:
    """The address at which the basket is found again; None where there is none.

    With the store's own address, which has the cart and the buyer's data already, or
    else with one that fills a cart anew and types what is known of the buyer: without
    it where that would be too long. ``codes`` are discounts that are to count there,
    with a comma in none of them, since that would be two. The ``reference`` comes back
    among the order's attributes; Shopify promises that of a cart alone.

    A cart cannot be filled with what is not in the store's list of products, nor with a
    subscription, of which a checkout does not tell.
    """
    more = (
        ("discount", _together([*codes])),
        (f"attributes[{REFERENCE}]", reference),
    )
    if basket.url is not None:
        return _short_enough(_with_more(basket.url, more))
    if not basket.lines:
        return None
    codes = [*dict.fromkeys([*basket.discount_codes, *codes])]
    rest = (("discount", _together(codes)), *more[1:])
    return _short_enough(_filled(basket, (*_buyer(basket), *rest))) or _short_enough(
        _filled(basket, rest)
    )


def _filled(basket: Basket, more: More) -> str | None:
    things = ",".join(f"{variant:d}:{count:d}" for variant, count in basket.lines)
    prefix = f"/{quote(basket.prefix, safe='')}" if basket.prefix else ""
    return _with_more(f"https://{basket.host}{prefix}/cart/{things}", more)


def _buyer(basket: Basket) -> More:
    """What is known of them. There is no place for a phone."""
    yield "checkout[email]", basket.email
    for name, value in (
        ("first_name", basket.first_name),
        ("city", basket.city),
        ("province", basket.region),
        ("country", basket.country),
        ("zip", basket.postcode),
    ):
        yield f"checkout[shipping_address][{name}]", value


def _together(codes: Iterable[str]) -> str | None:
    return ",".join(code for code in codes if code and "," not in code) or None


def _with_more(url: str, more: More) -> str | None:
    said = "&".join(
        f"{quote(name, safe='')}={quote(value, safe='')}"
        for name, value in more
        if value
    )
    try:
        parts = urlsplit(url)
        host = parts.netloc if parts.netloc.isascii() else _plain(parts.netloc)
    except (ValueError, UnicodeError):
        return None
    query = "&".join(filter(None, (quote(parts.query, safe=_AS_IT_IS), said)))
    path, fragment = (
        quote(part, safe=_AS_IT_IS) for part in (parts.path, parts.fragment)
    )
    return urlunsplit((parts.scheme, host, path, query, fragment))


def _plain(netloc: str) -> str:
    """A host in any script, as it is asked for."""
    host, _, port = netloc.partition(":")
    named = host.encode("idna").decode()
    return f"{named}:{port}" if port else named


def _short_enough(url: str | None) -> str | None:
    return url if url is not None and len(url) <= LONGEST else None
