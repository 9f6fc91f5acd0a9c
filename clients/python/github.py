"""A GitHub made from its published description alone, with PyNaCl for its keys.

Routes, required properties and the shape of every answer come from the description whose path is the one argument. It
reads {"token": ..., "secrets": {path: visibility or null}} from standard input, prints its port, and then a line of JSON
for every secret or variable that is written: {"path": ..., "value": ..., "body": ...}, of which value and body are null
where it is deleted.
"""

import base64
import datetime
import http.server
import json
import re
import sys
import threading

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

SELECTED = [{"id": 11, "name": "network"}, {"id": 12, "name": "edge"}]


class Refused(Exception):
    """An answer that the description leaves to the imagination."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def instance(schema, given):
    """The least value that a schema allows, with what is given in place of what would be made up."""
    for key in ("allOf", "anyOf", "oneOf"):
        if key in schema:
            parts = schema[key] if key == "allOf" else schema[key][:1]
            return {name: value for part in parts for name, value in instance(part, given).items()}
    if schema.get("nullable"):
        return None
    kind = schema.get("type", "object")
    if kind == "object":
        properties = schema.get("properties", {})
        names = [name for name in properties if name in given or name in schema.get("required", [])]
        return {name: given[name] if name in given else instance(properties[name], {}) for name in names}
    if kind == "array":
        return []
    if kind == "string":
        if "enum" in schema:
            return schema["enum"][0]
        return {"date-time": now(), "uri": "https://github.example/"}.get(schema.get("format"), "text")
    return {"integer": 1, "number": 1, "boolean": False}[kind]


class Store:
    """What stands at one path: a key pair, and what was written below it."""

    def __init__(self):
        self.key = PrivateKey.generate()
        self.values = {}

    def public_key(self):
        return {"key_id": str(id(self)), "key": base64.b64encode(bytes(self.key.public_key)).decode()}

    def opened(self, body):
        if body["key_id"] != str(id(self)):
            raise Refused(422, "The key is not known")
        try:
            return SealedBox(self.key).decrypt(base64.b64decode(body["encrypted_value"], validate=True)).decode()
        except (CryptoError, ValueError) as error:
            raise Refused(422, "The value is not sealed for this key") from error


class GitHub:
    def __init__(self, description, token, secrets):
        self.lock = threading.Lock()
        self.token = token
        self.stores = {}
        self.routes = []
        for path, methods in description["paths"].items():
            pattern = re.compile("^" + re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path) + "$")
            self.routes.append((path.count("{"), pattern, path, methods))
        self.routes.sort(key=lambda route: route[0])
        for path, visibility in secrets.items():
            above, name = path.rsplit("/", 1)
            old = {"created_at": "2025-01-01T00:00:00Z", "updated_at": "2025-01-01T00:00:00Z", "value": None}
            self.store(above).values[name] = old | ({"visibility": visibility} if visibility else {})

    def store(self, path):
        return self.stores.setdefault(path, Store())

    def answer(self, method, path, authorization, text):
        """The status, and the body where there is one."""
        if authorization not in (f"token {self.token}", f"Bearer {self.token}", f"bearer {self.token}"):
            raise Refused(401, "Bad credentials")
        for _, pattern, template, methods in self.routes:
            match = pattern.match(path)
            if match and method.lower() in methods:
                operation = methods[method.lower()]
                body = self.checked(operation, text)
                status, given = self.act(method, path, template, match.groupdict(), body)
                return status, self.shaped(operation, status, given)
        raise Refused(404, "Not Found")

    def checked(self, operation, text):
        if "requestBody" not in operation:
            return None
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        body = json.loads(text)
        for name in schema.get("required", []):
            if name not in body:
                raise Refused(422, f"{name} is missing")
        for name, value in body.items():
            if name not in schema["properties"]:
                raise Refused(422, f"{name} is not known")
            pattern = schema["properties"][name].get("pattern")
            if pattern and not re.search(pattern, value):
                raise Refused(422, f"{name} has another form")
        return body

    def shaped(self, operation, status, given):
        content = operation["responses"][str(status)].get("content")
        if content is None:
            return None
        schema = content["application/json"]["schema"]
        return [] if schema.get("type") == "array" else instance(schema, given)

    def act(self, method, path, template, names, body):
        """The status, and what is known of the answer."""
        above, last = path.rsplit("/", 1)
        if template.endswith("/secrets/public-key"):
            return 200, self.store(above).public_key()
        if template.endswith("/repositories"):
            return 200, {"total_count": len(SELECTED), "repositories": SELECTED}
        if template.endswith(("/{secret_name}", "/variables/{name}", "/variables")):
            return self.keep(method, path if template.endswith("/variables") else above, last, body)
        full_name = f"{names.get('owner')}/{names.get('repo')}"
        return 200, {"name": names.get("repo"), "full_name": full_name, "private": True, "visibility": "private"}

    def keep(self, method, place, name, body):
        values = self.store(place).values
        if method == "POST":
            name = body["name"]
            if name in values:
                raise Refused(409, "Already exists")
        elif name not in values and method != "PUT":
            raise Refused(404, "Not Found")
        if method == "GET":
            return 200, {"name": name} | values[name]
        if method == "DELETE":
            del values[name]
            self.tell(place, name, None, None)
            return 204, {}
        before = values.get(name, {}).get("value")
        value = self.store(place).opened(body) if "encrypted_value" in body else body.get("value", before)
        is_new = name not in values
        kept = {"created_at": now()} | values.get(name, {}) | {"updated_at": now(), "value": value}
        values[name] = kept | ({"visibility": body["visibility"]} if "visibility" in body else {})
        self.tell(place, name, value, body)
        return (201 if is_new else 204), {}

    def tell(self, place, name, value, body):
        print(json.dumps({"path": f"{place}/{name}", "value": value, "body": body}), flush=True)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    github: GitHub

    def serve(self):
        text = self.rfile.read(int(self.headers.get("content-length", 0)))
        try:
            path = self.path.split("?")[0]
            with self.github.lock:
                status, body = self.github.answer(self.command, path, self.headers.get("authorization"), text)
        except Refused as refused:
            status, body = refused.status, {"message": str(refused)}
        raw = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        if body is not None:
            self.send_header("content-type", "application/json; charset=utf-8")
        if status != 204:
            self.send_header("content-length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = serve

    def log_message(self, *_):
        """Standard error is for failures."""


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        Handler.github = GitHub(json.load(file), **json.loads(sys.stdin.readline()))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()


main()
