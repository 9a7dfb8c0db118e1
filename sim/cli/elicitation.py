"""Commands that ask experts: `elicit` writes a form, `pool` makes a scenario of its answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sim.cli import options
from sim.cli.console import note
from sim.cli.scenarios import write_new

Form = Annotated[Path, typer.Argument(metavar="FORM", help="Form to write, e.g. answers.yaml", show_default=False)]
Answers = Annotated[
    str,
    typer.Argument(metavar="ANSWERS", help="A form that was answered, e.g. answers.yaml", show_default=False),
]
Made = Annotated[Path, typer.Argument(metavar="FILE", help="Scenario to write, e.g. mine.yaml", show_default=False)]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command(epilog="Example: pactsim elicit baseline answers.yaml")(elicit)
    app.command(epilog="Examples\n\npactsim pool answers.yaml mine.yaml\n\npactsim pool example mine.yaml")(pool)


def elicit(scenario: options.Scenario, form: Form) -> None:
    """Write a form to ask experts about what is judged.

    It asks about every number that is judged or estimated.
    What nobody answers stays as it is. A file that exists is left alone.
    """
    from sim.scenario.elicitation import form as written
    from sim.scenario.elicitation import stem
    from sim.scenario.load import load_scenario

    write_new(form, written(load_scenario(scenario), stem(scenario), str(form)))
    note(f"Wrote {form}. Answer some of it, then: pactsim pool {form} mine.yaml")


def pool(answers: Answers, file: Made) -> None:
    """Make a scenario of the answers of a form.

    All experts count alike.
    ANSWERS may be the library's example of made-up experts, 'example'. A file that exists is left alone.
    """
    from sim.scenario.elicitation import pool as pooled

    text, notes = pooled(answers)
    write_new(file, text)
    for sentence in notes:
        note(sentence)
    note(f"Wrote {file}. Next: pactsim run {file}")
