"""Every reason in plain sentences, for people who ask why: what it means, and what
can be done about it.

A code never changes its meaning once it has been released; sentences may. The page
``docs/reference/reasons.md`` lists them all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from core.words import N_, Meaning, Words

Explain: TypeAlias = Callable[[int], Meaning]
"""What a code of Meta's means, and what helps."""

_NOTHING = N_("Nothing has to be done.")
_FINDS_OUT = N_(
    "Nothing has to be done for now: Sosik finds out by what Meta reports, and sends "
    "it again only where it surely did not arrive."
)

OF_MESSAGES: Mapping[str, Meaning] = MappingProxyType(
    {
        "automation_off": Meaning(
            N_("The automation is switched off for this store."),
            N_(
                "Switch it on, if buyers are to get this news. What happened before is "
                "not told afterwards."
            ),
        ),
        "shop_gone": Meaning(
            N_("The store has removed the app."),
            N_("Connect the store again: what happens from then on is told."),
        ),
        "too_late": Meaning(
            N_("The news is too old to be worth telling."),
            N_(
                "Nothing has to be done for this one. If it happens often, look at "
                "what these messages waited for."
            ),
        ),
        "order_not_told": Meaning(
            N_("Shopify does not tell which order this is about."), _NOTHING
        ),
        "order_unknown": Meaning(
            N_("The order has not come in, and with it the buyer's yes and number."),
            N_(
                "While it waits, nothing has to be done: it goes on as soon as the "
                "order comes in. If it was skipped, the order is older than the app, "
                "or Shopify does not send the webhooks of orders: connect the store "
                "again to subscribe to them."
            ),
        ),
        "order_cancelled": Meaning(
            N_("The order has been cancelled."),
            N_("Nothing has to be done. The message Order cancelled tells of it."),
        ),
        "order_answered": Meaning(
            N_("The buyer has said already whether they want the order."), _NOTHING
        ),
        "whole_order": Meaning(
            N_("The parcel holds the whole order."),
            N_("Nothing has to be done. The message Parcel on its way tells of it."),
        ),
        "not_shipped": Meaning(
            N_("Nothing is sent by post: it is a gift card, a download or the like."),
            _NOTHING,
        ),
        "parcel_cancelled": Meaning(
            N_("The parcel has been cancelled."),
            N_("Nothing has to be done. A new parcel is told of by itself."),
        ),
        "already_delivered": Meaning(
            N_("The parcel has already been delivered."), _NOTHING
        ),
        "superseded": Meaning(
            N_(
                "The parcel has other tracking numbers by now, and those have a "
                "message of their own."
            ),
            _NOTHING,
        ),
        "overtaken": Meaning(
            N_("More has happened, and this is no longer the last news."),
            N_("Nothing has to be done. The newer news has a message of its own."),
        ),
        "already_told": Meaning(
            N_("A scan told the same on an earlier day."), _NOTHING
        ),
        "set_out_here": Meaning(
            N_("The parcel set out from this place."),
            N_("Nothing has to be done. The next town that it comes to is told."),
        ),
        "no_place": Meaning(
            N_("The scan does not tell where the parcel is."),
            N_("Nothing has to be done. Not every carrier tells the town."),
        ),
        "nothing_to_pay": Meaning(
            N_("There is nothing to pay for the order."), _NOTHING
        ),
        "no_money": Meaning(
            N_("No money goes back, or nobody can tell for sure how much."),
            N_("If money does go back, tell the buyer yourself."),
        ),
        "no_phone": Meaning(
            N_("There is no phone number on the order that WhatsApp could reach."),
            N_(
                "Have the phone number asked for at checkout (in Shopify: Settings, "
                "Checkout), best with the country's code."
            ),
        ),
        "no_consent": Meaning(
            N_("The buyer has not agreed to this kind of message."),
            N_(
                "Offer the consent at checkout or in the cart. Where the buyer has "
                "said yes elsewhere, write that down on their page, at Customers. "
                "Where the law lets a purchase count as a yes to news about it, say "
                "so at Settings, What counts as a yes."
            ),
        ),
        "chat_unread": Meaning(
            N_("Something that people wrote is not read yet, and may be a STOP."),
            N_(
                "Nothing has to be done: it goes on within a second. If it lasts, the "
                "workers have too much to do."
            ),
        ),
        "window_closed": Meaning(
            N_("More than a day has passed since they wrote."),
            N_(
                "Nothing has to be done. WhatsApp takes answers in words of one's own "
                "for a day only."
            ),
        ),
        "already_answered": Meaning(
            N_("They were told the same within a day before."),
            N_("Nothing has to be done. What they said counts all the same."),
        ),
        "consent_revoked": Meaning(
            N_("The buyer has taken their consent back."),
            N_("Respect it. Only the buyer can agree anew."),
        ),
        "not_connected": Meaning(
            N_("The store has no WhatsApp number connected."),
            N_("Connect one: what waits goes out then, as long as it is new."),
        ),
        "parked": Meaning(
            N_("The store's WhatsApp number is held back for a while."),
            N_(
                "Look at what holds the number back. A pause of minutes ends by "
                "itself; what Meta wants to have mended is shown in WhatsApp Manager, "
                "and connecting the number again ends the wait at once."
            ),
        ),
        "template_not_ready": Meaning(
            N_(
                "Meta has not approved the template in this language, or has paused it."
            ),
            N_(
                "A review takes minutes, or a day. If the template was rejected or "
                "paused, WhatsApp Manager says why. What waits goes out as soon as it "
                "is approved."
            ),
        ),
        "template_is_marketing": Meaning(
            N_(
                "Meta counts the template as marketing, to which the buyer agrees "
                "apart."
            ),
            N_(
                "Ask Meta for a review of its category in WhatsApp Manager. What waits "
                "goes out once the template counts as utility."
            ),
        ),
        "behind_another": Meaning(
            N_("Another message to the same person goes out first."),
            N_("Nothing has to be done. It follows within seconds."),
        ),
        "pair_limit": Meaning(
            N_(
                "Much was sent or tried to this person in a short time; Meta wants a "
                "pause."
            ),
            N_("Nothing has to be done. It goes out when the pause is over."),
        ),
        "number_busy": Meaning(
            N_("Its number has as much to send as WhatsApp allows, and it is in line."),
            N_("Nothing has to be done. What the store's other numbers send goes on."),
        ),
        "told_together": Meaning(
            N_("Another message tells this as well, about the same thing and newer."),
            _NOTHING,
        ),
        "cancelled_out": Meaning(
            N_("In the end nothing was added and nothing removed."),
            _NOTHING,
        ),
        "heard_lately": Meaning(
            N_("The parcel was scanned again; it is not silent yet."),
            N_("Nothing has to be done. It goes out if no more is heard."),
        ),
        "gathering": Meaning(
            N_(
                "Newer news about the same thing is about to go out, and may tell this "
                "too."
            ),
            N_(
                "Nothing has to be done. Within a minute or so it is told together "
                "with that, or goes out itself."
            ),
        ),
        "quiet_hours": Meaning(
            N_("It is no hour for this message where the person is."),
            N_(
                "Nothing has to be done. It goes out when the quiet hours of the law "
                "and of the store are over there."
            ),
        ),
        "outside_its_hours": Meaning(
            N_("It is sent at hours of its own, and it is none of them there now."),
            N_(
                "Nothing has to be done. It goes out when its hours begin where the "
                "person is. They are set on the page of the automation."
            ),
        ),
        "no_common_hour": Meaning(
            N_(
                "The person may live by clocks so far apart that no hour is right on "
                "all of them."
            ),
            N_("Have the whole address asked for, or allow more hours of the day."),
        ),
        "no_offers_there": Meaning(
            N_("Meta delivers no offers to phone numbers of the United States."),
            N_("Nothing has to be done. News of orders and parcels is delivered."),
        ),
        "cart_bought": Meaning(
            N_("Whoever left the cart has bought meanwhile."),
            N_("Nothing has to be done. Nobody is reminded of what they have bought."),
        ),
        "cart_gone": Meaning(
            N_("The cart is empty, was closed, or is not there any more."), _NOTHING
        ),
        "step_gone": Meaning(
            N_("The store has taken this step out of the flow meanwhile."),
            N_("Nothing has to be done. The flow goes on with the step after it."),
        ),
        "step_not_suited": Meaning(
            N_("The step is for others: one of its conditions does not hold."),
            N_(
                "Nothing has to be done. The conditions stand at Carts and flows, "
                "on the flow's page."
            ),
        ),
        "goods_forbidden": Meaning(
            N_(
                "Something in the cart may not be sold on WhatsApp, by Meta's commerce "
                "policy or by the store's own word."
            ),
            N_(
                "Nothing has to be done. The rules that were asked name the word; "
                "where it is mistaken, the product can be allowed on its page, at "
                "Catalog."
            ),
        ),
        "cart_still_changing": Meaning(
            N_("The cart was changed since, and the wait has begun anew."),
            N_("Nothing has to be done. It goes out if nobody buys."),
        ),
        "invoice_gone": Meaning(
            N_("The store has deleted the draft order, or written it up anew."),
            N_("Nothing has to be done. Another invoice has messages of its own."),
        ),
        "step_not_due": Meaning(
            N_(
                "The step's time has not come: the flow was changed since, or the "
                "invoice sent anew."
            ),
            N_("Nothing has to be done. It goes out if nobody pays."),
        ),
        "not_read_yet": Meaning(
            N_(
                "The store has told something that is still to be read, and that may "
                "be a purchase or a payment."
            ),
            N_(
                "Nothing has to be done if it passes within seconds. If it lasts, look "
                "whether the workers are running."
            ),
        ),
        "store_not_looked_at": Meaning(
            N_(
                "The store is asked whether the things in the cart can still be bought."
            ),
            N_(
                "Nothing has to be done. It goes on within seconds, and after five "
                "minutes without an answer."
            ),
        ),
        "sold_out": Meaning(
            N_("Nothing that is in the cart can be bought any more."),
            N_(
                "Nothing has to be done. Where there is something again by the time "
                "of the flow's next step, that one comes."
            ),
        ),
        "order_drafted": Meaning(
            N_("The store has drawn up a draft order for whoever left the cart."),
            N_(
                "Nothing has to be done: somebody of the store is in touch with them. "
                "The flow's next step looks again."
            ),
        ),
        "code_not_ready": Meaning(
            N_("The offer's code is being made at Shopify."),
            N_("Nothing has to be done. It goes out as soon as the code is there."),
        ),
        "no_code": Meaning(
            N_(
                "There is no code for the offer: the store makes none, or none in time."
            ),
            N_(
                "Open Sosik in the store's admin once: that allows it to make codes. "
                "Nothing is sent without its code; the flow goes on with its next "
                "step."
            ),
        ),
        "step_of_flow": Meaning(
            N_("Nothing begins with this message: a flow goes on with it."), _NOTHING
        ),
        "cart_empty": Meaning(N_("There is nothing in the cart."), _NOTHING),
        "no_cart_link": Meaning(
            N_(
                "No address leads back to the cart: Shopify gave none, and what is in "
                "it fits into none."
            ),
            _NOTHING,
        ),
        "not_confirmed": Meaning(
            N_(
                "The yes to offers was not confirmed on WhatsApp, which it has to be "
                "where the person is, or where the store wants it."
            ),
            N_(
                "Nothing has to be done: the yes counts as soon as the person confirms "
                "it in the chat."
            ),
        ),
        "consent_expired": Meaning(
            N_("The yes to offers is so old that the law lets it end."),
            N_("Ask the person again, in the store or at the next order."),
        ),
        "not_on_whatsapp": Meaning(
            N_("WhatsApp did not reach this number lately, and knows nobody there."),
            N_(
                "Nothing has to be done. It is tried again after thirty days, or as "
                "soon as the person writes or gets news of an order."
            ),
        ),
        "control_group": Meaning(
            N_("The person is in the control group, which is never sent offers."),
            N_(
                "Nothing has to be done: it shows what the others would have bought "
                "without them. The share is set at Settings, Offers."
            ),
        ),
        "label_missing": Meaning(
            N_("The law there wants offers marked at their head, and this one is not."),
            N_("Word the template with the mark: see the page of laws."),
        ),
        "cap_reached": Meaning(
            N_("The person got as many offers lately as they may."),
            N_(
                "Nothing has to be done. Fewer offers are read more often; how many "
                "there may be is set at Settings, Offers."
            ),
        ),
        "order_is_old": Meaning(
            N_("The order was placed long before this was told."),
            N_("Nothing has to be done. Orders of the past are not told anew."),
        ),
        "parcel_is_old": Meaning(
            N_("The parcel was made long before this was told."),
            N_("Nothing has to be done. Parcels of the past are not told anew."),
        ),
        "not_paid": Meaning(
            N_("The order is neither paid nor to be paid at the door."),
            N_("Nothing has to be done. It is confirmed once it is paid."),
        ),
        "person_erased": Meaning(
            N_("The person was erased, and nothing goes to them any more."),
            N_("Nothing has to be done. Who buys again is a new person."),
        ),
        "automation_unknown": Meaning(
            N_(
                "Another version of the program proposed it, and this one cannot word "
                "it."
            ),
            N_("Let every process of the installation run the newest version."),
        ),
        "sender_vanished": Meaning(
            N_(
                "The process that was sending it ended before it could tell the "
                "outcome; the message may have arrived."
            ),
            _FINDS_OUT,
        ),
        "never_taken": Meaning(
            N_(
                "Meta reported on the messages beside it and not on this one, so it "
                "was never taken, and goes out again."
            ),
            _NOTHING,
        ),
        "never_confirmed": Meaning(
            N_("Nobody can tell whether it arrived: a person has to decide."),
            N_(
                "Ask the buyer whether it is there, and then decide on the page of "
                "the message: it arrived, send it again, or do not send it."
            ),
        ),
        "decided_by_person": Meaning(
            N_("A person decided what is to become of it."),
            N_("Nothing has to be done. Its story says who decided what."),
        ),
        "no_answer_timeout": Meaning(
            N_("Meta did not answer in time, so it may have arrived or not."),
            _FINDS_OUT,
        ),
        "no_answer_reset": Meaning(
            N_(
                "The connection broke before Meta answered, so it may have arrived or "
                "not."
            ),
            _FINDS_OUT,
        ),
        "odd_answer": Meaning(
            N_(
                "Meta answered something that could not be understood, so it may have "
                "arrived or not."
            ),
            _FINDS_OUT,
        ),
    }
)
"""Why a message is not sent, not yet, or not for certain."""

