"""The one place that knows every concrete part and fits them together.

Nothing is imported here: the supervisor must not carry what its children use.
"""
