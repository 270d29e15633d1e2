"""role.json, the order of the controller for one role instance. This is the only place that reads it.

Its counterpart is the schema in src/logs; tests/fixtures/role-json holds files that both sides check.
"""
import json
import os

from .role_keys import PROTOCOLS, REQUIRED, RoleKeys, is_port, is_protocol, is_text


class RoleFault(Exception):
    """role.json is missing, unreadable or invalid. The message names the file and every faulty key."""


class Role(object):
    """One role instance of one trial, or of all with `restart` of 'run'. Names that end in `_s` are seconds; `folder` is where its files are written."""

    def __init__(self, folder, order):
        """`order` is the content of role.json as a dict; raises RoleFault."""
        keys = RoleKeys(order)
        self.folder = folder
        self.run_id = keys.text('run_id')
        self.trial = keys.integer('trial')
        self.attempt = keys.count('attempt') or 1
        self.repeat = keys.integer('repeat')
        self.warmup = keys.flag('warmup')
        self.name = keys.text('role')
        self.rank = keys.integer('rank')
        self.count = keys.integer('count')
        self.command = keys.words('command')
        self.directory = keys.text('directory')
        self.parameters = keys.mapping('parameters')
        self.peers = keys.objects('peers')
        self.ports = keys.mapping('ports', is_port, 'a port number')
        self.reads_in_command = keys.texts('reads_in_command')
        self.reads_declared = keys.texts('reads_declared')
        self.port_protocols = keys.mapping('port_protocols', is_protocol, '"tcp" or "udp"')
        self.data = keys.mapping('data', is_text, 'a path')
        self.venv = keys.text('venv', None)
        self.ready = keys.ready('ready', self.ports)
        self.sampling_s = keys.seconds('sampling_s', REQUIRED, above_zero=True)
        self.idle_s = keys.seconds('idle_s', 0.0)
        self.timeout_s = keys.seconds('timeout_s', None)
        self.stop_grace_s = keys.seconds('stop_grace_s', 5.0)
        self.meter = keys.words('meter', [])
        self.meeting = keys.meeting('meeting')
        self.own_network = keys.one_of('network_namespace', ('own', 'shared'), 'shared') == 'own'
        self.own_cgroup = keys.one_of('cgroup', ('own', 'shared'), 'shared') == 'own'
        self.cores = keys.count('cores')
        self.restart = keys.one_of('restart', ('trial', 'run'), 'trial')
        self.service = keys.flag('service')
        self.hold = keys.flag('hold')
        self.prepare = keys.words('prepare', None)
        self.finalize = keys.words('finalize', None)
        self.host = os.path.join(folder, 'host.jsonl') if keys.flag('host_sensors') else None
        self._metrics = keys.texts('metrics')
        if keys.faults:
            raise RoleFault('role.json: ' + '; '.join(keys.faults))

    def protocols_of(self, port_name):
        """The protocols of one of its ports: 'tcp', 'udp', or both."""
        one = self.port_protocols.get(port_name)
        return PROTOCOLS if one is None else (one,)

    @property
    def address(self):
        """Address under which the peers reach the role's device, or None."""
        for peer in self.peers:
            if (peer.get('role'), peer.get('rank')) == (self.name, self.rank):
                return peer.get('host')
        return None

    def wants(self, metric):
        """Whether the experiment requests a metric that is only read on request."""
        return metric in self._metrics

    def path(self, name):
        """Path of a file in the role's folder."""
        return os.path.join(self.folder, name)


def read_role(folder):
    """Reads FOLDER/role.json; raises RoleFault."""
    return Role(folder, read_order(folder))


def read_order(folder):
    """The content of FOLDER/role.json as JSON has it; raises RoleFault."""
    path = os.path.join(folder, 'role.json')
    try:
        with open(path, encoding='utf-8') as file:
            return json.load(file)
    except OSError as error:
        raise RoleFault('{}: {}'.format(path, error.strerror))
    except ValueError as error:
        raise RoleFault('{}: {}'.format(path, error))
