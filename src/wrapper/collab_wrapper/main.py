"""The command line of wrapper.py."""
import os
import signal
import sys

from .linux import become_subreaper, reason_of
from .measure import read_metrics
from .run import RoleFault, RoleRun, Told, Wakeups, read_role, wait_for_go

WRAPPER_FAULT_CODE = 125
NEVER_BEGUN_CODE = 128 + signal.SIGTERM

_USAGE = ('usage: wrapper.py [--sensors | --end] FOLDER | '
          'wrapper.py --overhead [PAIRS [SECONDS [SAMPLING_S [FOLDER]]]]')


def main(arguments):
    """Does what the arguments say; returns the exit code. One argument is the folder of a role to run."""
    if arguments[:1] == ['--overhead']:
        from .host import measure_overhead
        return measure_overhead(os.path.join(_home(), 'wrapper.py'), arguments[1:])
    if arguments[:1] == ['--sensors'] and len(arguments) == 2:
        from .host import sample_host
        try:
            return sample_host(os.path.abspath(arguments[1]), read_metrics(_home()))
        except RoleFault as fault:
            return _fault(str(fault))
    if arguments[:1] == ['--end'] and len(arguments) == 2:
        from .host import end_left_behind
        return end_left_behind(os.path.abspath(arguments[1]))
    wakeups = Wakeups()  # first: as process 1, a signal that arrives before its handler is lost
    if len(arguments) != 1:
        return _fault(_USAGE)
    try:
        role = read_role(os.path.abspath(arguments[0]))
        metrics = read_metrics(_home())
    except (RoleFault, OSError, ValueError) as fault:
        return _fault(str(fault))
    if not become_subreaper():
        print('collab wrapper: this kernel cannot follow orphans of the command', file=sys.stderr)
    if role.hold and not wait_for_go(role, wakeups):
        return NEVER_BEGUN_CODE
    run = None
    try:
        run = _kind_of_run(role)(role, metrics, wakeups, _home(), Told(role.folder))
        return run.run()
    except OSError as error:
        if run is None:  # the folder is not writable
            return _fault(reason_of(error))
        return _abandon(run)
    except Exception:  # whatever happened, the command must not keep running
        return _abandon(run)


def _kind_of_run(role):
    if role.restart == 'trial':
        return RoleRun
    from .run import warm_run  # loaded late: most roles are started for each trial
    return warm_run.WarmRun


def _abandon(run):
    import traceback  # loaded late: it is large and rarely needed
    traceback.print_exc()
    if run is not None:
        run.abandon()
    return WRAPPER_FAULT_CODE


def _home():
    """The folder of wrapper.py, which also holds the `collab` module."""
    return os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def _fault(message):
    print('collab wrapper: {}'.format(message), file=sys.stderr)
    return WRAPPER_FAULT_CODE
