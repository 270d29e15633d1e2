"""The trials of a role, one after the other."""
from . import _environment, _place


class Trial(object):
    """One trial: `parameters`, its `number`, `attempt` and `repeat`, and whether it is a `warmup`."""

    def __init__(self, order, parameters, exit_path=None):
        """`order` has the keys of role.json. `exit_path` is the file that exists once the trial has ended, if any."""
        self.parameters = parameters
        self.number = order['trial']
        self.attempt = order['attempt']
        self.repeat = order['repeat']
        self.warmup = order['warmup']
        self._exit_path = exit_path

    @property
    def over(self):
        """Whether it has ended, for the loop of a service: the controller ends its trials. False in all other roles."""
        if self._exit_path is None:
            return False
        import os
        return os.path.exists(self._exit_path)

    def __repr__(self):
        return 'Trial({}, repeat={}, {})'.format(self.number, self.repeat, dict.__repr__(self.parameters))


def trials():
    """The trials of this role, as they come: `for trial in collab.trials():`.

    With `restart: run`, asking for the next trial ends the one before, and waits; the loop ends after the last one. One
    process of each instance asks. Otherwise, and without the wrapper, there is one trial, with the parameters of this
    process. That of a service lasts until it is stopped, so asking for another one waits for that.
    """
    if _place.warm is not None:
        from ._warm_trials import WarmTrials
        return WarmTrials(_place.warm)
    return _only_trial()


def _only_trial():
    yield Trial({
        'trial': int(_environment.text('COLLAB_TRIAL', '1')),
        'attempt': int(_environment.text('COLLAB_ATTEMPT', '1')),
        'repeat': int(_environment.text('COLLAB_REPEAT', '0')),
        'warmup': _environment.text('COLLAB_WARMUP') == '1',
    }, _place.now().parameters)
    while _environment.text('COLLAB_SERVICE') is not None:
        import time
        time.sleep(3600)
