"""A proof as JSON: with it anybody computes the digests again, without this program."""

from collections.abc import Mapping
from typing import Any

from core import chain
from notifications.proofs.proof import Link, Proof
from notifications.proofs.sentences import sentences_in

_HOW = {
    "start": "Before the first entry stands the SHA-256 of "
    "'sosik consent ledger of ' and the store's domain.",
    "digest": "SHA-256 over the 32 bytes of 'previous' and the bytes of 'digested' in "
    "UTF-8: the entry as JSON, its keys in order, without spaces.",
    "commitment": "SHA-256 over the 16 bytes of 'salt' and the bytes of 'committed' in "
    "UTF-8. Once a person was erased, salt and fields are gone, and the commitment "
    "stays.",
    "ledger": "That these entries stand in one chain, to the end that is named, is "
    "seen "
    "by whoever has the ledger: ./sosik consent verify. An end that was noted earlier "
    "is found again with --noted.",
}


def document_of(proof: Proof) -> Mapping[str, Any]:
    sentences = sentences_in(proof.language)
    return {
        "title": sentences.title,
        "language": proof.language,
        "store": proof.domain.host,
        "phone": None if proof.phone is None else proof.phone.e164,
        "made_at": chain.written(proof.made_at),
        "erased": sentences.erased if proof.is_erased else None,
        "entries": [_entry(link) for link in proof.links],
        "ledger": {
            "is_whole": proof.verdict.is_whole,
            "entries": proof.verdict.entries,
            "end": proof.verdict.digest.hex(),
            "faults": [
                {"number": fault.number, "wrong": fault.wrong}
                for fault in proof.verdict.faults
            ],
        },
        "how_to_check": dict(_HOW),
    }


def _entry(link: Link) -> Mapping[str, Any]:
    entry = link.entry
    said: dict[str, Any] = {
        "number": entry.number,
        "scope": entry.scope,
        "topic": entry.topic,
        "act": entry.act,
        "source": entry.source,
        "wording": entry.wording,
        "wording_version": entry.wording_version,
        "wording_language": entry.wording_language,
        "happened_at": chain.written(entry.happened_at),
        "recorded_at": chain.written(entry.recorded_at),
        "commitment": entry.commitment.hex(),
    }
    return {
        **said,
        "who": None if entry.private is None else entry.private.who,
        "evidence": None if entry.private is None else dict(entry.private.evidence),
        "salt": None if entry.salt is None else entry.salt.hex(),
        "committed": None
        if entry.private is None
        else chain.committed(entry.private).decode(),
        "previous": None if link.previous is None else link.previous.hex(),
        "digested": chain.entry(**said).decode(),
        "digest": entry.digest.hex(),
    }
