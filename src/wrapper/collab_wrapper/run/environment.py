"""The environment of the command: the wrapper's own, and what the command may know about the trial."""
import json
import os

from .parameter_reads import READS

#: By these, gloo, NCCL and TensorPipe choose the interface whose address they tell their peers. Without them, they take
#: what the host name means, which is 127.0.1.1 on a Debian device.
_INTERFACE = ('GLOO_SOCKET_IFNAME', 'NCCL_SOCKET_IFNAME', 'TP_SOCKET_IFNAME')


def command_environment(role, module_folder):
    """The environment of the command as a dict. The `collab` module of `module_folder` comes first in PYTHONPATH."""
    environment = dict(os.environ)
    environment.update({
        'COLLAB_ROLE': role.name,
        'COLLAB_RANK': str(role.rank),
        'COLLAB_COUNT': str(role.count),
        'COLLAB_RUN_ID': role.run_id,
        'COLLAB_TRIAL': str(role.trial),
        'COLLAB_ATTEMPT': str(role.attempt),
        'COLLAB_REPEAT': str(role.repeat),
        'COLLAB_WARMUP': '1' if role.warmup else '0',
        'COLLAB_PARAMETERS': json.dumps(role.parameters),
        'COLLAB_PEERS': json.dumps(role.peers),
        'COLLAB_PORTS': json.dumps(role.ports),
        'COLLAB_DATA': json.dumps(role.data),
        'COLLAB_RECORDS': role.path('results.jsonl'),
        'COLLAB_SPANS': role.path('spans.jsonl'),
        'COLLAB_READY': role.path('ready'),
        'COLLAB_READS': role.path(READS),
        'COLLAB_OUTPUTS': role.path('outputs'),
    })
    if role.service:
        environment['COLLAB_SERVICE'] = '1'
    if role.restart == 'run':
        environment['COLLAB_WARM'] = role.folder
    if role.meeting:
        environment['COLLAB_MEETING'] = json.dumps({name: role.meeting[name] for name in ('host', 'port', 'key')})
    if not role.own_network and role.address is not None:
        from .interfaces import interface_of  # loaded late: the other wrappers do not need sockets
        interface = interface_of(role.address)
        for name in _INTERFACE if interface else ():
            environment.setdefault(name, interface)
    before = environment.get('PYTHONPATH')
    environment['PYTHONPATH'] = module_folder + (os.pathsep + before if before else '')
    environment.setdefault('PYTHONUNBUFFERED', '1')
    if role.venv is not None:
        # As its script `activate` does.
        environment['VIRTUAL_ENV'] = role.venv
        environment['PATH'] = os.path.join(role.venv, 'bin') + os.pathsep + environment.get('PATH', os.defpath)
    return environment
