"""The door to the network says truly what has left, and what has not."""

import ssl
import threading
import time

import pytest
from aiohttp.http_writer import StreamWriter

from core.guard import NetworkInsideTransaction, network_forbidden
from core.http import caller
from core.outcomes import Answer, NoAnswer, NotSent, OutgoingPost
from core.sender import Sender
from tests.wire.loopback import OK, Server, tls_after, unused_port, write_certificate


@pytest.fixture
def serve():
    servers = []

    def start(*arguments, **more):
        servers.append(Server(*arguments, **more))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def send():
    """Sends one POST and answers its outcome."""
    senders = []

    def one(port, *, scheme="http", start_in=0.0, patience=5.0, **settings):
        sender = Sender(**settings)
        senders.append(sender)
        outcomes = []
        sender.submit(post(port, scheme, start_in, patience), outcomes.append)
        assert sender.flush(10)
        [outcome] = outcomes
        return outcome

    yield one
    for sender in senders:
        sender.close()


def post(port, scheme="http", start_in=0.0, patience=5.0):
    start_at = time.monotonic() + start_in
    return OutgoingPost(
        url=f"{scheme}://127.0.0.1:{port}/v26.0/3001/messages",
        body=b'{"to": "x"}',
        bearer="secret",
        start_at=start_at,
        not_after=start_at + patience,
    )


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    write_certificate(path)
    return path


def test_a_post_leaves_whole_and_its_answer_comes_back(serve, send):
    server = serve()

    outcome = send(server.port)

    assert outcome == Answer(200, {"x-trace": "1", "content-length": "2"}, b"{}")
    [request] = server.requests
    assert request.startswith(b"POST /v26.0/3001/messages HTTP/1.1\r\n")
    assert b"\r\nAuthorization: Bearer secret\r\n" in request
    assert b"\r\nContent-Type: application/json\r\n" in request
    assert request.endswith(b'\r\n\r\n{"to": "x"}')


def test_where_nobody_listens_nothing_was_sent(send):
    assert send(unused_port()) == NotSent("connection_failed")


def test_an_address_that_is_none_is_nothing_sent(send):
    assert send("port") == NotSent("connection_failed")


def test_a_post_that_is_late_before_it_has_a_connection_does_not_leave(serve, send):
    server = serve()

    outcome = send(server.port, patience=-0.001)

    assert outcome == NotSent("slot_missed")
    assert server.requests == []


def test_a_post_whose_time_passes_during_the_handshake_does_not_leave(
    serve, send, certificate
):
    passed = threading.Event()
    trust = ssl.create_default_context(cafile=certificate)
    server = serve(greet=tls_after(certificate, lambda: passed.wait(0.25)))

    outcome = send(server.port, scheme="https", patience=0.1, tls=trust)

    assert outcome == NotSent("slot_missed")
    assert server.connections == 1
    assert server.requests == []


def test_a_process_that_was_stopped_with_a_connection_in_hand_writes_nothing(
    serve, send, monkeypatch
):
    """Whoever holds its message now may have sent it long ago."""
    write_headers = StreamWriter.write_headers

    async def stopped_before(self, *line_and_headers):
        threading.Event().wait(0.15)  # the loop stands still, as after SIGSTOP
        await write_headers(self, *line_and_headers)

    monkeypatch.setattr(StreamWriter, "write_headers", stopped_before)
    server = serve()

    outcome = send(server.port, patience=0.1)

    assert outcome == NotSent("slot_missed")
    assert server.requests == []


def test_a_post_in_time_leaves_after_a_slow_handshake(serve, send, certificate):
    passed = threading.Event()
    trust = ssl.create_default_context(cafile=certificate)
    server = serve(greet=tls_after(certificate, lambda: passed.wait(0.1)))

    assert send(server.port, scheme="https", tls=trust).status == 200


def test_a_handshake_that_never_ends_is_a_connection_that_failed(serve, send):
    server = serve(greet=lambda connection: server.finished.wait(10) and connection)

    outcome = send(server.port, scheme="https", connect_seconds=0.1)

    assert outcome == NotSent("connection_failed")


def test_a_server_that_nobody_vouches_for_gets_nothing(serve, send, certificate):
    server = serve(greet=tls_after(certificate, lambda: None))

    assert send(server.port, scheme="https") == NotSent("connection_failed")
    assert server.requests == []


def test_a_server_that_hangs_up_may_have_understood(serve, send):
    server = serve(answer=lambda connection: None)

    assert send(server.port) == NoAnswer("reset")
    assert len(server.requests) == 1


def test_a_server_that_hangs_up_within_its_answer_may_have_understood(serve, send):
    def half(connection):
        connection.sendall(OK.replace(b"Length: 2", b"Length: 9"))

    server = serve(answer=half)

    assert send(server.port) == NoAnswer("reset")


