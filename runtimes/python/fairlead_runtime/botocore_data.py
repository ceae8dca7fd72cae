"""Only in a zygote: keeps in memory what botocore reads and parses for every first client, more than
half of what making one costs. The forks share it.

Nothing else changes: another folder of models (AWS_DATA_PATH, ~/.aws/models) is looked at as ever,
and a function's own botocore knows nothing of this.
"""

import os

_COMMON = ("endpoints", "partitions", "sdk-default-configuration", "_retry")
_SERVICES = ("dynamodb", "s3", "apigatewaymanagementapi")
_KINDS = ("service-2", "endpoint-rule-set-1")


def _names(folder):
    yield from _COMMON
    for service in _SERVICES:
        for version in sorted(os.listdir(os.path.join(folder, service)))[-1:]:
            for kind in _KINDS:
                yield "%s/%s/%s" % (service, version, kind)


def _keep_files(loaders, folder, inside):
    original = loaders.JSONFileLoader.load_file
    reader = loaders.JSONFileLoader()
    parsed = {}
    for name in _names(folder):
        value = original(reader, os.path.join(folder, name))
        if value is not None:
            parsed[os.path.join(inside, name)] = value

    def load_file(self, file_path):
        value = parsed.get(file_path)
        return original(self, file_path) if value is None else value

    loaders.JSONFileLoader.load_file = load_file


def _keep_services(loaders, folder, inside):
    original = loaders.Loader.list_available_services
    reader = loaders.Loader(include_default_search_paths=False)
    reader.search_paths.append(folder)
    known = {kind: original(reader, kind) for kind in _KINDS}

    def list_available_services(self, type_name):
        others = [path for path in self.search_paths if path != inside and os.path.isdir(path)]
        if type_name in known and inside in self.search_paths and not others:
            return list(known[type_name])
        return original(self, type_name)

    loaders.Loader.list_available_services = list_available_services


def keep(folder):
    """`folder`: botocore's data, where it can be read now."""
    from botocore import loaders
    inside = loaders.Loader.BUILTIN_DATA_PATH
    _keep_files(loaders, folder, inside)
    _keep_services(loaders, folder, inside)
