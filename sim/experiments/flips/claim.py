"""A claim: that one probability is above another, or above a number, as an analyst would write it down.

``war@2024 > @2000`` compares an outcome under two versions of a treaty. Whatever way round it is written, a claim
comes to a *margin*: the larger side minus the smaller. The claim holds where its margin is above 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sim.designs.factors import TREATY
from sim.errors import Fault, InputError
from sim.outcomes import Outcome, catalogue, parse
from sim.scenario.wording import either, quote, suggest
from sim.studies.laying import Base

NONE = "none"
#: What a claim looks like.
FORM = "OUTCOME[@VERSION] > [OUTCOME]@VERSION, or OUTCOME[@VERSION] > NUMBER"
_EXAMPLE = "Write, for example, --claim 'intervention:Russia:DPRK@2024 > @2000'."
_HERE = "--claim"
# Names of outcomes that are shares have none of these signs, and names of treaties' versions neither.
_SIGNS = re.compile(r">=|<=|>|<")
_TURNED = str.maketrans("<>", "><")
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*%?", re.IGNORECASE)


@dataclass(frozen=True)
class Side:
    """One side of a claim: a probability in a variant of the scenario, or a number.

    Parameters
    ----------
    outcome : str
        Name; empty where it is a number.
    settings : mapping of str to str
        ``treaty.SLOT`` and the version there; empty for the scenario as it is.
    number : float
        From 0 to 1, where it is one.
    """

    outcome: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    number: float = 0.0

    def __str__(self) -> str:
        """Spell it as a person would: ``war@2024``, ``5 %``."""
        if not self.outcome:
            return f"{100.0 * self.number:.10g} %"
        return "@".join([self.outcome, *self.settings.values()])

    def as_dict(self) -> dict[str, Any]:
        """Give it as JSON can hold it."""
        return {"outcome": self.outcome, "settings": dict(self.settings), "number": self.number}

    @classmethod
    def from_dict(cls, shape: Mapping[str, Any]) -> Side:
        """Read what `as_dict` gave."""
        return cls(shape["outcome"], shape["settings"], shape["number"])


@dataclass(frozen=True)
class Claim:
    """That the `greater` side is the greater one.

    Parameters
    ----------
    text : str
        As it was given, spaces tidied.
    greater, lesser : Side
        The margin is the first minus the second.
    """

    text: str
    greater: Side
    lesser: Side


@dataclass(frozen=True)
class _Written:
    """A side as it is written: outcome, slot and version, each empty where left out."""

    outcome: str = ""
    slot: str = ""
    version: str = ""


def read_claim(text: str, base: Base) -> Claim:
    """Read a claim.

    Parameters
    ----------
    text : str
        Such as ``war@2024 > @2000``, ``intervention:Russia:DPRK|attacked_at_war:DPRK@DPRK-Russia=2024 < 30 %``.
    base : Base
        The scenario it is about.

    Returns
    -------
    Claim
        With the slot found that has the versions.

    Raises
    ------
    InputError
        In a sentence, with the nearest name.
    """
    told = " ".join(text.split())
    sign = _SIGNS.search(told)
    if sign is None:
        raise _fault(FORM, quote(told), _EXAMPLE)
    left, right = told[: sign.start()].strip(), told[sign.end() :].strip()
    if _SIGNS.search(right):
        raise _fault("one comparison", quote(told), _EXAMPLE)
    if not left or not right:
        raise _fault(FORM, quote(told), _EXAMPLE)
    if _NUMBER.fullmatch(left):
        raise _fault("an outcome at the left", quote(left), f"Write {right} {sign.group().translate(_TURNED)} {left}.")
    first, number = _written(left), _number(right) if _NUMBER.fullmatch(right) else None
    second = _Written() if number is not None else _written(right)
    second = second if second.outcome or number is not None else _Written(first.outcome, second.slot, second.version)
    sides = [first] if number is not None else [first, second]
    slots = _slots(sides, base)
    known = catalogue(base.loaded.scenario)
    found = [
        Side(_share(each.outcome, known).name, {TREATY + slot: each.version} if each.version else {})
        for each, slot in zip(sides, slots, strict=True)
    ]
    found += [] if number is None else [Side(number=number)]
    if found[0] == found[1]:
        fix = "Name another version, as in @2024 and @2000, or another outcome."
        raise _fault("two sides that differ", quote(told), fix)
    greater, lesser = found if sign.group().startswith(">") else found[::-1]
    return Claim(told, greater, lesser)


def _fault(need: str, got: str, fix: str = "") -> InputError:
    return InputError(Fault(need, got, fix, path=_HERE))


def _written(text: str) -> _Written:
    outcome, at, version = text.partition("@")
    slot, equals, named = version.partition("=")
    slot, version = (slot.strip(), named.strip()) if equals else ("", version.strip())
    if (at and not version) or (equals and not slot):
        raise _fault("a version after '@', as in @2024 or @DPRK-Russia=2024", quote(text))
    return _Written(outcome.strip(), slot, version)


def _number(text: str) -> float:
    share = float(text.rstrip("% ")) / (100.0 if text.endswith("%") else 1.0)
    if not 0.0 <= share <= 1.0:
        raise _fault("a probability from 0 to 1, or per cent", quote(text), "Write 5 % or 0.05.")
    return share


def _share(name: str, known: Mapping[str, Outcome]) -> Outcome:
    if not name:
        raise _fault("an outcome at the left", "none", _EXAMPLE)
    outcome = parse(name, known, _HERE)
    if outcome.kind != "share":
        raise _fault(
            "an outcome that has a probability", f"{quote(name)}, a {outcome.kind}", "Ask for one such as war."
        )
    return outcome


def _slots(sides: Sequence[_Written], base: Base) -> list[str]:
    """Give the slot of each side's version: the one named, or the one that has all versions that name none."""
    versions = base.subject.versions
    for side in sides:
        if side.slot:
            _refuse_unknown(side, versions)
    bare = [side.version for side in sides if side.version and not side.slot]
    if not bare:
        return [side.slot for side in sides]
    named = {side.slot for side in sides if side.slot}
    shared = _shared(bare, named, base)
    return [side.slot or (shared if side.version else "") for side in sides]


