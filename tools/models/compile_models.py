#!/usr/bin/python3
"""Compiles botocore's service models and our overlay into the blob that src/wire reads in place.

The byte format is docs/formats/model-blob.md; src/wire/blob.h has the same records in C++. The
output depends on the inputs alone. `--models FILE` compiles a JSON object {name: service model}
instead (the tests bring models of their own).
"""
import argparse
import json
import os
import struct
import sys
import zlib

import regexes
import routes

BOTOCORE = '/usr/lib/python3/dist-packages/botocore/data'
SERVICES = '''acm apigateway apigatewaymanagementapi apigatewayv2 cloudformation cloudfront
cloudwatch dynamodb dynamodbstreams ecr events iam kinesis kms lambda logs route53 s3 scheduler
sns sqs ssm stepfunctions sts'''.split()

VERSION = 1
PROTOCOLS = {'json': 0, 'query': 1, 'rest-json': 2, 'rest-xml': 3}
KINDS = {'structure': 0, 'list': 1, 'map': 2, 'string': 3, 'character': 3, 'blob': 4, 'boolean': 5,
         'byte': 6, 'short': 6, 'integer': 6, 'long': 7, 'biginteger': 7, 'float': 8, 'double': 9,
         'bigdecimal': 9, 'timestamp': 10}
LOCATIONS = {None: 0, 'header': 1, 'headers': 2, 'querystring': 3, 'uri': 4, 'statusCode': 5}
TIMESTAMPS = {None: 0, 'unixTimestamp': 1, 'iso8601': 2, 'rfc822': 3}

HEADER = struct.Struct('<8s6I')
SERVICE = struct.Struct('<9IBBH5I')
OPERATION = struct.Struct('<10IHH4I')
SHAPE = struct.Struct('<2q11I6I4H2B10x')
MEMBER = struct.Struct('<5IBBH')
NODE = struct.Struct('<6I')
CANDIDATE = struct.Struct('<7I')


def bits(*flags):
    return sum(1 << i for i, flag in enumerate(flags) if flag)


class Blob:
    """The bytes so far. Records are reserved first and filled when their targets are placed."""

    def __init__(self):
        self.bytes = bytearray(HEADER.size)
        self.texts = {}
        self.patterns = {}

    def reserve(self, size, align=4):
        self.bytes += b'\0' * (-len(self.bytes) % align)
        at = len(self.bytes)
        self.bytes += b'\0' * size
        return at

    def fill(self, at, form, *values):
        form.pack_into(self.bytes, at, *values)

    def text(self, value):
        if value is None or value == '':
            return 0
        if value not in self.texts:
            raw = value.encode()
            if len(raw) > 0xFFFF:
                sys.exit(f'a text of {len(raw)} bytes does not fit: {value[:60]}')
            self.texts[value] = len(self.bytes)
            self.bytes += struct.pack('<H', len(raw)) + raw
        return self.texts[value]

    def words(self, values, form='I'):
        """An array of 32-bit (or, with form 'H', 16-bit) numbers; 0 when there are none."""
        if not values:
            return 0
        at = self.reserve(0, 4)
        self.bytes += struct.pack(f'<{len(values)}{form}', *values)
        return at

    def pattern_index(self, regex):
        return self.patterns.setdefault(regex, len(self.patterns) + 1) if regex else 0


def merge(base, overlay):
    """Objects are merged, null deletes, `key+` appends to the array `key`, the rest replaces."""
    for key, value in overlay.items():
        if value is None:
            base.pop(key, None)
        elif key.endswith('+'):
            have = base.setdefault(key[:-1], [])
            have.extend(item for item in value if item not in have)
        elif isinstance(value, dict) and isinstance(base.get(key), dict):
            merge(base[key], value)
        else:
            base[key] = value


