"""``/app/language``: the language of the pages is chosen, where no admin does so."""

from datetime import timedelta

from flask import Response, request

from core.errors import NotPossible
from core.words import N_, languages
from notifications.roles import Role
from webapp.languages import COOKIE
from webapp.pages.shell import Pages, Visit

_KEPT_FOR = timedelta(days=365)


def add(pages: Pages) -> None:
    @pages.post("/language", role=Role.VIEWER)
    def choose(visit: Visit) -> Response:
        language = request.form.get("language", "")
        if language not in languages():
            raise NotPossible(N_("There are no pages in that language."))
        answer = visit.done("/", "saved")
        answer.set_cookie(
            COOKIE,
            language,
            max_age=_KEPT_FOR,
            secure=request.is_secure,
            httponly=True,
            samesite="Lax",
        )
        return answer