OF_REFUSALS: Mapping[str, Meaning] = MappingProxyType(
    {
        "connection_failed": Meaning(
            N_(
                "No connection to Meta could be made, so nothing was sent; it is tried "
                "again."
            ),
            N_(
                "Nothing has to be done if it passes. If it lasts, look whether this "
                "machine reaches the internet, and graph.facebook.com."
            ),
        ),
        "slot_missed": Meaning(
            N_(
                "It did not leave in the moment it was given, so nothing was sent; it "
                "is tried again."
            ),
            N_(
                "Nothing has to be done if it is rare. If it is frequent, the machine "
                "has too much to do: give it more processors."
            ),
        ),
    }
)
"""Why an attempt did not leave."""

OF_WEBHOOKS: Mapping[str, Meaning] = MappingProxyType(
    {
        "not_of_interest": Meaning(N_("Sosik does nothing with this topic."), _NOTHING),
        "unknown_shop": Meaning(
            N_("The store is not connected."),
            N_("If the store is yours, connect it."),
        ),
        "unknown_number": Meaning(
            N_("No parcel of the store that is followed has this number."),
            N_(
                "Nothing has to be done: the account at the tracking service follows "
                "others, too."
            ),
        ),
        "another_shop": Meaning(
            N_("The body names another store than its envelope."),
            N_("Nothing was done. Shopify does not send this: look who does."),
        ),
        "UnreadablePayload": Meaning(
            N_("The body lacks something that is needed from it."),
            N_(
                "Report it to whoever looks after this installation. Once that is "
                "mended, it can be read again at Operations."
            ),
        ),
        "CannotOpen": Meaning(
            N_("The body was sealed with a key that SECRET_KEYS no longer holds."),
            N_(
                "Put the lost key behind the others in SECRET_KEYS, and have the event "
                "read again (./sosik events retry)."
            ),
        ),
    }
)
"""Why a webhook led to nothing."""

