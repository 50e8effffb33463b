"""The languages of the page, and the words that its script says."""

from collections.abc import Mapping

from babel import Locale

from core.words import N_, Words

LANGUAGES: Mapping[str, str] = {"en": "English", "ko": "한국어"}


def language_name(locale: str, words: Words) -> str:
    """What a buyer's language is called by the reader."""
    name = Locale.parse(locale, sep="-").get_display_name(words.language)
    return name or locale


def for_script(words: Words) -> Mapping[str, str]:
    """What the script says, by its English words."""
    return {sentence: words.gettext(sentence) for sentence in OF_SCRIPT}


OF_SCRIPT = (
    N_("%(days)s d ahead"),
    N_("%(hours)s h ahead"),
    N_(
        "%(placed)s of %(wanted)s orders placed · %(sent)s messages taken in the last "
        "minute, half of them within %(median)s s, 95 of 100 within %(p95)s s"
    ),
    N_(
        "A checkout stands there, and nobody has paid. An hour later they are reminded "
        "of it, if they agreed to offers: see the phone."
    ),
    N_("All orders"),
    N_("Cancel"),
    N_("Copied: %(code)s"),
    N_("Copy offer code"),
    N_("Delayed"),
    N_("Delete the draft"),
    N_("Delivered"),
    N_("Looked at again at %(time)s."),
    N_("Meta's own words"),
    N_("Next scan: %(city)s"),
    N_("Nobody at home"),
    N_("Nothing was said about it: no offers are sent."),
    N_("On the phone: %(what)s"),
    N_("Only %(name)s, %(who)s"),
    N_("Order %(name)s is placed."),
    N_("Out for delivery"),
    N_("Pay it after all"),
    N_("Pay the invoice"),
    N_("Place order %(name)s"),
    N_("Ready for pickup"),
    N_("Refund"),
    N_("Ship it"),
    N_("Ship, number later"),
    N_("Sosik does not answer: is ./sosik up still running?"),
    N_(
        "The invoice of %(name)s is sent. A day later they are reminded of it, if they "
        "agreed to offers: see the phone."
    ),
    N_("The money comes"),
    N_("The page cannot be served at the moment: it tries again by itself."),
    N_("The parcel's way"),
    N_("The simulated store is being connected."),
    N_("This did not work."),
    N_("What came"),
    N_("What each automation made of it"),
    N_("What the buyer reads"),
    N_("What went to Meta"),
    N_("Why: what was decided, and on what"),
    N_("Why?"),
    N_("agreed at %(time)s"),
    N_("cancelled"),
    N_("delayed"),
    N_("delivered"),
    N_("did not say yes to WhatsApp"),
    N_("ends in %(time)s"),
    N_("failed"),
    N_("has ended"),
    N_("in trouble"),
    N_("money back"),
    N_("never paid"),
    N_("nobody can tell whether it arrived"),
    N_("nobody was at home"),
    N_("not paid yet"),
    N_("on its way"),
    N_("out for delivery"),
    N_("paid"),
    N_("parcel delivered"),
    N_("passed"),
    N_("read"),
    N_("ready for pickup"),
    N_("sent"),
    N_("simulated: it leads nowhere"),
    N_("some money back"),
    N_("taken back at %(time)s"),
    N_("to be paid at the door"),
    N_("to come"),
)
