"""Comparisons, sweeps and indices of sensitivity as tables on the terminal; nothing is estimated here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.cli.sheet import Line, Sheet
from sim.estimate import INTERVAL_NOTE, POISSON, Estimate, days, format_mean, format_share, number_of, some_of
from sim.experiments.contrasts import any_run_differs

#: Rows of a table of contrasts or of ranges, unless more were asked for.
MOST = 25
#: Rows of a table of differences over worlds.
_WORLDS = 10
#: Pairs of parameters below a table of indices.
_PAIRS = 5
#: Sentences below a table of indices.
_SENTENCES = 6
AS_WRITTEN = "as written"

Part = Sheet | str


def heading(stored: Mapping[str, Any]) -> str:
    """Say what was run."""
    each = number_of(stored["runs_per_point"], "run")
    runs = number_of(stored["runs"], "run")
    span = "horizons that differ" if stored["horizon_days"] is None else days(stored["horizon_days"])
    what = f"{runs} of {stored['scenario']} ({stored['study_hash'][:8]}) over {span}"
    return f"{what}, {each} at each point, seed {stored['seed']}."


def notes(stored: Mapping[str, Any]) -> Iterator[str]:
    """Say what every table of a study should be read with.

    Parameters
    ----------
    stored : mapping
        Contents of ``summary.json`` of a study.

    Yields
    ------
    str
        Sentences.
    """
    for each in stored["failed"][:5]:
        yield f"Point {each['point']} failed: {each['why']}"
    if len(stored["failed"]) > 5:
        yield f"{len(stored['failed']) - 5:,} further points failed; summary.json has them all."
    told = stored.get("contrasts") or stored.get("ranges") or stored.get("outcomes") or ()
    names = {each["outcome"] if isinstance(each, Mapping) else each for each in told}
    driven = stored.get("assumption_driven", {})
    for why in dict.fromkeys(why for name, why in driven.items() if name in names):
        yield f"* assumption-driven: {why}."
    central = stored["parameters"] == "central"
    yield f"What does not vary was {'fixed at its central value' if central else 'drawn anew in each run'}."
    yield INTERVAL_NOTE
    yield "Research estimates, not predictions."


def _marked(stored: Mapping[str, Any], name: str) -> str:
    """Mark an outcome that history does not inform."""
    return f"{name} *" if name in stored.get("assumption_driven", {}) else name


def contrasts(stored: Mapping[str, Any]) -> Iterator[Part]:
    """Give a table for each scenario that is compared with the first.

    Parameters
    ----------
    stored : mapping
        Contents of ``summary.json`` of a comparison.

    Yields
    ------
    Sheet or str
        To be printed one after the other.
    """
    here = [each for each in stored["contrasts"] if each["world"] == AS_WRITTEN]
    names = [each["name"] for each in stored["scenarios"] if each["world"] == AS_WRITTEN]
    for other in names[1:]:
        pair = [each for each in here if each["between"] == [names[0], other]]
        moved = [each for each in pair if any_run_differs(each)]
        shown = _shown(moved, stored["asked"])
        lines = [
            Line(_marked(stored, each["outcome"]), _contrast_cells(each), dim=not _is_clear(each["difference"]))
            for each in shown
        ]
        if lines:
            yield Sheet(
                (f"{other} minus {names[0]}", names[0], other, "difference", "95 % interval", "fewer runs"), lines
            )
        clear = sum(_is_clear(each["difference"]) for each in pair)
        more = f" {len(moved) - len(shown)} more that moved are in summary.json." if len(moved) > len(shown) else ""
        yield f"{other} minus {names[0]}: {clear} of {len(pair)} outcomes differ clearly.{more}"
        still = [each for each in pair if not any_run_differs(each) and each["outcome"] in stored["asked"]]
        if still:
            widest = max(still, key=lambda each: each["difference"]["high"])
            bound = difference_cells(widest["difference"], "hits" in widest["a"])[1]
            yield f"No run differs in {some_of([each['outcome'] for each in still], 6)} ({bound} at most)."
    yield (
        "Differences are run by run, on the same draws; of shares in percentage points. Clearly: the interval leaves "
        "0 out, as that of one in twenty does by chance where nothing differs. Fewer runs (on a wide terminal): how "
        "many times fewer than independent draws would need for as narrow an interval; in brackets what perfect "
        "pairing saves."
    )
    if stored["structural"]:
        yield from _structural(stored, names)
    if stored["attribution"]:
        yield from _attribution(stored)


def _shown(pair: Sequence[Mapping[str, Any]], asked: Sequence[str]) -> list[Mapping[str, Any]]:
    """Choose what is asked for, then what differs most clearly."""
    wanted = [each for each in pair if each["outcome"] in asked or each["outcome"].partition("=")[0] in asked]
    others = [each for each in pair if each not in wanted and _is_clear(each["difference"]) and "hits" in each["a"]]
    others.sort(key=lambda each: -abs(each["difference"]["value"]))
    chosen = (wanted if asked else pair)[:MOST]
    return [*chosen, *(others[: MOST - len(chosen)] if asked else [])]


def _contrast_cells(each: Mapping[str, Any]) -> tuple[str, ...]:
    share = "hits" in each["a"]
    write = format_share if share else format_mean
    ends = [write(Estimate.from_dict(dict(each[end]))) for end in ("a", "b")]
    return (*ends, *difference_cells(each["difference"], share), _fewer(each))


def difference_cells(found: Mapping[str, Any], share: bool) -> tuple[str, str]:
    """Write a difference and its interval with no more digits than the interval allows.

    Examples
    --------
    >>> difference_cells({"value": -0.0766, "low": -0.0805, "high": -0.0728}, True)
    ('-7.7 pp', '-8.1 to -7.3 pp')
    """
    if found["value"] is None:
        return "unknown", ""
    unit, scale = (" pp", 100.0) if share else ("", 1.0)
    value = scale * found["value"] + 0.0
    if found["low"] is None or found["high"] is None:
        return f"{value:+.2g}{unit}", ""
    low, high = scale * found["low"], scale * found["high"]
    digits = _decimals(high - low)
    return f"{_plain(value, digits)}{unit}", f"{_plain(low, digits)} to {_plain(high, digits)}{unit}"


def _plain(number: float, digits: int) -> str:
    """Write a number with its sign, and what rounds to 0 without one."""
    return f"{number:+.{digits}f}" if round(number, digits) else f"{0.0:.{digits}f}"


def _decimals(width: float) -> int:
    digits = 0
    while width > 0.0 and width * 10**digits < 5.0 and digits < 9:
        digits += 1
    return digits if width > 0.0 else 2


def _fewer(each: Mapping[str, Any]) -> str:
    fewer, most = each["times_fewer_runs"], each["times_fewer_runs_at_most"]
    if fewer is None:
        width = each["times_fewer_for_width"]
        return f"over {_times(width)}" if width and width > 1.0 else "none differ"
    return f"{_times(fewer)} ({_times(most)})" if most is not None else _times(fewer)


def _times(factor: float) -> str:
    return f"{factor:,.0f} ×" if factor >= 9.95 else f"{factor:.1f} ×"


def _is_still(found: Mapping[str, Any]) -> bool:
    """Whether no run told apart what is subtracted from each other; a difference may also be 0 by cancelling out."""
    return bool(found["value"] == 0.0 and found["method"] == POISSON)


def _is_clear(found: Mapping[str, Any]) -> bool:
    low, high = found["low"], found["high"]
    return low is not None and high is not None and (low > 0.0 or high < 0.0)


def _structural(stored: Mapping[str, Any], names: Sequence[str]) -> Iterator[Part]:
    rows = [each for each in stored["structural"] if each["between"][0] == names[0]]
    rows = [each for each in rows if each["outcome"] in stored["asked"]] or rows
    rows = [each for each in rows if each["moved"]]
    rows.sort(key=lambda each: -max(abs(each["lowest"]["value"]), abs(each["highest"]["value"])))
    lines = []
    for each in rows[:_WORLDS]:
        share = not each["outcome"].startswith("incidents:")
        ends = (difference_cells(each[end], share)[0] for end in ("lowest", "highest"))
        sign = f"{each['clearly_up']} up, {each['clearly_down']} down of {each['worlds']}"
        name = _marked(stored, each["outcome"])
        which = f"{each['lowest']['world']} to {each['highest']['world']}"
        lines.append(Line(f"{name}, {each['between'][1]} minus {each['between'][0]}", (*ends, sign, which)))
    count = max((each["worlds"] for each in rows), default=len(stored["worlds"]))
    headers = (f"over {count} worlds", "lowest", "highest", "clearly", "lowest to highest in")
    if lines:
        yield Sheet(headers, lines, words=True)
        first = rows[0]
        low, high = first["lowest"]["world"], first["highest"]["world"]
        yield (
            f"{first['outcome']}, {first['between'][1]} minus {first['between'][0]}: lowest with {low}, highest "
            f"with {high}; of the others summary.json says it. No world is likelier than another: quote the range, "
            "not an average."
        )
    else:
        yield f"No run differs in any of {count} worlds."


def _attribution(stored: Mapping[str, Any]) -> Iterator[Part]:
    asked = stored["asked"]
    rows = [each for each in stored["attribution"] if not asked or each["outcome"] in asked]
    rows = [each for each in rows if _is_clear(each["total"])]
    if not rows:
        yield "No clause moves any of the outcomes asked for clearly."
        return
    lines: list[Line] = []
    for each, alike in _alike(rows)[:MOST]:
        name = _marked(stored, each["outcome"])
        without, whole = each["between"]
        slot = f"{each['slot']} " if whole == each["version"] else ""
        also = f" (the same: {', '.join(alike)})" if alike else ""
        lines.append(Line(f"{name}, {slot}{whole} minus {without}{also}", heading=True))
        lines.append(Line("  all clauses", (difference_cells(each["total"], True)[0], "")))
        idle = [clause["clause"] for clause in each["clauses"] if _is_idle(clause)]
        for clause in each["clauses"]:
            if not _is_idle(clause):
                cells = (difference_cells(clause[how], True)[0] for how in ("added_alone", "taken_out"))
                lines.append(Line(f"  {clause['clause']}", tuple(cells)))
        if not _is_still(each["rest"]):
            lines.append(Line("  only together", (difference_cells(each["rest"], True)[0], "")))
        if idle:
            lines.append(Line(f"  no run differs by {', '.join(idle)}", ("", "")))
    yield Sheet(("clause by clause", "added alone", "lost without it"), lines)


def _alike(rows: Sequence[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], list[str]]]:
    """Tell outcomes once that clauses move alike, as those are whose condition every run met."""
    found: list[tuple[Mapping[str, Any], list[str]]] = []
    for each in rows:
        same = next((one for one in found if _numbers(one[0]) == _numbers(each)), None)
        if same is None:
            found.append((each, []))
        else:
            same[1].append(each["outcome"])
    return found


def _numbers(each: Mapping[str, Any]) -> tuple[Any, ...]:
    values = [clause[how]["value"] for clause in each["clauses"] for how in ("added_alone", "taken_out")]
    return each["slot"], tuple(each["between"]), each["total"]["value"], tuple(values)


def _is_idle(clause: Mapping[str, Any]) -> bool:
    return _is_still(clause["added_alone"]) and _is_still(clause["taken_out"])


def ranges(stored: Mapping[str, Any]) -> Iterator[Part]:
    """Give lowest and highest point of each outcome of a sweep.

    Parameters
    ----------
    stored : mapping
        Contents of ``summary.json`` of a sweep.

    Yields
    ------
    Sheet or str
        To be printed one after the other.
    """
    names = [name for name in stored["ranges"] if not stored["asked"] or name in stored["asked"]]
    lines = []
    for name in names[:MOST]:
        found = stored["ranges"][name]
        write = format_share if "hits" in found["lowest"] else format_mean
        cells = []
        for end in ("lowest", "highest"):
            cells += [write(Estimate.from_dict(found[end])), f"{found[end]['point']:,}"]
        lines.append(Line(_marked(stored, name), tuple(cells)))
    count = number_of(stored["points"], "point")
    yield Sheet((f"over {count}", "lowest", "at point", "highest", "at point"), lines)
    if len(stored["ranges"]) > len(lines):
        yield f"{number_of(len(stored['ranges']) - len(lines), 'further outcome')} in {stored['frame']}."
    varied = [f"{factor['path']} ({factor['spread']})" for factor in stored["factors"]]
    yield f"Varied by {stored['design']}: {some_of(varied, 8)}."


def indices(stored: Mapping[str, Any]) -> Iterator[Part]:
    """Give the indices of each outcome, the largest first.

    Parameters
    ----------
    stored : mapping
        Contents of ``summary.json`` of a study of sensitivity.

    Yields
    ------
    Sheet or str
        To be printed one after the other.
    """
    measures = _MEASURES[stored["method"]]
    for name, found in stored["outcomes"].items():
        if not found["factors"]:
            yield " ".join(found["sentences"])
            continue
        write = format_share if "hits" in found["mean"] else format_mean
        mean = write(Estimate.from_dict(dict(found["mean"])))
        yield f"{_marked(stored, name)}: {mean} over all points.{_variance(found, stored['parameters'] == 'central')}"
        rows = sorted(found["factors"], key=lambda each: -(_value(each[measures[-1][0]]) or 0.0))
        lines = [
            Line(each["path"], tuple(_index(each[key]) for key, _ in measures), dim=not each["told_apart"])
            for each in rows[:MOST]
        ]
        lines.append(Line("dummy (does nothing)", tuple(_index(found["dummy"][key]) for key, _ in measures), dim=True))
        yield Sheet(("parameter", *(title for _, title in measures)), lines)
        if found.get("pairs") and _value(found["pairs"][0]["second"]) is not None:
            yield _pairs(found["pairs"])
        for sentence in found["sentences"][:_SENTENCES]:
            yield f"- {sentence}"
        if len(found["sentences"]) > _SENTENCES:
            yield f"- {len(found['sentences']) - _SENTENCES} further sentences in summary.json."
    yield _READS[stored["method"]]


def limits(found: Mapping[str, Any]) -> Iterator[Part]:
    """Give the restrictions of each box, and what each is worth.

    Parameters
    ----------
    found : mapping
        From `sim.experiments.discover.discover`.

    Yields
    ------
    Sheet or str
        To be printed one after the other.
    """
    for number, box in enumerate(found["boxes"], 1):
        lines = [
            Line(
                limit["path"],
                (_bounds(limit), _tried(limit), f"{limit['quasi_p']:.1g}", f"{100.0 * limit['density_without']:.2g} %"),
            )
            for limit in box["limits"]
        ]
        yield Sheet((f"box {number}", "within", "tried", "quasi-p", "density without it"), lines)
    if found["assumption_driven"]:
        yield f"{found['outcome']} is assumption-driven: {found['assumption_driven']}."
    if found["boxes"]:
        yield "Quasi-p: the chance of as many cases in the box if this restriction did not matter."
    yield f"{number_of(len(found['looked_at']), 'parameter')} looked at, {number_of(found['points'], 'point')}."
    if found["shares_draws"]:
        yield "All points met the same draws: densities compare well with each other; each is less sure than it says."


def _pairs(pairs: Sequence[Mapping[str, Any]]) -> Sheet:
    """Give the pairs that explain most beyond what each of the two does alone."""
    largest = sorted(pairs, key=lambda pair: -(_value(pair["second"]) or 0.0))[:_PAIRS]
    lines = [Line(" × ".join(pair["paths"]), (_index(pair["second"]), "")) for pair in largest]
    return Sheet(("pair", "S2: only together", ""), lines)


def _bounds(limit: Mapping[str, Any]) -> str:
    if "values" in limit:
        return ", ".join(limit["values"])
    low, high = (("…" if end is None else f"{end:.3g}") for end in (limit["low"], limit["high"]))
    return f"{low} to {high}"


def _tried(limit: Mapping[str, Any]) -> str:
    if "values" in limit:
        return ", ".join(limit["range"])
    return f"{limit['range'][0]:.3g} to {limit['range'][1]:.3g}"


def _variance(found: Mapping[str, Any], fixed: bool) -> str:
    variance = found.get("variance")
    if not variance or variance["events"] is None:
        return ""
    parameters = max(variance["parameters"], 0.0)  # the noise that is taken out may be more than there was
    whole = parameters + variance["events"]
    if whole <= 0.0:
        return ""
    explained = 100.0 * parameters / whole
    rest = "chance" if fixed else "chance, and parameters that are drawn and do not vary here,"
    return f" What varies explains {explained:.2g} % of the variance of one run; {rest} the rest."


def _value(index: Any) -> float | None:
    found: float | None = index["value"] if isinstance(index, Mapping) else index
    return found


def _index(index: Any) -> str:
    value = _value(index)
    if value is None:
        return "unknown"
    if not isinstance(index, Mapping) or index.get("low") is None:
        return f"{value:.3g}"
    return f"{value:.2f} ({index['low']:.2f} to {index['high']:.2f})"


_MEASURES = {
    "sobol": (("first", "S1: alone"), ("total", "ST: with others")),
    "morris": (("mu", "mu"), ("sigma", "sigma"), ("mu_star", "mean size of effect")),
    "pawn": (("maximum", "largest distance"), ("median", "median distance")),
}
_READS = {
    "sobol": (
        "S1 is the share of the variance between parameter values that a parameter explains alone, ST with all its "
        "interactions; the noise of events is taken out. What has an ST whose interval holds 0 is dim: not told apart "
        "from noise. The dummy meets other draws: its index is the noise that there would be without common draws."
    ),
    "morris": (
        "How far an outcome moves per range of one parameter, on average over where the others stand; sigma: how "
        "differently. Noise is in it: what does not exceed its own is dim. The dummy meets other draws: its effect is "
        "the noise that there would be without common draws."
    ),
    "pawn": (
        "How far fixing a parameter moves the distribution of the outcome over points; 0 is not at all. "
        "What does not exceed the dummy is dim: not told apart from noise."
    ),
}
