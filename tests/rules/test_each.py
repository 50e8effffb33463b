"""A table that is one test tells of every row that fails, and of no other."""

import pytest

from tests.each import for_each


def test_every_row_that_fails_is_named_with_its_reason():
    @for_each(("number", "half"), [(2, 1), (3, 2), (4, 2), (5, 1)])
    def halves(number, half):
        """Of each."""
        assert number == 2 * half, "no half"

    with pytest.raises(AssertionError) as told:
        halves()

    rows = [line for line in str(told.value).splitlines() if "no half" in line]
    assert [row.partition(":")[0] for row in rows] == ["(3, 2)", "(5, 1)"]
    assert (halves.__name__, halves.__doc__) == ("halves", "Of each.")


def test_an_error_is_a_failure_and_goes_by_the_name_that_the_row_is_given():
    @for_each("word", ["1", "one"], called=str.upper)
    def is_a_number(word):
        int(word)

    with pytest.raises(AssertionError, match="ONE: ValueError"):
        is_a_number()


def test_a_table_without_rows_holds_nothing():
    @for_each("row", [])
    def anything(row):
        pass

    with pytest.raises(AssertionError, match="without rows"):
        anything()


def test_a_table_that_holds_is_silent():
    @for_each("number", range(3))
    def is_small(number):
        assert number < 3

    is_small()
