"""A simulated store and a simulated phone that speak the true wire formats.

They run as processes of their own, refuse what Shopify and Meta refuse, and are
imported by nothing except what starts or tests them.
"""
