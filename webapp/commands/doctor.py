"""``doctor``: what is set up, and what is missing for going live."""

from dataclasses import asdict

import click

from webapp.commands.desk import Desk, OneLineCommand
from webapp.commands.given import json_option
from webapp.commands.showing import show_json_lines


def command(desk: Desk) -> click.Command:
    @click.command(
        "doctor", cls=OneLineCommand, short_help="What is missing for going live."
    )
    @json_option
    def doctor(as_json: bool) -> None:
        """Each part of the installation, well or missing, with the next step.

        The exit code is 1 while something is missing.
        """
        from wiring.doctor import findings_with, report

        found = findings_with(desk.settings, desk.operator.name)
        if as_json:
            show_json_lines(asdict(finding) for finding in found)
        else:
            report(found)
        if not all(finding.is_well for finding in found):
            raise click.exceptions.Exit(1)

    return doctor
