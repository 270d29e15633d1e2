"""What the controller orders of a role that stays for the run: `order.json`, and a byte into `wake` when it has changed."""
import json
import os
import sys

from .fifo import Fifo

#: What one trial has of its own; the rest of role.json is that of the first.
_OF_TRIAL = ('trial', 'attempt', 'repeat', 'warmup', 'parameters', 'peers', 'ports', 'meeting')


class Orders(object):
    """Served by Wakeups. `take()` gives each order once; the serial of an order is higher than those before."""

    def __init__(self, folder):
        """Makes the pipe; raises OSError."""
        self._path = os.path.join(folder, 'order.json')
        self._fifo = Fifo(os.path.join(folder, 'wake'), 0o666)
        self._serial = 0
        self._is_new = True

    def descriptors(self):
        """The pipe."""
        return [self._fifo.descriptor]

    def serve(self, _ready):
        """Empties the pipe."""
        self._fifo.read()
        self._is_new = True

    def take(self):
        """The order that came, as a dict; None if there is none, or one that was taken."""
        if not self._is_new:
            return None
        self._is_new = False
        try:
            with open(self._path, encoding='utf-8') as file:
                order = json.load(file)
            serial, _ = int(order['serial']), order['kind']
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            print('collab wrapper: {}: {}'.format(self._path, error), file=sys.stderr)
            return None
        if serial <= self._serial:
            return None
        self._serial = serial
        return order


def trial_order(first, order):
    """The content of role.json for a later trial: that of the first one, with what `order` says of the new one."""
    merged = {key: value for key, value in first.items() if key != 'attempt'}
    merged.update((key, order[key]) for key in _OF_TRIAL if key in order)
    return merged


def attempt_name(order):
    """Name of the folder of a trial: `3`, or `3.2` for the second attempt at it."""
    attempt = order.get('attempt') or 1
    return str(order['trial']) if attempt == 1 else '{}.{}'.format(order['trial'], attempt)
