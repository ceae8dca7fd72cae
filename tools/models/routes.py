"""The path table of a REST service: a tree of path segments with the operations at its ends."""
import re


class Candidate:
    """An operation that a path may mean, and what the rest of the request must have for that."""

    def __init__(self, name, method, queries, headers, deprecated, given):
        self.name, self.method, self.queries, self.headers = name, method, queries, headers
        self.given = given
        # Most specific first: what the template spells out, then what the input requires.
        self.rank = (-given, -len(queries), -len(headers), deprecated, name)


class Node:
    def __init__(self):
        self.literals, self.label, self.greedy, self.candidates = {}, None, None, []

    def sorted_candidates(self):
        return sorted(self.candidates, key=lambda c: c.rank)


def split(uri):
    path, _, query = uri.partition('?')
    pairs = [tuple(p.partition('=')[::2]) for p in query.split('&') if p]
    return [s for s in path.split('/') if s], pairs


def labels(uri, shapes, input_shape):
    """Member indexes of the path's labels, in the order of the path."""
    members = list(shapes[input_shape].get('members', {}).items()) if input_shape else []
    index = {ref.get('locationName', name): i for i, (name, ref) in enumerate(members)
             if ref.get('location') == 'uri'}
    names = [n.rstrip('+') for n in re.findall(r'\{([^}]*)\}', uri.partition('?')[0])]
    return [index.get(n, 0xFFFF) for n in names]


def needed(shape):
    """Query keys and header names of the required members."""
    queries, headers = [], []
    for name in shape.get('required', []):
        ref = shape.get('members', {}).get(name, {})
        if ref.get('location') == 'querystring':
            queries.append((ref.get('locationName', name), ''))
        elif ref.get('location') == 'header':
            headers.append(ref.get('locationName', name).lower())
    return queries, headers


def tree(operations, shapes):
    root = Node()
    for name in sorted(operations):
        operation = operations[name]
        segments, pairs = split(operation['http']['requestUri'])
        node = root
        for segment in segments:
            match = re.fullmatch(r'\{([^}+]*)(\+?)\}', segment)
            if match and match[2]:
                node.greedy = node.greedy or Node()
                node = node.greedy
            elif match:
                node.label = node.label or Node()
                node = node.label
            elif '{' in segment:
                raise SystemExit(f'{name}: a segment of text and label: {segment}')
            else:
                node = node.literals.setdefault(segment, Node())
        shape = shapes.get(operation.get('input', {}).get('shape'), {})
        queries, headers = needed(shape)
        have = {key for key, _ in pairs}
        queries = pairs + [(k, v) for k, v in queries if k not in have]
        node.candidates.append(Candidate(name, operation['http']['method'], queries, headers,
                                         bool(operation.get('deprecated')), len(pairs)))
    return root
