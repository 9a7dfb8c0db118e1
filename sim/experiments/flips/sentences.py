"""What a search for flips found, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sim.estimate import Estimate, format_share, number_of, some_of
from sim.scenario.wording import joined


def sentences(found: Mapping[str, Any]) -> list[str]:
    """Say what a search found.

    Parameters
    ----------
    found : mapping
        As ``summary.json`` holds it.

    Returns
    -------
    list of str
        The answer first.
    """
    claim = found["claim"]
    if claim["holds"] is None:
        return [_undecided(claim)]
    return [_at_base(claim), *_singles(found), *_positions(found), *_pairs(found)]


def points(margin: float) -> str:
    """Write a margin in percentage points.

    Examples
    --------
    >>> points(0.0312), points(-0.00041)
    ('+3.1 pp', '-0.041 pp')
    """
    return f"{100.0 * margin:+.2g} pp"


def amount(value: float) -> str:
    """Write the value of a parameter.

    Examples
    --------
    >>> amount(0.123456), amount(52.0)
    ('0.123', '52')
    """
    return f"{value:.3g}"


def per_cent(quantile: float) -> str:
    """Write a quantile, with more digits in the tails.

    Examples
    --------
    >>> [per_cent(q) for q in (0.5, 0.931, 0.9987, 1.0)]
    ['50 %', '93 %', '99.9 %', '100 %']
    """
    tail = min(quantile, 1.0 - quantile)
    return f"{100.0 * quantile:.{0 if tail >= 0.01 or tail <= 0.0 else 1}f} %"


def _span(margin: Mapping[str, Any]) -> str:
    return f"{points(margin['low'])} to {points(margin['high'])}"


def _ends(claim: Mapping[str, Any]) -> str:
    """Name both sides with their probabilities."""
    told = []
    for side in ("greater", "lesser"):
        share = claim["sides"].get(side)
        told.append(claim[side] + (f" {format_share(Estimate.from_dict(dict(share)))}" if share else ""))
    return f"{told[0]} against {told[1]}"


def _undecided(claim: Mapping[str, Any]) -> str:
    margin = claim["margin"]
    if margin["value"] is None:
        return f"Whether the claim holds cannot be said: no run met its condition. {_ends(claim)}."
    told = f"Whether the claim holds is not decided by {margin['n']:,} runs: margin {_span(margin)} ({_ends(claim)})."
    if not claim["runs_to_tell"]:
        return f"{told} Nothing tells the two sides apart, so that no number of runs can be named."
    blocks = -(-claim["runs_to_tell"] // margin["n"])
    more = f"about {blocks:,} times as many" if blocks > 1 else "a few more"
    return (
        f"{told} If it is what it seems, {more} would tell; there is nothing to reverse before that. Give more --runs."
    )


def _at_base(claim: Mapping[str, Any]) -> str:
    verb = "holds" if claim["holds"] else "does not hold: its reverse does"
    margin = claim["margin"]
    return f"The claim {verb}, by {points(abs(margin['value']))[1:]} ({_span(margin)}): {_ends(claim)}."


def _singles(found: Mapping[str, Any]) -> Iterator[str]:
    by_state = {
        state: [each for each in found["parameters"] if each["state"] == state]
        for state in ("flips", "undecided", "holds")
    }
    flips, undecided, kept = by_state.values()
    if flips:
        verb = "reverses it" if found["claim"]["holds"] else "makes it hold"
        yield f"The smallest change of one parameter that {verb}: {_change(flips[0])}."
    others = len(found["parameters"]) - bool(flips)
    if not others:
        return
    rest = (f"the {others:,} others" if others > 1 else "the one other") if flips else number_of(others, "parameter")
    if len(kept) == others:
        yield f"None of {rest} does so within its range."
        return
    counts = {"more does so": len(flips) - 1, "surely does not": len(kept), "is undecided": len(undecided)}
    told = [f"{count:,} {words if count == 1 else _PLURAL[words]}" for words, count in counts.items() if count > 0]
    yield f"Of {rest}, {joined(told)}."
    if undecided:
        yield f"First of those undecided is {undecided[0]['path']}: {_doubt(undecided[0])}."


_PLURAL = {"more does so": "more do so", "surely does not": "surely do not", "is undecided": "are undecided"}


def _change(each: Mapping[str, Any]) -> str:
    flip = each["flip"]
    return (
        f"{each['path']} from {amount(each['central'])} to {amount(flip['value'])} {_between(flip)}, "
        f"from {per_cent(each['central_quantile'])} of its distribution to {per_cent(flip['quantile'])}"
    )


def _between(flip: Mapping[str, Any]) -> str:
    if flip["low"] is None:
        return f"(at most {amount(flip['high'])})"
    if flip["high"] is None:
        return f"(at least {amount(flip['low'])})"
    return f"({amount(flip['low'])} to {amount(flip['high'])})"


def _doubt(each: Mapping[str, Any]) -> str:
    unsure = each["unsure"]
    margin = unsure["margin"]
    if margin["low"] is None:
        return f"at {amount(unsure['value'])} no run met the condition"
    return f"at {amount(unsure['value'])} the margin is {_span(margin)} ({margin['n']:,} runs)"


def _positions(found: Mapping[str, Any]) -> Iterator[str]:
    positions = found["positions"]
    if not positions:
        return
    flips = [each["world"] for each in positions if each["state"] == "flips"]
    undecided = [each["world"] for each in positions if each["state"] == "undecided"]
    if flips:
        yield f"Reversed by {'a switch' if len(flips) == 1 else 'switches'}: {some_of(flips)}."
    else:
        yield f"None of {number_of(len(positions), 'other position')} of switches is seen to reverse it."
    if undecided:
        yield f"Undecided: {some_of(undecided)}."


def _pairs(found: Mapping[str, Any]) -> Iterator[str]:
    pairs = found["pairs"]
    if not pairs:
        return
    flips = [each for each in pairs if each["state"] == "flips"]
    undecided = sum(each["state"] == "undecided" for each in pairs)
    doubt = f"; {undecided} undecided" if undecided else ""
    if not flips:
        yield f"None of {number_of(len(pairs), 'pair')} tried is seen to reverse it{doubt}."
        return
    first = flips[0]
    at = ", ".join(
        f"{path} {amount(value)} ({per_cent(quantile)})"
        for path, value, quantile in zip(first["paths"], first["at"]["values"], first["at"]["quantiles"], strict=True)
    )
    away = f"{first['distance']['value']:.2f} normal scores away"
    yield f"The smallest change of two: {at}, {away}; {len(flips)} of {number_of(len(pairs), 'pair')} tried do{doubt}."
