"""What a page says after something was done.

The page that is led to is told by a word in its address, so nobody can have it say
anything else.
"""

from types import MappingProxyType

from core.words import N_

SAID = MappingProxyType(
    {
        "saved": N_("Saved."),
        "switched_on": N_("Switched on: it is sent from now on."),
        "switched_off": N_("Switched off: nothing of it is sent any more."),
        "test_sent": N_("Your test is on its way."),
        "erasing": N_("It has begun: this person is forgotten within a minute."),
        "begun": N_("It has begun, and goes on by itself."),
    }
)
"""Sentences by the words that stand for them."""
