"""The shape of compiled data: what the tables hold and which row of the state is what.

Letters: A actors, D directed rivalries, P pairs, B partnerships, E supports (a partnership against
one adversary), J judgements (obligor, beneficiary, adversary), T clause tests, C clauses, K kinds
of incident, X cascades, F fronts, G exchanges, U ties, M parameters that change by date, L rungs, S
steps, W lanes. All tables are in name order and frozen.

The state of a run is one column of a float64 matrix (rows, W): rungs, beliefs, episodes, what was
drawn once, and what the outcome row will say. A run can be stopped, copied and continued from it.
Parameters are a second matrix (rows, W) of the same kind: one value per parameter and lane.
"""

from __future__ import annotations

from collections import namedtuple
from typing import NamedTuple

import numpy as np


def record(*names: str) -> np.dtype:
    """Structured type of 64-bit integers with the given field names."""
    return np.dtype([(name, "<i8") for name in names])


#: Fields ending in ``_row`` are rows of the parameter matrix; ``_from``/``_to`` bound a slice of
#: another table; -1 means that there is none.
RIVALRY = record(
    "actor", "target", "opposite", "pair", "open", "start_rung", "theory", "address", "theatre_address",
    "stake_row", "habit_row", "resolve_row", "belief_row", "rationality_row", "audience_row", "fear_row",
    "theatre_from", "theatre_to", "support_from", "support_to", "judge_from", "judge_to",
)  # fmt: skip
PAIR = record("first", "second", "open", "address")
#: Theatres of a rivalry; strengths there need the reach of every actor: `Tables.reach`.
THEATRE = record("theatre", "share_row")
ACTOR = record("address", "power_row", "tied_row", "arsenal_row", "tolerance_row", "first_use_row")
RUNG = record("gain_row", "cost_row", "nuclear_row", "tension_row")
SUPPORT = record(
    "partnership", "ally", "rivalry", "against", "judge", "limit", "raised_limit", "address", "raised_row", "stake_row",
    "value_row", "declared_row", "believed_row", "adversary_row", "exposure_row", "reputation_row",
    "arsenal_row", "enemy_arsenal_row", "restraint_row", "tie",
)  # fmt: skip
JUDGE = record("rivalry", "address", "test_from", "test_to", "partiality_row", "recognition_row")
TEST = record("clause", "area_possible")
CLAUSE = record(
    "treaty", "trigger", "response", "mask", "external_only", "invasion", "on_request", "any_area", "automaticity_row",
)  # fmt: skip
KIND = record(
    "address", "hot_row", "cold_row", "tension_row", "lifts", "drawn", "immigrates", "side_from", "side_to",
    "mark_from", "mark_to", "sets_from", "sets_to",
)  # fmt: skip
SIDE = record("rivalry", "share_row", "other_from", "other_to")
MARK = record("rung", "hot_row", "cold_row")
CASCADE = record("address", "branching_row", "decay_row", "by_from", "by_to", "into_from", "into_to")
INTO = record("kind", "share_row")
FRONT = record(
    "actor", "address", "shocked", "tied_row", "intensity_row", "ends_row", "relief_row", "onset_row", "shock_row",
)  # fmt: skip
EXCHANGE = record(
    "sender", "receiver", "kind", "front", "in_return_for", "rate_row", "full_row", "stock_row", "production_row",
    "effect_row", "cost_row", "threat_row",
)  # fmt: skip
TIE = record(
    "ally", "partner", "fed_by", "kind_from", "kind_to", "cohesion_row", "years_row", "feeding_row", "reference_row",
    "value_row", "price_row",
)  # fmt: skip
TIE_KIND = record("weight_row", "level_row")
START = record("step", "rivalry", "kind", "rung", "address")
#: A parameter whose value changes by date: where its value at the start stands, and its new values.
DATED = record("base_row", "row")
CHANGE = record("step", "row", "value_row")


