"""The command line: parse, wire, print; no science.

Nothing here imports the engine, Mesa or matplotlib before a command needs it, so that
``pactsim --help`` and ``pactsim check`` answer at once.
"""
