#!/usr/bin/python3
"""Writes one request for every operation of the house, as botocore serialises it, one JSON object a
line: service, operation, method, path, query, headers, body and the parameters it was made of.
src/wire's tests read the requests back."""
import base64
import datetime
import json
import sys
from urllib.parse import urlencode

import botocore.serialize
import botocore.session

from compile_models import SERVICES

MAX_DEPTH = 5
TIME = 1_750_000_000


class Sampler:
    """Parameters that fill every member of a shape."""

    def __init__(self):
        self.count = 0

    def value(self, shape, name, depth):
        kind = shape.type_name
        self.count += 1
        if kind == 'structure':
            return self.structure(shape, depth)
        if kind == 'list':
            return [self.value(shape.member, name, depth + 1) for _ in range(2)]
        if kind == 'map':
            return {f'key-{i}': self.value(shape.value, name, depth + 1) for i in range(2)}
        if kind in ('string', 'character'):
            return self.text(shape, name)
        if kind == 'blob':
            return b'bytes \x00\xff ' + str(self.count).encode()
        if kind == 'boolean':
            return self.count % 2 == 0
        if kind == 'timestamp':
            return datetime.datetime.fromtimestamp(TIME + self.count, datetime.timezone.utc)
        return self.count if kind in ('integer', 'long', 'short', 'byte') else self.count + 0.5

    def text(self, shape, name):
        if shape.enum:
            return shape.enum[self.count % len(shape.enum)]
        if name == 'Bucket':
            return 'bucket-one'
        if name in ('RequestRoute', 'AccountId'):
            return 'route1'
        if name == 'Key':
            return 'dir//a b+c%20&é.txt'
        return f'text {self.count}+é&=<>;%2F'

    def structure(self, shape, depth):
        out = {}
        for name, member in shape.members.items():
            if depth > MAX_DEPTH and name not in shape.required_members:
                continue
            if depth > MAX_DEPTH + 3:
                continue
            if member.serialization.get('eventstream') or getattr(shape, 'eventstream', False):
                continue
            out[name] = self.value(member, name, depth + 1)
        return out


def plain(value):
    """JSON can have neither bytes nor times."""
    if isinstance(value, bytes):
        return {'__bytes': base64.b64encode(value).decode()}
    if isinstance(value, datetime.datetime):
        return {'__time': int(value.timestamp())}
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    return [plain(v) for v in value] if isinstance(value, list) else value


def text_of(body):
    if isinstance(body, dict):
        return urlencode(body)
    return body if isinstance(body, str) else bytes(body or b'').decode('utf-8', 'replace')


def main():
    session = botocore.session.get_session()
    for service in SERVICES:
        model = session.get_service_model(service)
        serializer = botocore.serialize.create_serializer(model.metadata['protocol'], False)
        for name in model.operation_names:
            operation = model.operation_model(name)
            shape = operation.input_shape
            parameters = Sampler().structure(shape, 0) if shape else {}
            for key, member in (shape.members if shape else {}).items():
                if member.serialization.get('location') == 'headers':  # "key-0" in lower case
                    parameters[key] = {'key-0': 'value 0', 'key-1': 'value 1'}
            request = serializer.serialize_to_request(parameters, operation)
            path, _, query = request['url_path'].partition('?')
            pairs = request['query_string']
            more = pairs if isinstance(pairs, str) else urlencode(pairs, doseq=True)
            print(json.dumps({
                'service': service, 'operation': name, 'method': request['method'], 'path': path,
                'query': '&'.join(q for q in (query, more) if q),
                'headers': [[k, v if isinstance(v, str) else bytes(v).decode()]
                            for k, v in request['headers'].items()],
                'body': text_of(request['body']), 'signing': model.signing_name,
                'parameters': plain(parameters)}))


if __name__ == '__main__':
    sys.exit(main())
