"""The environment of the command: the wrapper's own, and what the command may know about the trial."""
import json
import os

from .parameter_reads import READS


def command_environment(role, module_folder):
    """The environment of the command as a dict. The `collab` module of `module_folder` comes first in PYTHONPATH."""
    environment = dict(os.environ)
    environment.update({
        'COLLAB_ROLE': role.name,
        'COLLAB_RANK': str(role.rank),
        'COLLAB_COUNT': str(role.count),
        'COLLAB_RUN_ID': role.run_id,
        'COLLAB_TRIAL': str(role.trial),
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
    if role.meeting:
        environment['COLLAB_MEETING'] = json.dumps({name: role.meeting[name] for name in ('host', 'port', 'key')})
    before = environment.get('PYTHONPATH')
    environment['PYTHONPATH'] = module_folder + (os.pathsep + before if before else '')
    environment.setdefault('PYTHONUNBUFFERED', '1')
    return environment
