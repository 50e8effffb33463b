"""What each of Meta's codes means in plain words, and what can be done about it.

The codes are those of Meta's page of errors (September 2026), and some that are met
without standing there. Where a code says no more than its class, it has no words of its
own.
"""

from collections.abc import Mapping
from types import MappingProxyType

from core.words import N_, Meaning
from integrations.meta.errors import ErrorClass, class_of

_NOTHING = N_("Nothing has to be done.")
_COMES_AGAIN = N_("Nothing has to be done: Sosik tries again soon.")
_OTHER_WAY = N_("Reach them another way, such as by e-mail.")
_REPORT = N_(
    "Report it to whoever looks after this installation, with the id of the message."
)

OF_CLASSES: Mapping[ErrorClass, Meaning] = MappingProxyType(
    {
        ErrorClass.PASSING: Meaning(
            N_("WhatsApp has a short disturbance."), _COMES_AGAIN
        ),
        ErrorClass.SLOW_NUMBER: Meaning(
            N_("Your number is sending as fast as WhatsApp allows."),
            N_("Nothing has to be done: the rest follows by itself."),
        ),
        ErrorClass.SLOW_PAIR: Meaning(
            N_("This customer got several messages within seconds."),
            N_("Nothing has to be done: the next one waits for some seconds."),
        ),
        ErrorClass.SLOW_APP: Meaning(
            N_("This installation asks WhatsApp too often."),
            N_("Nothing has to be done: it slows down by itself."),
        ),
        ErrorClass.SLOW_ACCOUNT: Meaning(
            N_("Your WhatsApp account is asked too often."),
            N_(
                "Nothing has to be done: Sosik slows down by itself. Other programs "
                "that use the same account count as well."
            ),
        ),
        ErrorClass.REAUTH: Meaning(
            N_("WhatsApp no longer accepts our access to your account."),
            N_("Connect WhatsApp again; what waits goes out then."),
        ),
        ErrorClass.ACCOUNT_STOPPED: Meaning(
            N_("Meta has stopped your WhatsApp account."),
            N_(
                "Open WhatsApp Manager and settle the notice that is shown there; what "
                "waits goes out then."
            ),
        ),
        ErrorClass.NUMBER_STOPPED: Meaning(
            N_("Meta has stopped your WhatsApp number."),
            N_("Open WhatsApp Manager to see why, and have it mended there."),
        ),
        ErrorClass.RECIPIENT: Meaning(
            N_("This customer cannot be reached on WhatsApp."), _OTHER_WAY
        ),
        ErrorClass.MARKETING_REFUSED: Meaning(
            N_("WhatsApp held this offer back, because the customer gets many."),
            N_("Leave it be for a day at least, or reach them another way."),
        ),
        ErrorClass.OPTED_OUT: Meaning(
            N_("The customer has stopped offers from your store."),
            N_("Respect it. News about their orders reaches them all the same."),
        ),
        ErrorClass.NEEDS_TEMPLATE: Meaning(
            N_(
                "The customer has not written for a day, so only a template may be "
                "sent."
            ),
            N_("Send a template, or wait until they write again."),
        ),
        ErrorClass.TEMPLATE_STATE: Meaning(
            N_("The template is paused, missing or changed."),
            N_(
                "Look at its state in WhatsApp Manager. Sosik asks Meta anew by "
                "itself, and what waits goes out once the template may be used."
            ),
        ),
        ErrorClass.PROGRAMMING: Meaning(
            N_("WhatsApp did not understand our message."), _REPORT
        ),
        ErrorClass.REGISTRATION: Meaning(
            N_("The number's registration at WhatsApp is not finished."),
            N_("Register the number again."),
        ),
        ErrorClass.IDENTITY: Meaning(
            N_("The customer's number has a new phone, or a new owner."),
            N_("Make sure that it is still them before you write again."),
        ),
        ErrorClass.INFO: Meaning(
            N_("WhatsApp tells something that needs nothing from you."), _NOTHING
        ),
        ErrorClass.UNKNOWN: Meaning(
            N_("WhatsApp gave a reason that is not known here yet."),
            N_("Read Meta's own words beside it, and report the code."),
        ),
    }
)

_PERMISSION = N_("Our access to your account lacks a permission.")
_GRANT = N_("Connect WhatsApp again, and grant all that is asked for.")
_FORM = N_("A value of the template is not of the form that WhatsApp wants.")
_ONLY_OFFERS = N_("This way of sending is for marketing templates alone.")
_BLOCK_LIST = N_("The list of blocked customers could not be changed just now.")

