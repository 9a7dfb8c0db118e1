"""From a scenario to runs: tables, lowering, the lanes kernel, ensembles, and the `Part` they give."""
