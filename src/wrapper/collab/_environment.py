"""What the wrapper passes to the command, in variables of the environment."""
import json
import os


def text(name, default=None):
    """A variable as text; `default` if it is not set or empty."""
    return os.environ.get(name) or default


def json_value(name, default):
    """A variable that holds JSON, parsed; `default` if it is not set or empty."""
    value = text(name)
    return default if value is None else json.loads(value)
