"""The store's catalog on WhatsApp, kept the same as the store's products.

Rows say what Meta is to show and what it was told last, so that whoever goes on after a
crash knows what is left to do.
"""
