"""By words in its labels an item is in the sets of its collections, and in no other."""

from hypothesis import given
from hypothesis import strategies as st

from core.catalog import MOST_LABEL, MOST_LABELS
from notifications.rules.catalog_sets import (
    MOST_OF_AN_ITEM,
    collection_of,
    labels_of,
    own_id_of,
    word_of,
)

COLLECTIONS = st.integers(1, 4 * 10**18)


@given(st.sets(COLLECTIONS, max_size=2 * MOST_OF_AN_ITEM))
def test_labels_are_no_longer_than_meta_takes_them(collections):
    labels = labels_of(collections)

    assert len(labels) <= MOST_LABELS
    assert all(len(each) <= MOST_LABEL for each in labels)


@given(st.sets(COLLECTIONS, max_size=MOST_OF_AN_ITEM), COLLECTIONS)
def test_a_word_is_in_the_labels_of_what_is_in_its_set_alone(collections, other):
    labels = labels_of(collections)

    assert all(any(word_of(c) in each for each in labels) for c in collections)
    is_in = any(word_of(other) in each for each in labels)
    assert is_in == (other in collections)


@given(st.sets(COLLECTIONS, min_size=1, max_size=50), st.randoms())
def test_labels_do_not_hang_on_the_order_in_which_a_store_tells(collections, chance):
    mixed = [*collections, *collections]
    chance.shuffle(mixed)

    assert labels_of(mixed) == labels_of(collections)


@given(COLLECTIONS)
def test_a_set_is_known_again_by_its_own_name(collection):
    assert collection_of(own_id_of(collection)) == collection


def test_the_sets_of_others_are_none_of_ours():
    others = ["summer", "collection-7", "sosik-collection-", "sosik-collection-x"]
    others += [f"sosik-collection-{10**30}", "sosik-collection-٣"]

    assert [collection_of(each) for each in others] == [None] * len(others)
