"""A simulated 17TRACK: numbers registered by key, scans pushed as signed webhooks."""
