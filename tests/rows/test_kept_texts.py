"""A column whose texts are fetched when they are looked at."""

import numpy as np
import pandas as pd
import pytest

from workbench.rows.kept_texts import Kept, KeptTexts


class Shelf:
    def __init__(self):
        self.asked = []

    def texts(self, keys, field):
        self.asked.append(len(keys))
        return [f"{field} {key}" for key in keys]


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def column(shelf):
    kept = [Kept(str(number), shelf) for number in range(4)]
    return pd.Series(KeptTexts.of([*kept, None, "here"], "thinking"))


def plain(column):
    return pd.Series(column.tolist(), dtype=object)


def test_what_needs_no_text_fetches_none(column, shelf):
    joined = pd.concat([column, column.copy(), pd.Series(["a", pd.NA], dtype=object)], ignore_index=True)
    part = joined[joined.notna()].iloc[::-1].reindex([0, 99])
    assert (len(joined), part.isna().tolist(), joined.dtype) == (14, [False, True], "kept text")
    assert shelf.asked == []
    assert part[0] == "thinking 0"
    assert shelf.asked == [1]


USES = {
    "array with absent ones": lambda column: ["none" if text is pd.NA else text for text in column.to_numpy()],
    "array without absent ones": lambda column: column.to_numpy(na_value="none").tolist(),
    "length": lambda column: column.str.len().fillna(-1).tolist(),
    "contains": lambda column: column.str.contains("3").fillna(False).tolist(),
    "fill": lambda column: column.fillna("").tolist(),
    "map": lambda column: column.map(lambda text: text is pd.NA).tolist(),
    "equal": lambda column: [bool(same) for same in column.fillna("") == "here"],
    "unequal": lambda column: [bool(same) for same in column.fillna("") != "here"],
    "distinct": lambda column: sorted(column.dropna().unique()),
    "sorted": lambda column: column.dropna().sort_values().tolist(),
    "repeated": lambda column: column.duplicated().tolist(),
    "upper": lambda column: column.str.upper().fillna("").tolist(),
    "joined": lambda column: (column.dropna() + "!").tolist(),
    "where": lambda column: column.where(column.notna(), "none").tolist(),
    "array": lambda column: np.asarray(column.dropna()).tolist(),
    "records": lambda column: column.dropna().to_frame("t").to_dict("records"),
    "groups": lambda column: column.dropna().to_frame("t").groupby("t").size().to_dict(),
    "object": lambda column: column.astype(object).dropna().tolist(),
    "string": lambda column: column.dropna().astype("str").tolist(),
    "file": lambda column: column.to_csv(),
}


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_it_is_used_like_a_column_of_texts(column, use):
    assert use(column) == use(plain(column))


def test_texts_come_in_batches_and_are_not_held(shelf):
    column = pd.Series(KeptTexts.of([Kept(str(number), shelf) for number in range(1_200)], "answer"))
    assert column.str.len().sum() > 0
    assert shelf.asked == [500, 500, 200]
    assert column.iloc[3] == "answer 3"
    assert shelf.asked[-1] == 1


def test_a_value_can_be_put_in_place(column):
    column[1] = "mine"
    column[2] = pd.NA
    assert column.fillna("").tolist() == ["thinking 0", "mine", "", "thinking 3", "", "here"]
