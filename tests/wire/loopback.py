"""A server on this machine that answers, hesitates or hangs up as it is told to."""

import datetime
import ipaddress
import socket
import ssl
import threading
from contextlib import suppress

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

OK = b"HTTP/1.1 200 OK\r\nX-Trace: 1\r\nContent-Length: 2\r\n\r\n{}"


class Server:
    """Takes connections, keeps what they say, and ``answer``s each request.

    ``answer`` is given the connection; None hangs up. ``greet`` comes first, and may
    turn the connection into another.
    """

    def __init__(self, answer=OK, greet=lambda connection: connection):
        self.answer, self.greet = answer, greet
        self.requests, self.connections = [], 0
        self.finished = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.threads = [threading.Thread(target=self._accept, daemon=True)]
        self.threads[0].start()

    def _accept(self):
        with suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                talk = threading.Thread(
                    target=self._talk, args=[connection], daemon=True
                )
                self.threads.append(talk)
                talk.start()

    def _talk(self, connection):
        with suppress(OSError), connection:
            connection = self.greet(connection)
            with connection:
                while head := self._read(connection):
                    self.requests.append(head)
                    answer = self.answer(connection) if callable(self.answer) else OK
                    if answer is None:
                        return
                    connection.sendall(answer)

    def _read(self, connection):
        said = b""
        while b"\r\n\r\n" not in said:
            more = connection.recv(65_536)
            if not more:
                return b""
            said += more
        head, _, body = said.partition(b"\r\n\r\n")
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        while len(body) < length:
            body += connection.recv(65_536)
        return head + b"\r\n\r\n" + body

    def close(self):
        self.finished.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self.threads:
            thread.join(5)


def tls_after(certificate, is_time):
    """A greeting that begins the handshake when ``is_time`` returns."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def greet(connection):
        is_time()
        return context.wrap_socket(connection, server_side=True)

    return greet


def write_certificate(path):
    """A certificate for 127.0.0.1 that vouches for itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    host = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
        .not_valid_after(datetime.datetime(2120, 1, 1, tzinfo=datetime.UTC))
        .add_extension(x509.SubjectAlternativeName([host]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )


def unused_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
