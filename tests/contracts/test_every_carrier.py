"""What every file in integrations/carriers promises. New carriers are found here."""

from urllib.parse import urlsplit

import pytest

from integrations import carriers


@pytest.fixture(params=carriers.discover(), ids=lambda carrier: carrier.name)
def carrier(request):
    return request.param


def test_its_page_is_https_and_holds_the_number_or_there_is_none(carrier):
    url = carrier.tracking_url("AB 1/2")

    if not carrier.page:
        assert url is None
        return
    assert urlsplit(url).scheme == "https"
    assert url.count("AB%201%2F2") == 1


def test_without_a_number_there_is_no_page(carrier):
    assert carrier.tracking_url("") is None


def test_it_answers_to_every_name_it_has_however_written(carrier):
    for word in {carrier.name, *carrier.also_called}:
        assert carriers.named(f" {word.upper()} ") is carrier


def test_a_name_nobody_has_is_unknown():
    assert carriers.named("Pigeon Post") is carriers.UNKNOWN
