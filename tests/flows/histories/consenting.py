"""What people say about being written to, wherever they say it."""

from datetime import timedelta

from tests.flows.histories.model import Kind
from tests.flows.histories.people import CONSENT_TOPIC, consent_at_shopify
from tests.flows.histories.story import NUMBERS

_STOPS = ("STOP", "stop", "수신거부", "Parar", "bitte keine Nachrichten mehr")
_OPEN_FOR = timedelta(days=60)


def _somebody(story):
    """Who writes may do so to a store that is gone: it is heard, if not answered."""
    return story.somebody(anywhere=story.chance.random() < 0.3)


def _whoever_agrees(story):
    """Mostly somebody who has something to take back."""
    file = story.some_file(lambda each: each.offers_stand(story.now).is_agreed)
    if file is None or story.chance.random() < 0.3:
        return _somebody(story)
    return file.store, story.chance.choice(file.people)


def _writes(story, store, person, said, at):
    number = NUMBERS[store]
    opened = {"from": person.phone, "text": "hi", "phone_number_id": number}
    story.world.meta.post("inbound", opened)
    times = 2 if story.chance.random() < 0.15 else 1
    for _ in range(times):
        told = {"phone": person.phone, "number": number, "at": at}
        assert story.world.person_says(said, **told) == 200
    story.file(store, person).asked += 1


def _button(name, title):
    answer = {"type": "button_reply", "button_reply": {"id": name, "title": title}}
    return {"type": "interactive", "interactive": answer}


def says_stop(story):
    if not (found := _whoever_agrees(story)):
        return None
    at = story.moment(*found)
    writes_stop(story, *found, at=at)
    return f"{found[1].phone} to {found[0]}, said at {at:%d %H:%M:%S}"


def writes_stop(story, store, person, *, at):
    pressed = _button("wish_stop_offers", "Stop offers")
    said = story.chance.choice((*_STOPS, pressed))
    story.word(store, person, is_yes=False, at=at)
    _writes(story, store, person, said, at)


def says_stop_all(story):
    if not (found := _whoever_agrees(story)):
        return None
    at = story.moment(*found)
    writes_stop_all(story, *found, at=at)
    return f"{found[1].phone} to {found[0]}, said at {at:%d %H:%M:%S}"


def writes_stop_all(story, store, person, *, at):
    for about_offers in (True, False):
        story.word(store, person, is_yes=False, about_offers=about_offers, at=at)
    _writes(story, store, person, "STOP ALL", at)


def says_start(story):
    if not (found := _somebody(story)):
        return None
    store, person = found
    at = story.moment(store, person)
    story.word(store, person, is_yes=True, at=at)
    story.word(
        store, person, is_yes=True, about_offers=False, at=at, kind=Kind.RESTORED
    )
    _writes(story, store, person, "START", at)
    return f"{person.phone} to {store}, said at {at:%d %H:%M:%S}"


def confirms(story):
    if not (found := _somebody(story)):
        return None
    store, person = found
    at = story.now
    story.word(store, person, is_yes=True, at=at, is_confirmed=True)
    story.word(
        store, person, is_yes=True, about_offers=False, at=at, kind=Kind.RESTORED
    )
    pressed = _button("wish_confirm", "Ja, bitte Angebote")
    _writes(story, store, person, pressed, at)
    return f"{person.phone} to {store}"


def says_cancel(story):
    """Which is a STOP of who has nothing to cancel, and else a question."""
    if not (found := story.somebody()):
        return None
    store, person = found
    story.pass_time(timedelta(seconds=1))
    ordered = story.file(store, person).orders
    if not ordered:
        story.word(store, person, is_yes=False)
    elif not any(_is_surely_open(order, story.now) for order in ordered):
        return None
    _writes(story, store, person, "cancel", story.now)
    return f"{person.phone} to {store}, who has {len(ordered)} orders"


def _is_surely_open(order, now):
    is_new = order.placed_at > now - _OPEN_FOR
    return is_new and order.cancelled_at is None and not order.parcels


