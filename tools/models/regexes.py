"""Java's regular expressions, as the models have them, for RE2."""
import re

# Patterns that look around, and what accepts the same texts without doing so.
SAME_WITHOUT_LOOKING = {
    r'(?!^[0-9]+$)([a-zA-Z0-9-_]+)': r'[0-9]*[a-zA-Z\-_][a-zA-Z0-9\-_]*',
    r'(^\$LATEST$)|((?!^[0-9]+$)([a-zA-Z0-9-_]+))':
        r'\$LATEST|[0-9]*[a-zA-Z\-_][a-zA-Z0-9\-_]*',
    r'^(?!\s*$).+': r'.*\S.*',
    r'^[0-9A-Za-z\.\-_]*(?<!\.)$': r'([0-9A-Za-z.\-_]*[0-9A-Za-z\-_])?',
    r'^[a-z0-9](([a-z0-9]|-(?!-))*[a-z0-9])?$': r'[a-z0-9]+(-[a-z0-9]+)*',
}
SURROGATES = r'\uD800\uDC00-\uDBFF\uDFFF'


def for_re2(pattern):
    """'' when RE2 cannot express it: the constraint is then not checked."""
    if not pattern:
        return ''
    if pattern in SAME_WITHOUT_LOOKING:
        return SAME_WITHOUT_LOOKING[pattern]
    if re.search(r'\(\?[=!<]|\\[1-9]', pattern):
        return ''
    pattern = pattern.replace(r'\p{ASCII}', r'[\x00-\x7F]')
    pattern = pattern.replace(SURROGATES, r'\x{10000}-\x{10FFFF}')
    pattern = pattern.replace(r'\u10000-\u10FFFF', r'\x{10000}-\x{10FFFF}')
    if re.search(r'\\u[dD][89a-fA-F]', pattern.replace(r'\uD7FF', '')):
        return ''
    pattern = re.sub(r'\\u([0-9a-fA-F]{4})', r'\\x{\1}', pattern)
    # RE2 repeats up to 1000 times; the shape's own maximum bounds the rest.
    return re.sub(r'\{(\d+),(\d{4,})\}', r'{\1,}', pattern)
