"""What the buyer read: the values that went out, in the template's own words."""

import json
import re
from collections.abc import Mapping
from typing import Any, Protocol

from notifications.automations import every_template_of
from notifications.ports import Services
from notifications.wording import Template


class ReadsBodies(Protocol):
    def values_in(self, body: bytes) -> Mapping[str, str]:
        """The values in the body of a message as it went out, by their names."""

    def words_in(self, body: bytes) -> str | None:
        """All that its reader reads of one that has no template; None for others."""


def text_of(
    row: Mapping[str, Any], services: Services, reader: ReadsBodies
) -> str | None:
    """None where no text is kept. Where the template is no longer ours to know, only
    the values are told."""
    body = body_of(row, services)
    return None if body is None else worded(row, body, services, reader)


def body_of(row: Mapping[str, Any], services: Services) -> bytes | None:
    """What was posted, where it is kept."""
    if row["body"] is None:
        return None
    sealer = services.sealer.of(row["shop_id"])
    return sealer.open(row["body"], context=f"message {row['id']}")


def worded(
    row: Mapping[str, Any], body: bytes, services: Services, reader: ReadsBodies
) -> str | None:
    """What the buyer read of this body, which the row's went out with."""
    if (words := reader.words_in(body)) is not None:
        return words
    values = reader.values_in(body)
    name = (row["told"] or {}).get("automation", row["automation"])
    automation = services.automations.get(name)
    known = every_template_of([] if automation is None else [automation])
    template = next((each for each in known if each.name == row["template"]), None)
    if template is None:
        return json.dumps(dict(values), ensure_ascii=False)
    return _filled(template, row["language"], values)


def _filled(template: Template, language: str, values: Mapping[str, str]) -> str | None:
    text = template.texts.get(language)
    if text is None:
        return None
    parts = (text.header, text.body, text.footer)
    return "\n\n".join(
        re.sub(
            r"\{\{(\w+)\}\}",
            lambda found: values.get(found[1], found[0]),
            part,
        )
        for part in parts
        if part
    )
