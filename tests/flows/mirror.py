"""A tiny web that answers with the headers that reached it, as JSON."""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class _Mirror(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        seen = {name.lower(): value for name, value in self.headers.items()}
        body = json.dumps(seen).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    HTTPServer(("127.0.0.1", int(sys.argv[1])), _Mirror).serve_forever()
