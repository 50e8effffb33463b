"""What each of a store's people may do in Sosik."""

from enum import StrEnum
from types import MappingProxyType

from core.words import P_


class Role(StrEnum):
    """From the most that somebody may do to the least."""

    OWNER = "owner"
    """Sets everything: automations, numbers, settings, who else is in."""
    AGENT = "agent"
    """Acts for one person or one message, and sees what was said."""
    VIEWER = "viewer"
    """Looks."""

    def covers(self, other: "Role") -> bool:
        """Whether this one may do all that the other may."""
        return _RANKS[self] >= _RANKS[other]


_RANKS = MappingProxyType({Role.VIEWER: 0, Role.AGENT: 1, Role.OWNER: 2})

NAMES = MappingProxyType(
    {
        Role.OWNER: P_("role", "owner"),
        Role.AGENT: P_("role", "agent"),
        Role.VIEWER: P_("role", "viewer"),
    }
)
