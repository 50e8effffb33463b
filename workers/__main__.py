"""``python -m workers``: the pool of workers, with all that they need loaded once."""

import gc
from importlib import import_module

if __name__ == "__main__":
    # All that is loaded stays, and looking for garbage in it takes the seventh part of
    # the time that the first worker waits for. The pool looks before its first fork.
    gc.disable()
    import_module("workers.pool").main()
