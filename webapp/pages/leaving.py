"""``/app/sign-out``: a browser that is no admin's frame knows nobody any more."""

from flask import Response, render_template

from notifications import staff
from notifications.roles import Role
from webapp import owners
from webapp.pages.shell import Pages, Visit


def add(pages: Pages) -> None:
    @pages.post("/sign-out", role=Role.VIEWER)
    def sign_out(visit: Visit) -> Response:
        """Their sessions end in every browser: who has kept the cookie has nothing."""
        if visit.staff is not None:
            staff.sign_out(visit.shop_id, visit.staff, services=visit.services)
        answer = Response(
            render_template(
                "pages/signed_out.html",
                language=visit.words.language,
                **visit.words.for_pages(),
            )
        )
        owners.forget(answer)
        return answer
