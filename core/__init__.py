"""Words every other package shares: settings, time, ids, values, events, errors.

Imports nothing of ours. If a thing needs a table, a queue or a web request, it does
not belong here.
"""
