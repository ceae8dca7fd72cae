#!/usr/bin/python3
"""An output of every operation and every error of the house, for src/wire's tests.

`--write` prints them, one JSON object a line; `--check` reads the same lines with the answer that
wire made of each (status, headers, body), lets botocore parse it, and says where it differs."""
import base64
import datetime
import json
import sys

import botocore.awsrequest
import botocore.parsers
import botocore.session

from compile_models import SERVICES
from sample_requests import Sampler

# Answers that are event streams, and one whose deprecated and current members share a name.
LEFT_OUT = {'SubscribeToShard', 'SelectObjectContent', 'GetBucketNotification',
            'GetBucketLocation'}
MESSAGE = 'It <was> "refused" & é'


def output_of(shape):
    """(output, payload bytes)"""
    out, payload = Sampler().structure(shape, 0), b''
    for name, member in shape.members.items():
        location = member.serialization.get('location')
        if location == 'headers':
            out[name] = {'key-0': 'value 0'}
        elif location == 'header' and member.type_name == 'string' and not member.enum:
            out[name] = 'text value'
        elif location == 'statusCode':
            out[name] = 200
        if shape.serialization.get('payload') == name and member.type_name == 'blob':
            payload = b'pay\x00load'
            out.pop(name, None)
    return out, payload


def ours(value):
    """Wire's conventions: blobs are base64 text, times are numbers."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime.datetime):
        return int(value.timestamp())
    if isinstance(value, dict):
        return {k: ours(v) for k, v in value.items() if v is not None}
    return [ours(v) for v in value] if isinstance(value, list) else value


def samples():
    session = botocore.session.get_session()
    for service in SERVICES:
        model = session.get_service_model(service)
        for name in model.operation_names:
            shape = model.operation_model(name).output_shape
            if shape is not None and name not in LEFT_OUT:
                output, payload = output_of(shape)
                yield model, {'service': service, 'operation': name, 'output': ours(output),
                              'payload': base64.b64encode(payload).decode()}
        for shape in model.error_shapes:
            status = shape.metadata.get('error', {}).get('httpStatusCode', 400)
            yield model, {'service': service, 'error': shape.name, 'status': status,
                          'message': MESSAGE}


class Stream:
    def __init__(self, body):
        self.body = body

    def read(self):
        return self.body


def parse(model, sample, answer):
    body = base64.b64decode(answer['body'])
    headers = botocore.awsrequest.HeadersDict()
    for name, value in answer['headers']:
        headers[name] = value
    operation = sample.get('operation')
    shape = model.operation_model(operation).output_shape if operation else None
    streaming = operation and model.operation_model(operation).has_streaming_output
    parser = botocore.parsers.create_parser(model.metadata['protocol'])
    return shape, parser.parse({'status_code': answer['status'], 'headers': headers,
                                'body': Stream(body) if streaming else body,
                                'context': {'operation_name': operation}}, shape)


def fault_of(model, sample, answer):
    shape, got = parse(model, sample, answer)
    if 'error' in sample:
        known = model.shape_for(sample['error'])
        wanted = known.metadata.get('error', {}).get('code', sample['error'])
        error = got.get('Error', {})
        if error.get('Code') not in (wanted, sample['error']):
            return f"code {error.get('Code')} instead of {wanted}"
        # Some errors have no message in their model, and botocore then shows none.
        return None if error.get('Message') in (MESSAGE, '') else f"message {error.get('Message')}"
    got.pop('ResponseMetadata', None)
    for name, member in shape.members.items():
        if shape.serialization.get('payload') == name and member.type_name == 'blob':
            got.pop(name, None)
    got = ours(got)
    for name in sorted(set(got) | set(sample['output'])):
        if got.get(name) != sample['output'].get(name):
            return f"{name}: {str(got.get(name))[:300]} != {str(sample['output'].get(name))[:300]}"
    return None


def main():
    if sys.argv[1:] == ['--write']:
        for _, sample in samples():
            print(json.dumps(sample))
        return 0
    faults = 0
    answers = [json.loads(line) for line in sys.stdin]
    for (model, sample), answer in zip(samples(), answers, strict=True):
        fault = fault_of(model, sample, answer)
        if fault:
            faults += 1
            print(sample['service'], sample.get('operation') or sample['error'], fault)
    return 1 if faults else 0


if __name__ == '__main__':
    sys.exit(main())
