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

from sim.compiled import kernel, rule
from sim.draws import Purpose, entity, uniforms
from sim.engine.ensemble import signed
from sim.engine.histories import Acts
from sim.engine.lanes.acts import BY_CHOICE, HELP, WAR_BEGINS, WAR_ENDS
from sim.engine.lower import Program

#: Days within which incidents belong to one dispute.
SIX_MONTHS = 182.625
_CODING = int(Purpose.CODING)
#: Rows of `_code`'s result: of incidents, and of disputes.
INCIDENT_COLUMNS = ("history", "step", "level", "side")
DISPUTE_COLUMNS = ("history", "step", "end", "level", "fatal", "sides", "third")


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


def code(program: Program, acts: Acts, dyad: Dyad, seed: int, draws: np.ndarray, branches: np.ndarray, coding: Coding, begin: int):
    """Code the acts of some histories."""
    names = sorted(rivalry.name for rivalry in program.scenario.rivalries)
    place = {name: i for i, name in enumerate(names)}
    role = np.zeros(len(names), np.int64)
    for i, name in enumerate((f"{dyad.first}>{dyad.second}", f"{dyad.second}>{dyad.first}", f"{dyad.third}>{dyad.adversary}")):
        if name in place:
            role[place[name]] = i + 1
    levels = np.array([rung.mid_level for rung in program.scenario.ladder], np.int64)
    wanted = role[acts.rivalry] > 0
    packed = np.stack([acts.history, acts.step, role[acts.rivalry], levels[acts.rung], acts.what], axis=1)[wanted]
    incidents = np.zeros((len(packed), len(INCIDENT_COLUMNS)), np.int32)
    disputes = np.zeros((len(packed), len(DISPUTE_COLUMNS)), np.int32)
    address = entity("coding", *sorted((dyad.first, dyad.second)))
    gap = int(SIX_MONTHS / program.scenario.step_days)
    n = _code(packed, incidents, disputes, coding.kinds, coding.threat, coding.fatal, coding.war, draws, branches,
              signed(seed), address, gap, program.layout.n_steps)
    incidents, disputes = incidents[: n[0]], disputes[: n[1]]
    return Coded(incidents[incidents[:, 1] >= begin].copy(), disputes[disputes[:, 1] >= begin].copy())


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


@rule
def is_coded(u, what, level, kinds, threat):
    """Whether an act is coded: an incident by its kind, a threat by choice seldom, all else always."""
    if what >= 0:
        return u < kinds[what]
    if (what == BY_CHOICE) & (level == 2):
        return u < threat
    return level >= 2


@kernel
def _code(acts, incidents, disputes, kinds, threat, fatal, war, draws, branches, seed, address, gap, n_steps):
    n_incidents, n_disputes = 0, -1
    history, last, number = -1, -1000000, 0
    at_war = False
    for i in range(acts.shape[0]):
        h, step, role, level, what = acts[i, 0], acts[i, 1], acts[i, 2], acts[i, 3], acts[i, 4]
        if h != history:
            if at_war:
                disputes[n_disputes, 2] = n_steps
            history, last, number, at_war = h, -1000000, 0, False
        if what == WAR_ENDS:
            if at_war & (role < 3):
                disputes[n_disputes, 2] = step
                last = step
                at_war = False
            continue
        number += 1
        u = uniforms(seed, draws[h], number & 0xFFFF, address, _CODING, branches[h])
        if at_war:
            last = step
        if not is_coded(u[0], what, level, kinds, threat[h]):
            continue
        if role == 3:
            if (step - last <= gap) & (level > disputes[n_disputes, 6]) & (last >= 0):
                disputes[n_disputes, 6] = level
            continue
        is_war = level == 5
        if is_war:
            at_war = True
            level = 5 if u[1] < war[h] else 4
        if step - last > gap:
            n_disputes += 1
            disputes[n_disputes, 0] = h
            disputes[n_disputes, 1] = step
        last = step
        disputes[n_disputes, 2] = step
        if level > disputes[n_disputes, 3]:
            disputes[n_disputes, 3] = level
        if is_war or ((level == 4) & (u[2] < fatal[h])):
            disputes[n_disputes, 4] = 1
        disputes[n_disputes, 5] |= 3 if is_war else role
        incidents[n_incidents, 0] = h
        incidents[n_incidents, 1] = step
        incidents[n_incidents, 2] = level
        incidents[n_incidents, 3] = role - 1
        n_incidents += 1
    if at_war:
        disputes[n_disputes, 2] = n_steps
    return n_incidents, n_disputes + 1
