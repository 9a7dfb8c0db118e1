"""From a scenario to the arrays that compiled code reads, one file per part of the scenario."""