def test_a_server_that_says_nothing_may_have_understood(serve, send):
    server = serve(answer=lambda connection: server.finished.wait(10) and None)

    assert send(server.port, total_seconds=0.1) == NoAnswer("timeout")
    assert len(server.requests) == 1


def test_a_redirect_is_an_answer_and_not_followed(serve, send):
    moved = OK.replace(b"200 OK", b"302 Found\r\nLocation: /elsewhere")
    server = serve(answer=lambda connection: moved)

    assert send(server.port).status == 302
    assert len(server.requests) == 1


def test_an_endless_answer_is_cut(serve, send):
    endless = OK.replace(b"Length: 2", b"Length: 900000") + b"x" * 899_998
    server = serve(answer=lambda connection: endless)

    outcome = send(server.port)

    assert (outcome.status, len(outcome.body)) == (200, 256 * 1024)


def test_a_post_does_not_leave_before_its_time(serve, send):
    seen = []

    def note(connection):
        seen.append(time.monotonic())
        return OK

    server = serve(answer=note)
    before = time.monotonic()

    send(server.port, start_in=0.15)

    assert seen[0] - before >= 0.15


def test_connections_are_used_again_and_never_more_than_allowed(serve):
    server = serve()
    sender, outcomes = Sender(connections=3), []

    for _ in range(50):
        sender.submit(post(server.port), outcomes.append)
    assert sender.flush(10)
    sender.close()

    assert [outcome.status for outcome in outcomes] == [200] * 50
    assert server.connections <= 3


def test_a_callback_that_breaks_harms_nobody_else(serve, caplog):
    server = serve()
    sender, outcomes = Sender(), []

    def break_down(outcome):
        raise RuntimeError("broken")

    sender.submit(post(server.port), break_down)
    sender.submit(post(server.port), outcomes.append)
    assert sender.flush(10)
    sender.close()

    assert [outcome.status for outcome in outcomes] == [200]
    assert "outcome_not_taken" in caplog.text


def test_closing_tells_of_every_post_what_became_of_it(serve):
    arrived = threading.Event()

    def hang(connection):
        arrived.set()
        server.finished.wait(10)

    server = serve(answer=hang)
    sender, gone, waiting = Sender(connections=1), [], []
    sender.submit(post(server.port), gone.append)
    assert arrived.wait(5)
    sender.submit(post(server.port), waiting.append)
    sender.submit(post(server.port, start_in=60), waiting.append)

    sender.close()

    assert gone == [NoAnswer("reset")]
    assert waiting == [NotSent("slot_missed")] * 2


def test_a_sender_that_never_sent_has_nothing_to_wait_for():
    sender = Sender()

    assert sender.flush(0)
    sender.close()


def test_the_network_is_closed_inside_a_transaction():
    sender, call = Sender(), caller()

    with network_forbidden():
        with pytest.raises(NetworkInsideTransaction):
            sender.submit(post(1), print)
        with pytest.raises(NetworkInsideTransaction):
            call("GET", "http://127.0.0.1:1/", headers={})


@pytest.fixture
def ask():
    def one(port, method="GET", scheme="http", body=None, **settings):
        url = f"{scheme}://127.0.0.1:{port}/x"
        return caller(**settings)(method, url, headers={"X-A": "1"}, body=body)

    return one


def test_an_administrative_call_waits_for_its_answer(serve, ask, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    server = serve()

    outcome = ask(server.port, "POST", body=b"{}")

    assert outcome == Answer(200, {"x-trace": "1", "content-length": "2"}, b"{}")
    assert b"\r\nX-A: 1\r\n" in server.requests[0]


def test_an_administrative_call_says_what_has_left(serve, ask, certificate):
    silent = serve(answer=lambda connection: silent.finished.wait(10) and None)
    gruff = serve(answer=lambda connection: None)
    shady = serve(greet=tls_after(certificate, lambda: None))

    assert ask(unused_port()) == NotSent("connection_failed")
    assert ask("port") == NotSent("connection_failed")
    assert ask(shady.port, scheme="https") == NotSent("connection_failed")
    assert ask(gruff.port) == NoAnswer("reset")
    assert ask(silent.port, read_seconds=0.1) == NoAnswer("timeout")


def test_an_administrative_call_follows_no_redirect_and_keeps_no_cookie(serve):
    moved = OK.replace(b"200 OK", b"301 Moved\r\nLocation: /y\r\nSet-Cookie: a=1")
    server = serve(answer=lambda connection: moved)
    call = caller()

    for _ in range(2):
        said = call("GET", f"http://127.0.0.1:{server.port}/x", headers={})
        assert said.status == 301

    assert len(server.requests) == 2
    assert b"a=1" not in server.requests[1]
