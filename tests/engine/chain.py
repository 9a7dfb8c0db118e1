"""Two rivals as an exact Markov chain: what the engine must give, worked out without it.

Where tension weighs nothing and nobody learns, two rivals without allies have finitely many states:
both rungs, whether each used force in the past week, whether they rest after a ceasefire, and the
climate. The probability of every state after every step then follows from products of matrices. Nothing
here calls the package: formulas are those of `docs/odd.md`, written a second time.

A step is climate, incidents, choice and slides, ceasefire. Incidents of a kind come in a Poisson number
with mean m and each moves the state by a matrix J, so all of them together move it by exp(m (J - 1)),
which is the sum over n of Poisson(n; m) J^n.
"""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
from scipy.sparse import block_diag, csr_array, eye_array, kron

#: Both rungs, then 1 for who used force in the past week.
Rivals = tuple[int, int, int, int]
#: Where the state goes, with probabilities.
Chances = list[tuple[float, Rivals]]


class Chain:
    """Exact probabilities for a scenario of two rivals, Aye and Bee.

    Parameters
    ----------
    values : dict
        In the form of `tests.scenarios`, without distributions: one theatre, no allies, no memory of
        incidents, no weight of tension, no learning, marks below a state of war, a week of rest after
        a ceasefire.
    """

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values
        self.ladder = values["ladder"]
        self.force, self.war, self.nuclear = (self._first(x) for x in ("force", "state_of_war", "nuclear"))
        self.actors = values["actors"]
        self.tops = [len(self.ladder) - 1 if actor["arsenal"] > 0 else self.nuclear - 1 for actor in self.actors]
        self.rivals = list(itertools.product(range(len(self.ladder)), range(len(self.ladder)), (0, 1), (0, 1)))
        self.place = {rivals: i for i, rivals in enumerate(self.rivals)}
        self.step = values["step_days"]

    def _first(self, flag: str) -> int:
        return next((r for r, rung in enumerate(self.ladder) if flag in rung["flags"]), len(self.ladder))

    # What one side of the pair wants.

    def utilities(self, side: int, rivals: Rivals) -> tuple[float, float]:
        """Utility of going up and of going down."""
        me, it = self.actors[side], self.actors[1 - side]
        rivalry, at = self.values["rivalries"][side], self.values["choice"]
        mine, theirs, struck = rivals[side], rivals[1 - side], rivals[2 + 1 - side]
        strengths = [actor["power"] * (1 - actor["tied_down"]) for actor in (me, it)]
        p = strengths[0] / sum(strengths)
        exposed = (1 - p) * (0.5 + rivalry["resolve_belief"]) / me["cost_tolerance"]

        def value(rung: int) -> float:
            worst = max(rung, theirs)
            gain = rivalry["stake"] * p * self.ladder[rung]["gain"]
            risk = me["nuclear_fear"] * self.ladder[worst]["nuclear_risk"]
            return float(gain - exposed * self.ladder[worst]["cost"] - risk)

        up = value(min(mine + 1, len(self.ladder) - 1)) - value(mine)
        up += rivalry["habit"] + me["resolve"] + at["matching"] * max(0, theirs - mine) + at["retaliation"] * struck
        down = value(max(mine - 1, 0)) - value(mine) - me["audience_cost"] * mine
        return up, down + at["relief"] + at["concede"] * max(0, mine - theirs)

    def moves(self, side: int, rivals: Rivals, resting: int) -> dict[int, float]:
        """Probability of each move of one side."""
        up, down = self.utilities(side, rivals)
        rung, precision = rivals[side], self.actors[side]["rationality"]
        weights = {0: 1.0}
        if rung < self.tops[side] and not resting:
            weights[1] = math.exp(precision * up)
        if rung > 0 and rung != self.war:
            weights[-1] = math.exp(precision * down)
        total = sum(weights.values())
        return {move: weight / total for move, weight in weights.items()}

    def both_moves(self, rivals: Rivals, resting: int) -> list[tuple[float, int, int]]:
        """Probability of each pair of moves: both choose on what they saw before."""
        one, two = (self.moves(side, rivals, resting) for side in (0, 1))
        return [(p * q, a, b) for a, p in one.items() for b, q in two.items()]

    # Where the pair goes.

    def at_war(self, a: int, b: int) -> tuple[int, int]:
        """Both rungs in a war, which is mutual."""
        return max(a, self.war), max(b, self.war)

    def after_choice(self, rivals: Rivals, resting: int) -> Chances:
        """Moves, acts and the wars that they slide into."""
        slide, found = self.values["inadvertent"]["war_per_act"], []
        for p, move_a, move_b in self.both_moves(rivals, resting):
            a, b = rivals[0] + move_a, rivals[1] + move_b
            acts = [move > 0 and rung >= self.force for move, rung in ((move_a, a), (move_b, b))]
            risks = [slide if act and rung < self.war else 0.0 for act, rung in zip(acts, (a, b), strict=True)]
            war = 1.0 if max(a, b) >= self.war else 1 - (1 - risks[0]) * (1 - risks[1])
            force = (int(acts[0]), int(acts[1]))
            found += [(p * war, (*self.at_war(a, b), *force)), (p * (1 - war), (a, b, *force))]
        return found

    def after_incident(self, kind: dict[str, Any], rivals: Rivals, resting: int, hot: int) -> Chances:
        """One incident: its side uses force or not, may be lifted, and may slide into war."""
        if rivals[0] >= self.war:
            return [(1.0, rivals)]
        found: Chances = []
        names = [rung["name"] for rung in self.ladder]
        for by, mark in itertools.product(kind["sides"], kind["marks"]):
            side, rung = int(by["name"] == "Bee>Aye"), names.index(mark["name"])
            p = by["share"] * mark["share_hot" if hot else "share_cold"]
            rungs, force = list(rivals[:2]), list(rivals[2:])
            if rung >= self.force:
                force[side] = 1
            if kind["lifts"] and not resting and rungs[side] < rung <= self.tops[side]:
                rungs[side] = rung
            war = self.values["inadvertent"]["war_per_act"] if rung >= self.force else 0.0
            found.append((p * (1 - war), (rungs[0], rungs[1], force[0], force[1])))
            found.append((p * war, (*self.at_war(rungs[0], rungs[1]), force[0], force[1])))
        return found

    # The same as matrices over climate, rest and rivals, in this order.

    def matrix(self, after: Any) -> csr_array:
        """Matrix over the rivals' states of what happens to each."""
        found = np.zeros((len(self.rivals), len(self.rivals)))
        for rivals, row in zip(self.rivals, found, strict=True):
            for p, to in after(rivals):
                row[self.place[to]] += p
        return csr_array(found)

    def climate(self) -> csr_array:
        """Phases of mean duration m end in a step of length D with probability 1 - exp(-D / m)."""
        means = [self.values["climate"][name] * 365.25 for name in ("cold_years", "hot_years")]
        leave = [1 - math.exp(-self.step / mean) for mean in means]
        phases = np.array([[1 - leave[0], leave[0]], [leave[1], 1 - leave[1]]])
        return csr_array(kron(phases, eye_array(2 * len(self.rivals))))

    def incidents(self) -> csr_array:
        """All incidents of a step, kind by kind in the order of names."""
        blocks = []
        for hot, resting in itertools.product((0, 1), (0, 1)):
            block = eye_array(len(self.rivals), format="csr")
            for kind in sorted(self.values["incidents"], key=lambda kind: str(kind["name"])):
                mean = kind["rate_hot" if hot else "rate_cold"] * self.step / 365.25
                one = self.matrix(lambda x, k=kind, r=resting, h=hot: self.after_incident(k, x, r, h))
                block = block @ many(one, mean)
            blocks.append(block)
        return csr_array(block_diag(blocks))

    def choice(self) -> csr_array:
        """Choice and slides."""
        free, resting = (self.matrix(lambda x, r=rest: self.after_choice(x, r)) for rest in (0, 1))
        return csr_array(block_diag([free, resting, free, resting]))

    def settlement(self) -> csr_array:
        """A war ends, with a week of rest, or goes on; whoever rested does so no more."""
        peace = 1 - math.exp(-self.step / (self.values["settlement"]["war_weeks"] * 7))
        n = len(self.rivals)
        once = np.zeros((2 * n, 2 * n))
        for rivals, i in self.place.items():
            ends = peace if max(rivals[:2]) >= self.war else 0.0
            once[[i, n + i], i] += 1 - ends
            once[[i, n + i], n + self.place[0, 0, 0, 0]] += ends
        return csr_array(kron(np.eye(2), once))

    def start(self) -> np.ndarray:
        """Both on the lowest rung, in the climate's long-run shares."""
        hot, cold = (self.values["climate"][name] for name in ("hot_years", "cold_years"))
        found = np.zeros((2, 2, len(self.rivals)))
        found[:, 0, self.place[0, 0, 0, 0]] = [cold / (hot + cold), hot / (hot + cold)]
        return found.ravel()

    def solve(self) -> dict[str, np.ndarray]:
        """Exact probabilities after the horizon.

        Returns
        -------
        dict of str to ndarray
            ``peak`` by rung, ``ends`` by both last rungs, and ``t_war`` by the step in which a war first
            began, the last of all for never.
        """
        steps = round(self.values["horizon_days"] / self.step)
        world, choice, settlement = self.climate() @ self.incidents(), self.choice(), self.settlement()
        rungs = np.tile([max(rivals[:2]) for rivals in self.rivals], 4)
        no_higher = []
        for most in range(len(self.ladder)):
            allowed = (rungs <= most).astype(float)
            now, below_war = self.start(), [1.0]
            for _ in range(steps):
                now = (now @ world) * allowed
                now = (now @ choice) * allowed
                now = now @ settlement
                below_war.append(now.sum())
            no_higher.append(now.sum())
            if most == self.war - 1:
                t_war = -np.diff([*below_war, 0.0])
        ends = now.reshape(4, len(self.ladder), len(self.ladder), 4).sum(axis=(0, 3))
        return {"peak": np.diff([0.0, *no_higher]), "ends": ends, "t_war": t_war}


def many(one: csr_array, mean: float) -> csr_array:
    """Move by a Poisson number of incidents, each of which moves by the matrix `one`."""
    term = math.exp(-mean) * eye_array(one.shape[0], format="csr")
    total = term
    for n in range(1, 30):
        term = term @ one * (mean / n)
        total = total + term
    return total
