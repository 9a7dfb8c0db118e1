"""What each decision theory does with a situation, and what patrons and arsenals on both sides do to a choice."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pytest

from sim.engine.ensemble import simulate
from sim.engine.lower import lower
from sim.engine.parameters import draw_run
from sim.mesa_model.cast import Script
from sim.mesa_model.choice import restraint_of
from sim.mesa_model.run import Run
from sim.rules.choice import CALM, Situation, utility_terms
from sim.scenario.load import load_scenario
from sim.theories import THEORIES
from tests.scenarios import LADDER, bare, built, partnership, put, rungs, small, start

SEED = 5
#: Fields of a situation that are switches, and those that theories alone go by.
OPEN = {"can_up": 1.0, "can_down": 1.0}
AS_IT_IS = {"loss_aversion": 1.0, "gain_curvature": 1.0, "loss_curvature": 1.0}
FIRST_FORCE = 2  # the rung "clash" of the small ladder


def weights(theory: str, at: Situation) -> tuple[float, float, float]:
    found: tuple[float, float, float] = importlib.import_module(f"sim.rules.theories.{theory}").weights(at)
    return found


def chances(theory: str, at: Situation) -> np.ndarray:
    """Probabilities of up, down, hold where all are open."""
    found = np.array(weights(theory, at))
    return found / found.sum()


def situations(n: int, **changes: float) -> list[Situation]:
    """Situations drawn at random, the push being the sum that it must be."""
    generator = np.random.default_rng(SEED)
    found = []
    for _ in range(n):
        at = Situation(*generator.uniform(0.0, 2.0, len(Situation._fields)))
        at = at._replace(habit=-at.habit, resolve=at.resolve - 1.0, gain_down=at.gain_down - 1.0, **OPEN, **changes)
        found.append(at._replace(push=at.habit + at.resolve + (at.nuclear_peace - at.restraint)))
    return found


def utility(at: Situation, going: str) -> float:
    return float(sum(utility_terms(at, going).values()))


def test_quantal_is_the_logit_of_the_named_terms() -> None:
    for at in situations(200):
        scores = at.rationality * np.array([utility(at, "up"), utility(at, "down"), 0.0])
        assert chances("quantal", at) == pytest.approx(np.exp(scores) / np.exp(scores).sum(), rel=1e-9)


def test_prospect_without_loss_aversion_and_curvature_is_quantal() -> None:
    for at in situations(200, **AS_IT_IS):
        assert chances("prospect", at) == pytest.approx(chances("quantal", at), rel=1e-9)


@pytest.mark.parametrize("name", AS_IT_IS)
def test_each_number_of_prospect_makes_a_difference(name: str) -> None:
    changed = situations(20, **{**AS_IT_IS, name: 1.05})
    assert max(np.abs(chances("prospect", at) - chances("quantal", at)).max() for at in changed) > 0.005


def test_losses_loom_larger() -> None:
    """A cost deters more, and a provocation drives more, than under expected utility."""
    averse = {"rationality": 1.0, "loss_aversion": 2.25, "gain_curvature": 0.88, "loss_curvature": 0.88}
    costly, provoked = (CALM._replace(**averse, **{term: 1.0}) for term in ("cost_up", "retaliation"))
    assert chances("prospect", costly)[0] < chances("quantal", costly)[0]
    assert chances("prospect", provoked)[0] > chances("quantal", provoked)[0]


def test_best_reply_is_the_move_of_highest_utility() -> None:
    made = set()
    for at in situations(500):
        at = at._replace(cost_down=at.cost_down - 1.0, concede=-1.0)
        best = int(np.argmax([utility(at, "up"), utility(at, "down"), 0.0]))
        assert weights("best_reply", at) == tuple(float(move == best) for move in range(3))
        made.add(best)
    assert made == {0, 1, 2}


def test_best_reply_among_what_is_open() -> None:
    at = CALM._replace(push=2.0, relief=1.0)
    assert weights("best_reply", at._replace(can_up=1.0, can_down=1.0)) == (1.0, 0.0, 0.0)
    assert weights("best_reply", at._replace(can_down=1.0)) == (0.0, 1.0, 0.0)
    assert weights("best_reply", at) == (0.0, 0.0, 1.0)


def test_quantal_comes_to_best_reply_as_rationality_grows() -> None:
    for at in situations(200):
        gap = np.diff(np.sort([utility(at, "up"), utility(at, "down"), 0.0]))[-1]
        if gap > 0.3:
            sure = chances("quantal", at._replace(rationality=80.0))
            assert sure == pytest.approx(chances("best_reply", at), abs=1e-9)


@pytest.mark.parametrize(
    ("field", "towards"),
    [("theirs", 1), ("rung", -1), ("habit", 1), ("resolve", 1), ("tension_level", 1), ("nuclear_peace", 1),
     ("restraint", -1)],
)  # fmt: skip
def test_reciprocity_answers_the_other_side(field: str, towards: int) -> None:
    for at in situations(50):
        more = at._replace(**{field: getattr(at, field) + 0.5})
        assert np.sign(chances("reciprocity", more)[0] - chances("reciprocity", at)[0]) == towards


def test_reciprocity_weighs_neither_gains_nor_costs() -> None:
    for at in situations(20):
        other = at._replace(gain_up=9.0, cost_up=9.0, nuclear_up=9.0, gain_down=9.0, audience=9.0, matching=9.0)
        assert weights("reciprocity", other) == weights("reciprocity", at)


def rows(values: dict[str, Any], runs: int = 20_000) -> np.ndarray:
    return simulate(lower(built(values)), SEED, 0, runs).rows


def test_a_race_that_is_stable_stays_low_and_one_that_is_not_climbs() -> None:
    """Richardson's condition: fatigue above reaction calms a race that starts high."""
    shares = []
    for reaction, fatigue in ((0.2, 0.6), (0.6, 0.2)):
        values = put(bare(26), {f"actors/{name}/theory": "reciprocity" for name in ("Aye", "Bee")})
        put(values, {f"rivalries/{name}/rung": "attack" for name in ("Aye>Bee", "Bee>Aye")})
        put(values, {"reciprocity/reaction": reaction, "reciprocity/fatigue": fatigue, "inadvertent/war_per_act": 0.0})
        shares.append((rows(values)["t_war"] >= 0).mean())
    assert shares[0] < 0.3 < 0.9 < shares[1]


