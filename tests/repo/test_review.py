"""What is missing before Shopify and Meta look at the app, as far as it shows."""

from dataclasses import replace
from pathlib import Path

import pytest

from wiring import review

TOML = (Path(__file__).parents[2] / "shopify.app.toml").read_text(encoding="utf-8")
OURS = "f" * 32


@pytest.fixture
def real(settings):
    return replace(
        settings,
        app_url="https://app.example.org",
        shopify_api_key=OURS,
        sandbox=False,
    )


def _folder(tmp_path, *changes):
    text = TOML.replace("0123456789abcdef0123456789abcdef", OURS)
    text = text.replace("sosik.example.com", "app.example.org")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    (tmp_path / "shopify.app.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_example_is_handed_in_by_nobody(real, tmp_path):
    assert not review.by_shopify(real).is_wanted
    assert not review.by_shopify(real, tmp_path).is_wanted


def test_with_everything_of_ones_own_nothing_is_missing(real, tmp_path):
    assert review.by_shopify(real, _folder(tmp_path)) == review.Review(True, ())
    assert review.by_meta(real) == review.Review(True, ())


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("app.example.org", "sosik.example.com"), "still names sosik.example.com"),
        (("app.example.org", "other.example.org"), "are not at APP_URL"),
        (('"customers/redact", ', ""), "does not ask for customers/redact"),
        (("2026-10", "2026-07"), "is not SHOPIFY_API_VERSION"),
        (("read_orders,", "read_orders,read_all_orders,"), "read_all_orders"),
        ((OURS, "e" * 32), "is not SHOPIFY_API_KEY"),
    ],
)
def test_each_thing_that_shopify_would_mind_is_said(real, tmp_path, change, said):
    [missing] = review.by_shopify(real, _folder(tmp_path, change)).missing

    assert said in missing


@pytest.mark.parametrize("url", ["http://app.example.org", "https://127.0.0.1"])
def test_an_address_that_nobody_reaches_is_missing_for_both(real, tmp_path, url):
    settings = replace(real, app_url=url)
    folder = _folder(tmp_path)

    said = "APP_URL is no public https address"
    assert said in review.by_shopify(settings, folder).missing
    assert review.by_meta(settings).missing == (said,)
