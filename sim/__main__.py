"""``python -m sim`` is the same as the console script ``pactsim``."""

from sim.cli.main import entry

if __name__ == "__main__":
    entry()
