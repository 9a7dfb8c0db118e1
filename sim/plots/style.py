"""One look for every figure, and saving them whole and with the same bytes each time.

Figures are made with the object interface and the Agg canvas: nothing here touches pyplot or
opens a window. Colours are Okabe and Ito's, which the colour-blind can tell apart. Text that
comes from a scenario is drawn as written: a ``$`` in it starts no formula.
"""

from __future__ import annotations

import contextlib
import functools
import io
import math
import string
import textwrap
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, ParamSpec

import matplotlib
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, fontManager, get_font
from matplotlib.text import Text
from matplotlib.ticker import LogLocator, NullFormatter

from sim.store.files import make_folder, write_atomically

BLACK, GREY, PALE = "#000000", "#666666", "#E4E4E4"
ORANGE, SKY, GREEN, YELLOW = "#E69F00", "#56B4E9", "#009E73", "#F0E442"
BLUE, VERMILLION, PURPLE = "#0072B2", "#D55E00", "#CC79A7"

#: Width of every figure (inches).
WIDTH = 8.0
#: Height of a line of the title, of the subtitle, of the key and of the small print (inches).
_TITLE, _SUBTITLE, _KEY, _FOOT = 0.25, 0.19, 0.24, 0.30
_MARGIN = 0.12

#: Fonts for scripts that DejaVu lacks, such as Hangul; those that are installed are used.
_FALLBACKS = (
    "Noto Sans CJK KR",
    "Noto Sans CJK JP",
    "NanumGothic",
    "Apple SD Gothic Neo",
    "Malgun Gothic",
    "Unifont",
)

P = ParamSpec("P")


@functools.cache
def _look() -> Any:
    installed = {font.name for font in fontManager.ttflist}
    return {
        "font.family": ["DejaVu Sans", *(name for name in _FALLBACKS if name in installed)],
        "font.size": 9.0,
        # Without hinting a text is as wide in every resolution, so that what was laid out in one fits in all.
        "text.hinting": "no_hinting",
        "text.usetex": False,
        "axes.titlesize": 9.0,
        "axes.titlelocation": "left",
        "axes.labelsize": 9.0,
        "axes.edgecolor": GREY,
        "axes.linewidth": 0.8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.grid.axis": "both",
        "axes.axisbelow": True,
        "axes.unicode_minus": True,
        "grid.color": PALE,
        "grid.linewidth": 0.7,
        "xtick.color": GREY,
        "ytick.color": GREY,
        "xtick.labelcolor": BLACK,
        "ytick.labelcolor": BLACK,
        "xtick.labelsize": 8.5,
        "ytick.labelsize": 8.5,
        "legend.frameon": False,
        "legend.fontsize": 8.5,
        "lines.linewidth": 1.6,
        "figure.facecolor": "white",
        "savefig.facecolor": "white",
        "svg.fonttype": "path",
        "svg.hashsalt": "pactsim",
        "path.simplify": True,
    }


