"""The product: which message, to whom, when, through which channel, and why not.

``rules/`` decides and is pure. ``automations/`` proposes. The modules beside this file
carry decisions out, inside short transactions.
"""
