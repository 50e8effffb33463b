"""What must hold after every step of a history."""

from datetime import timedelta

from sqlalchemy import text

from integrations.job_queue import queue_on
from storage.tenancy import Crossing
from tests.flows.everywhere import traces_of
from tests.flows.histories.model import is_waking_hour
from tests.flows.histories.people import STORES
from tests.flows.histories.story import NUMBERS, set_of

OFFER, QUESTION = "sosik_cart_reminder_1", "sosik_confirm_offers_1"
_STORE_OF = {number: store for store, number in NUMBERS.items()}
_RANKS = {"skipped": 1, "cancelled": 1, "sent": 2, "failed": 3, "delivered": 4}
_RANKS |= {"read": 5}
_MESSAGES = """
SELECT m.id, m.state, m.reason, m.occasion, m.order_id, s.domain
FROM messages m JOIN shops s ON s.id = m.shop_id
"""
_TROUBLE = """
SELECT 'webhook ' || topic || ' ' || coalesce(reason, '') AS what FROM webhooks
WHERE state = 'stuck' OR (attempts > 0 AND state = 'pending')
UNION ALL SELECT 'message ' || reason FROM messages WHERE reason LIKE 'bug%'
UNION ALL SELECT 'request ' || reason FROM privacy_requests WHERE reason LIKE 'bug%'
"""
_SEARCHES = (timedelta(minutes=11), timedelta(days=1), timedelta(days=7))


class Checks:
    """``ranks`` is how far each message has come, ``copies`` how often Meta has taken
    what is about one occasion."""

    def __init__(self, story, logged):
        self.story, self.logged = story, logged
        self.ranks, self.copies = {}, {}
        self.figures = {"offers": 0, "questions": 0, "news": 0, "answers": 0}
        self.figures |= {"forgotten": 0}
        self.to_find_nowhere = set()

    def each_step(self):
        messages = {row.id: row for row in self._rows(_MESSAGES)}
        self._nothing_falls_back(messages)
        self._nothing_is_in_trouble()
        for line in self._new_lines():
            self._is_allowed(line, messages)

    def _rows(self, query):
        with self.story.world.services.transactions.across(Crossing.OPERATING) as tx:
            return list(tx.connection.execute(text(query)))

    def _nothing_falls_back(self, messages):
        for row in messages.values():
            rank = _RANKS.get(row.state, 0)
            assert rank >= self.ranks.get(row.id, 0), f"{row.id} is {row.state} again"
            self.ranks[row.id] = rank

    def _nothing_is_in_trouble(self):
        assert [row.what for row in self._rows(_TROUBLE)] == []
        assert queue_on(self.story.world.redis).failed_job_registry.count == 0

    def _new_lines(self):
        seen = self.story.lines
        new = self.story.world.meta.get(f"ledger?since={len(seen)}")["entries"]
        seen += new
        return new

    # What Meta has taken

    def _is_allowed(self, line, messages):
        story, now = self.story, self.story.now
        store = _STORE_OF[line["phone_number_id"]]
        person = next(p for p in story.people if p.phone[1:] == line["to"])
        id_ = line["biz_opaque_callback_data"].partition(":")[0]
        row = messages[id_]
        assert row.domain == store, f"{id_} is of {row.domain}, and left at {store}"
        assert (store, person.number) not in story.erased, "to who was forgotten"
        assert store not in story.gone, f"{store} has gone"
        occasion = store, row.occasion
        self.copies[occasion] = self.copies.get(occasion, 0) + 1
        assert self.copies[occasion] == 1, f"{row.occasion} went out again"

        story.about[line["id"]] = id_, store, person
        file = story.file(store, person)
        match line["template"]:
            case None:
                self.figures["answers"] += 1
            case template if template == OFFER:
                self._is_welcome(file, person, id_, now)
            case template if template == QUESTION:
                self.figures["questions"] += 1
                assert file.may_be_asked(now), "asked who had not agreed to anything"
            case template:
                self._is_news(file, row, template)

    def _is_welcome(self, file, person, id_, now):
        """An offer: to who agreed, once or twice as their country has it, and never too
        many or at night."""
        self.figures["offers"] += 1
        must_confirm = person.country == "DE"
        assert person.country != "US", "an offer to the United States"
        assert file.may_get_offers(now, must_confirm=must_confirm), (
            f"an offer without a yes: {file.offers_stand(now)}"
        )
        assert is_waking_hour(person, now), "an offer at night"
        file.offers.append((now, id_))
        count = file.offers_of_a_week(now, self.story.failed)
        assert count <= file.most_offers(now), f"{count} offers in a week"
        reminded = len(file.offers)
        assert reminded <= len(file.checkouts), "more reminders than carts"

    def _is_news(self, file, row, template):
        self.figures["news"] += 1
        orders = [each for each in file.orders if each.number == row.order_id]
        assert orders, f"{template} of somebody else's order"
        assert file.may_get_news(orders[0]), f"{template} without a yes"
        file.accepted[template, row.order_id] += 1
        if template.startswith("sosik_order_c"):  # confirmation, cancelled
            assert file.accepted[template, row.order_id] == 1, f"{template} again"

    # What costs more to look at

    def now_and_then(self):
        """The ledgers are whole, and what is one store's is in nothing of the other."""
        for store in STORES:
            if self._rows(f"SELECT 1 FROM shops WHERE domain = '{store}'"):
                self.story.terminal.run("consent", "verify", store)
        self._stores_are_apart()

    def _stores_are_apart(self):
        """By whom anything was said at each of them."""
        query = """
        SELECT s.domain, count(DISTINCT c.contact_id) AS people
        FROM consents c JOIN shops s ON s.id = c.shop_id GROUP BY s.domain"""
        strays = self._rows("""
        SELECT m.id FROM messages m JOIN contacts c ON c.id = m.contact_id
        WHERE c.shop_id <> m.shop_id
        UNION ALL SELECT 'word' FROM consents w JOIN contacts c ON c.id = w.contact_id
        WHERE c.shop_id <> w.shop_id
        UNION ALL SELECT 'order' FROM orders o JOIN contacts c ON c.id = o.contact_id
        WHERE c.shop_id <> o.shop_id""")
        assert strays == []
        files = set_of(self.story.files.values())
        for row in self._rows(query):
            most = sum(len(each.people) for each in files if each.store == row.domain)
            assert row.people <= most, f"more people than have said a word: {row}"

    def owed(self):
        """What people and stores have asked for, and is not done."""
        query = """
        SELECT kind, reason FROM privacy_requests WHERE state = 'waiting'
        UNION ALL SELECT 'has it gone?', domain FROM shops
        WHERE uninstall_claimed_at IS NOT NULL"""
        return self._rows(query)

    def nobody_is_found(self):
        """Of who was forgotten at every store of theirs, no trace."""
        if self.to_find_nowhere and not self.owed():
            words = [w for person in self.to_find_nowhere for w in person.traces]
            found = traces_of(self.story.world, words, self.logged())
            assert found == {}, f"still found: {dict(found)}"
            self.figures["forgotten"] += len(self.to_find_nowhere)
            self.to_find_nowhere = set()

    def at_the_end(self):
        """Also of what was told of them after they had been forgotten, once it has been
        searched for the last time."""
        for pause in _SEARCHES:
            self.story.world.now += pause
            self.story.attend()
        erased = self.story.erased
        self.to_find_nowhere = {
            person
            for person in self.story.people
            if all((store, person.number) in erased for store in person.homes)
        }
        self.nobody_is_found()
        assert not self.to_find_nowhere
        self.now_and_then()
