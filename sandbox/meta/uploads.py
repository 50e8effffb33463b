"""Files that are given to Meta before anything is made of them: a session is opened,
the bytes follow, and a handle stands for them from then on.

A handle is good for the app that it was made for, and here once.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.meta.accounts import Accounts
from sandbox.meta.errors import Refused
from sandbox.serving import json_answer

SESSION = "/upload:"
_TYPES = frozenset(
    (
        *("application/pdf", "image/jpeg", "image/jpg", "image/png", "video/mp4"),
        *("image/gif", "image/webp"),
    )
)
_PICTURES = {"image/jpeg": b"\xff\xd8\xff", "image/jpg": b"\xff\xd8\xff"}
_PICTURES |= {"image/png": b"\x89PNG\r\n\x1a\n"}
_LARGEST = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Asked:
    type: str
    length: int
    token: str
    signature: str


class Uploads:
    """``app_id`` is the one app that Meta knows here; ``app`` stands for it too."""

    def __init__(self, accounts: Accounts, *, app_id: str) -> None:
        self._accounts = accounts
        self._apps = ("app", app_id)
        self._sessions: dict[str, _Asked] = {}
        self._files: dict[str, tuple[str, bytes]] = {}

    def open(self, app: str, query: Mapping[str, str], token: str) -> dict[str, Any]:
        """Raises Refused for a file that Meta does not take, or another's app."""
        self._accounts.of_token(token)
        if app not in self._apps:
            raise Refused(
                100,
                subcode=33,
                message=f"Unsupported post request. Object with ID '{app}' does not "
                "exist, cannot be loaded due to missing permissions, or does not "
                "support this operation.",
            )
        length, type_ = query.get("file_length", ""), query.get("file_type", "")
        if not (length.isascii() and length.isdigit() and int(length) > 0):
            raise Refused(100, "Param file_length must be a positive integer.")
        if type_ not in _TYPES:
            raise Refused(100, f"Param file_type: {type_} is not supported.")
        id_ = base64.b64encode(f"attachment:{secrets.token_hex(12)}".encode()).decode()
        signature = secrets.token_urlsafe(16)
        asked = _Asked(type_, int(length), token, signature)
        self._sessions[id_] = asked
        return {"id": f"upload:{id_}?sig={signature}"}

    def take(
        self, target: str, headers: Mapping[str, str], content: bytes
    ) -> web.Response:
        """The bytes of a session. What is wrong with them is told in another form than
        all else of Meta's."""
        id_, _, query = target.partition(SESSION)[2].partition("?")
        asked = self._sessions.get(id_)
        if asked is None or query != f"sig={asked.signature}":
            return _wrong(404, "NotFoundError", "Upload session was not found")
        if headers.get("Authorization") != f"OAuth {asked.token}":
            return _wrong(401, "NotAuthorizedError", "Wrong authorization header")
        if headers.get("file_offset") != "0":
            return _wrong(400, "OffsetInvalidError", "Request starts from wrong offset")
        if len(content) != asked.length:
            told = "Partial request (did not match length of file)"
            return _wrong(400, "PartialRequestError", told)
        del self._sessions[id_]
        digest = hashlib.sha256(content).hexdigest()
        handle = f"4:{secrets.token_urlsafe(12)}:{asked.type}:{digest[:32]}"
        self._files[handle] = asked.type, content
        return json_answer({"h": handle})

    def picture(self, handle: object) -> str:
        """The address of the picture that a handle stands for; it is used up.

        Raises:
            Refused: there is no such handle, or it stands for no picture.
        """
        found = self._files.pop(handle, None) if isinstance(handle, str) else None
        if found is None:
            raise Refused(100, "Param profile_picture_handle is not a valid handle.")
        type_, content = found
        begins = _PICTURES.get(type_)
        if begins is None or not content.startswith(begins) or len(content) > _LARGEST:
            raise Refused(100, "Param profile_picture_handle is no image to be used.")
        return f"https://pps.whatsapp.net/v/{hashlib.sha256(content).hexdigest()}"


def _wrong(status: int, type_: str, told: str) -> web.Response:
    info = {"retriable": False, "type": type_, "message": told}
    return json_answer({"debug_info": info}, status)
