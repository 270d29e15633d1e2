"""Errors that the reader of a run meets."""


class RunError(Exception):
    """The folder is no run, or lacks something; the message says what to do."""