def says_something_else(story):
    if not (found := story.somebody()):
        return None
    store, person = found
    _writes(story, store, person, "where is the bus stop?", story.now)
    return f"{person.phone} to {store}"


def sets_it_in_whatsapp(story):
    if not (found := _somebody(story)):
        return None
    store, person = found
    at = story.moment(store, person)
    set_to = story.chance.choice(("stop", "resume", "signup"))
    match set_to:
        case "stop":
            kind, is_yes = Kind.SWITCHED_OFF, False
        case "resume":
            kind, is_yes = Kind.SWITCHED_ON, True
        case _:
            kind, is_yes = Kind.OWN, True
    story.word(store, person, is_yes=is_yes, at=at, kind=kind)
    told = {"phone": person.phone, "number": NUMBERS[store], "at": at}
    assert story.world.person_prefers(set_to, **told) == 200
    return f"{set_to}, {person.phone} to {store}, at {at:%d %H:%M:%S}"


def says_it_at_the_store(story):
    """In either direction, late, twice and in any order; of the news, too, if a yes."""
    if not (found := story.somebody()):
        return None
    store, person = found
    at = story.moment(store, person)
    is_yes = story.chance.random() < 0.65
    is_confirmed = is_yes and story.chance.random() < 0.6
    story.word(store, person, is_yes=is_yes, at=at, is_confirmed=is_confirmed)
    if is_yes:
        story.word(store, person, is_yes=True, about_offers=False, at=at)
    how = {"is_yes": is_yes, "is_confirmed": is_confirmed, "at": at}
    body = consent_at_shopify(person, **how)
    story.shopify_says(store, CONSENT_TOPIC, body, again=story.chance.random() < 0.3)
    return f"{person.phone} at {store}, yes {is_yes}, confirmed {is_confirmed}"


def says_no_at_the_store(story, store, person):
    story.word(store, person, is_yes=False)
    how = {"is_yes": False, "is_confirmed": False, "at": story.now}
    story.shopify_says(store, CONSENT_TOPIC, consent_at_shopify(person, **how))


def is_granted_by_the_owner(story):
    if not (found := story.somebody()):
        return None
    store, person = found
    about_offers = story.chance.random() < 0.8
    is_confirmed = story.chance.random() < 0.7
    scope = "marketing" if about_offers else "transactional"
    story.word(
        *(store, person),
        is_yes=True,
        about_offers=about_offers,
        is_confirmed=is_confirmed,
    )
    story.terminal.run(
        *("consent", "grant", store, person.phone, "--scope", scope),
        *("--source", "desk", "--wording", "May we write to you?"),
        *(("--confirmed",) if is_confirmed else ()),
    )
    return f"{scope}, {person.phone} at {store}, confirmed {is_confirmed}"


def is_revoked_by_the_owner(story):
    if not (found := story.somebody()):
        return None
    store, person = found
    about_offers = story.chance.random() < 0.6
    scope = "marketing" if about_offers else "transactional"
    story.word(store, person, is_yes=False, about_offers=about_offers)
    story.terminal.run("consent", "revoke", store, person.phone, "--scope", scope)
    return f"{scope}, {person.phone} at {store}"


def meta_tells_that_offers_are_off(story):
    """131050, about something that it took and has told nothing of."""
    open_ = [
        line
        for line in story.lines[-10:]
        if line["id"] in story.about and "told" not in line
    ]
    if not open_:
        return None
    line = story.chance.choice(open_)
    id_, store, person = story.about[line["id"]]
    if (store, person.number) in story.erased or store in story.gone:
        return None
    line["told"] = "failed"
    story.failed.add(id_)
    at = story.now
    story.word(store, person, is_yes=False, at=at, kind=Kind.SWITCHED_OFF)
    report = {
        "id": line["id"],
        "status": "failed",
        "recipient_id": line["to"],
        "biz_opaque_callback_data": line["biz_opaque_callback_data"],
        "errors": [{"code": 131050, "title": "User has stopped marketing"}],
    }
    assert story.world.meta_reports(report, number=NUMBERS[store]) == 200
    return f"{person.phone} of {store}"
