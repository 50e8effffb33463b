"""In which language somebody reads our pages."""

from flask import request

from core.words import SOURCE_LANGUAGE, Words, languages, words_for

COOKIE = "sosik-language"
"""Kept where somebody chose one outside of the admin. It says nothing of anybody."""


def words_of_reader() -> Words:
    """As Shopify's admin is shown, or as was chosen here, or as the browser asks.

    A page that is fetched by script asks by the browser's header for the language of
    the page that it takes the place of: see ``static/owner.js``.
    """
    return words_for(_language())


def _language() -> str:
    locale = request.args.get("locale", "") or request.cookies.get(COOKIE, "")
    if not locale:
        return request.accept_languages.best_match(languages(), SOURCE_LANGUAGE)
    wanted = locale.replace("_", "-").partition("-")[0].lower()
    return wanted if wanted in languages() else SOURCE_LANGUAGE
