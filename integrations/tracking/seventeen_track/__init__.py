"""17TRACK, version 2.4 of its API: numbers are registered, and their scans pushed.

Where each fact comes from:

- its documentation (https://api.17track.net/en/doc?version=v2.4) and the examples in
  it, field for field, as public clients have kept them: the header ``17token``, the
  calls, the shape of answers and webhooks, forty numbers a call, three calls a second;
- its help centre (https://help.17track.net): the nine statuses and thirty sub-statuses
  («Understanding Tracking Status»), the codes («Error Codes and Troubleshooting»), what
  takes quota («Quota Deduction Standards and Rules»: a number and carrier once, a
  language once more, so none is asked for; following a number again is free once), and
  when it stops by itself («Why tracking stopped»);
- the signature, SHA-256 of the raw body, a slash and the key, is from the documentation
  and the same in every public client that checks it.

What could not be found, and is met with care: whether a push that was refused is tried
again; what ``data.errors`` holds beside a code; and when ``time_raw`` comes without a
zone. A status that is in no table of ours means nothing, and is logged.
"""

from integrations import signatures
from integrations.tracking import Service
from integrations.tracking.seventeen_track import calls, scans

SERVICE = Service(
    name="17track",
    signature="HTTP_SIGN",
    matches=signatures.matches_seventeen_track,
    subject_of=scans.subject_of,
    topic_of=scans.topic_of,
    read=scans.read,
    advice=calls.advice_for,
)
