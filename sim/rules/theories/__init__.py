"""Rival decision theories: one file each, found by its name.

A theory is a rule `weights` from the `Situation` of a choice (`sim.rules.choice`) to three weights, of
going up, going down and holding. The move is drawn in proportion to those of the moves that are open
(`sim.rules.moves.drawn_move`); a theory that leaves nothing to chance gives one move all the weight. What is
not open is taken out there, so that no theory can forget it.

A theory that does not go by the utilities of `sim.rules.choice` has a second, plain function `terms`, from a
situation and ``"up"`` or ``"down"`` to the named terms that it goes by, which a replay prints.

A file named with a leading underscore is no theory.
"""