class Tables(NamedTuple):
    """Everything about a scenario that no draw changes."""

    rivalry: np.ndarray
    pair: np.ndarray
    actor: np.ndarray
    rung: np.ndarray
    theatre: np.ndarray
    reach: np.ndarray  # (A, theatres) row of the actor's reach, -1 everywhere, -2 nowhere
    home: np.ndarray  # (A, theatres) 1 where the theatre is the actor's own territory
    support: np.ndarray  # sorted by rivalry
    judge: np.ndarray  # sorted by rivalry
    test: np.ndarray  # sorted by judgement
    clause: np.ndarray
    area: np.ndarray  # (C, theatres) 1 where the clause's area covers the theatre
    status: np.ndarray  # (treaties, S) code of `sim.treaties.Status`
    epoch: np.ndarray  # (S,) counts changes of any treaty's status
    pair_epoch: np.ndarray  # (P, S) counts changes of those treaties that are tested in the pair's episodes
    kind: np.ndarray
    side: np.ndarray
    other: np.ndarray  # rivalries whose tension an incident raises too
    mark: np.ndarray
    cascade: np.ndarray
    by: np.ndarray  # kinds that set a cascade off
    sets: np.ndarray  # cascades that a kind sets off
    into: np.ndarray  # kinds that it brings about
    front: np.ndarray
    exchange: np.ndarray
    tie: np.ndarray
    tie_kind: np.ndarray  # sorted by tie
    start: np.ndarray  # sorted by step
    severity: np.ndarray  # (start events,)
    dated: np.ndarray  # parameters that change by date
    change: np.ndarray  # their changes, sorted by step
    log: (
        np.ndarray
    )  # (1 + acts, 5) see `sim.engine.lanes.acts`: the one table that runs write to, of one row where they do not


class Scratch(NamedTuple):
    """Working space of the lanes kernel, handed in so that nothing is allocated in the run loop."""

    counts: np.ndarray  # (3 K + X, W) incidents of the step, the generation, the next one; parents by cascade
    chances: np.ndarray  # (K + 2 X, W) uniforms of kinds and cascades, and the cascades' means
    happened: np.ndarray  # (K, words of lanes) marks of the lanes in which a kind has any incident
    flags: np.ndarray  # (W,)
    lane_list: np.ndarray  # (W + 1,) number of listed lanes, then the lanes
    moves: np.ndarray  # (4, W)
    before: np.ndarray  # (D + 2, W) rungs at the last count of transitions, and the highest
    seen: np.ndarray  # (D, W) rung for which the increments hold
    increments: np.ndarray  # (9 D, W) see `sim.engine.lanes.theories`
    pending: np.ndarray  # (5 E W + 1, 3) what waits to be done to other pairs
    dirty: np.ndarray  # (4 P W + 1, 2) pairs and lanes whose balance of power has changed


def _matrix(rows: int, columns: int, dtype: type = np.float64) -> np.ndarray:
    return np.zeros((rows, columns), dtype)


