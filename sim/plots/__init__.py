"""Figures: data in, `matplotlib.figure.Figure` out; one file per figure, one look for all.

Nothing here computes a result. `sim.plots.data` reads a results folder, `sim.plots.gallery` lists the
figures, `sim.plots.style` holds the look and saves.
"""
