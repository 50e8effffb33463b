"""Who opens an address, and is nobody."""

import pytest
from werkzeug.datastructures import Headers

from integrations.robots import is_fetched_ahead, is_robot

ROBOTS = """\
WhatsApp/2.23.20.0 A
WhatsApp/2.24.1.84 i
facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)
meta-externalagent/1.1
meta-externalfetcher/1.1
Mozilla/5.0 (Macintosh) Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0
Twitterbot/1.0
Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)
Slack-ImgProxy (+https://api.slack.com/robots)
TelegramBot (like TwitterBot)
Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)
LinkedInBot/1.0 (compatible; Mozilla/5.0; +http://www.linkedin.com)
facebookexternalhit/1.1;kakaotalk-scrap/1.0;
facebookexternalhit/1.1;line-poker/1.0
Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)
Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)
Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5
Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/129.0.0.0 Safari/537.36
curl/8.5.0
python-requests/2.32.3
Go-http-client/2.0
""".splitlines()

PEOPLE = """\
Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Safari/604.1
Mozilla/5.0 (Linux; Android 14; SM-S918B) Chrome/129.0.0.0 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 14; SM-S918B Build/UP1A; wv) Version/4.0 Instagram 350.0
Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Safari Line/14.16.0
Mozilla/5.0 (Linux; Android 13; SAMSUNG SM-A536B) SamsungBrowser/26.0 Safari/537.36
Mozilla/5.0 (Android 14; Mobile; rv:131.0) Gecko/131.0 Firefox/131.0
Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/129.0.0.0 Edg/129.0.0.0
Mozilla/5.0 (Linux; U; Android 10; CUBOT X30) UCBrowser/13.4 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 9; CUBOT) Chrome/129.0.0.0 Mobile Safari/537.36
Opera/9.80 (Android; Opera Mini/36.2/191.249; U; en) Presto/2.12 Version/12.16
""".splitlines()


@pytest.mark.parametrize("agent", ["", *ROBOTS])
def test_a_preview_and_a_program_are_no_person(agent):
    assert is_robot(agent)


@pytest.mark.parametrize("agent", PEOPLE)
def test_the_browser_of_a_phone_is_a_person(agent):
    assert not is_robot(agent)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Sec-Purpose", "prefetch"),
        ("Sec-Purpose", "prefetch;prerender"),
        ("sec-purpose", "prefetch;anonymous-client-ip"),
        ("Purpose", "prefetch"),
        ("X-moz", "prefetch"),
        ("X-Purpose", "preview"),
    ],
)
def test_a_browser_that_fetches_ahead_says_so(name, said):
    assert is_fetched_ahead(Headers([(name, said)]).get)


@pytest.mark.parametrize("said", ["", "navigate", "prefetched"])
def test_a_browser_that_somebody_pressed_in_does_not(said):
    assert not is_fetched_ahead(Headers([("Sec-Purpose", said)]).get)
    assert not is_fetched_ahead(Headers().get)