@pytest.mark.parametrize("theory", THEORIES)
def test_an_actor_goes_by_the_theory_that_it_names(theory: str) -> None:
    """The moves of the twin, which names theories, are those that the theory's weights give."""
    values = put(start(small(10), "Aye", "Bee", rung="attack"), {"actors/Bee/theory": theory})
    script = Script(built(values))
    run = Run(script, draw_run(lower(script.scenario).parameters, SEED, 1), SEED, 1, record=True)
    while not run.over:
        run.step()
    by = {event.details["by"]: event.details["theory"] for event in run.events or () if event.kind == "choice"}
    assert by == {"Aye": "quantal", "Bee": theory} | {name: "quantal" for name in by if name == "Cee"}


def held_back(restraint: float, weeks: int = 20, **changes: Any) -> dict[str, Any]:
    """Bee, whom Cee holds back, would rise at every chance; Aye never does, and nothing else happens."""
    values = small(weeks)
    values |= {"incidents": [], "cascades": [], "partnerships": [partnership("Cee>Bee", restraint=restraint)]}
    put(values, {"actors/Aye/resolve": -50.0, "inadvertent/war_per_act": 0.0, "choice/entrants_weight": 0.0})
    return put(values, {path.replace("__", "/"): value for path, value in changes.items()})


def test_who_is_held_back_for_good_never_uses_force() -> None:
    free, held = (rows(held_back(x)) for x in (0.0, 50.0))
    assert (free["t_force"] >= 0).mean() > 0.2
    assert held["peak:Bee>Aye"].max() == FIRST_FORCE - 1
    assert (held["peak:Bee>Aye"] == FIRST_FORCE - 1).mean() > 0.2


def test_restraint_makes_force_rarer_and_touches_nothing_before() -> None:
    """On common draws two runs are the same to the bit until the one held back stands just below force."""
    free, held = (rows(held_back(x)) for x in (0.0, 0.5))
    shares = [(each["t_force"] >= 0).mean() for each in (free, held)]
    assert shares[0] - shares[1] > 5 * np.sqrt(0.25 / len(free))
    scripts = [Script(built(held_back(x))) for x in (0.0, 0.5)]
    parameters = [lower(script.scenario).parameters for script in scripts]
    parted = 0
    for draw in range(60):
        a, b = (Run(s, draw_run(p, SEED, draw), SEED, draw) for s, p in zip(scripts, parameters, strict=True))
        while not a.over:
            before = a.cast.rivalries["Bee>Aye"].rung
            a.step()
            b.step()
            if (
                a.outcome_row() != b.outcome_row()
                or a.cast.rivalries["Bee>Aye"].rung != b.cast.rivalries["Bee>Aye"].rung
            ):
                assert before >= FIRST_FORCE - 1
                parted += 1
                break
    assert parted > 10


