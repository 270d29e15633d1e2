"""Errors that the author of an experiment reads."""


class CollabError(Exception):
    """Any error of this module."""


class UnknownName(CollabError, KeyError):
    """A parameter, role, rank or port that the experiment does not have; the message lists those that it has."""

    def __init__(self, kind, name, known, advice):
        listed = ', '.join(str(one) for one in known) or 'none'
        super().__init__('There is no {} {!r}. Known: {}. {}'.format(kind, name, listed, advice))

    def __str__(self):
        return self.args[0]  # KeyError would show it quoted
