"""The rule book: one file per process, every rule a pure scalar function.

Rival decision theories have a folder of their own, `theories`, with one file each.

A rule takes numbers and gives numbers. It never draws (uniforms are handed to it), never looks
anything up, and never raises, so that the lanes engine and the Mesa model can both call it and
give the same bits.
"""
