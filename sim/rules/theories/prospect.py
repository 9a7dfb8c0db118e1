"""Decision theory `prospect`: gains and losses from a reference point, losses looming larger.

The reference point is the status quo: both sides where they stand, and no provocation. What a move brings is
split by the named terms into gains and losses, and valued

    v(gain) = gain^α,   v(loss) = -λ loss^δ

with λ the loss aversion, α and δ the curvatures. To hold under provocation is itself a loss, so that going up
escapes from it: what the other side has just done weighs λ times as much as under `quantal`, and an actor in
the domain of losses takes risks. Standing dispositions (habit, resolve, restraint, relief) are no outcomes and
count as they are.

    v_up   = gain^α - λ (cost + risk)^δ + λ (tension + matching + retaliation)^δ + push
    v_down = (cost + risk)^α - λ (gain + audience)^δ + relief + conceding

With λ = α = δ = 1 this is `quantal`. The move is drawn by the same logit, since the theory says what things are
worth and not how surely the best is chosen. Probabilities are not weighted: no term is a lottery.

References
----------
Kahneman & Tversky (1979), "Prospect theory: an analysis of decision under risk", Econometrica 47(2).
Tversky & Kahneman (1992), "Advances in prospect theory", Journal of Risk and Uncertainty 5(4), p. 311:
λ = 2.25, α = δ = 0.88. RAND dissertation RGSD268 applies the theory to the DPRK: four cases, hand-scored, in
which it fits better than expected utility.
"""

from sim.arithmetic import exp, log
from sim.compiled import rule


@rule
def felt(size, curvature):
    """Size of a gain or a loss as it is felt: size^curvature; for a negative size, which is its opposite, less 0.

    Examples
    --------
    >>> felt(0.0, 0.88), felt(1.0, 0.88), felt(-1.0, 0.88)
    (0.0, 1.0, -1.0)
    """
    far = size if size >= 0.0 else -size
    # The least number that has a logarithm here stands for 0, and is then taken out.
    power = exp(curvature * log(far if far > 1e-300 else 1e-300))
    power = power if far > 1e-300 else 0.0
    return power if size >= 0.0 else -power


@rule
def weights(at):
    """Weights exp(λ v) of going up, going down and holding; here λ is rationality.

    Parameters
    ----------
    at : Situation
        What the actor sees and wants.

    Returns
    -------
    tuple of float
        Weights of up, down, hold.

    Examples
    --------
    >>> from sim.rules.choice import CALM
    >>> weights(CALM._replace(push=-5.0, rationality=0.0))
    (1.0, 1.0, 1.0)
    """
    provoked = at.tension + at.matching + at.retaliation
    up = felt(at.gain_up, at.gain_curvature) + at.push
    up = up - at.loss_aversion * felt(at.cost_up + at.nuclear_up, at.loss_curvature)
    up = up + at.loss_aversion * felt(provoked, at.loss_curvature)
    down = felt(at.cost_down + at.nuclear_down, at.gain_curvature) + (at.relief + at.concede)
    down = down - at.loss_aversion * felt(at.gain_down + at.audience, at.loss_curvature)
    return exp(at.rationality * up), exp(at.rationality * down), 1.0


def terms(at, going):
    """Give the named terms of the value of going ``"up"`` or ``"down"``, utils.

    Parameters
    ----------
    at : Situation
        What the actor sees and wants.
    going : str
        Which way.

    Returns
    -------
    dict of str to float
        They add up to the value, but for the last bits of the sum.
    """
    if going == "up":
        return {
            "gain felt": felt(at.gain_up, at.gain_curvature),
            "loss felt": -at.loss_aversion * felt(at.cost_up + at.nuclear_up, at.loss_curvature),
            "provocation felt as a loss": at.loss_aversion
            * felt(at.tension + at.matching + at.retaliation, at.loss_curvature),
            "habit": at.habit,
            "resolve": at.resolve,
            "restraint by patrons": -at.restraint,
            "nuclear stability": at.nuclear_peace,
        }
    return {
        "gain felt": felt(at.cost_down + at.nuclear_down, at.gain_curvature),
        "loss felt": -at.loss_aversion * felt(at.gain_down + at.audience, at.loss_curvature),
        "relief": at.relief,
        "conceding": at.concede,
    }
