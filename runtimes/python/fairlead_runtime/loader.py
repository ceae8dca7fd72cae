"""From "folder/module.function" to the function it names."""

import importlib
import sys

from .errors import Fault


def search_path(task_root, layers, runtime_folder, minor, standard):
    """Where modules are looked for, in Lambda's order: the code, the layers, the runtime."""
    path = [task_root]
    for layer in layers:
        path.append("%s/python/lib/python3.%d/site-packages" % (layer, minor))
        path.append(layer + "/python")
    return path + [runtime_folder, runtime_folder + "/site"] + standard


def load(handler):
    try:
        module_name, function_name = handler.rsplit(".", 1)
    except ValueError as error:
        raise Fault("MalformedHandlerName", "Bad handler '%s': %s" % (handler, error)) from None
    if module_name.split(".")[0] in sys.builtin_module_names:
        raise Fault("BuiltInModuleConflict",
                    "Cannot use built-in module %s as a handler module" % module_name)
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise Fault("ImportModuleError",
                    "Unable to import module '%s': %s" % (module_name, error)) from None
    except SyntaxError as error:
        place = '  File "%s" Line %s\n    %s' % (error.filename, error.lineno, error.text)
        raise Fault("UserCodeSyntaxError",
                    "Syntax error in module '%s': %s" % (module_name, error), [place]) from None
    try:
        return getattr(module, function_name)
    except AttributeError:
        raise Fault("HandlerNotFound", "Handler '%s' missing on module '%s'"
                    % (function_name, module_name)) from None


def restore_builtins():
    """exit() and quit(), which the interpreter lacks because it was started without `site`."""
    import site
    site.setquit()