def _refuse_unknown(side: _Written, versions: Mapping[str, Sequence[str]]) -> None:
    if side.slot not in versions:
        raise _fault("a treaty slot", quote(side.slot), suggest(side.slot, versions))
    known = [*versions[side.slot], NONE]
    if side.version not in known:
        raise _fault(f"a version of {side.slot}", quote(side.version), suggest(side.version, known))


def _shared(bare: Sequence[str], named: Iterable[str], base: Base) -> str:
    """Find the slot that has all versions; where several have, the one the other side names, or that is in force."""
    versions = base.subject.versions
    every = list(dict.fromkeys(version for known in versions.values() for version in known))
    for version in bare:
        if version != NONE and version not in every:
            raise _fault("a version of a treaty", quote(version), suggest(version, every))
    found = [slot for slot, known in versions.items() if all(v == NONE or v in known for v in bare)]
    in_force = {treaty.slot for treaty in base.loaded.scenario.treaties}
    for wanted in (set(named), in_force):
        narrower = [slot for slot in found if slot in wanted]
        found = narrower or found
    if len(found) == 1:
        return found[0]
    shown = " and ".join(dict.fromkeys(f"@{version}" for version in bare))
    if not found:
        raise _fault("versions of one treaty", shown, "Say which, as in @DPRK-Russia=2024.")
    fix = f"Say which, as in @{found[0]}={bare[0]}; there are {either(found)}."
    raise _fault(f"a treaty for {shown}", f"{len(found)} that could be meant", fix)