def styled(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Give a figure function the look, whatever the user's own settings are."""

    @functools.wraps(draw)
    def _wrapper(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with matplotlib.rc_context(_look()):
            return draw(*args, **kwargs)

    return _wrapper


def new_figure(height: float, title: str, subtitle: str, small_print: str, key: Sequence[Artist] = ()) -> Figure:
    """Make an empty figure with its words in place.

    Parameters
    ----------
    height : float
        Of what is drawn, words apart (inches).
    title : str
        What was run; wrapped onto at most two lines.
    subtitle : str
        What is shown, and how to read it.
    small_print : str
        Runs, seed and scenario, at the foot.
    key : sequence of Artist
        Labelled marks for a legend below the subtitle, in one line if they fit into it.

    Returns
    -------
    Figure
        With room for axes between title and foot.
    """
    titles, subtitles = wrapped(title, 80, 2), wrapped(subtitle, 108, 3)
    words = _MARGIN + len(titles) * _TITLE + len(subtitles) * _SUBTITLE
    columns = _columns([str(mark.get_label()) for mark in key])
    head = words + _KEY * math.ceil(len(key) / columns) + _MARGIN
    total = head + height + _FOOT
    figure = Figure(figsize=(WIDTH, total), layout="constrained")
    FigureCanvasAgg(figure)
    engine = figure.get_layout_engine()
    if engine is not None:
        side = _MARGIN / WIDTH
        engine.set(rect=(side, _FOOT / total, 1.0 - 2.0 * side, height / total))  # type: ignore[call-arg]
    place: dict[str, Any] = {"x": _MARGIN / WIDTH, "va": "top", "ha": "left", "parse_math": False}
    figure.text(y=1.0 - _MARGIN / total, s="\n".join(titles), fontsize=11.5, weight="bold", **place)
    top = 1.0 - (_MARGIN + len(titles) * _TITLE) / total
    figure.text(y=top, s="\n".join(subtitles), fontsize=9.0, color=GREY, **place)
    figure.text(y=0.17 / total, s=small_print, fontsize=7.0, color=GREY, **place)
    if key:
        corner = (_MARGIN / WIDTH, 1.0 - (words + 0.04) / total)
        legend = figure.legend(
            handles=list(key),
            loc="upper left",
            bbox_to_anchor=corner,
            ncols=columns,
            borderaxespad=0.0,
            borderpad=0.0,
        )
        as_written(legend.get_texts())
    return figure


def _columns(labels: Sequence[str]) -> int:
    """Columns of a key: as many as there are labels if all fit beside each other, else as the longest allows."""
    widths = [0.5 + 0.07 * _cells(text) for text in labels] or [WIDTH]
    if sum(widths) <= WIDTH - 2.0 * _MARGIN:
        return max(len(labels), 1)
    return max(1, int((WIDTH - 2.0 * _MARGIN) / max(widths)))


def _cells(text: str) -> int:
    """Width of a text in letters; those of East Asian scripts are two wide."""
    return sum(1 + (unicodedata.east_asian_width(letter) in "WF") for letter in text)


def wrapped(text: str, width: int, lines: int) -> list[str]:
    """Break a text of any characters into at most so many lines; what is left over becomes an ellipsis.

    Examples
    --------
    >>> wrapped("a crisis off the northern limit line", 14, 2)
    ['a crisis off', 'the northern…']
    """
    return textwrap.wrap(text, width, max_lines=lines, placeholder="…", break_on_hyphens=False) or [""]


def label(text: str, width: int = 40, lines: int = 2) -> str:
    """Break a name so that it fits beside an axis.

    Examples
    --------
    >>> label("intervention of a state with a long name", 20)
    'intervention of a\\nstate with a long…'
    """
    return "\n".join(wrapped(text, width, lines))


def both_ends(text: str, most: int) -> str:
    """Shorten a long name in its middle: of a path the end says most.

    Examples
    --------
    >>> both_ends("actors.a state with a long name.cost_tolerance", 30)
    'actors.a st…ame.cost_tolerance'
    """
    if len(text) <= most:
        return text
    tail = 3 * most // 5
    return text[: most - tail - 1] + "…" + text[-tail:]


def path_label(text: str, width: int, lines: int = 2) -> str:
    """Break a name so that it fits beside an axis, as `label` does, but leave out of its middle what is too much.

    Examples
    --------
    >>> path_label("actors.a state with a long name.cost_tolerance", 20)
    'actors.a state …long\\nname.cost_tolerance'
    """
    for most in range(width * lines, 1, -1):
        found = textwrap.wrap(both_ends(text, most), width, break_on_hyphens=False)
        if len(found) <= lines:
            return "\n".join(found)
    return text


def as_written(texts: Iterable[Text]) -> None:
    """Draw texts as they are written, without formulas."""
    for text in texts:
        text.set_parse_math(False)


def percent_axis(axes: Axes, which: str, low: float, high: float, log: bool) -> None:
    """Make an axis of shares: per cent, logarithmic where asked, with ticks a person can read.

    Parameters
    ----------
    axes : Axes
        Whose axis it is.
    which : {"x", "y"}
        The axis.
    low, high : float
        Limits, as shares.
    log : bool
        Whether to draw it on a logarithmic scale.
    """
    _scale(axes, which, low, high, log).set_major_formatter(lambda share, _: percent(share))


def number_axis(axes: Axes, which: str, low: float, high: float, log: bool) -> None:
    """Make an axis of plain numbers, without powers of ten and offsets to be added in one's head.

    Parameters
    ----------
    axes : Axes
        Whose axis it is.
    which : {"x", "y"}
        The axis.
    low, high : float
        Limits.
    log : bool
        Whether to draw it on a logarithmic scale.
    """
    _scale(axes, which, low, high, log).set_major_formatter(lambda number, _: f"{number:.6g}".replace("-", "−"))


def _scale(axes: Axes, which: str, low: float, high: float, log: bool) -> Axis:
    axis: Axis = axes.xaxis if which == "x" else axes.yaxis
    if log:
        axes.set(**{f"{which}scale": "log"})
        decades = math.log10(high / low)
        subs = (1.0, 2.0, 5.0) if decades < 2.0 else (1.0,)
        axis.set_major_locator(LogLocator(subs=subs, numticks=99 if decades < 6.5 else math.ceil(decades / 2.0) + 1))
        axis.set_minor_formatter(NullFormatter())
    axes.set(**{f"{which}lim": (low, high)})
    return axis


def undrawable(text: str) -> str:
    """Give the letters of a text that no installed font has, each once, in order.

    Examples
    --------
    >>> undrawable("Côte d'Ivoire"), undrawable("a\U0010fffd")
    ('', '\U0010fffd')
    """
    letters = sorted(set(text) - set(string.whitespace))
    known = set().union(*(get_font(findfont(family)).get_charmap() for family in _look()["font.family"]))
    return "".join(letter for letter in letters if ord(letter) not in known)


def percent(share: float) -> str:
    """Write a tick's share as a percentage, without zeros that say nothing.

    Examples
    --------
    >>> percent(0.5), percent(1e-5), percent(1.0)
    ('50 %', '0.001 %', '100 %')
    """
    return f"{100.0 * share:.10f}".rstrip("0").rstrip(".") + " %"


def save(figure: Figure, folder: Path, name: str) -> list[Path]:
    """Save a figure as SVG and PNG, each whole or not at all.

    Parameters
    ----------
    figure : Figure
        From a figure function.
    folder : Path
        Made where it is missing.
    name : str
        File name without a suffix.

    Returns
    -------
    list of Path
        The two files. The same figure gives the same bytes: no date, no random identifiers.
    """
    make_folder(folder)
    settle(figure)
    written = []
    for suffix, metadata in ((".svg", {"Date": None, "Creator": None}), (".png", {"Software": None})):
        path = folder / f"{name}{suffix}"
        write_atomically(path, render(figure, suffix[1:], metadata))
        written.append(path)
    return written


def settle(figure: Figure) -> None:
    """Lay a figure out once and for all, so that every file of it does not do so again."""
    engine = figure.get_layout_engine()
    if engine is not None:
        with matplotlib.rc_context(_look()), _boxes_for_missing_glyphs():
            engine.execute(figure)
        figure.set_layout_engine("none")
        _round_places(figure)


def _round_places(figure: Figure) -> None:
    """Take the last bits off the places of axes: the solver's depend on where its variables lie in memory."""
    for axes in figure.axes:
        for which, original in (("original", True), ("active", False)):
            bounds = axes.get_position(original).bounds
            axes.set_position([round(bound, 6) for bound in bounds], which)  # type: ignore[arg-type]


@contextlib.contextmanager
def _boxes_for_missing_glyphs() -> Iterator[None]:
    """A script that no installed font has is drawn as boxes; that is no reason to warn or fail."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        yield


def render(figure: Figure, kind: str, metadata: dict[str, Any], dpi: float = 150.0) -> bytes:
    """Draw a figure into bytes.

    Parameters
    ----------
    figure : Figure
        What to draw.
    kind : {"svg", "png"}
        File format.
    metadata : dict
        As for `Figure.savefig`; None leaves a field out.
    dpi : float
        Dots per inch.

    Returns
    -------
    bytes
        The file.
    """
    buffer = io.BytesIO()
    with matplotlib.rc_context(_look()), _boxes_for_missing_glyphs():
        figure.savefig(buffer, format=kind, dpi=dpi, metadata=metadata)
    return buffer.getvalue()
