"""Somebody of a store's people at its pages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

from werkzeug.test import TestResponse

from notifications import staff
from notifications.roles import Role
from storage.changes import By
from tests.flows.owner import APP_URL, Owner
from tests.shopify_signs import id_token
from tests.world import SHOP


@dataclass
class Desk:
    """As a page in the admin's frame asks: by script, with a token in a header."""

    owner: Owner
    language: str = "en"
    staff: str = "4711"

    @property
    def world(self) -> Any:
        return self.owner.world

    def gets(self, path: str, **how: Any) -> TestResponse:
        """A page below ``/app``."""
        return self.owner.browser.get(
            f"/app{path}", base_url=APP_URL, headers=self._headers(), **how
        )

    def sends(
        self, path: str, said: Mapping[str, Any] | None = None, **how: Any
    ) -> TestResponse:
        """A form of ours."""
        return self.owner.browser.post(
            f"/app{path}", data=said, base_url=APP_URL, headers=self._headers(), **how
        )

    def reads(self, path: str) -> str:
        """What a page says, as text."""
        answer = self.gets(path)
        assert answer.status_code == 200, (answer.status_code, words_in(answer))
        return words_in(answer)

    def signs_in(self) -> None:
        """Without the admin's frame: from now on a cookie knows them."""
        self.owner.signs_in(int(self.staff))

    def has_role(self, role: Role) -> None:
        """Say what they may do; somebody else is the store's owner."""
        shop_id, services = self.world.shop_ids[SHOP], self.world.services
        by = By("command", "tests")
        for user in ("1", self.staff):
            staff.make_owner(shop_id, user, by=by, services=services)
        staff.set_role(shop_id, self.staff, role, by=by, services=services)

    def _headers(self) -> Mapping[str, str]:
        token = id_token(at=self.world.now, sub=self.staff)
        return {
            "Authorization": f"Bearer {token}",
            "Accept-Language": self.language,
        }


def words_in(answer: TestResponse) -> str:
    """The text of a page, with a single space between words. Attributes that people
    read, such as headings of Shopify's elements, count as text."""
    page = answer.get_data(as_text=True)
    read = r"""\s(?:heading|label|details|error|aria-label|value)="([^"]*)\""""
    said = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    said = re.sub(
        r"<[^>]*>", lambda tag: " " + " ".join(re.findall(read, tag[0])) + " ", said
    )
    return " ".join(unescape(said).split())


def version_in(answer: TestResponse, action: str) -> str:
    """The digest in the form that is sent to ``/app`` and there to ``action``."""
    page = answer.get_data(as_text=True)
    form = re.search(
        rf'<form[^>]*action="/app{re.escape(action)}".*?</form>', page, re.DOTALL
    )
    assert form is not None, action
    found = re.search(r'name="version" value="([^"]+)"', form[0])
    assert found is not None, form[0]
    return found[1]