def new_scratch(layout: Layout, width: int) -> Scratch:
    """Allocate the working space for blocks of `width` lanes."""
    n = layout
    return Scratch(
        counts=_matrix(3 * n.n_kinds + n.n_cascades + 1, width, np.int64),
        chances=_matrix(n.n_kinds + 2 * n.n_cascades + 1, width),
        happened=_matrix(n.n_kinds + 1, -(-width // 64), np.int64),
        flags=np.zeros(width, np.int64),
        lane_list=np.zeros(width + 1, np.int64),
        moves=_matrix(4, width),
        before=_matrix(n.n_rivalries + 2, width),
        seen=_matrix(n.n_rivalries, width),
        increments=_matrix(9 * n.n_rivalries, width),
        pending=_matrix(5 * n.n_supports * width + 1, 3, np.int64),
        dirty=_matrix(4 * n.n_pairs * width + 1, 2, np.int64),
    )


#: Scalars of a scenario: sizes, the first rung of each phase (the ladder's length where none), and 1 where a first
#: nuclear use is drawn and not chosen.
SCALARS = (
    "n_rivalries", "n_pairs", "n_partnerships", "n_actors", "n_kinds", "n_cascades", "n_rungs", "n_steps",
    "n_supports", "n_starts", "n_fronts", "n_exchanges", "n_ties", "review_steps", "n_dated", "n_changes", "step_days",
    "threat", "force", "attack", "war", "nuclear", "climate_address", "first_use_drawn",
)  # fmt: skip

#: What there is one row of a block for, by letter.
PER = {
    "1": "run",
    "A": "actor",
    "B": "partnership",
    "D": "rivalry, directed",
    "E": "support: partnership and adversary",
    "F": "front",
    "G": "exchange",
    "K": "kind of incident",
    "L": "rung",
    "M": "parameter that changes by date",
    "P": "pair of rivals",
    "T": "clause and adversary",
    "U": "tie",
    "X": "cascade",
}

#: Blocks of rows of the state: name, letter of its length (1 = one row), what it holds, unit and range.
#: `docs/odd-tables.md` is written from these.
STATE_BLOCKS = (
    # What the outcome row says, in the order of its columns after the overall peak.
    ("peak", "D", "highest rung so far", "rung"),
    ("rung", "D", "present rung", "rung"),
    ("t_force", "1", "first step of force", "step, −1 never"),
    ("t_war", "1", "first step of a state of war", "step, −1 never"),
    ("t_nuclear", "1", "first step of nuclear use", "step, −1 never"),
    ("best", "B", "highest form by choice", "form 0–5"),
    ("t_entry", "B", "first step at rear-area forces or more", "step, −1 never"),
    ("t_trip", "B", "first step at which the ally's forces were struck", "step, −1 never"),
    ("t_attacked", "A", "first step of an armed attack on the actor's territory in a state of war", "step, −1 never"),
    ("verdict", "T", "verdict that got furthest", "verdict 0–10, 0 not tested"),
    ("count", "K", "incidents so far", "whole number"),
    # What the next step needs to know.
    ("hot", "1", "1.0 in the hot phase", "0 or 1"),
    ("memory", "X", "expected offspring of the coming step", "mean number, ≥ 0"),
    ("tension", "D", "tension of the actor against the target", "units of the ladder's tension, ≥ 0"),
    ("belief", "D", "the actor's belief that the target is resolved", "probability"),
    ("is_open", "D", "1.0 where the rivalry is live", "0 or 1"),
    ("struck", "D", "1.0 if the actor used force on the target in the past step", "0 or 1"),
    ("attacked", "D", "1.0 if the actor made an armed attack on the target in this episode", "0 or 1"),
    ("coercion", "D", "weight of coercive gain", "stake × share, ≥ 0"),
    ("caution", "D", "weight of conflict cost, before belief", "share / tolerance, ≥ 0"),
    ("ceiling", "D", "highest rung open to the actor's choice in this episode", "rung"),
    ("power_share", "D", "the actor's share of power against the target, expected allies included", "share"),
    ("theatre", "D", "where the actor's attacks fall in this episode", "number of the theatre"),
    ("ordinal", "P", "episodes so far", "whole number"),
    ("branch", "P", "branch on which the present episode began: its draws stay with it", "whole number"),
    (
        "phase",
        "P",
        "highest phase of the present episode: threat, force, armed attack, state of war, nuclear",
        "1–5, 0 outside one",
    ),
    ("grave", "P", "1.0 once the present war has been a major one", "0 or 1"),
    ("first", "P", "who attacked first: 0 none, 1 the first direction, 2 the second, 3 both at once", "0–3"),
    ("signature", "P", "what the last clause test saw", "number, −1 none"),
    ("refractory", "P", "first step at which rising is open again", "step"),
    ("alarm", "P", "earliest step at which support is due", "step, 10⁶ never"),
    ("crest", "D", "highest rung that incidents of this step lifted the actor to", "rung, 0 none"),
    ("engaged_from", "P", "step at which the episode reached an armed attack", "step, 10⁶ never"),
    ("engaged_to", "P", "step at which that episode ended", "step, −1 never, 10⁶ not yet"),
    ("crisis", "A", "crises so far: times in which the actor has any episode", "whole number"),
    ("crisis_branch", "A", "branch on which the present crisis began: entry stays with it", "whole number"),
    ("crisis_end", "A", "step at which an episode of the actor last ended", "step, −1 never"),
    ("home_hit", "A", "step at which the actor's own territory first came under armed attack", "step, 10⁶ never"),
    ("form", "E", "form of support now given", "form 0–5"),
    ("decided", "E", "form decided on", "form 0–5"),
    ("due", "E", "step at which it arrives", "step, −1 none"),
    ("evidence", "E", "log-odds gathered about the ally's entry", "log-odds"),
    ("tripped", "E", "1.0 if the ally's forces were struck", "0 or 1"),
    ("text", "E", "strongest duty on the ally by the text in force", "share"),
    ("intensity", "F", "intensity of the front", "share"),
    ("relieved", "F", "what partners send to it, as a share of full support", "≥ 0, more than 1 counts as 1"),
    ("supply", "G", "share of full supply that was sent in the past step", "share"),
    ("stock", "G", "what the sender has left", "units of the exchange, ≥ 0"),
    ("received", "G", "years of full supply received so far", "years, ≥ 0"),
    ("cohesion", "U", "cohesion of the two partners", "share"),
    ("tied", "A", "share of power bound elsewhere, when last looked at", "share"),
    ("might", "A", "power, when last estimated", "share of the world's, ≥ 0"),
    ("ease", "A", "1 / cost tolerance, when last estimated", "≥ 0"),
    ("menace", "A", "relative gain of others' nuclear fear of the actor, when last estimated", "relative gain, ≥ 0"),
    ("own", "D", "the actor's strength where it attacks the target", "share of the world's power, ≥ 0"),
    ("other", "D", "the target's strength there", "share of the world's power, ≥ 0"),
    ("fear", "D", "the actor's weight of nuclear risk towards the target", "≥ 0, 1 = reference"),
    ("strength", "E", "the ally's strength where the beneficiary is attacked", "share of the world's power, ≥ 0"),
)

#: Blocks of derived rows of the parameter matrix, made once per run from the drawn parameters.
DERIVED_BLOCKS = (
    (
        "present",
        "M",
        "present value of a parameter that changes by date; the first of these blocks",
        "that of its path",
    ),
    ("leave_hot", "1", "probability that the hot phase ends in a step", "probability"),
    ("leave_cold", "1", "probability that the cold phase ends in a step", "probability"),
    ("p_hot", "1", "long-run share of the hot phase", "share"),
    ("kind_hot", "K", "mean immigrants per step, hot", "mean number per step"),
    ("kind_cold", "K", "mean immigrants per step, cold", "mean number per step"),
    ("quiet_hot", "K", "probability of no immigrant in a step, hot", "probability"),
    ("quiet_cold", "K", "probability of no immigrant in a step, cold", "probability"),
    ("same", "X", "mean offspring in the same step", "mean number"),
    ("next", "X", "mean offspring in the next step", "mean number"),
    ("factor", "X", "decay of the memory per step", "0–1"),
    ("tension_factor", "1", "decay of tension per step", "0–1"),
    ("ceasefire", "1", "probability of a ceasefire in a step of war", "probability"),
    ("use_limited", "1", "hazard of a first nuclear use by one armed side in a limited war", "1/step"),
    ("use_major", "1", "the same in a major war", "1/step"),
    ("use_accident", "1", "the same by accident, in any war", "1/step"),
    ("refractory_steps", "1", "steps after a ceasefire in which nobody rises", "steps"),
    ("tolerance", "A", "1 / cost tolerance", "≥ 0"),
    ("top", "A", "highest rung open to the actor", "rung"),
    ("top_before", "A", "highest rung open to its choice before a first nuclear use", "rung"),
    ("reach_own", "D", "the actor's reach where it attacks the target", "share"),
    ("reach_other", "D", "the target's reach there", "share"),
    ("push", "D", "habit plus resolve", "utils"),
    ("reach_ally", "E", "the ally's reach where the beneficiary is attacked", "share"),
    ("lean_own", "E", "log-odds of entry that the beneficiary starts from", "log-odds"),
    ("lean_adversary", "E", "log-odds of entry that the adversary starts from", "log-odds"),
    ("odds_unmet", "1", "factor on the odds against forces where no duty to use force is met", "odds"),
    ("odds_honouring", "1", "odds against forces in theatre", "odds"),
    ("odds_rear", "1", "odds against rear-area forces", "odds"),
    ("odds_arms", "1", "odds against arms", "odds"),
    ("odds_diplomatic", "1", "odds against diplomatic support", "odds"),
    ("odds_consulted", "1", "odds against diplomatic support where consultation is due", "odds"),
    ("d_gain", "L", "gain of the next rung over this one", "utils per unit of stake × share"),
    ("d_cost", "L", "cost of the next rung over this one", "utils per unit of exposure"),
    ("d_nuclear", "L", "nuclear risk of the next rung over this one", "utils per unit of fear"),
    ("act_tension", "L", "tension of an act at this rung", "units of tension"),
    ("front_ends", "F", "probability of a ceasefire in a step in which the front is fought", "probability"),
    ("front_begins", "F", "probability of its onset in a step in which it is not", "probability"),
    ("front_begins_shocked", "F", "the same while there is an armed conflict", "probability"),
    ("rate_step", "G", "what is to be sent in a step", "units of the exchange"),
    ("full_step", "G", "what would be full supply for a step", "units of the exchange"),
    ("production_step", "G", "what is added to the stock in a step", "units of the exchange"),
    ("tie_level", "U", "weighted mean level of the ties", "share"),
    ("tie_pace", "U", "share of the way that cohesion makes in a step", "share"),
)

#: Parameters read by name: field of `Layout` to dotted path.
NAMED_PARAMETERS = {
    "hot_years": "climate.hot_years",
    "cold_years": "climate.cold_years",
    "tension_weight": "choice.tension_weight",
    "tension_decay_days": "choice.tension_decay_days",
    "matching": "choice.matching",
    "retaliation": "choice.retaliation",
    "relief": "choice.relief",
    "concede": "choice.concede",
    "entrants_weight": "choice.entrants_weight",
    "instability": "choice.instability",
    "stability": "choice.stability",
    "loss_aversion": "prospect.loss_aversion",
    "gain_curvature": "prospect.gain_curvature",
    "loss_curvature": "prospect.loss_curvature",
    "reaction": "reciprocity.reaction",
    "fatigue": "reciprocity.fatigue",
    "grievance": "reciprocity.grievance",
    "believe_duty": "beliefs.obligation_weight",
    "believe_duty_reference": "beliefs.obligation_reference",
    "believe_declared": "beliefs.declared_weight",
    "believe_declared_reference": "beliefs.declared_reference",
    "observed_support": "beliefs.observed_support",
    "observed_entry": "beliefs.observed_entry",
    "waiting": "beliefs.waiting",
    "learning": "beliefs.resolve_learning",
    "weight_own": "beliefs.weight_own",
    "weight_adversary": "beliefs.weight_adversary",
    "victim_if_attacked": "adjudication.victim_if_attacked",
    "victim_if_attacker": "adjudication.victim_if_attacker",
    "war_recognised": "adjudication.war_recognised",
    "narrow_reading": "adjudication.narrow_reading",
    "limited_is_invasion": "adjudication.limited_is_invasion",
    "request_made": "adjudication.request_made",
    "article_51": "adjudication.article_51",
    "laws_of_both_parties": "adjudication.laws_of_both_parties",
    "constitutional_processes": "adjudication.constitutional_processes",
    "retroactive": "adjudication.retroactive",
    "honouring": "entry.honouring",
    "unmet": "entry.unmet",
    "act_strength": "entry.act_strength",
    "obligation_weight": "entry.obligation_weight",
    "obligation_reference": "entry.obligation_reference",
    "stake_weight": "entry.stake_weight",
    "stake_reference": "entry.stake_reference",
    "reputation_weight": "entry.reputation_weight",
    "declared_reference": "entry.declared_reference",
    "winning_weight": "entry.winning_weight",
    "winning_reference": "entry.winning_reference",
    "tied_down_weight": "entry.tied_down_weight",
    "tied_down_reference": "entry.tied_down_reference",
    "nuclear_weight": "entry.nuclear_weight",
    "nuclear_reference": "entry.nuclear_reference",
    "diplomatic": "entry.diplomatic",
    "arms": "entry.arms",
    "rear": "entry.rear",
    "nuclear_signal": "entry.nuclear_signal",
    "consult_weight": "entry.consult_weight",
    "latency_diplomatic": "entry.latency_diplomatic",
    "latency_arms": "entry.latency_arms",
    "latency_rear": "entry.latency_rear",
    "latency_theatre": "entry.latency_theatre",
    "war_per_act": "inadvertent.war_per_act",
    "p_use_limited": "nuclear.limited_war",
    "p_use_major": "nuclear.major_war",
    "p_use_accident": "nuclear.accident",
    "losing": "nuclear.losing",
    "losing_share": "nuclear.losing_share",
    "decapitation": "nuclear.decapitation",
    "war_weeks": "settlement.war_weeks",
    "refractory_weeks": "settlement.refractory_weeks",
}

#: Where things are: scalars of the scenario, first row of each block, row of each named parameter.
Layout = namedtuple(  # type: ignore[misc]
    "Layout",
    [*SCALARS] + [block[0] for block in STATE_BLOCKS] + [block[0] for block in DERIVED_BLOCKS] + [*NAMED_PARAMETERS],
)
