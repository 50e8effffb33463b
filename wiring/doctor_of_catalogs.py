"""What ``./sosik doctor`` says of stores' catalogs."""

from core.catalog import ItemState
from storage.catalogs import Standing


def finding(standing: Standing) -> tuple[bool, str, str | None]:
    """Whether all is well, what there is to say, and what to do next."""
    if not standing.count:
        return True, "no store has one: ./sosik catalog connect --help", None
    live = standing.items.get(ItemState.LIVE, 0)
    refused = standing.items.get(ItemState.REFUSED, 0)
    said = f"{standing.count} kept like their stores: {live} items shown"
    if refused:
        said += f", {refused} refused by Meta"
    if standing.held:
        said += f"; {standing.held} held back ({standing.because or 'unreadable'})"
        return False, said, "./sosik catalog status DOMAIN"
    return True, said, None