_OWN: Mapping[int, tuple[str, str | None]] = {
    0: (N_("Our access to your WhatsApp account has ended."), None),
    1: (N_("WhatsApp met an error that it does not explain."), None),
    2: (N_("WhatsApp is overloaded or out of order at the moment."), None),
    3: (_PERMISSION, _GRANT),
    10: (_PERMISSION, _GRANT),
    33: (
        N_("The number has been deleted at Meta, or its id is wrong."),
        N_("Connect the number again, with its right id."),
    ),
    100: (N_("A part of the message is not as WhatsApp wants it."), None),
    104: (N_("The request reached WhatsApp without our access."), None),
    190: (
        N_("The token for your WhatsApp account has expired, or was withdrawn."),
        N_(
            "Connect WhatsApp again, best with the token of a system user, which does "
            "not expire."
        ),
    ),
    **dict.fromkeys(range(200, 300), (_PERMISSION, _GRANT)),
    368: (
        N_("Meta has restricted your account because of its policies."),
        N_(
            "Open Meta's Business Support Home to see the restriction, and ask for a "
            "review."
        ),
    ),
    80009: (N_("The catalog is asked too often."), None),
    80014: (N_("The catalog is written to too often."), None),
    130403: (
        N_("Your business has blocked this customer."),
        N_("Unblock them in WhatsApp, if that was not meant."),
    ),
    130472: (
        N_("Meta delivers no offers to this customer, as an experiment."),
        N_("Sending it again does not help. Reach them another way."),
    ),
    130497: (
        N_("Your account may not send messages to this country."),
        N_(
            "See what Meta allows for your kind of goods, and reach these customers "
            "another way."
        ),
    ),
    131000: (N_("Something went wrong at WhatsApp."), None),
    131005: (_PERMISSION, _GRANT),
    131008: (N_("A value is missing that WhatsApp wants."), None),
    131009: (N_("A value is not of a kind that WhatsApp takes."), None),
    131016: (N_("A service of WhatsApp's is out of order at the moment."), None),
    131020: (N_("There is nobody else in the group."), None),
    131021: (
        N_("The message was addressed to the store's own number."),
        N_("Put the buyer's own number on the order."),
    ),
    131026: (
        N_(
            "This customer cannot be reached on WhatsApp: the number has none, or a "
            "very old one, or its terms were not accepted."
        ),
        N_(
            "Check the number on the order. If it is right, reach them another way, "
            "such as by e-mail."
        ),
    ),
    131030: (
        N_("The store's number is for tests, and this customer is not on its list."),
        N_(
            "Connect a real number, or add the customer to the list in Meta's App "
            "Dashboard."
        ),
    ),
    131031: (
        N_("Meta has locked your account."),
        N_("Open WhatsApp Manager to see why, and have it unlocked."),
    ),
    131037: (
        N_("The display name of the number has not been approved."),
        N_("Choose one in WhatsApp Manager, and wait until Meta has approved it."),
    ),
    131041: (N_("The group is not known."), None),
    131042: (
        N_("There is a problem with how your WhatsApp account pays."),
        N_(
            "Add or mend the payment method in WhatsApp Manager; what waits goes out "
            "then."
        ),
    ),
    131043: (
        N_("The phone could not be reached before the message expired."),
        _OTHER_WAY,
    ),
    131044: (N_("There is a problem with how your account pays for calls."), None),
    131045: (
        N_("The number's registration at WhatsApp has failed."),
        N_("Register the number again."),
    ),
    131048: (
        N_("Meta limits your number, because people blocked or reported it."),
        N_(
            "Look at the number's quality in WhatsApp Manager, and send less, to "
            "people who want it. The limit ends by itself, after a day at the earliest."
        ),
    ),
    131051: (N_("WhatsApp does not know this kind of message."), None),
    131052: (
        N_("A file that the customer sent could not be fetched."),
        N_("Ask them to send it again."),
    ),
    131053: (
        N_("A picture or a file could not be handed to WhatsApp."),
        N_("Check its kind and size."),
    ),
    131055: (_ONLY_OFFERS, None),
    131057: (N_("The account is in maintenance, such as to be made faster."), None),
    131060: (
        N_("A message of the customer's cannot be shown here."),
        N_("Read it on the phone, in the WhatsApp Business app."),
    ),
    131062: (
        N_("This kind of message needs the customer's phone number."),
        N_("Ask them for their number."),
    ),
    131063: (N_("Your account sends no offers by this way."), None),
    131064: (
        N_("Meta limits your account, because of offers in templates for news."),
        N_(
            "Take all that is promotional out of your utility templates. The limit "
            "ends by itself, after a week at the earliest."
        ),
    ),
    132000: (N_("The number of values is not that of the template."), None),
    132001: (
        N_("The template does not exist in this language, or is not approved."),
        None,
    ),
    132005: (N_("With its values the message is too long."), None),
    132007: (
        N_("The text of the template breaks a policy of WhatsApp's."),
        N_("Read the reason in WhatsApp Manager, and ask for a review there."),
    ),
    132008: (_FORM, None),
    132012: (_FORM, None),
    132015: (
        N_("The template is paused, because people cared little for it."),
        N_(
            "Meta ends the first pauses by itself, after three and after six hours. "
            "Look at the template's quality in WhatsApp Manager."
        ),
    ),
    132016: (
        N_("The template was paused too often, and is disabled for good."),
        N_(
            "Report it to whoever looks after this installation: the automation needs "
            "a template with another wording."
        ),
    ),
    132018: (N_("The values of the template break a rule of WhatsApp's."), None),
    132068: (
        N_("The form in the message is blocked."),
        N_("Open WhatsApp Manager to see why, and have it mended there."),
    ),
    132069: (N_("The form in the message was sent too often within an hour."), None),
    133000: (
        N_("The number was not wholly deregistered before."),
        N_("Deregister it once more, and then register it again."),
    ),
    133004: (N_("WhatsApp registers no numbers at the moment."), None),
    133005: (
        N_("The PIN of the two-step verification is wrong."),
        N_("Give the right one, or set a new one in WhatsApp Manager."),
    ),
    133006: (
        N_("The number has not been verified."),
        N_("Verify it in WhatsApp Manager, by SMS or by a call."),
    ),
    133008: (
        N_("A wrong PIN was given too often."),
        N_("Wait for as long as WhatsApp Manager says, and then give the right one."),
    ),
    133009: (
        N_("The PIN was given again too soon."),
        N_("Wait for some minutes, and then give it again."),
    ),
    133010: (
        N_("The number is not registered for WhatsApp's API."),
        N_("Register it, and then connect it again."),
    ),
    133015: (
        N_("The number was deleted a moment ago."),
        N_("Wait for five minutes, and then register it."),
    ),
    133016: (
        N_("The number was registered and deregistered too often."),
        N_("Wait for three days, and then register it."),
    ),
    134011: (
        N_("The terms of WhatsApp's payments have not been accepted."),
        N_("Accept them in WhatsApp Manager."),
    ),
    134100: (_ONLY_OFFERS, None),
    134101: (
        N_("The template is not ready yet for this way of sending."),
        N_("Nothing has to be done: it takes about ten minutes."),
    ),
    134102: (N_("The template cannot be used for this way of sending."), None),
    135000: (
        N_("Something about the message is wrong; WhatsApp does not say what."),
        None,
    ),
    139100: (N_("Some customers could not be blocked."), _NOTHING),
    139101: (
        N_("The list of blocked customers is full."),
        N_("Unblock some of them."),
    ),
    139102: (_BLOCK_LIST, None),
    139103: (_BLOCK_LIST, None),
    147001: (N_("The user name is taken."), N_("Choose another.")),
    147002: (N_("Your account may not have a user name yet."), _NOTHING),
    1752041: (N_("The account has asked for this way of sending already."), _NOTHING),
    2388019: (
        N_("Your account has as many templates as Meta allows."),
        N_(
            "Delete templates that nobody uses in WhatsApp Manager, or have your "
            "business verified, which raises the limit."
        ),
    ),
    2388039: (
        N_("The template cannot be changed at the moment."),
        N_("Wait until Meta has reviewed it."),
    ),
    2388040: (N_("A part of the template is too long."), None),
    2388047: (N_("The header of the template is not of a form that Meta takes."), None),
    2388072: (N_("The text of the template is not of a form that Meta takes."), None),
    2388073: (N_("The footer of the template is not of a form that Meta takes."), None),
    2388293: (N_("The template has too many values for so short a text."), None),
    2388299: (N_("The text of the template begins or ends with a value."), None),
    2593107: (N_("The chats have been asked for already."), _NOTHING),
    2593108: (N_("The chats can be asked for on the first day only."), _NOTHING),
    2593109: (N_("The business has not shared its chats."), _NOTHING),
}


def meaning_of(code: int) -> Meaning:
    """What the code means; what its class means, where that is all there is to say."""
    of_class = OF_CLASSES[class_of(code)]
    sentence, advice = _OWN.get(code, (of_class.sentence, None))
    return Meaning(sentence, advice or of_class.advice)


def advice_for(code: int) -> str:
    """Both sentences in English, for whoever runs the command line."""
    meaning = meaning_of(code)
    return f"{meaning.sentence} {meaning.advice}"
