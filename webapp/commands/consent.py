"""``consent``: what people agreed to, and took back."""

from typing import Any

import click

from core.errors import NotPossible
from core.values import Scope, ShopDomain
from core.words import N_, SOURCE_LANGUAGE, Words, words_for
from notifications import consenting, terms, verifying
from notifications.consenting import Said, Stand
from notifications.verifying import Verdict
from notifications.witnessing import Kind, whoever_has
from webapp.commands.desk import Desk, OneLineGroup, phone_given, shop_id_of
from webapp.commands.given import SCOPE, domain_argument, json_option
from webapp.commands.importing import import_
from webapp.commands.proving import proof
from webapp.commands.showing import counting, say, show_json, show_table, zone_of

_scope_option = click.option(
    "--scope",
    type=SCOPE,
    required=True,
    metavar="SCOPE",
    help="transactional (or orders) for news about them, or marketing (or offers).",
)
_phone_argument = click.argument("phone")
_topic_option = click.option(
    "--topic",
    metavar="NAME",
    help="A part of it alone: night for offers at night, carts for reminders.",
)


def command(desk: Desk) -> click.Group:
    group = OneLineGroup("consent", help="What people agreed to.")
    for make in (_grant, _revoke, _show, import_, proof, _verify):
        group.add_command(make(desk))
    return group


def _grant(desk: Desk) -> click.Command:
    @click.command("grant", short_help="Write down somebody's yes.")
    @domain_argument
    @_phone_argument
    @_scope_option
    @click.option("--source", required=True, metavar="TEXT", help="Where it was said.")
    @click.option("--wording", required=True, metavar="TEXT", help="To which sentence.")
    @_topic_option
    @click.option("--confirmed", is_flag=True, help="They have said it twice.")
    @json_option
    def grant(
        domain: ShopDomain,
        phone: str,
        scope: str,
        source: str,
        wording: str,
        topic: str | None,
        confirmed: bool,
        as_json: bool,
    ) -> None:
        """Add to the ledger of the store DOMAIN that PHONE has agreed."""
        shop = desk.shop(domain, f"consent grant {scope} at")
        person = phone_given(phone, shop)
        consenting.grant(
            shop_id_of(shop),
            person,
            Scope(scope),
            source=source,
            wording=wording,
            topic=topic,
            is_confirmed=confirmed,
            operator=desk.operator,
            services=desk.services,
        )
        _tell(desk, shop, phone, as_json)

    return grant


def _revoke(desk: Desk) -> click.Command:
    @click.command("revoke", short_help="Write down somebody's no.")
    @domain_argument
    @_phone_argument
    @_scope_option
    @click.option("--source", default="operator", show_default=True, metavar="TEXT")
    @_topic_option
    @json_option
    def revoke(
        domain: ShopDomain,
        phone: str,
        scope: str,
        source: str,
        topic: str | None,
        as_json: bool,
    ) -> None:
        """Add to the ledger of the store DOMAIN that PHONE has taken consent back."""
        shop = desk.shop(domain, f"consent revoke {scope} at")
        consenting.revoke(
            shop_id_of(shop),
            phone_given(phone, shop),
            Scope(scope),
            source=source,
            topic=topic,
            operator=desk.operator,
            services=desk.services,
        )
        _tell(desk, shop, phone, as_json)

    return revoke


def _show(desk: Desk) -> click.Command:
    @click.command("show", short_help="What somebody said, and what counts now.")
    @domain_argument
    @_phone_argument
    @json_option
    def show(domain: ShopDomain, phone: str, as_json: bool) -> None:
        """The ledger of the store DOMAIN about PHONE, oldest first."""
        _tell(desk, desk.shop(domain, "consent show at"), phone, as_json)

    return show


def _verify(desk: Desk) -> click.Command:
    @click.command("verify", short_help="Whether the ledger is as it was written.")
    @domain_argument
    @click.option(
        "--noted",
        metavar="DIGEST",
        help="An end that was noted earlier: nothing before it was written anew.",
    )
    @json_option
    def verify(domain: ShopDomain, noted: str | None, as_json: bool) -> None:
        """Look at every entry of the ledger of the store DOMAIN.

        Each holds the digest of the one before, so none can be changed, taken out or
        moved unseen. It ends with an error if one was.
        """
        shop = desk.shop(domain, "consent verify")
        shop_id, services = shop_id_of(shop), desk.services
        total = verifying.length(shop_id, services=services)
        with counting("entries", total=total) as advance:
            verdict = verifying.verify(
                shop_id,
                domain.host,
                noted=_digest_given(noted),
                services=services,
                advance=advance,
            )
        if as_json:
            show_json(_verdict_as_document(verdict))
        else:
            _say_verdict(verdict)
        if not verdict.is_whole:
            raise NotPossible("the ledger is not as it was written")

    return verify


