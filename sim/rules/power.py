"""The balance of power in a rivalry, with the allies that each side expects."""

from sim.compiled import rule


@rule
def strength(power, tied_down, reach):
    """Power that an actor can bring to bear in a theatre.

    Parameters
    ----------
    power : float
        Conventional power, share of the world's.
    tied_down : float
        Share bound elsewhere, 0-1.
    reach : float
        Share of the free power that basing lets it use in the theatre, 0-1.

    Examples
    --------
    >>> strength(0.4, 0.5, 0.5)
    0.1
    """
    return power * (1.0 - tied_down) * reach


@rule
def expected_strength(strength, inside, p_entry, weight):
    """What an ally counts for: all of it once inside, else its believed and weighted entry.

    Parameters
    ----------
    strength : float
        From `strength`.
    inside : float
        1.0 once its forces are in or have been struck, else 0.0.
    p_entry : float
        Believed probability of entry.
    weight : float
        How far the believer counts on it, 0-1.

    Examples
    --------
    >>> expected_strength(0.2, 0.0, 0.5, 0.5), expected_strength(0.2, 1.0, 0.5, 0.5)
    (0.05, 0.2)
    """
    return strength if inside > 0.5 else strength * p_entry * weight


@rule
def share(mine, theirs):
    """Share of the power on both sides; even where there is none.

    Examples
    --------
    >>> share(1.0, 3.0), share(0.0, 0.0)
    (0.25, 0.5)
    """
    total = mine + theirs
    return mine / total if total > 0.0 else 0.5
