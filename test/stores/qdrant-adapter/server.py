"""Qdrant's REST API, as far as the store of Reprise uses it, over Qdrant's own engine: for tests where there is no Qdrant server.

    python server.py --port 17633 --folder DIR [--api-key KEY]

Listens on 127.0.0.1 alone. What is not known is refused, so that a test never passes by something that was left out.
"""

import argparse
import json
import signal
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from engine import Engine, Refusal

# The version of the server whose API this is.
VERSION = "1.18.0"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body go in one piece where they fit, as a small second packet would wait for the first one's acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def do_GET(self):
        self.answer()

    do_PUT = do_POST = do_DELETE = do_PATCH = do_GET

    def answer(self):
        began = time.perf_counter()
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        try:
            status, result = 200, self.route(json.loads(body) if body else {})
        except Refusal as refusal:
            status, result = refusal.status, str(refusal)
        except Exception as error:  # What the engine refuses.
            status, result = 400, f"{type(error).__name__}: {error}"
        took = time.perf_counter() - began
        if status != 200:
            reply = {"status": {"error": result}, "time": took}
        elif isinstance(result, dict) and "title" in result:
            reply = result
        else:
            reply = {"result": result, "status": "ok", "time": took}
        self.reply(status, json.dumps(reply).encode())

    def reply(self, status, data):
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()

    def route(self, body):
        key = self.server.api_key
        if key is not None and self.headers.get("api-key") != key:
            raise Refusal(401, "Must provide an API key or an Authorization bearer token")
        engine = self.server.engine
        words = [unquote(word) for word in urlsplit(self.path).path.strip("/").split("/") if word]
        match (self.command, words):
            case ("GET", []):
                return {"title": "qdrant - vector search engine", "version": VERSION}
            case ("GET", ["collections"]):
                return {"collections": [{"name": name} for name in sorted(engine.collections)]}
            case ("GET", ["collections", name]):
                return engine.get(name).info()
            case ("PUT", ["collections", name]):
                return engine.create(name, body)
            case ("DELETE", ["collections", name]):
                return engine.delete(name)
            case ("PUT", ["collections", name, "index"]):
                return engine.get(name).create_index(body)
            case ("PUT", ["collections", name, "vectors", vector]):
                return engine.get(name).create_vector(vector, body)
            case ("PUT", ["collections", name, "points"]):
                return engine.get(name).upsert(body)
            case ("POST", ["collections", name, "points"]):
                return engine.get(name).retrieve(body)
            case ("POST", ["collections", name, "points", "scroll"]):
                return engine.get(name).scroll(body)
            case ("POST", ["collections", name, "points", "count"]):
                return engine.get(name).count(body)
            case ("POST", ["collections", name, "points", "query"]):
                return engine.get(name).query(body)
            case ("POST", ["collections", name, "points", "delete"]):
                return engine.get(name).delete(body)
            case ("POST", ["collections", name, "points", "payload"]):
                return engine.get(name).set_payload(body)
        raise Refusal(404, f"{self.command} {self.path} is not known to the adapter")

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--api-key")
    args = parser.parse_args()
    server = Server(("127.0.0.1", args.port), Handler)
    server.engine = Engine(args.folder)
    server.api_key = args.api_key
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server.serve_forever()


main()
