"""Which parameters a role that stays for the run was seen to read, trial by trial."""
from .parameter_reads import noted, parameters_read


class WarmReads(object):
    """A parameter that was read in an earlier trial, or before the first one, need not be read again while its value is the
    same: then it counts as read. One whose value changed since counts only if it was read again.
    """

    def __init__(self, role):
        self._role = role
        self._last = {}
        self._outside = set()
        self._parameters = role.parameters

    def of(self, trial):
        """{name: ways}, for the exit.json of a trial. Call it once for each, at its end."""
        found = parameters_read(trial)
        for name in noted(self._role):
            if name not in self._outside and name in self._parameters:  # read while no trial ran
                self._outside.add(name)
                self._last.setdefault(name, self._parameters[name])
        for name, ways in found.items():
            if 'module' in ways:
                self._last[name] = trial.parameters[name]
        for name, value in trial.parameters.items():
            if name in self._last and _same(self._last[name], value) and 'module' not in found.get(name, ()):
                found.setdefault(name, []).insert(0, 'module')
        self._parameters = trial.parameters
        return found


def _same(one, other):
    return type(one) is type(other) and one == other