OF_FAMILIES: Mapping[str, Meaning] = MappingProxyType(
    {
        "http": Meaning(
            N_("WhatsApp answered with the HTTP status %(rest)s and no code."),
            N_(
                "Nothing has to be done if it passes. If it lasts, look at Meta's page "
                "of disturbances, metastatus.com."
            ),
        ),
        "bug": Meaning(
            N_("An error of the program (%(rest)s); its log tells more."),
            N_(
                "Report it to whoever looks after this installation, with the lines "
                "of the log."
            ),
        ),
    }
)
"""What is said of codes that are too many for a sentence each."""

_UNKNOWN = Meaning(
    N_("No sentence is known for this reason."),
    N_("Let every process of the installation run the newest version."),
)


@dataclass(frozen=True, slots=True)
class Reason:
    """What a code means and what can be done, in the reader's language."""

    code: str
    sentence: str
    advice: str


def explained(code: str, explain: Explain, words: Words) -> Reason:
    meaning, rest = _meaning(code, explain)
    return Reason(
        code, words.gettext(meaning.sentence, rest=rest), words.gettext(meaning.advice)
    )


def _meaning(code: str, explain: Explain) -> tuple[Meaning, str]:
    """The meaning, and what its sentence names of the code."""
    name = code.partition(":")[0]
    for table in (OF_MESSAGES, OF_WEBHOOKS, OF_REFUSALS):
        if name in table:
            return table[name], ""
    family, _separator, rest = name.partition("_")
    if family == "meta" and rest.isascii() and rest.isdigit():
        return explain(int(rest)), ""
    if family in OF_FAMILIES:
        return OF_FAMILIES[family], rest
    if name[:1].isupper():  # the name of an error, noted when a webhook was read
        return OF_FAMILIES["bug"], name
    return _UNKNOWN, ""


