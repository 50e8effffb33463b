"""The picture that people see beside a store's name in WhatsApp.

What a file is called says nothing: its own bytes tell what it is and how large. They
are only looked through, never drawn, so that no picture costs more than its length.
"""

import struct
import zlib
from dataclasses import dataclass, field

from core.errors import NotPossible
from core.words import N_

MOST_BYTES = 1_000_000
"""Meta takes five times that, and shows 640 by 640 pixels of it."""
LEAST_SIDE = 192
"""In pixels. Below that, Meta says, making it fit may go wrong."""

_TOO_LARGE = N_(
    "A picture has 1 MB at most. WhatsApp shows it with 640 by 640 pixels: more is "
    "not needed."
)
_NONE = N_("Choose a picture first.")
_OTHER = N_("This is neither a JPEG nor a PNG picture.")
_BROKEN = N_("This picture is damaged: save it anew.")
_TOO_SMALL = N_(
    "A picture has 192 pixels on each side at least; 640 by 640 are best for WhatsApp."
)
_NO_SQUARE = N_("A picture must be as high as it is wide: cut it to a square.")

_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"
_FRAMES = (0xC0, 0xC1, 0xC2)
"""Where a JPEG tells its size: the kinds that are in use."""
_SCAN = 0xDA
_END = b"\xff\xd9"


@dataclass(frozen=True, slots=True)
class Picture:
    """``type`` is what Meta calls a kind of file."""

    type: str
    content: bytes = field(repr=False)

    @property
    def name(self) -> str:
        """A file must be called something."""
        return f"picture.{self.type.removeprefix('image/')}"


def picture_of(content: bytes) -> Picture:
    """
    Raises:
        NotPossible: it is no picture that is taken, with what to do about it.
    """
    if not content:
        raise NotPossible(_NONE)
    if len(content) > MOST_BYTES:
        raise NotPossible(_TOO_LARGE)
    type_ = type_of(content)
    if type_ is None:
        raise NotPossible(_OTHER)
    size = size_of(content)
    if size is None:
        raise NotPossible(_BROKEN)
    width, height = size
    if min(width, height) < LEAST_SIDE:
        raise NotPossible(_TOO_SMALL)
    if width != height:
        raise NotPossible(_NO_SQUARE)
    return Picture(type_, content)


def type_of(content: bytes) -> str | None:
    if content.startswith(_PNG):
        return "image/png"
    return "image/jpeg" if content.startswith(_JPEG) else None


def size_of(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels; None where it is not whole."""
    read = _size_of_png if content.startswith(_PNG) else _size_of_jpeg
    try:
        return read(content)
    except (IndexError, struct.error):
        return None


def _size_of_png(content: bytes) -> tuple[int, int] | None:
    """It is made of pieces, each with its length and a check of its own."""
    size, place = None, len(_PNG)
    while place < len(content):
        length, name = struct.unpack_from(">I4s", content, place)
        end = place + 8 + length
        [check] = struct.unpack_from(">I", content, end)
        if zlib.crc32(content[place + 4 : end]) != check:
            return None
        if size is None:
            if name != b"IHDR" or length != 13:
                return None
            size = struct.unpack_from(">II", content, place + 8)
        place = end + 4
        if name == b"IEND":
            return size if place == len(content) else None
    return None


def _size_of_jpeg(content: bytes) -> tuple[int, int] | None:
    """Segments with their lengths, until the picture itself; that has an end."""
    size, place = None, 2
    while content[place] == 0xFF:
        kind = content[place + 1]
        if kind == 0xFF:  # filled up
            place += 1
            continue
        [length] = struct.unpack_from(">H", content, place + 2)
        if kind in _FRAMES:
            height, width = struct.unpack_from(">HH", content, place + 5)
            size = width, height
        place += 2 + length
        if kind == _SCAN:
            return size if _END in content[place:] else None
    return None
