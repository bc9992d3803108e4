import numpy as np
import pytest

from miaohui.discovery.interest.cooccurrence import Cooccurrence
from miaohui.discovery.interest.weights import Memory


def item_item(items: int = 1000, **memory: object) -> Cooccurrence:
    model = Cooccurrence(Memory(**memory))  # type: ignore[arg-type]
    model.make_room(items)
    return model


def vote(model: Cooccurrence, item: int, after: dict[int, float], credit: float = 1.0) -> None:
    model.vote(
        item,
        credit=credit,
        partners=np.array(list(after), dtype=np.int32),
        strengths=np.array(list(after.values())),
    )


def similarities(model: Cooccurrence, item: int, shrinkage: float = 1e-9) -> dict[int, float]:
    _, found, values = model.spread(np.array([item], dtype=np.int32), np.ones(1), shrinkage=shrinkage)
    return dict(zip(found.tolist(), values.tolist(), strict=True))


def test_the_cosine_written_out() -> None:
    model = item_item()
    for _ in range(4):
        vote(model, 1, {})
    for _ in range(3):
        vote(model, 2, {1: 0.5})
    vote(model, 3, {1: 1.0, 2: 0.25})

    assert similarities(model, 1) == pytest.approx({2: 1.5 / np.sqrt(4 * 3), 3: 1 / np.sqrt(4 * 1)})
    assert similarities(model, 2, shrinkage=2.0) == pytest.approx({3: 0.25 / (np.sqrt(3 * 1) + 2)})
    assert similarities(model, 3) == {}


def test_strength_spreads_and_adds_up() -> None:
    model = item_item()
    for item in (1, 2):
        vote(model, item, {})
    vote(model, 3, {1: 1.0, 2: 1.0})

    anchors, found, values = model.spread(
        np.array([2, 1, 9], dtype=np.int32), np.array([-0.5, 1.0, 7.0]), shrinkage=1e-9
    )

    assert anchors.tolist() == [0, 1]
    assert found.tolist() == [3, 3]
    assert values == pytest.approx([-0.5, 1.0])


def test_rows_widen_and_keep_what_they_had() -> None:
    model = item_item(neighbour_widths=(2, 4, 300))
    vote(model, 0, {})
    for item in range(1, 200):
        vote(model, item, {0: 1.0})

    found = similarities(model, 0)
    assert set(found) == set(range(1, 200))
    assert [table.used - len(table.free) for table in model.tables] == [0, 0, 1]


def test_a_full_row_yields_to_the_frequent_and_withstands_the_rare() -> None:
    model = item_item(neighbour_widths=(2, 4))
    vote(model, 0, {})
    for item in range(1, 5):
        for _ in range(5):
            vote(model, item, {0: 1.0})
    vote(model, 50, {0: 1.0})
    withstood = set(similarities(model, 0))
    for _ in range(5):
        vote(model, 51, {0: 1.0})

    assert withstood == {1, 2, 3, 4}
    assert 51 in similarities(model, 0)
    assert len(similarities(model, 0)) == 4


def test_a_dropped_item_is_forgotten_and_its_row_used_again() -> None:
    model = item_item()
    vote(model, 1, {})
    vote(model, 2, {1: 1.0})
    model.drop(1)
    vote(model, 4, {3: 1.0})

    assert similarities(model, 1) == {}
    assert similarities(model, 3) == pytest.approx({4: 1.0})
    assert model.tables[0].used == 1


def test_similarity_is_at_most_one_even_after_a_return() -> None:
    model = item_item()
    vote(model, 1, {})
    for _ in range(9):
        vote(model, 2, {1: 1.0})
    model.drop(2)
    vote(model, 2, {})

    assert 0 < similarities(model, 1)[2] <= 1
