"""Documentation that has fallen behind the code fails here."""

import re
from pathlib import Path
from pkgutil import resolve_name

import pytest

from core.lanes import Work
from core.settings import NAMES
from integrations import job_queue
from notifications import automations

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "automations" / "README.md"


def test_the_example_of_settings_has_each_of_them_and_no_other():
    example = (ROOT / ".env.example").read_text(encoding="utf-8")

    named = re.findall(r"^#? ?([A-Z][A-Z_]+)=", example, re.MULTILINE)

    assert sorted(named) == sorted(set(NAMES))


def test_the_page_of_settings_has_each_of_them_and_no_other():
    page = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")

    rows = re.findall(r"^\| ([^|]+) \|", page, re.MULTILINE)

    named = {name for row in rows for name in re.findall(r"`([A-Z][A-Z_]+)`", row)}
    assert named == set(NAMES)


def test_the_page_of_automations_has_each_of_them_and_no_other():
    named = re.findall(r"^## `(\w+)`", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert named == list(automations.discover())


@pytest.mark.parametrize("name", automations.discover())
def test_the_page_of_automations_shows_template_and_settings(name):
    automation = automations.discover()[name]
    [part] = re.findall(
        rf"^## `{name}`\n(.*?)(?=^## |\Z)",
        PAGE.read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )

    assert f"`{automation.template.name}`" in part
    for setting in automation.settings:
        assert f"`{setting.name}`" in part


def test_every_job_name_leads_to_a_function_of_ours():
    assert job_queue.JOBS.keys() == set(Work)
    for name in job_queue.JOBS.values():
        assert name.startswith("workers.jobs.")
        assert callable(resolve_name(name))
