"""One process of a role from its start to its end: what is the same for one trial and for all of a run."""
import os
import signal
import time

from ..linux import NotStarted, ProcessTree, Unavailable, reason_of
from ..measure import Instruments
from .command import Command
from .environment import command_environment
from .given import Given
from .stretch import Bench, Ended

NOT_STARTED_CODE = 127
TIMEOUT_CODE = 124
NEVER = float('inf')

_KILL_AGAIN_S = 0.05
_GIVE_UP_S = 10.0
_IDLE_STEP_S = 0.1
#: After a stop, the controller kills the wrapper 3 s later than the grace period: `finalize` must have ended before.
_FINALIZE_S = 1.0
_FINALIZE_GRACE_S = 0.3


class ProcessRun(object):
    """Everything that measures is created before the command starts, so earlier usage is subtracted.

    A kind of run has `state`, the StateLog of the role's folder; `deadline_s` and `next_s`, when the process must have
    ended and when it is to be attended next; and these steps: `started` and `attend` while it runs, `stopping` when it is
    asked to stop, then `ended`, or `never_ran`.
    """

    def __init__(self, role, metrics, wakeups, module_folder, told):
        self.role = role
        self.wakeups = wakeups
        self.environment = command_environment(role, module_folder)
        given = Given(role, self.environment)
        tree = ProcessTree(os.getpid())
        self.command = Command(tree)
        self.instruments = Instruments(role, metrics, tree, self.command, self.environment)
        self.bench = Bench(metrics, wakeups, tree, self.command, self.instruments, told, given)
        self.meeting = None
        self.reason = 'exited'
        self._stopped_s = self._kill_at_s = NEVER

    @property
    def was_stopped(self):
        """Whether the wrapper asked the command to stop."""
        return self._stopped_s != NEVER

    def open_meeting(self, meeting):
        """Serves the trial's barriers. One wrapper of the trial does: the one that has an address to listen on."""
        from .meeting import MeetingPlace  # loaded late: the other wrappers do not need sockets
        try:
            self.meeting = MeetingPlace(meeting['listen'], meeting['port'], meeting['key'])
            self.wakeups.watch(self.meeting)
        except OSError as error:
            self.state.write('unavailable', metric='barrier', reason=reason_of(error))

    def run(self):
        """Starts the command, follows it to its end and writes exit.json; returns the exit code."""
        try:
            return self._run()
        finally:
            self.instruments.close()

    def _run(self):
        failure = self._prepare() or self._start()
        if failure is not None:
            self.never_ran(failure)
            return 128 + signal.SIGTERM if failure.reason == 'stopped' else NOT_STARTED_CODE
        self._follow()
        self.ended(time.monotonic())
        return TIMEOUT_CODE if self.reason == 'timeout' else self.command.exit_code

    def _prepare(self):
        """Runs the role's `prepare`, and measures idle power; returns None, or how it Ended if the command must not start."""
        role, wakeups = self.role, self.wakeups
        if role.prepare is not None:
            from .beside import run_beside  # loaded late: few roles have it
            until_s = NEVER if role.timeout_s is None else time.monotonic() + role.timeout_s
            failure = run_beside('prepare', role.prepare, role, self.environment, self.command, wakeups,
                                 lambda: 0.0 if wakeups.stop_requested else until_s, role.stop_grace_s)
            if failure is not None and not wakeups.stop_requested:
                return Ended(None, None, 'prepare-failed', failure)
            self.instruments.restart()
        self.instruments.sensors.energy.begin(self._measure_idle())
        return Ended(None, None, 'stopped', 'asked to stop before the start') if wakeups.stop_requested else None

    def _start(self):
        """Starts the command; returns None, or how it Ended if it could not be started."""
        role, instruments = self.role, self.instruments
        self.starting()
        try:
            self.command.start(
                role.command, role.directory, self.environment, role.path('stdout.log'), role.path('stderr.log'),
                instruments.counters.attach if instruments.counters else None)
        except NotStarted as fault:
            return Ended(None, None, 'not-started', str(fault))
        cgroups = instruments.made_cgroups
        self.started({'cgroups': cgroups} if cgroups else {})
        return None

    def finalize(self):
        """Runs the role's `finalize`, once all else has ended; returns its key of exit.json, none without a failure."""
        role, wakeups = self.role, self.wakeups
        if role.finalize is None:
            return {}
        from .beside import run_beside  # loaded late: few roles have it
        began_s = time.monotonic()
        limit_s = NEVER if role.timeout_s is None else began_s + role.timeout_s
        if self.was_stopped:
            limit_s = max(self._stopped_s + role.stop_grace_s, began_s) + _FINALIZE_S

        def until_s():
            hurried = wakeups.stop_requested and not self.was_stopped
            return min(limit_s, began_s + role.stop_grace_s) if hurried else limit_s
        failure = run_beside('finalize', role.finalize, role, self.environment, self.command, wakeups, until_s,
                             _FINALIZE_GRACE_S)
        return {} if failure is None else {'finalize_failed': failure}

    def _measure_idle(self):
        """Reads the power sensors before the command starts; returns for how many seconds it did."""
        probes = self.instruments.sensors.energy.probes
        if not probes or self.role.idle_s <= 0:
            return 0.0
        began_s = now_s = time.monotonic()
        while now_s < began_s + self.role.idle_s and not self.wakeups.stop_requested:
            for probe in probes:
                try:
                    probe.read({}, now_s)
                except (Unavailable, OSError, ValueError):
                    pass  # reported when the run itself reads it
            self.command.reap()
            self.wakeups.sleep_until(now_s + min(_IDLE_STEP_S, self.role.idle_s))
            now_s = time.monotonic()
        return now_s - began_s

    def abandon(self):
        """Ends all processes of the command after a fault of the wrapper."""
        if self.command.pid is not None:
            self._kill_at_s = 0.0
            self.end_the_rest()
        self.instruments.close()

    def _follow(self):
        """Returns when the command itself has ended. Processes are reaped only after a signal: each end sends one."""
        signalled = True
        while True:
            if signalled:
                self.command.reap()
            if self.command.ended:
                return
            now_s = time.monotonic()
            if not self.was_stopped and (self.wakeups.stop_requested or now_s >= self.deadline_s):
                self._stop('stopped' if self.wakeups.stop_requested else 'timeout', now_s)
            if now_s >= self._kill_at_s:
                self.command.send(signal.SIGKILL)
                self._kill_at_s = now_s + _KILL_AGAIN_S
            signals = self.wakeups.signals
            self.attend(now_s)
            if self.wakeups.signals != signals:  # it slept, and a process may have ended meanwhile
                signalled = True
                continue
            until_s = min(self.next_s, self._kill_at_s)
            signalled = self.wakeups.sleep_until(until_s if self.was_stopped else min(until_s, self.deadline_s))

    def _stop(self, reason, now_s):
        self.reason = reason
        self._stopped_s = now_s
        self._kill_at_s = now_s + self.role.stop_grace_s
        self.stopping(now_s)
        self.command.send(signal.SIGTERM)

    def end_the_rest(self):
        """Ends processes that the command left behind: SIGTERM, the grace period, SIGKILL. Returns how many remain."""
        if not self.command.reap():
            return 0
        now_s = time.monotonic()
        if self._kill_at_s == NEVER:
            self.command.send(signal.SIGTERM)
            self._kill_at_s = now_s + self.role.stop_grace_s
        give_up_s = max(now_s, self._kill_at_s) + _GIVE_UP_S
        while self.command.reap():
            now_s = time.monotonic()
            if now_s >= give_up_s:
                return self.command.left()
            if now_s >= self._kill_at_s:
                self.command.send(signal.SIGKILL)
                self._kill_at_s = now_s + _KILL_AGAIN_S
            self.wakeups.sleep_until(min(self._kill_at_s, give_up_s))
        return 0
