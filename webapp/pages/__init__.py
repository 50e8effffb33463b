"""The pages of a store's owner, one module for each, in one shell.

A page registers its views with ``Pages``, which knows who asks, for which shop and in
which role: see ``webapp.pages.shell``.
"""
