"""Item keys: the form that buttons and rows carry."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.records.catalog import ItemKey


@given(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1), st.text(min_size=1))
def test_a_key_reads_back_from_its_own_text(supplier: str, id_: str) -> None:
    key = ItemKey(supplier, id_)
    assert ItemKey.parse(str(key)) == key


@pytest.mark.parametrize("text", ["", "voodoo", "voodoo:", ":4711"])
def test_text_that_lacks_a_part_is_no_key(text: str) -> None:
    with pytest.raises(ValueError, match="not an item key"):
        ItemKey.parse(text)
