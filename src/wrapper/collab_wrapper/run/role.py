"""role.json: what the controller told this role instance."""
import json
import os


class RoleFault(Exception):
    """role.json is missing, unreadable or not what the wrapper understands."""


class Role(object):
    """One role instance of one trial. Seconds in `_s`; `folder` is where everything is written."""

    def __init__(self, folder, told):
        self.folder = folder
        self.told = told
        self.command = [str(word) for word in told['command']]
        self.directory = told['directory']
        self.ports = told.get('ports') or {}
        self.ready = told.get('ready')
        self.sampling_s = float(told['sampling_s'])
        self.timeout_s = None if told.get('timeout_s') is None else float(told['timeout_s'])
        self.stop_grace_s = float(told.get('stop_grace_s', 5))
        self.idle_s = float(told.get('idle_s') or 0)
        self.meter = [str(word) for word in told.get('meter') or []]
        self.host = os.path.join(folder, 'host.jsonl') if told.get('host_sensors') else None
        self._metrics = told.get('metrics') or []
        self.own_network = told.get('network_namespace') == 'own'
        self.own_cgroup = told.get('cgroup') == 'own'
        if not self.command:
            raise RoleFault('role.json: the command is empty')
        if self.sampling_s <= 0:
            raise RoleFault('role.json: sampling_s must be more than 0')
        if self.ready and 'port' in self.ready and self.ready['port'] not in self.ports:
            raise RoleFault('role.json: ready names the port {!r}, which is not in ports'.format(self.ready['port']))

    def wants(self, metric):
        """Whether the experiment asks for a metric that is only read then."""
        return metric in self._metrics

    def path(self, name):
        """Path of a file in the role's folder."""
        return os.path.join(self.folder, name)


def read_role(folder):
    """Reads FOLDER/role.json; raises RoleFault with one clear sentence."""
    path = os.path.join(folder, 'role.json')
    try:
        with open(path, encoding='utf-8') as file:
            return Role(folder, json.load(file))
    except OSError as error:
        raise RoleFault('{}: {}'.format(path, error.strerror))
    except KeyError as missing:
        raise RoleFault('{}: {} is missing'.format(path, missing))
    except (TypeError, ValueError) as error:
        raise RoleFault('{}: {}'.format(path, error))
