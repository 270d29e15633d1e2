"""Errors that the author of an experiment reads."""


class CollabError(Exception):
    """The base of all errors of this module."""


class UnknownName(CollabError, KeyError):
    """The experiment has no such parameter, role, rank, port or data; the message lists those that it has."""

    def __init__(self, kind, name, known, advice):
        listed = ', '.join(str(one) for one in known) or 'none'
        super().__init__('There is no {} {!r}. Known: {}. {}'.format(kind, name, listed, advice))

    def __str__(self):
        return self.args[0]  # KeyError would quote it
