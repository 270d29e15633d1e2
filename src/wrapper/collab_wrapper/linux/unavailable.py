"""A value that cannot be read on this machine, and why."""


class Unavailable(Exception):
    """The message is the reason that users read."""


class Absent(Unavailable):
    """This machine has no such sensor: nothing is wrong, and there is nothing to fix."""


def reason_of(error):
    """The reason as text: the message of Unavailable, `file: message` of an OSError, the missing key of a KeyError."""
    if isinstance(error, OSError) and error.strerror:
        return '{}: {}'.format(error.filename, error.strerror) if error.filename else error.strerror
    if isinstance(error, KeyError):
        return 'no {}'.format(error.args[0])
    return str(error) or type(error).__name__
