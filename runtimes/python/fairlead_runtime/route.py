"""Only for functions that run without a sandbox: leads connections that are meant for AWS to the
Fairlead server, so that boto3 clients made without an endpoint (Debian's knows no
AWS_ENDPOINT_URL), or for a fixed https://….amazonaws.com, work as they are.

It changes the address that a name has and nothing else: the Host header and the name that TLS asks
for stay, so the server knows what was meant and shows a certificate for it.
"""

import re
import socket

_AWS_NAMES = re.compile(r"(^|\.)(amazonaws\.com(\.cn)?|api\.aws|on\.aws)\.?$", re.IGNORECASE)
_LOCAL_NAMES = re.compile(r"\.localhost\.?$", re.IGNORECASE)
_ENDPOINT = re.compile(r"^https?://(\[[^\]]+\]|[^:/]+)(?::(\d+))?")


def install(endpoint):
    """`endpoint` is the server's own address, "http://127.0.0.1:4566"."""
    address = _ENDPOINT.match(endpoint or "")
    if not address:
        return
    server = address.group(1).strip("[]")
    server_port = int(address.group(2) or 80)
    original = socket.getaddrinfo

    def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
        name = host.decode("ascii", "replace") if isinstance(host, (bytes, bytearray)) else host
        if isinstance(name, str):
            if _AWS_NAMES.search(name):
                return original(server, server_port, 0, type, proto, flags)
            if _LOCAL_NAMES.search(name):
                return original(server, port, 0, type, proto, flags)
        return original(host, port, family, type, proto, flags)

    socket.getaddrinfo = getaddrinfo
