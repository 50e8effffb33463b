"""Histories of what people agree to, drawn from a seed: what happens in them, what a
plain model says of it, and what must hold always."""