def is_known(code: str) -> bool:
    """Whether there is a sentence of its own for this code, or for its family."""
    return _meaning(code, lambda _code: Meaning("", ""))[0] is not _UNKNOWN


OF_STEPS: Mapping[str, str] = MappingProxyType(
    {
        "proposed": N_("The automation %(automation)s proposed this message."),
        "asked": N_("They wrote, and this is the answer."),
        "cart_sent": N_(
            "They sent a cart with %(things)s things, and this is the answer."
        ),
        "cart_checked": N_(
            "The store was asked: %(can_be_bought)s of these things can be bought, and "
            "%(differences)s are not as they were seen."
        ),
        "cart_written_up": N_(
            "The store was asked: %(can_be_bought)s of these things can be bought, and "
            "%(differences)s are not as they were seen. No address can hold so many, "
            "so that the store has written them up as a draft order."
        ),
        "test_asked": N_(
            "Somebody who minds the store wanted to see the message on their own phone."
        ),
        "product_asked": N_(
            "They asked for something of the store, and this is the answer."
        ),
        "waiting": N_("It waits."),
        "skipped": N_("It is not sent, now or later."),
        "taken": N_("Nothing stood against it: it left for WhatsApp."),
        "accepted": N_("Meta accepted it."),
        "refused": N_("It was not taken."),
        "no_answer": N_("No answer came."),
        "sender_vanished": OF_MESSAGES["sender_vanished"].sentence,
        "never_taken": OF_MESSAGES["never_taken"].sentence,
        "never_confirmed": OF_MESSAGES["never_confirmed"].sentence,
        "decided_by_person": N_("%(actor)s decided: %(decision)s."),
        "asked_again": N_("%(actor)s had it sent again, after message %(before)s."),
        "buyer_confirmed": N_("The buyer confirmed the order by the button."),
        "buyer_cancelled": N_("The buyer cancelled the order by the button."),
        "buyer_silent": N_("The buyer gave no answer in time."),
        "buyer_confirmed_again": N_(
            "The buyer pressed the button that confirms, after their answer: it "
            "changes nothing."
        ),
        "buyer_cancelled_again": N_(
            "The buyer pressed the button that cancels, after their answer: it changes "
            "nothing."
        ),
        "buyer_confirmed_late": N_(
            "The buyer confirmed the order when their silence had counted already: "
            "that is for the store to see to."
        ),
        "buyer_cancelled_late": N_(
            "The buyer cancelled the order when their silence had counted already: "
            "that is for the store to see to."
        ),
        "store_tagged": N_("The order was tagged at Shopify."),
        "store_cancelled": N_("The order was tagged at Shopify, and is cancelled."),
        "store_held": N_("The order was tagged at Shopify, and its shipping is held."),
        "store_on_its_way": N_(
            "The order is not cancelled: some of it is on its way already."
        ),
        "store_paid": N_(
            "The order is not cancelled: it was paid, so the store sees to it."
        ),
        "store_not_cancelled": N_(
            "Shopify did not do it, so it is for the store to see to."
        ),
        "store_not_reached": N_(
            "The order was tagged at Shopify and no more: no question had come to the "
            "phone, so the silence is no answer."
        ),
        "store_gone": N_("The order is not at Shopify any more."),
        "store_withheld": N_(
            "Nothing more was done at Shopify: the app may not change orders there. "
            "Open the app in the store once to allow it, or give its token the scopes "
            "that ./sosik shop show names."
        ),
        "store_let_be": N_("No answer is needed any more."),
        "erased": N_("The person was erased, with all that this message told."),
        "reported_sent": N_("Meta reports: sent."),
        "reported_delivered": N_("Meta reports: delivered to the phone."),
        "reported_read": N_("Meta reports: read."),
        "reported_failed": N_("Meta reports: not delivered."),
    }
)
"""What a line of a message's story says."""

