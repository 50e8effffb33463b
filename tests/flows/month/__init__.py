"""A month of a store: what happens in it, what a plain model says of it, and what the
program makes of it."""
