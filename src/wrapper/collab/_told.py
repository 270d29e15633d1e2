"""What the wrapper told by the environment."""
import json
import os


def text(name, default=None):
    """A variable of the environment; an empty one counts as not there."""
    return os.environ.get(name) or default


def json_value(name, default):
    """A variable that holds JSON."""
    value = text(name)
    return default if value is None else json.loads(value)
