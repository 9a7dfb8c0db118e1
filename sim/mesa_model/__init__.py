"""The readable twin: one run as a Mesa model, in plain Python objects, with every term recorded.

It reads the scenario itself and shares with the engine nothing but the rules and the addresses of
the draws. Run *k* of an ensemble and this model of run *k* are equal in every state variable at
every step; a test holds them together.

`cast` says who there is, `run` is the step loop, `incidents`, `choice` and `crisis` are its
processes, `model` dresses it as a Mesa model, `events` is what a run remembers of itself.
"""
