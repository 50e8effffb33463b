"""A month of carts: what people do at a store, drawn from a seed, an account of its own
of what may be sent, and what must hold at every message."""
