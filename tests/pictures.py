"""Pictures as small as they can be, of any size."""

import struct
import zlib


def png(width: int = 640, height: int = 640) -> bytes:
    lines = (b"\0" + b"\x7f" * width) * height
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (
            _piece(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
            _piece(b"IDAT", zlib.compress(lines)),
            _piece(b"IEND", b""),
        )
    )


def jpeg(width: int = 640, height: int = 640) -> bytes:
    """Its head and its end; who only looks sees no more."""
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0"
    return b"\xff\xd8" + b"".join(
        (
            _segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
            _segment(0xC0, frame),
            _segment(0xDA, b"\1\1\0\0\x3f\0"),
            b"\0\0\xff\xd9",
        )
    )


def _piece(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", check)


def _segment(kind: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, kind, len(content) + 2) + content
