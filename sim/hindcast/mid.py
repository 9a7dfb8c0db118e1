"""Simulated histories coded by the rules of the Militarized Interstate Disputes data.

An incident is a coded act at a threat or above; incidents less than six months apart are one
dispute; a dispute's level is its highest; a war needs 1,000 deaths.

References
----------
Palmer, McManus, D'Orazio, Kenwick, Karstens, Bloch, Dietrich, Kahn, Ritter & Soules (2022), "The
MID5 Dataset, 2011-2014: Procedures, coding rules, and description", Conflict Management and Peace
Science 39(4).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.draws import entity
from sim.engine.coding import code_acts
from sim.engine.ensemble import signed
from sim.engine.histories import Acts
from sim.engine.lower import Program

#: Days within which incidents belong to one dispute.
SIX_MONTHS = 182.625


@dataclass(frozen=True)
class Coded:
    """Incidents and disputes of one pair of rivals over some histories.

    Parameters
    ----------
    incidents : ndarray of int32, shape (I, 4)
        History, step, hostility level (2-5) and side (0 or 1), in order.
    disputes : ndarray of int32, shape (J, 7)
        History, first and last step, highest level, 1 if fatal, sides that acted (1 first, 2 second,
        3 both), and the highest level of the third party's acts against its adversary meanwhile.
    """

    incidents: np.ndarray
    disputes: np.ndarray


@dataclass(frozen=True)
class Dyad:
    """Whose acts are coded.

    Parameters
    ----------
    first, second : str
        The rivals, by name.
    third, adversary : str
        A third party and whom it acts against; empty for none.
    """

    first: str
    second: str
    third: str = ""
    adversary: str = ""


@dataclass(frozen=True)
class Coding:
    """The observation model's numbers, by history.

    Parameters
    ----------
    kinds : ndarray of float64, shape (K,)
        Probability that an incident of a kind is coded.
    threat, fatal, war : ndarray of float64, shape (H,)
        Probability that a threat by choice is coded, that an act at force is fatal, and that a state of
        war reaches 1,000 deaths.
    """

    kinds: np.ndarray
    threat: np.ndarray
    fatal: np.ndarray
    war: np.ndarray


def code(
    program: Program,
    acts: Acts,
    dyad: Dyad,
    seed: int,
    draws: np.ndarray,
    branches: np.ndarray,
    coding: Coding,
    begin: int = 0,
) -> Coded:
    """Code the acts of some histories.

    Parameters
    ----------
    program : Program
        The scenario that the acts are from.
    acts : Acts
        From `sim.engine.histories.histories`.
    dyad : Dyad
        Whose acts.
    seed : int
        64-bit seed, for what is coded by chance.
    draws, branches : ndarray of int64, shape (H,)
        Of the histories.
    coding : Coding
        The observation model's numbers.
    begin : int
        Step before which nothing counts.

    Returns
    -------
    Coded
        The same for the same arguments.
    """
    names = sorted(rivalry.name for rivalry in program.scenario.rivalries)
    wanted = (f"{dyad.first}>{dyad.second}", f"{dyad.second}>{dyad.first}", f"{dyad.third}>{dyad.adversary}")
    role = np.array([wanted.index(name) + 1 if name in wanted else 0 for name in names], np.int64)
    levels = np.array([rung.mid_level for rung in program.scenario.ladder], np.int64)
    columns = (acts.history, acts.step, role[acts.rivalry], levels[acts.rung], acts.what)
    packed = np.stack(columns, axis=1)[role[acts.rivalry] > 0]
    incidents = np.zeros((len(packed), 4), np.int32)
    disputes = np.zeros((len(packed), 7), np.int32)
    address = entity("coding", *sorted((dyad.first, dyad.second)))
    gap = int(SIX_MONTHS / program.scenario.step_days)
    n_incidents, n_disputes = code_acts(
        packed, incidents, disputes, coding.kinds, coding.threat, coding.fatal, coding.war, draws, branches,
        signed(seed), address, gap, program.scenario.n_steps,
    )  # fmt: skip
    incidents, disputes = incidents[:n_incidents], disputes[:n_disputes]
    return Coded(incidents[incidents[:, 1] >= begin].copy(), disputes[disputes[:, 1] >= begin].copy())
