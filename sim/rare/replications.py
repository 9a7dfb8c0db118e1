"""What replications come to: an estimate with its interval, what it saved, and whether the score was a good one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.estimate import Estimate, share

#: How the interval was made.
METHOD = "splitting, t"
#: Fewer replications than this have estimates too far from normal for a t-interval.
LEAST = 30
#: Where a score is called poor (judged): share of replications that died out; ancestors in effect; variance by that
#: of a score which tells all (`ideal_variance`).
MANY_EXTINCT, FEW_ANCESTORS, WIDE = 0.1, 2.0, 30.0


@dataclass(frozen=True)
class Summary:
    """An event's probability from replications.

    Parameters
    ----------
    estimate : Estimate
        With a 95 % t-interval; `n` is the number of replications.
    extinct_share : float
        Share of replications that died out, and count as 0.
    ancestors : float
        Runs begun that those in the end come from, in effect; mean over replications that did not die out.
    gain : float or None
        How many times the work plain runs would need for an interval as wide; None where nothing was seen.
    relative_deviation : float or None
        Standard deviation of one replication by the mean.
    steps : int
        Steps simulated.
    left : tuple of float
        By score, the share of runs past it among those that got to it; 1 where none stopped at it. Their product is
        the estimate.
    """

    estimate: Estimate
    extinct_share: float
    ancestors: float
    gain: float | None
    relative_deviation: float | None
    steps: int
    left: tuple[float, ...]

    def as_dict(self) -> dict[str, object]:
        """Give the JSON shape."""
        own = {name: value for name, value in self.__dict__.items() if name != "estimate"}
        return {"estimate": self.estimate.as_dict(), **own, "left": list(self.left)}


def summarise(
    probabilities: np.ndarray, steps: np.ndarray, ancestors: np.ndarray, left: np.ndarray, runs: int, horizon: int
) -> Summary:
    """Sum replications up.

    Parameters
    ----------
    probabilities, steps, ancestors : ndarray, shape (R,)
        Of each replication.
    left : ndarray, shape (R, top)
        Shares left, by score.
    runs : int
        Runs N of each.
    horizon : int
        Steps of a plain run.

    Returns
    -------
    Summary
        Where every replication died out, or all runs begun met the event, the estimate is a bound from the R N runs
        begun, which are plain runs.

    Examples
    --------
    >>> found = summarise(np.array([1e-6, 3e-6]), np.array([9, 9]), np.ones(2), np.ones((2, 1)), 10, 5)
    >>> found.estimate.value, found.extinct_share
    (2e-06, 0.0)
    """
    estimate = mean_estimate(probabilities)
    met = probabilities > 0.0
    work = int(steps.sum())
    value = estimate.value or 0.0
    if not met.any() or probabilities.min() == 1.0:
        bound = share(0 if not met.any() else runs * len(probabilities), runs * len(probabilities))
        estimate = Estimate(bound.value, bound.low, bound.high, len(probabilities), None, bound.method)
    error = _standard_error(probabilities)
    gain = value * (1.0 - value) * horizon / (error * error * work) if error > 0.0 and work else None
    return Summary(
        estimate,
        float(1.0 - met.mean()),
        float(ancestors[met].mean()) if met.any() else 0.0,
        gain,
        error * math.sqrt(len(probabilities)) / value if value else None,
        work,
        tuple(_shares_left(left).tolist()),
    )


def _shares_left(left: np.ndarray) -> np.ndarray:
    """Shares left over all replications; to average them by score would count one that died out as getting on."""
    reached = np.cumprod(left, axis=1).mean(axis=0)
    before = np.concatenate([[1.0], reached[:-1]])
    shares: np.ndarray = np.divide(reached, before, out=np.ones_like(reached), where=before > 0.0)
    return shares


def mean_estimate(values: np.ndarray) -> Estimate:
    """Mean of independent estimates with a 95 % t-interval, no lower than 0 where none of them is.

    Parameters
    ----------
    values : ndarray, shape (R,)
        At least one.

    Returns
    -------
    Estimate
        Without an interval for one value.
    """
    count, mean = len(values), float(values.mean())
    if count < 2:
        return Estimate(mean, None, None, count, None, METHOD)
    half = _t_quantile(count - 1) * _standard_error(values)
    least = 0.0 if values.min() >= 0.0 else -math.inf
    return Estimate(mean, max(mean - half, least), mean + half, count, None, METHOD)


def ratio_estimate(of: np.ndarray, to: np.ndarray) -> Estimate:
    """Ratio of two means of the same replications, its 95 % interval by Fieller's theorem where there is one.

    Parameters
    ----------
    of, to : ndarray, shape (R,)
        Estimates by replication; those of one replication may depend on each other.

    Returns
    -------
    Estimate
        None throughout where the second mean is 0; without an interval where its own holds 0.

    References
    ----------
    Fieller (1954), "Some problems in interval estimation", JRSS B 16(2), 175–185.

    Examples
    --------
    >>> ratio_estimate(np.array([2.0, 4.0, 6.0]), np.array([1.0, 2.0, 3.0])).value
    2.0
    """
    count, a, b = len(of), float(of.mean()), float(to.mean())
    if not b:
        return Estimate(None, None, None, count, None, "fieller")
    if count < 2:
        return Estimate(a / b, None, None, count, None, "fieller")
    t = _t_quantile(count - 1)
    covariance = np.cov(of, to) / count
    q = b * b - t * t * covariance[1, 1]
    p = a * b - t * t * covariance[0, 1]
    inside = p * p - q * (a * a - t * t * covariance[0, 0])
    if q <= 0.0:
        return Estimate(a / b, None, None, count, None, "fieller")
    root = math.sqrt(max(inside, 0.0))  # below 0 by rounding alone, where the ratio is the same in all
    return Estimate(a / b, max((p - root) / q, 0.0), (p + root) / q, count, None, "fieller")


def ideal_variance(probability: float, runs: int) -> float:
    """Relative variance of a replication whose score tells all there is to know: −log(p) / N.

    References
    ----------
    Cérou & Guyader (2007), "Adaptive multilevel splitting for rare event analysis", Stochastic Analysis and
    Applications 25(2), 417–443.
    """
    return -math.log(probability) / runs


def warnings(found: Summary, runs: int) -> list[str]:
    """Say what is wrong with an estimate, a sentence each.

    Parameters
    ----------
    found : Summary
        Of at least one replication.
    runs : int
        Runs N of each.
    """
    if found.relative_deviation is None:
        return [
            "Every replication died out: this is a bound from the runs begun. Give --runs more, or another --score."
        ]
    if found.estimate.method != METHOD:
        return [
            "Every run met the event: this is a bound from the runs begun. `pactsim run` tells more of such an event."
        ]
    said = []
    if found.estimate.n < LEAST:
        said.append(f"{found.estimate.n} replications are few: their interval holds less often than 95 %.")
    if found.extinct_share > MANY_EXTINCT:
        said.append(
            f"{found.extinct_share:.0%} of the replications died out: the score is poor, or --runs too few. "
            "The interval may be too narrow."
        )
    if found.ancestors < FEW_ANCESTORS:
        said.append(
            f"The runs in the end come from {found.ancestors:.1f} of those begun, in effect: "
            "what tells them apart later hardly shows in the score. More --runs makes a replication steadier."
        )
    ideal = ideal_variance(min(found.estimate.value or 1.0, 0.5), runs)
    times = found.relative_deviation**2 / ideal
    if times > WIDE:
        said.append(
            f"The score is poor: the variance is {times:.0f} times that of a score that tells all. "
            "The estimate is still unbiased."
        )
    if found.gain is not None and found.gain < 1.0:
        said.append("Plain runs would do as well: `pactsim run` with as many runs has a narrower interval.")
    return said


def relative_half_width(estimate: Estimate) -> float:
    """Half the width of an interval by its value; infinite where there is none."""
    if estimate.low is None or estimate.high is None or not estimate.value:
        return math.inf
    return (estimate.high - estimate.low) / 2.0 / estimate.value


def looks(most: int) -> Sequence[int]:
    """Numbers of replications after which one looks: 32, and twice as many each time.

    Examples
    --------
    >>> looks(100)
    [32, 64, 100]
    """
    found = [count for count in (32 << k for k in range(40)) if count < most]
    return [*found, most]


def _standard_error(values: np.ndarray) -> float:
    return float(values.std(ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else 0.0


def _t_quantile(degrees: int) -> float:
    from scipy.stats import t

    return float(t.ppf(0.975, degrees))
