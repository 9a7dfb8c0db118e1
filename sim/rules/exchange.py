"""What partners send each other: flows that are limited by stocks, and what they change.

Munitions and troops relieve a front of the receiver, aid lets it bear more cost, technology makes it
stronger and its arsenal more feared. Who sends munitions is the weaker the emptier its stock.
"""

from sim.compiled import rule

#: Kinds of exchange, as codes.
MUNITIONS, TROOPS, AID, TECHNOLOGY = 0, 1, 2, 3
KINDS = {"munitions": MUNITIONS, "troops": TROOPS, "aid": AID, "technology": TECHNOLOGY}


@rule
def sent(wanted, available):
    """What is sent: no more than there is.

    Examples
    --------
    >>> sent(2.0, 5.0), sent(2.0, 0.5)
    (2.0, 0.5)
    """
    return wanted if wanted < available else available


@rule
def supply(flow, full):
    """Supply as a share of full supply, at most 1.

    Parameters
    ----------
    flow : float
        Sent in this step, in the units of the exchange.
    full : float
        What would be full supply for a step, above 0.

    Examples
    --------
    >>> supply(0.5, 2.0), supply(3.0, 2.0)
    (0.25, 1.0)
    """
    return flow / full if flow < full else 1.0


@rule
def drawn_down(stock, before):
    """Share of a stock that is gone, 0 where there was none or where it has grown.

    Examples
    --------
    >>> drawn_down(3.0, 4.0), drawn_down(5.0, 4.0), drawn_down(0.0, 0.0)
    (0.25, 0.0, 0.0)
    """
    return 1.0 - stock / before if stock < before else 0.0


@rule
def raised(value, gain):
    """A value changed by a relative gain or, below 0, a loss; never below 0.

    Examples
    --------
    >>> raised(0.2, 0.5), raised(0.2, -2.0)
    (0.30000000000000004, 0.0)
    """
    return value * (1.0 + gain if gain > -1.0 else 0.0)


@rule
def eased(inverse_tolerance, gain):
    """Inverse of the tolerance of cost after a relative gain of the tolerance, at least 0.

    Examples
    --------
    >>> eased(0.8, 0.6), eased(0.8, 0.0)
    (0.5, 0.8)
    """
    return inverse_tolerance / (1.0 + gain)
