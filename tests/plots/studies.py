"""Made-up data of experiments, ordinary and hostile, in the shapes of the commands' JSON."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

from sim.estimate import share

LONG = "the Joint Expeditionary Authority of the Northern Sea States"
#: Texts that a scenario may have and that a figure must survive.
NASTY = (LONG, "cost $\\frac{a}{ <script>alert(1)</script>", "미국>한국 위기")


def written(figure: Any) -> list[str]:
    """All that is written in a figure, line breaks undone."""
    found = [text for axes in figure.axes for text in (*axes.texts, axes._left_title)] + figure.texts
    found += [text for axes in figure.axes for text in (*axes.get_xticklabels(), *axes.get_yticklabels())]
    found += [text for legend in figure.legends for text in legend.get_texts()]
    return [text.get_text().replace("\n", " ") for text in found if text.get_text()]


def paired(a: float, b: float, runs: int, correlation: float = 0.9, **more: Any) -> dict[str, Any]:
    """A contrast of two shares, as if runs of both were correlated."""
    one, other = share(round(a * runs), runs), share(round(b * runs), runs)
    p, q = one.value or 0.0, other.value or 0.0
    spread = np.sqrt(max(p * (1 - p) + q * (1 - q) - 2 * correlation * np.sqrt(p * (1 - p) * q * (1 - q)), 0.0) / runs)
    half = float(1.96 * spread) or 3.7 / runs
    difference = {"value": q - p, "low": q - p - half, "high": q - p + half, "n": runs, "method": "paired"}
    ratio = {"value": q / p if p else None, "low": None, "high": None, "n": runs, "method": "paired"}
    return {
        "world": "as written",
        "a": one.as_dict(),
        "b": other.as_dict(),
        "difference": difference,
        "ratio": ratio,
        "variance_saved": correlation,
        "times_fewer_runs": 1.0 / (1.0 - correlation),
        "bound": abs(q - p),
        "times_fewer_runs_at_most": 30.0,
        **more,
    }


def compared(names: tuple[str, ...] = ("2000", "2024"), title: str = "Korea as of November 2026", runs: int = 100_000):
    """A comparison: entry moves by tens of points, war by hundredths of one."""
    scenarios = [{"name": n, "title": title, "question": "", "settings": [], "world": "as written"} for n in names]
    sizes = [
        ("force", 0.41, 0.409),
        ("war", 0.0051, 0.0049),
        ("major_war", 0.0008, 0.0007),
        ("nuclear_use", 0.0, 0.0),
        ("intervention:Russia:DPRK", 0.002, 0.0027),
        ("intervention:Russia:DPRK:arms", 0.01, 0.05),
        ("intervention:China:DPRK", 0.003, 0.003),
        ("intervention:Russia:DPRK|attacked_at_war:DPRK", 0.14, 0.38),
        ("intervention:China:DPRK|attacked_at_war:DPRK", 0.31, 0.30),
    ]
    contrasts = []
    for place, other in enumerate(names[1:]):
        for outcome, a, b in sizes:
            n = runs // 200 if "|" in outcome else runs
            contrasts.append(paired(a, b + 0.1 * place * (b - a), n, outcome=outcome, between=[names[0], other]))
        peak = paired(0.03, 0.031, runs, outcome="peak_rung", between=[names[0], other], rung="limited war")
        contrasts.append(peak)
        count = {"value": 3.1, "low": 3.0, "high": 3.2, "n": runs, "method": "standard error"}
        between = {"value": 0.02, "low": -0.01, "high": 0.05, "n": runs, "method": "paired"}
        contrasts.append(
            {**peak, "rung": None, "outcome": "incidents:clash", "a": count, "b": count, "difference": between}
        )
    worlds = (
        ("theory=prospect", 0.14, 0.30),
        ("theory=best_reply", 0.12, 0.11),
        ("theory=reciprocity", 0.20, 0.08),
        ("switch deterrence=none", 0.15, 0.40),
        ("switch emboldenment=full", 0.15, 0.16),
    )
    for world, a, b in worlds:
        name = "intervention:Russia:DPRK|attacked_at_war:DPRK"
        contrasts.append(paired(a, b, runs // 200, outcome=name, between=list(names[:2])) | {"world": world})
    return {
        "scenarios": scenarios,
        "reference": names[0],
        "seed": 20261101,
        "runs_per_point": runs,
        "runs": len(names) * runs,
        "contrasts": contrasts,
    }


def attributed(clauses: tuple[str, ...] = ("Art. 4 assist", "Art. 3 consult", "Art. 8 arms")) -> dict[str, Any]:
    """A difference taken apart by clause."""

    def difference(value: float, half: float) -> dict[str, Any]:
        return {"value": value, "low": value - half, "high": value + half, "n": 500, "method": "paired"}

    found = []
    for outcome, total in (("intervention:Russia:DPRK|attacked_at_war:DPRK", 0.24), ("war", -0.0004)):
        parts = [total * 0.8 / (place + 1) for place in range(len(clauses))]
        found.append(
            {
                "outcome": outcome,
                "between": ["none", "2024"],
                "total": difference(total, abs(total) / 4),
                "clauses": [
                    {
                        "clause": clause,
                        "added_alone": difference(part, abs(total) / 5),
                        "taken_out": difference(part * 0.7, abs(total) / 5),
                    }
                    for clause, part in zip(clauses, parts, strict=True)
                ],
                "rest": difference(total * 0.1, abs(total) / 6),
            }
        )
    return {**compared(("none", "2024")), "attribution": found}


def hostile_contrasts() -> dict[str, Any]:
    """Names as bad as can be, few runs, nothing ever."""
    data = compared((NASTY[0], NASTY[1], NASTY[2]), title=NASTY[1] * 4, runs=1000)
    for outcome in (f"intervention:{LONG}:{LONG[::-1]}|attacked_at_war:{LONG}", "war|attacked_at_war:한국"):
        data["contrasts"].append(paired(0.2, 0.3, 12, outcome=outcome, between=list(NASTY[:2])))
    nothing = share(0, 0).as_dict()
    none = {"value": None, "low": None, "high": None, "n": 0, "method": "paired"}
    data["contrasts"][-1] |= {"a": nothing, "b": nothing, "difference": none}
    actors = [f"State {letter}" for letter in "ABCDEFG"]
    for a, b in itertools.permutations(actors, 2):
        data["contrasts"].append(paired(0.01, 0.0105, 1000, outcome=f"intervention:{a}:{b}", between=list(NASTY[:2])))
    data["asked"] = [f"intervention:{LONG}:{LONG[::-1]}|attacked_at_war:{LONG}", "war|attacked_at_war:한국"]
    return data


def swept(
    factors: dict[str, Any],
    design: str = "grid",
    outcomes: tuple[str, ...] = ("war", "force", "intervention:Russia:DPRK|attacked_at_war:DPRK", "incidents:clash"),
    base: float = 0.01,
    runs: int = 2000,
    labels: dict[str, str] | None = None,
    points: int = 200,
) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Frame and meta of a sweep; factors are their levels, or for a design that fills the space, ranges."""
    rng = np.random.default_rng(3)
    names = list(factors)
    if design == "grid":
        table = list(itertools.product(*factors.values()))
    elif design == "oat":
        centre = [levels[len(levels) // 2] for levels in factors.values()]
        table = [tuple(centre)]
        for k, levels in enumerate(factors.values()):
            table += [(*centre[:k], level, *centre[k + 1 :]) for level in levels if level != centre[k]]
    else:
        table = [
            tuple(
                rng.choice(levels) if isinstance(levels[0], str) else rng.uniform(levels[0], levels[-1])
                for levels in factors.values()
            )
            for _ in range(points)
        ]
    rows: dict[str, list[Any]] = {key: [] for key in ("point", *names, "outcome", "value", "low", "high", "n", "hits")}
    for point, values in enumerate(table):
        pull = sum(
            (
                len(x) / 10
                if isinstance(x, str)
                else (x - factors[name][0]) / (factors[name][-1] - factors[name][0] or 1)
            )
            / (k + 1)
            for k, (name, x) in enumerate(zip(names, values, strict=True))
        )
        for place, outcome in enumerate(outcomes):
            if outcome.startswith("incidents"):
                found = {"value": 3 + pull, "low": 2.9 + pull, "high": 3.1 + pull, "n": runs, "hits": np.nan}
            else:
                n = runs // 20 if "|" in outcome else runs
                found = share(int(rng.binomial(n, min(0.95, base * (place * 5 + 1) * np.exp(pull)))), n).as_dict()
            cells = {"point": point, **dict(zip(names, values, strict=True)), "outcome": outcome}
            for key, value in {**cells, **{k: found[k] for k in ("value", "low", "high", "n", "hits")}}.items():
                rows[key].append(value)
    meta = {
        "title": "Korea as of November 2026",
        "question": "",
        "design": design,
        "runs_per_point": runs,
        "seed": 20261101,
        "outcomes": list(outcomes),
        "factors": [
            {
                "path": name,
                "kind": "category" if isinstance(levels[0], str) else "numeric",
                "label": (labels or {}).get(name, name),
                "levels": list(levels),
            }
            for name, levels in factors.items()
        ],
    }
    return {key: np.array(column) for key, column in rows.items()}, meta


def sensitive(
    method: str = "sobol", n: int = 6, outcomes: tuple[str, ...] = ("war",), rate: float = 0.02, runs: int = 100_000
) -> dict[str, Any]:
    """Indices of `n` parameters, each smaller than the last; the last ones are noise, one is below 0."""
    paths = ["inadvertent.war_per_act", "entry.bias", "actors.DPRK.cost_tolerance", *NASTY]
    paths += [f"actors.{LONG}.parameter_{i}" for i in range(n)]
    factors, effects = [], []
    for place, path in enumerate(paths[:n]):
        total = 0.6 * 0.55**place - (0.01 if place == n - 1 else 0.0)

        def index(value: float, half: float = 0.03) -> dict[str, float]:
            return {"value": value, "low": value - half, "high": value + half}

        factors.append(
            {
                "path": path,
                "label": path,
                "first": index(0.7 * total),
                "total": index(total),
                "interaction": index(0.3 * total),
                "mu_star": index(total / 5, 0.004),
                "sigma": {"value": total / (3 + place) + 0.01},
                "median": index(total, 0.02),
            }
        )
        pull = 1.0 + total * (-1) ** place
        ends = {"at_low": share(round(runs / 5 * rate / pull), runs // 5).as_dict()}
        ends["at_high"] = share(round(runs / 5 * rate * pull), runs // 5).as_dict()
        effects.append({"path": path, "low_end": [0.0, 0.2], "high_end": [0.8, 1.0], **ends})
    floor = {"value": 0.005, "low": -0.01, "high": 0.02}
    dummy = {"path": "dummy", "first": floor, "total": floor, "mu_star": floor, "median": floor}
    found = {
        "mean": share(round(rate * runs), runs).as_dict(),
        "variance": {"parameters": 0.003, "events": 0.017},
        "factors": factors,
        "dummy": dummy,
        "effects": effects,
        "sentences": [],
    }
    return {
        "title": "Korea as of November 2026",
        "method": method,
        "base": 512,
        "runs_per_point": 100,
        "runs": 512 * (n + 2) * 100,
        "seed": 20261101,
        "outcomes": dict.fromkeys(outcomes, found),
    }


def discovered(n: int = 3, boxes: int = 1, runs: int = 100_000, rate: float = 0.02) -> dict[str, Any]:
    """Boxes of `n` limits each, found on a trajectory."""
    paths = ["inadvertent.war_per_act", "entry.bias", "actors.DPRK.cost_tolerance", *NASTY]
    paths += [f"actors.{LONG}.parameter_{i}" for i in range(n)]
    limits = [
        {
            "path": path,
            "low": (0.001, -0.5, 0.9)[k % 3],
            "high": (0.01, 1.0, 1.2)[k % 3],
            "range": ([1e-4, 1e-2], [-1.0, 1.0], [0.8, 1.8])[k % 3],
            "quasi_p": (1e-6, 0.02, 0.3, None)[k % 4],
        }
        for k, path in enumerate(paths[:n])
    ]
    steps = [{"coverage": 0.97**k, "density": min(1.0, rate * 1.08**k), "mass": 0.93**k} for k in range(30)]
    found = [
        {
            "limits": limits,
            "coverage": steps[15 + 2 * k]["coverage"],
            "density": share(round(runs * 0.3 * steps[15 + 2 * k]["density"]), round(runs * 0.3)).as_dict(),
            "mass": 0.3,
        }
        for k in range(boxes)
    ]
    return {
        "title": "Korea as of November 2026",
        "outcome": "war",
        "base_rate": share(round(rate * runs), runs).as_dict(),
        "boxes": found,
        "trajectory": steps,
        "seed": 20261101,
    }


def uncertain(n: int = 3, rate: float = 0.02, title: str = "Korea as of November 2026") -> dict[str, Any]:
    """`n` outcomes, the first with a band and shares, the second with neither, then in turn."""
    names = ["war", "nuclear_use", "intervention:Russia:DPRK|attacked_at_war:DPRK", *NASTY]
    names = [*names, *(f"intervention:{LONG}:State {k}" for k in range(n))][:n]
    theories = ("quantal", "best_reply", "prospect", "reciprocity")

    def index(value: float, half: float) -> dict[str, float]:
        return {"value": value, "low": value - half, "high": value + half}

    outcomes = {}
    for place, name in enumerate(names):
        p = rate / 10.0 ** (place % 3)
        positions = [("theory", each, 1.0 - 0.2 * k) for k, each in enumerate(theories)]
        positions += [("honouring", each, 1.0 + 0.7 * k) for k, each in enumerate(("all", LONG, NASTY[1]))]
        structure = [
            {
                "choice": choice,
                "position": position,
                "is_written": factor == 1.0,
                "probability": share(round(p * factor * 100_000), 100_000).as_dict(),
                "difference": index(p * (factor - 1.0), 0.01 * p) if factor != 1.0 else index(0.0, 0.0),
            }
            for choice, position, factor in positions
        ]
        ends = {"q05": 0.3, "q25": 0.7, "q50": 0.9, "q75": 1.2, "q95": 2.5}
        band = {name: index(p * factor, 0.1 * p) for name, factor in ends.items()}
        of_run = {"events": 0.9, "parameters": 0.05, "theory": 0.03, "switches": -0.01, "jointly": 0.03}
        variance = {
            "of_run": {source: index(value, 0.01) for source, value in of_run.items()},
            "of_probability": {
                source: {"first": index(value, 0.1), "total": index(value, 0.1)}
                for source, value in (("parameters", 0.5), ("theory", 0.3), ("switches", -0.1))
            },
            "jointly": index(0.3, 0.1),
        }
        outcomes[name] = {
            "probability": share(round(p * 100_000), 100_000).as_dict(),
            "band": None if place % 2 else {**band, "degree": 2},
            "structure": structure,
            "variance": None if place % 2 else variance,
        }
    return {
        "title": title,
        "assumption_driven": {"nuclear_use": "so"},
        "base": 512,
        "runs_per_point": 200,
        "runs": 2_000_000,
        "seed": 20261101,
        "outcomes": outcomes,
    }
