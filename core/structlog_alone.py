"""structlog without rich, which it would load for tracebacks in colour.

No log of ours has any, and rich takes 5 MB in processes that never draw a table.
"""

import sys

_RICH = "rich"

if _RICH in sys.modules:
    import structlog
    from structlog.stdlib import ProcessorFormatter
else:
    sys.modules[_RICH] = None  # type: ignore[assignment]  # as if it were not installed
    try:
        import structlog
        from structlog.stdlib import ProcessorFormatter
    finally:
        del sys.modules[_RICH]

__all__ = ["ProcessorFormatter", "structlog"]