def _digest_given(noted: str | None) -> bytes | None:
    if noted is None:
        return None
    try:
        digest = bytes.fromhex(noted.strip())
    except ValueError:
        digest = b""
    if len(digest) != _DIGEST_BYTES:
        raise NotPossible("--noted is no digest: 64 hexadecimal digits")
    return digest


_DIGEST_BYTES = 32


def _verdict_as_document(verdict: Verdict) -> dict[str, Any]:
    return {
        "is_whole": verdict.is_whole,
        "entries": verdict.entries,
        "digest": verdict.digest.hex(),
        "faults": [
            {"number": fault.number, "wrong": fault.wrong} for fault in verdict.faults
        ],
    }


def _say_verdict(verdict: Verdict) -> None:
    words = words_for(SOURCE_LANGUAGE)
    if verdict.is_whole:
        say(
            words.ngettext(
                "%(num)s entry, and it is as it was written.",
                "%(num)s entries, and all are as they were written.",
                verdict.entries,
            )
        )
    say(words.gettext("The end: %(digest)s") % {"digest": verdict.digest.hex()})
    for fault in verdict.faults:
        what = terms.name_of(fault.wrong, terms.FAULTS, words)
        say(
            words.gettext("Entry %(number)s: %(what)s")
            % {"number": fault.number, "what": what}
        )


def _tell(desk: Desk, shop: Any, phone: str, as_json: bool) -> None:
    person = phone_given(phone, shop)
    whose = whoever_has(shop_id_of(shop), person, desk.services)
    desk.note_look(shop, "consent show", Kind.CONSENT, subject=whose)
    stand = consenting.standing(shop_id_of(shop), person, services=desk.services)
    if as_json:
        show_json({"phone": person.e164, **as_document(stand)})
    else:
        say_stand(stand, words_for(SOURCE_LANGUAGE).on_clock(zone_of(shop)))


def as_document(stand: Stand) -> dict[str, Any]:
    return {
        "now": {
            scope.value: None if scope not in stand.now else stand.now[scope].act
            for scope in Scope
        },
        "history": [_line(said) for said in stand.history],
    }


def _line(said: Said) -> dict[str, Any]:
    return {
        "scope": said.scope,
        "topic": said.topic,
        "act": said.act,
        "source": said.source,
        "wording": said.wording,
        "wording_version": said.wording_version,
        "wording_language": said.wording_language,
        "evidence": dict(said.evidence),
        "happened_at": said.happened_at,
        "recorded_at": said.recorded_at,
    }


def say_stand(stand: Stand, words: Words) -> None:
    say_now(stand, words)
    if stand.history:
        _say_history(stand, words)


def say_now(stand: Stand, words: Words) -> None:
    """What counts, a line for each scope."""
    for scope in Scope:
        said = stand.now.get(scope)
        word = words.gettext("nothing said")
        with_orders = stand.yeses_with_orders(scope)
        if said is None and with_orders:
            word = words.ngettext(
                "no standing yes; agreed with one order, for which it counts",
                "no standing yes; agreed with %(num)s orders "
                "(each counts for its own order)",
                with_orders,
            )
        if said is not None:
            act = terms.name_of(said.act, terms.ACTS, words)
            word = f"{act} ({terms.name_of(said.source, terms.SOURCES, words)})"
        say(f"{terms.name_of(scope, terms.SCOPES, words)} ({scope}): {word}")


def _say_history(stand: Stand, words: Words) -> None:
    show_table(
        [
            f"{words.gettext(_WHEN)} ({words.zone})",
            *(words.gettext(heading) for heading in _HEADINGS),
        ],
        [
            (
                words.moment(said.happened_at),
                _about(said, words),
                terms.name_of(said.act, terms.ACTS, words),
                terms.name_of(said.source, terms.SOURCES, words),
                said.wording,
            )
            for said in stand.history
        ],
    )


def _about(said: Said, words: Words) -> str:
    scope = terms.name_of(said.scope, terms.SCOPES, words)
    return scope if said.topic is None else f"{scope}: {said.topic}"


_WHEN = N_("when")
_HEADINGS = (N_("about"), N_("what was said"), N_("where"), N_("to what"))
