"""The way through the wrapper: read what to do, do it, leave exit.json."""
import os
import sys

from .linux import become_subreaper, reason_of
from .measure import read_metrics
from .run import RoleFault, RoleRun, Wakeups, read_role

WRAPPER_FAULT = 125


def main(arguments):
    """Runs the role whose folder is the only argument; returns the exit code."""
    if arguments[:1] == ['--overhead']:
        from .host import measure_overhead
        return measure_overhead(os.path.join(_home(), 'wrapper.py'), arguments[1:])
    if arguments[:1] == ['--sensors'] and len(arguments) == 2:
        from .host import sample_host
        return sample_host(os.path.abspath(arguments[1]), read_metrics(_home()))
    if arguments[:1] == ['--end'] and len(arguments) == 2:
        from .host import end_left_behind
        return end_left_behind(os.path.abspath(arguments[1]))
    wakeups = Wakeups()  # first of all: as process 1, a signal that comes before its handler is lost
    if len(arguments) != 1:
        return _fault('usage: wrapper.py [--sensors | --end] FOLDER | wrapper.py --overhead [PAIRS [SECONDS [SAMPLING_S [FOLDER]]]]')
    try:
        role = read_role(os.path.abspath(arguments[0]))
        metrics = read_metrics(_home())
    except (RoleFault, OSError, ValueError) as fault:
        return _fault(str(fault))
    if not become_subreaper():
        print('collab wrapper: orphans of the command cannot be followed on this kernel', file=sys.stderr)
    run = None
    try:
        run = RoleRun(role, metrics, wakeups, _home())
        return run.run()
    except OSError as error:
        if run is None:  # the folder cannot be written to
            return _fault(reason_of(error))
        return _abandon(run)
    except Exception:  # whatever it is, the command must not stay behind
        return _abandon(run)


def _abandon(run):
    import traceback  # large, and hardly ever needed
    traceback.print_exc()
    if run is not None:
        run.abandon()
    return WRAPPER_FAULT


def _home():
    """The folder of wrapper.py, which is also that of the `collab` module."""
    return os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def _fault(message):
    print('collab wrapper: {}'.format(message), file=sys.stderr)
    return WRAPPER_FAULT