_NO_STEP = N_("Something happened that this version of the program has no words for.")
_NAMED = (
    *("automation", "actor", "before", "things", "can_be_bought", "differences"),
    "shown",
)
_OF_SHOWING = MappingProxyType(
    {
        "products": N_("It shows %(shown)s of these things out of the catalog."),
        "no_catalog": N_(
            "It shows no products: the WhatsApp account that it left by shows no "
            "catalog of the store."
        ),
        "few_things": N_(
            "It shows no products: fewer than two of these things were in the catalog "
            "and could be bought."
        ),
        "refused": N_("It shows no products: Meta had refused to show them."),
        "template_not_ready": N_(
            "It shows no products: Meta has not approved the template for that in this "
            "language."
        ),
    }
)
"""What the line of a message that leaves says of what it was to show."""


def step(what: str, details: Mapping[str, object], words: Words) -> str:
    """What one line of a story says, with its details filled in."""
    decision = words.gettext(_DECISIONS.get(str(details.get("decision")), "?"))
    named = {name: details.get(name, "?") for name in _NAMED}
    said = words.gettext(OF_STEPS.get(what, _NO_STEP), decision=decision, **named)
    showing = _OF_SHOWING.get(str(details.get("showing")))
    return said if showing is None else f"{said} {words.gettext(showing, **named)}"


_DECISIONS = MappingProxyType(
    {
        "sent": N_("it arrived"),
        "waiting": N_("send it again"),
        "cancelled": N_("do not send it"),
    }
)
