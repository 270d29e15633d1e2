"""Checks the keys of role.json one by one."""
import json

REQUIRED = object()
PROTOCOLS = ('tcp', 'udp')
_LONGEST_VALUE = 80


class RoleKeys(object):
    """Reads keys by kind. A wrong one adds `key: what is wrong` to `faults` and reads as None or as empty.

    A key that is not required has its default if it is missing or null.
    """

    def __init__(self, order):
        self.faults = []
        self._order = order
        if not isinstance(order, dict):
            self._order = {}
            self.faults.append('it must be an object')

    def text(self, key, default=REQUIRED):
        """A text that is not empty."""
        return self._take(key, default, lambda value: is_text(value) and value != '', 'a text that is not empty')

    def integer(self, key):
        """An integer of 0 or more; required."""
        return self._take(key, REQUIRED, lambda value: _is_integer(value) and value >= 0, 'an integer of 0 or more')

    def count(self, key):
        """An integer of 1 or more; None by default."""
        return self._take(key, None, lambda value: _is_integer(value) and value >= 1, 'an integer of 1 or more')

    def flag(self, key):
        """True or false; false by default."""
        return self._take(key, False, lambda value: isinstance(value, bool), 'true or false')

    def seconds(self, key, default, above_zero=False):
        """A number of seconds of 0 or more, or above 0."""
        wanted = 'a number above 0' if above_zero else 'a number of 0 or more'
        value = self._take(key, default, lambda one: _is_number(one) and (one > 0 if above_zero else one >= 0), wanted)
        return None if value is None else float(value)

    def words(self, key, default=REQUIRED):
        """A program and its arguments."""
        return self._take(key, default, lambda value: _is_texts(value) and value != [], 'a list of at least one text')

    def texts(self, key):
        """A list of texts; empty by default."""
        return self._take(key, [], _is_texts, 'a list of texts')

    def objects(self, key):
        """A list of objects; empty by default."""
        wanted = 'a list of objects'
        return self._take(key, [], lambda value: isinstance(value, list) and all(map(_is_object, value)), wanted)

    def mapping(self, key, is_value=None, wanted=None):
        """An object, with values of one kind if `is_value` is given; empty by default."""
        values = self._take(key, {}, _is_object, 'an object') or {}
        if is_value is not None:
            for name in sorted(values):
                self._check('{}.{}'.format(key, name), values[name], is_value(values[name]), wanted)
        return values

    def one_of(self, key, choices, default):
        """One of some texts."""
        return self._take(key, default, lambda value: value in choices, ' or '.join(map(json.dumps, choices)))

    def ready(self, key, ports):
        """How to know that the role is ready: {'log': text}, {'port': name}, {'helper': True}, or None."""
        rule = self._take(key, None, _is_object, 'an object')
        if rule is None:
            return None
        if 'log' in rule:
            text = rule['log']
            self._check(key + '.log', text, is_text(text) and text != '', 'a text that is not empty')
        elif 'port' in rule:
            name = rule['port']
            self._check(key + '.port', name, is_text(name) and name in ports, 'a name in ports')
        elif rule.get('helper') is not True:
            self.faults.append('{}: it must have log, port or helper: true'.format(key))
        return rule

    def meeting(self, key):
        """Where the roles meet: {'host', 'port', 'key', 'listen'}, or None. `listen` is an address or None."""
        place = self._take(key, None, _is_object, 'an object')
        if place is None:
            return None
        for name, is_value, wanted in (
                ('host', is_text, 'a text'), ('port', is_port, 'a port number'), ('key', is_text, 'a text')):
            self._check('{}.{}'.format(key, name), place.get(name), is_value(place.get(name)), wanted)
        listen = place.get('listen')
        self._check(key + '.listen', listen, listen is None or is_text(listen), 'a text or null')
        return place

    def _take(self, key, default, is_value, wanted):
        value = self._order.get(key)
        if value is None:
            if default is REQUIRED:
                self.faults.append('{}: it is missing'.format(key))
                return None
            return default
        return value if self._check(key, value, is_value(value), wanted) else None

    def _check(self, key, value, is_valid, wanted):
        if not is_valid:
            self.faults.append('{}: it must be {}, not {}'.format(key, wanted, json.dumps(value)[:_LONGEST_VALUE]))
        return is_valid


def is_text(value):
    return isinstance(value, str)


def _is_texts(value):
    return isinstance(value, list) and all(map(is_text, value))


def _is_object(value):
    return isinstance(value, dict)


def _is_integer(value):
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_protocol(value):
    return is_text(value) and value in PROTOCOLS


def is_port(value):
    return _is_integer(value) and 0 < value < 65536
