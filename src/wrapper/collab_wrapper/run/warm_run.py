"""A role whose process stays for the run and asks for its trials.

The controller orders a trial, the code asks for it (`collab.trials`), and it begins when both have happened. It ends when
the code asks for the next one; that of a service ends when the controller says so. Between trials nothing is measured.
"""
import json
import os
import sys
import time

from ..measure import OutOfMemory
from .asks import Asks
from .current import Current
from .orders import Orders, attempt_name, trial_order
from .process_run import NEVER, ProcessRun
from .role import Role, RoleFault, read_order
from .sections import Sections
from .stretch import Ended, Stretch
from .warm_reads import WarmReads

_NEVER_ASKED = 'the command never asked for a trial: its code must loop over collab.trials()'


class WarmRun(ProcessRun):
    """All trials of one process. Each has a folder of its own in that of the role, which keeps the process's own files."""

    def __init__(self, role, metrics, wakeups, module_folder, told):
        super().__init__(role, metrics, wakeups, module_folder, told)
        self._first = read_order(role.folder)
        self._whole = Stretch(role, self.bench)
        self.state = self._whole.state
        self._orders, self._asks = Orders(role.folder), Asks(role.folder)
        wakeups.watch(self._orders)
        wakeups.watch(self._asks)
        self._current = Current(role.folder)
        self._sections = Sections(role)
        self._reads = WarmReads(role)
        self._trial = self._out_of_memory = None
        self._pending = self._first
        self._is_over = self._has_asked = False
        self._expected_s = NEVER
        if role.meeting and role.meeting.get('listen'):
            self.open_meeting(role.meeting)
        if self.meeting is not None:
            self.meeting.waits_for_keys = True

    @property
    def next_s(self):
        """When something of the trial is due."""
        return NEVER if self._trial is None else self._trial.next_s

    @property
    def deadline_s(self):
        """When the trial's time is over, or that in which the code should have asked for what was ordered, or ended."""
        if self._trial is not None:
            return self._trial.deadline_s
        if self.role.timeout_s is None or (self._pending is None and not self._is_over):
            return NEVER
        return self._expected_s + self.role.timeout_s

    def starting(self):
        """Just before the command starts."""
        self._whole.started_realtime_s, self._whole.started_s = time.time(), time.monotonic()
        self._expected_s = self._whole.started_s
        self._out_of_memory = OutOfMemory(self.instruments.cgroup.memory)

    def started(self, fields):
        """The command runs, and will ask for the first trial."""
        self.state.write('started', self._whole.started_s, pid=self.command.pid, **fields)

    def attend(self, now_s):
        """Does what is due, and what the controller and the code want."""
        if self._trial is not None:
            self._sections.copy()
            self._trial.tick(now_s)
        order = self._orders.take()
        if order is not None:
            self._obey(order, now_s)
        if not self._asks.waiting:
            return
        self._has_asked = True
        if self.was_stopped:
            self._asks.answer('end')
        elif self._trial is not None and self.role.service:
            self._trial.is_ready()
        else:
            if self._trial is not None:
                self._end_trial(max(self._asks.asked_s, self._trial.started_s))
            self._answer()

    def _answer(self):
        """The code waits, and no trial runs."""
        if self._pending is not None:
            order, self._pending = self._pending, None
            self._begin_trial(order)
        elif self._is_over:
            self._expected_s = time.monotonic()
            self._asks.answer('end')

    def _obey(self, order, now_s):
        """Takes an order of the controller. Any order ends the trial of a service, which does not know its end."""
        if self._trial is not None and self.role.service:
            self._end_trial(time.monotonic())
        self._expected_s = now_s
        self._pending = None
        if order['kind'] == 'trial':
            self._pending = trial_order(self._first, order)
        elif order['kind'] == 'end':
            self._is_over = True

    def _begin_trial(self, order):
        try:
            role = Role(self.role.path(attempt_name(order)), order)
        except RoleFault as fault:
            print('collab wrapper: {}'.format(fault), file=sys.stderr)
            return
        os.makedirs(role.folder, exist_ok=True)
        with open(role.path('role.json'), 'w', encoding='ascii') as file:
            json.dump(order, file, indent=2)
        is_first = order is self._first
        trial = Stretch(role, self.bench, self.role if is_first else None)
        if self.meeting is not None and role.meeting is not None:
            self.meeting.begin(role.meeting['key'])
            trial.delivery.meeting = self.meeting
        self._sections.begin(role)
        self._current.announce(order)
        self.instruments.restart()
        trial.arm()
        self._current.enter()
        self._asks.answer('trial')
        self._trial = trial
        trial.begin(running=True)

    def _end_trial(self, ended_s):
        """The trial ends, and the process lives on."""
        trial, self._trial = self._trial, None
        self._current.leave()
        self._sections.copy()
        trial.end(ended_s)
        self._sections.end()
        trial.measure(0)
        trial.look()
        how = Ended(0, None, 'exited', trial.what_ran_out(False))
        trial.write_exit(how, NEVER, self._reads.of)

    def stopping(self, now_s):
        """The command is asked to stop."""
        for stretch in (self._whole, self._trial):
            if stretch is not None:
                stretch.delivery.stopping(now_s)
                stretch.state.write('stopping', reason=self.reason)

    def never_ran(self, how):
        """The command was not started."""
        self._whole.write_exit(how, NEVER)

    def ended(self, ended_s):
        """The command has ended: so has its trial, if one ran."""
        trial, whole = self._trial, self._whole
        deadline_s = self.deadline_s
        if trial is None:
            self.end_the_rest()
            whole.delivery.wait(deadline_s)
        else:
            self._end_with(trial, ended_s)
        whole.ended_s = ended_s
        message = self._why_between() if trial is None else None
        how = Ended(self.command.code, self.command.signal, self.reason, message)
        whole.totals_are('each trial has totals of its own')
        whole.write_exit(how, deadline_s, lambda _: {}, **self.finalize())

    def _end_with(self, trial, ended_s):
        """The trial ends with its process."""
        self._current.leave()
        self._sections.copy()
        trial.end(ended_s)
        left = self.end_the_rest()
        self._sections.end()
        trial.measure(left)
        message = trial.what_ran_out(self.was_stopped)
        trial.deliver(trial.deadline_s)
        how = Ended(self.command.code, self.command.signal, self.reason, message)
        trial.write_exit(how, trial.deadline_s, self._reads.of)

    def _why_between(self):
        """What else is known of an end between two trials, as text; None if it is as it should be."""
        message = self._out_of_memory.verdict(self.command, self.was_stopped)
        if message is None and not self._has_asked:
            return _NEVER_ASKED
        if message is None and self._pending is not None:
            return 'it ended without asking for trial {}'.format(attempt_name(self._pending))
        return message
