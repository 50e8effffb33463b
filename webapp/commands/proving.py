"""``consent proof``: what somebody said, in a file that proves it."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from core.errors import NotPossible
from core.values import ShopDomain
from core.words import SOURCE_LANGUAGE, words_for
from notifications import verifying
from notifications.witnessing import Kind, whoever_has
from webapp.commands.desk import Desk, phone_given, shop_id_of
from webapp.commands.given import domain_argument, must_be_new, new_file
from webapp.commands.showing import counting, json_text, say, zone_of

if TYPE_CHECKING:
    from notifications.proofs.proof import Proof


def proof(desk: Desk) -> click.Command:
    @click.command("proof", short_help="What somebody said, with what proves it.")
    @domain_argument
    @click.argument("phone")
    @click.argument("file", type=click.Path(dir_okay=False))
    @click.option(
        "--language",
        metavar="LANGUAGE",
        help="Else as the person last ordered in, or as the store speaks.",
    )
    def proof_(domain: ShopDomain, phone: str, file: str, language: str | None) -> None:
        """Write to FILE, which ends in .json or .pdf, all that PHONE ever agreed to or
        took back at the store DOMAIN, and check the whole ledger.

        The JSON has what anybody needs to compute it again; the PDF is for people, in
        the person's language. An existing file is not overwritten.
        """
        ending = Path(file).suffix.lower()
        if ending not in {".json", ".pdf"}:
            raise NotPossible("FILE must end in .json or .pdf")
        from notifications.proofs.document import document_of
        from notifications.proofs.proof import proof_of
        from notifications.proofs.sentences import languages
        from notifications.proofs.sheet import sheet_of

        if language not in {None, *languages()}:
            raise NotPossible(f"--language is one of {', '.join(languages())}")
        must_be_new(file)
        shop = desk.shop(domain, "consent proof at")
        shop_id, person = shop_id_of(shop), phone_given(phone, shop)
        whose = whoever_has(shop_id, person, desk.services)
        desk.note_look(shop, "consent proof", Kind.CONSENT, subject=whose)
        total = verifying.length(shop_id, services=desk.services)
        with counting("entries", total=total) as advance:
            found = proof_of(
                shop_id,
                domain,
                person,
                language=language,
                shop_languages=shop["languages"],
                services=desk.services,
                advance=advance,
            )
        if ending == ".pdf":
            content = sheet_of(found, zone_of(shop))
        else:
            content = json_text(document_of(found)).encode()
        with new_file(file) as out:
            out.write(content)
        _say_proof(found)

    return proof_


def _say_proof(found: "Proof") -> None:
    words = words_for(SOURCE_LANGUAGE)
    say(
        words.ngettext(
            "%(num)s entry is in the proof.",
            "%(num)s entries are in the proof.",
            len(found.links),
        )
    )
    if not found.verdict.is_whole:
        raise NotPossible("the ledger is not as it was written, and the proof says so")
