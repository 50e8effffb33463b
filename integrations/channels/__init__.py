"""One file for each channel: how a message becomes a POST, and what came of it."""
