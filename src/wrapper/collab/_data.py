"""Folders of data that the experiment names."""
from . import _environment
from ._errors import UnknownName

_data = _environment.json_value('COLLAB_DATA', {})


def data(name, default=None):
    """The folder of a data set of this role, read-only, as a pathlib.Path. `default` is for use without the wrapper.

    Raises UnknownName if there is neither.
    """
    import pathlib  # slow to load, and many scripts have no data
    if name in _data:
        return pathlib.Path(_data[name])
    if default is None:
        raise UnknownName('data', name, _data, 'Add it to `data` in experiment.yaml, or give a default.')
    return pathlib.Path(default).absolute()
