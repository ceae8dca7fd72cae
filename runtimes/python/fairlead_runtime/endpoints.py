"""AWS_ENDPOINT_URL for the runtime's own botocore, which is older than that variable.

`install` makes site/botocore/session.py call add_to() at its end. Over plain HTTP a first call costs
a tenth of what it costs by AWS's host name and TLS. What newer botocores know, too: the variable
for one service comes first, and an endpoint that the code names before both.
"""

import os

# Services whose variable is not simply their name.
_VARIABLES = {"stepfunctions": "SFN", "events": "EVENTBRIDGE", "logs": "CLOUDWATCH_LOGS"}
# Their operations put something before the host's name (sync-…), which an address does not bear.
_BY_NAME = ("stepfunctions",)
_ENDPOINT_POSITION = 4  # create_client(service, region, api_version, use_ssl, verify, endpoint_url)


def configured(service):
    if os.environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true":
        return None
    name = _VARIABLES.get(service) or service.upper().replace("-", "_")
    url = os.environ.get("AWS_ENDPOINT_URL_" + name)
    if not url and service not in _BY_NAME:
        url = os.environ.get("AWS_ENDPOINT_URL")
    return url or None


def add_to(session_class):
    original = session_class.create_client

    def create_client(self, service_name, *arguments, **named):
        if len(arguments) <= _ENDPOINT_POSITION and named.get("endpoint_url") is None:
            url = configured(service_name)
            if url:
                named["endpoint_url"] = url
        return original(self, service_name, *arguments, **named)

    session_class.create_client = create_client