def test_who_is_in_holds_back_no_longer() -> None:
    """Bee, armed, is held below the next rung of a war until the forces of Cee are in."""
    eager = {"actors__Bee__arsenal": 5.0, "actors__Bee__resolve": 20.0, "settlement__war_weeks": 5200.0}
    eager |= {"entry__honouring": 1.0 - 1e-12, "entry__latency_theatre": 0.0, "partnerships__Cee>Bee__exposure": 0.0}
    found = []
    for limit in ("arms", "nuclear_signal"):
        values = start(held_back(50.0, **eager, **{"partnerships__Cee>Bee__limit": limit}), "Aye", "Bee")
        put(values, {f"adjudication/{name}": 1.0 for name in values["adjudication"]})
        found.append((rows(values, 4000)["peak:Bee>Aye"] == len(LADDER) - 1).mean())
    assert found[0] == 0.0
    assert found[1] > 0.9


def test_every_patron_counts_and_each_for_its_own_client() -> None:
    values = held_back(0.5)
    values["actors"].append({**values["actors"][2], "name": "Dee"})
    values["partnerships"] += [partnership("Dee>Bee", restraint=0.25), partnership("Bee>Cee", restraint=9.0)]
    for other in ("Bee", "Aye"):
        values["rivalries"] += [{**values["rivalries"][2], "name": f"Dee>{other}"},
                                {**values["rivalries"][2], "name": f"{other}>Dee"}]  # fmt: skip
    script = Script(built(values))
    run = Run(script, draw_run(lower(script.scenario).parameters, SEED, 0), SEED, 0)
    assert restraint_of(run.cast.rivalries["Bee>Aye"]) == 0.75
    assert restraint_of(run.cast.rivalries["Aye>Bee"]) == 0.0


def armed(arsenal: float, **changes: float) -> np.ndarray:
    values = put(bare(26, rungs("calm", "threat", "clash", "attack", "war")), {"actors/Bee/arsenal": arsenal})
    put(values, {f"choice/{name}": value for name, value in changes.items()})
    return rows(put(values, {"inadvertent/war_per_act": 0.0}))


def test_arsenals_on_both_sides_bring_disputes_and_prevent_wars() -> None:
    neither, instability, stability = armed(5.0), armed(5.0, instability=0.3), armed(5.0, stability=1.0)
    error = 5 * np.sqrt(0.25 / len(neither))
    force, war = (
        [(each[name] >= 0).mean() for each in (neither, instability, stability)] for name in ("t_force", "t_war")
    )
    assert force[1] - force[0] > error
    assert force[2] == force[0]  # nothing below a war is touched
    assert war[0] - war[2] > error


def test_one_arsenal_changes_nothing() -> None:
    assert armed(0.0).tobytes() == armed(0.0, instability=2.0, stability=2.0).tobytes()


@pytest.mark.parametrize(
    ("position", "instability", "stability"),
    [("off", False, False), ("on", True, True), ("stability only", False, True)],
)
def test_the_switch_of_the_nuclear_peace(position: str, instability: bool, stability: bool) -> None:
    """The baseline stands at `off`, and each position says where it is from."""
    setting = f'switches.stability_instability="{position}"'
    choice = load_scenario("baseline", overrides=[setting]).scenario.choice
    assert [choice.instability.central > 0.0, choice.stability.central > 0.0] == [instability, stability]
    assert choice.instability.source
    assert choice.stability.source
    if position == "off":
        assert choice == load_scenario("baseline").scenario.choice


def test_patrons_of_the_baseline_hold_back() -> None:
    restraint = {each.name: each.restraint for each in load_scenario("china").scenario.partnerships}
    assert {name for name, each in restraint.items() if each.central > 0.0} == {"Russia>DPRK", "US>ROK", "China>DPRK"}
