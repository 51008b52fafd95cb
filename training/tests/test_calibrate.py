import numpy as np

from training.calibrate import candidates_of
from training.corpus import Question


def question(documents: list[str], gold: list[str]) -> Question:
    return Question(id="q", ids=np.zeros(1, dtype=np.int64), gold=gold, documents=documents, positives=[])


def test_some_documents_stand_for_all_that_do_not_answer() -> None:
    documents = [f"d{i}" for i in range(20)]
    passages = dict.fromkeys(documents)
    chosen = candidates_of(question(documents, ["d7"]), passages, others=5)
    assert chosen["d7"] == 1
    assert len(chosen) == 6
    assert sum(n for d, n in chosen.items() if d != "d7") == 20  # 19, rounded to whole documents


def test_all_documents_stand_for_themselves_where_no_number_is_asked_for() -> None:
    documents = ["a", "b", "c", "unknown"]
    chosen = candidates_of(question(documents, ["b"]), dict.fromkeys(["a", "b", "c"]), others=0)
    assert chosen == {"b": 1, "a": 1, "c": 1}