def load(name):
    folder = os.path.join(BOTOCORE, name)
    versions = sorted(v for v in os.listdir(folder)
                      if os.path.exists(os.path.join(folder, v, 'service-2.json')))
    with open(os.path.join(folder, versions[-1], 'service-2.json'), encoding='utf-8') as file:
        model = json.load(file)
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'overlay', name + '.json')
    if os.path.exists(path):
        with open(path, encoding='utf-8') as file:
            overlay = json.load(file)
        for operation in overlay.get('operations', {}):
            if operation not in model['operations']:
                overlay['operations'][operation]['fromOverlay'] = True
        merge(model, overlay)
    return model


class Service:
    """One service model on its way into the blob."""

    def __init__(self, blob, name, model, flattened_by_item):
        self.blob = blob
        self.flattened_by_item = flattened_by_item
        self.name = name
        self.meta = model['metadata']
        self.operations = model['operations']
        self.shapes = model['shapes']
        self.protocol = self.meta['protocol']
        self.at = {}
        self.same = self.find_same_as_json()

    def wire_name(self, name, ref):
        """In botocore's models a flattened list goes by the name of its items, and a list or map
        may have a name of its own; in Smithy's (those of the protocol tests) neither counts."""
        if 'locationName' in ref or not self.flattened_by_item:
            return ref.get('locationName', name)
        target = self.shapes[ref['shape']]
        if target['type'] not in ('list', 'map'):
            return name
        flattened = ref.get('flattened') or target.get('flattened')
        item = target.get('member', {}) if flattened else {}
        return item.get('locationName', target.get('locationName', name))

    def find_same_as_json(self):
        """Shapes whose JSON is the model's Json as it stands. The greatest fixpoint: recursive
        shapes count as the same until something in them differs."""
        renames = self.protocol != 'query'
        same = dict.fromkeys(self.shapes, True)

        def holds(shape):
            kind = shape['type']
            if kind == 'timestamp' or shape.get('eventstream'):
                return False
            if kind == 'structure':
                return not shape.get('payload') and all(
                    same[ref['shape']] and not ref.get('location') and not ref.get('jsonvalue')
                    and (not renames or ref.get('locationName', name) == name)
                    for name, ref in shape.get('members', {}).items())
            if kind == 'list':
                return same[shape['member']['shape']]
            return kind != 'map' or same[shape['value']['shape']]

        changed = True
        while changed:
            changed = False
            for name, shape in self.shapes.items():
                if same[name] and not holds(shape):
                    same[name], changed = False, True
        return same

    def place(self, record):
        """Texts of the service itself first, so that finding a service touches few pages."""
        text, meta = self.blob.text, self.meta
        endpoint = meta.get('endpointPrefix', self.name)
        version = meta.get('jsonVersion', '')
        if self.protocol == 'json' and not version:
            version = '1.0'
        head = [text(self.name), text(meta.get('serviceId')), text(version),
                text(meta.get('targetPrefix')), text(meta.get('signingName', endpoint)),
                text(endpoint), text(meta.get('apiVersion')), text(self.namespace(meta)),
                text(meta.get('errorNamespace'))]
        return lambda: self.finish(record, head)

    @staticmethod
    def namespace(meta):
        ns = meta.get('xmlNamespace')
        return ns.get('uri') if isinstance(ns, dict) else ns

    def finish(self, record, head):
        blob = self.blob
        for name in sorted(self.shapes):
            self.at[name] = blob.reserve(SHAPE.size, 8)
        names = sorted(self.operations, key=str.encode)
        operations = blob.reserve(OPERATION.size * len(names))
        self.operation_at = {n: operations + i * OPERATION.size for i, n in enumerate(names)}
        for name in sorted(self.shapes):
            self.place_shape(name, self.shapes[name])
        for name in names:
            self.place_operation(record, name, self.operations[name])
        errors = sorted((n for n, s in self.shapes.items() if s.get('exception')), key=str.encode)
        root = 0
        if self.protocol.startswith('rest-'):
            root = self.place_node(routes.tree(self.operations, self.shapes))
        blob.fill(record, SERVICE, *head, PROTOCOLS[self.protocol],
                  bits('awsQueryCompatible' in self.meta), 0, len(names), operations, len(errors),
                  blob.words([self.at[n] for n in errors]), root)

    def place_shape(self, name, shape):
        blob, text = self.blob, self.blob.text
        kind = shape['type']
        item, key = shape.get('member') or shape.get('value') or {}, shape.get('key') or {}
        members = self.place_members(shape) if kind == 'structure' else (0, 0, 0, 0)
        pattern = shape.get('pattern', '')
        regex = regexes.for_re2(pattern)
        enums = shape.get('enum', [])
        error = shape.get('error', {})
        lowest, highest = self.limits(shape)
        namespace = shape.get('xmlNamespace', {})
        if isinstance(namespace, str):
            namespace = {'uri': namespace}
        flags = bits(lowest is not None, highest is not None, shape.get('flattened'),
                     shape.get('exception'), error.get('senderFault'), shape.get('sensitive'),
                     shape.get('streaming'), self.same[name], shape.get('document'),
                     shape.get('eventstream'), shape.get('union'), shape.get('box'))
        order = list(shape.get('members', {}))
        payload = order.index(shape['payload']) + 1 if shape.get('payload') in order else 0
        blob.fill(self.at[name], SHAPE, lowest or 0, highest or 0, text(name),
                  self.at.get(item.get('shape'), 0), self.at.get(key.get('shape'), 0),
                  text(item.get('locationName')), text(key.get('locationName')), text(pattern),
                  text(regex), text(shape.get('locationName')), text(namespace.get('uri')),
                  text(namespace.get('prefix')), text(error.get('code')), *members, len(enums),
                  blob.words([text(e) for e in enums]), blob.pattern_index(regex), payload,
                  error.get('httpStatusCode', 0), flags, KINDS[kind],
                  TIMESTAMPS[shape.get('timestampFormat')])

    @staticmethod
    def limits(shape):
        """Whole numbers; a fraction (Weight: 0.0 to 1.0) is one too."""
        def whole(value):
            return None if value is None else max(-2**63, min(2**63 - 1, int(value)))
        return whole(shape.get('min')), whole(shape.get('max'))

    def place_members(self, shape):
        blob, text = self.blob, self.blob.text
        members = list(shape.get('members', {}).items())
        if not members:
            return 0, 0, 0, 0
        required = set(shape.get('required', []))
        at = blob.reserve(MEMBER.size * len(members))
        for i, (name, ref) in enumerate(members):
            target = self.shapes[ref['shape']]
            namespace = ref.get('xmlNamespace', {})
            if isinstance(namespace, str):
                namespace = {'uri': namespace}
            flags = bits(name in required, ref.get('flattened') or target.get('flattened'),
                         ref.get('xmlAttribute'), ref.get('idempotencyToken'),
                         ref.get('streaming') or target.get('streaming'), ref.get('jsonvalue'),
                         'locationName' in ref)
            timestamp = ref.get('timestampFormat', target.get('timestampFormat'))
            blob.fill(at + i * MEMBER.size, MEMBER, text(name), text(self.wire_name(name, ref)),
                      self.at[ref['shape']], text(namespace.get('uri')),
                      text(namespace.get('prefix')), LOCATIONS[ref.get('location')],
                      TIMESTAMPS[timestamp], flags)
        by_name = sorted(range(len(members)), key=lambda i: members[i][0].encode())
        by_wire = sorted(range(len(members)),
                         key=lambda i: self.wire_name(*members[i]).encode())
        return len(members), at, blob.words(by_name, 'H'), blob.words(by_wire, 'H')

    def place_operation(self, record, name, operation):
        text = self.blob.text
        http = operation['http']
        ref_in, ref_out = operation.get('input', {}), operation.get('output', {})
        labels = routes.labels(http['requestUri'], self.shapes, ref_in.get('shape'))
        kind_in, kind_out = self.payload_kind(ref_in), self.payload_kind(ref_out)
        flags = bits(operation.get('deprecated'), operation.get('authtype') == 'none',
                     kind_in == 2, kind_out == 2, kind_in > 0, kind_out > 0,
                     operation.get('fromOverlay'))
        errors = [self.at[e['shape']] for e in operation.get('errors', [])]
        namespace = ref_in.get('xmlNamespace', {})
        if isinstance(namespace, str):
            namespace = {'uri': namespace}
        self.blob.fill(self.operation_at[name], OPERATION, text(name), text(http['method']),
                       text(http['requestUri']),
                       text(operation.get('endpoint', {}).get('hostPrefix')),
                       text(ref_out.get('resultWrapper')), text(ref_in.get('locationName')),
                       text(namespace.get('uri')), record,
                       self.at.get(ref_in.get('shape'), 0), self.at.get(ref_out.get('shape'), 0),
                       int(http.get('responseCode', 200)), flags, len(errors),
                       self.blob.words(errors), len(labels), self.blob.words(labels, 'H'))

    def payload_kind(self, ref):
        """0: no payload of bytes; 1: one blob or string is the body; 2: and it is a stream."""
        shape = self.shapes.get(ref.get('shape'), {})
        member = shape.get('members', {}).get(shape.get('payload'))
        if not member or self.shapes[member['shape']]['type'] not in ('blob', 'string'):
            return 0
        target = self.shapes[member['shape']]
        return 2 if member.get('streaming') or target.get('streaming') else 1

    def place_node(self, node):
        blob = self.blob
        at = blob.reserve(NODE.size)
        literals = []
        for key in sorted(node.literals, key=str.encode):
            literals += [blob.text(key), self.place_node(node.literals[key])]
        label = self.place_node(node.label) if node.label else 0
        greedy = self.place_node(node.greedy) if node.greedy else 0
        found = node.sorted_candidates()
        first = blob.reserve(CANDIDATE.size * len(found)) if found else 0
        for i, c in enumerate(found):
            queries = [blob.text(word) for pair in c.queries for word in pair]
            headers = [blob.text(h) for h in c.headers]
            blob.fill(first + i * CANDIDATE.size, CANDIDATE, self.operation_at[c.name],
                      blob.text(c.method), c.given, len(c.queries), blob.words(queries),
                      len(headers), blob.words(headers))
        blob.fill(at, NODE, len(node.literals), blob.words(literals), label, greedy, len(found),
                  first)
        return at


def compile_blob(models, flattened_by_item):
    blob = Blob()
    names = sorted(models)
    records = blob.reserve(SERVICE.size * len(names), 8)
    services = [Service(blob, name, models[name], flattened_by_item) for name in names]
    for finish in [s.place(records + i * SERVICE.size) for i, s in enumerate(services)]:
        finish()
    blob.reserve(0, 8)
    crc = zlib.crc32(memoryview(blob.bytes)[HEADER.size:])
    blob.fill(0, HEADER, b'FLMODELS', VERSION, len(blob.bytes), len(names), records,
              len(blob.patterns), crc)
    return blob.bytes


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--output', required=True)
    parser.add_argument('--models', help='a JSON object {name: service model}, in place of ours')
    arguments = parser.parse_args()
    if arguments.models:
        with open(arguments.models, encoding='utf-8') as file:
            models = json.load(file)
    else:
        models = {name: load(name) for name in SERVICES}
    data = compile_blob(models, flattened_by_item=not arguments.models)
    os.makedirs(os.path.dirname(os.path.abspath(arguments.output)), exist_ok=True)
    with open(arguments.output + '.new', 'wb') as file:
        file.write(data)
    os.replace(arguments.output + '.new', arguments.output)


if __name__ == '__main__':
    main()
