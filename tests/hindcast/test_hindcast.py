"""The hindcast itself: every row that counts is met, and a model that is wrong is seen to be."""

import json

import pytest

from sim.experiments.hindcast import hindcast


@pytest.fixture(scope="module")
def found():
    return hindcast(sets=24, per_set=100)


def test_all_that_was_fitted_and_nearly_all_that_was_not_lies_inside(found):
    assert found.tally("fit") == (9, 9)
    inside, of = found.tally("check")
    assert of == 17
    assert inside >= 15


def test_no_interval_is_wide_because_the_parameters_are(found):
    for prediction in found.predictions:
        if prediction.target.use == "fit":
            assert prediction.high - prediction.low <= 2.0 * prediction.width_at_medians, prediction.target.id


def test_the_scores_say_how_the_model_does_beside_averages(found):
    assert found.scores.years == 61
    assert 0.0 < found.scores.brier < 0.5
    assert 0.0 < found.scores.rps < 0.5
    scores = found.as_dict()["scores"]
    assert scores["brier_null"] == found.null_scores.brier != found.scores.brier


def test_the_null_model_is_another_model(found):
    """Without choices fewer disputes come to force, and none in which the US uses it."""
    told = found.as_dict()["null"]
    assert told["fit"][1] == 9
    assert told["check"][1] == 17
    mine = {p.target.id: p.predicted for p in found.predictions}
    null = {p.target.id: p.predicted for p in found.null}
    assert null["F3"] < mine["F3"] - 0.02
    assert null["D2b"] == 0.0


def test_a_world_of_constant_war_is_outside(tmp_path, found):
    file = tmp_path / "wrong.csv"
    file.write_text("id,rivalry,quantity,start,end,k,n,use\nw,DPRK-ROK,highest:war,,,20,29,check\n")
    wrong = hindcast(file, sets=4, per_set=50)
    assert [prediction.inside for prediction in wrong.predictions] == [False]
    assert wrong.scores is None


def test_the_same_numbers_again():
    file_rows = [hindcast(sets=3, per_set=20).as_dict() for _ in range(2)]
    assert json.dumps(file_rows[0]) == json.dumps(file_rows[1])


def test_what_stands_in_for_something_else_is_marked(tmp_path):
    file = tmp_path / "mine.csv"
    rows = [
        "own,DPRK-ROK,fatal,1993,2014,5,9,check",
        "pair,India-Pakistan,fatal,1993,2014,5,9,check",
        "years,DPRK-ROK,fatal,1850,1900,5,9,check",
        "day,DPRK-ROK,dispute_rate,1993-01-04,1993-01-04,5,9,check",
        "third,DPRK-ROK,third_party:Atlantis,1993,2014,5,9,check",
        "self,DPRK-ROK,third_party:ROK,1993,2014,5,9,check",
        "many,DPRK-ROK,fatal,1993,2014,5,900000000,check",
    ]
    file.write_text("id,rivalry,quantity,start,end,k,n,use\n" + "\n".join(rows))
    found = hindcast(file, sets=2, per_set=4)
    assert not found.is_own
    marks = {prediction.target.id: prediction.marks for prediction in found.predictions}
    assert marks == {"own": "", "pair": " *", "years": " †", "day": " †", "third": "", "self": "", "many": ""}
    told = {row["id"]: row["predicted"] is not None for row in found.as_dict()["targets"]}
    assert [name for name, is_told in told.items() if not is_told] == ["third", "self"]
