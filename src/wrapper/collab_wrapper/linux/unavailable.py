"""A metric that cannot be read here, and why."""


class Unavailable(Exception):
    """Its message is the reason that is written down, in words for the user."""


class Absent(Unavailable):
    """This machine has no such sensor: nothing is wrong, and there is nothing to mend."""


def reason_of(error):
    """The reason as text: of Unavailable its message, of an OSError what the system said of which file."""
    if isinstance(error, OSError) and error.strerror:
        return '{}: {}'.format(error.filename, error.strerror) if error.filename else error.strerror
    if isinstance(error, KeyError):
        return 'no {}'.format(error.args[0])
    return str(error) or type(error).__name__
