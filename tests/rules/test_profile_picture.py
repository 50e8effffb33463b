"""A picture is told by its own bytes, whatever it is called and whoever sends it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import NotPossible
from core.profile_picture import (
    LEAST_SIDE,
    MOST_BYTES,
    Picture,
    picture_of,
    size_of,
    type_of,
)
from tests.pictures import jpeg, png

sides = st.integers(1, 700)


@pytest.mark.parametrize(("drawn", "type_"), [(png, "image/png"), (jpeg, "image/jpeg")])
def test_a_square_of_enough_pixels_is_taken_as_what_it_is(drawn, type_):
    for side in (LEAST_SIDE, 640):
        assert picture_of(drawn(side, side)) == Picture(type_, drawn(side, side))


@pytest.mark.parametrize("drawn", [png, jpeg])
@given(width=sides, height=sides)
def test_its_size_is_read_and_only_a_large_enough_square_is_taken(drawn, width, height):
    content = drawn(width, height)

    assert size_of(content) == (width, height)
    if width == height >= LEAST_SIDE:
        assert picture_of(content).content == content
    else:
        with pytest.raises(NotPossible):
            picture_of(content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Choose a picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "neither a JPEG nor a PNG"),
        (b"GIF89a" + bytes(100), "neither a JPEG nor a PNG"),
        (png() + bytes(MOST_BYTES), "1 MB at most"),
        (png()[:-1], "damaged"),
        (png() + b"<script>", "damaged"),
        (png().replace(b"IDAT", b"IDOT"), "damaged"),
        (jpeg()[:-2], "damaged"),
        (png(191, 191), "192 pixels"),
        (jpeg(640, 480), "cut it to a square"),
    ],
)
def test_what_is_wrong_with_another_is_said(content, said):
    with pytest.raises(NotPossible) as refused:
        picture_of(content)

    assert said in refused.value.sentence


@given(st.sampled_from([png(200, 200), jpeg(200, 200)]), st.data())
def test_whatever_was_made_of_one_is_taken_or_refused(content, data):
    place = data.draw(st.integers(0, len(content)))
    odd = content[:place] + data.draw(st.binary(max_size=40))
    odd += content[place + data.draw(st.integers(0, 20)) :]
    try:
        taken = picture_of(odd)
    except NotPossible:
        return
    assert taken.type == type_of(odd)
