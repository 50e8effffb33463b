"""How many examples are drawn where something is tried with whatever there may be.

The same ones every time, so that what breaks a test is the change that was made. More
of them, and new ones each time, for whoever looks for something:
``SOSIK_EXAMPLES=1000 ./sosik test tests/rules``.
"""

import os

_ASKED_FOR = os.environ.get("SOSIK_EXAMPLES")
ARE_NEW = _ASKED_FOR is not None
OF_RULES = int(_ASKED_FOR or "50")
"""Half as many as are usual."""
OF_FLOWS = int(_ASKED_FOR or "20")
"""Each takes a story through the database, which costs as much as a hundred rules."""
