"""Answers that lead the browser elsewhere."""

from flask import Response, redirect


def going_to(address: str) -> Response:
    """For addresses that we have made ourselves, and never one that was asked for."""
    answer = redirect(address)
    assert isinstance(answer, Response)
    return answer
