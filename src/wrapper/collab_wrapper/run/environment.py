"""The environment that the command gets: its own, and what it may know about the trial."""
import json
import os


def command_environment(role, module_folder):
    """Environment of the command as a dict.

    `module_folder` holds the `collab` module and comes first in PYTHONPATH.
    """
    told = role.told
    environment = dict(os.environ)
    environment.update({
        'COLLAB_ROLE': str(told['role']),
        'COLLAB_RANK': str(told['rank']),
        'COLLAB_COUNT': str(told['count']),
        'COLLAB_RUN_ID': str(told['run_id']),
        'COLLAB_TRIAL': str(told['trial']),
        'COLLAB_REPEAT': str(told['repeat']),
        'COLLAB_WARMUP': '1' if told.get('warmup') else '0',
        'COLLAB_PARAMETERS': json.dumps(told.get('parameters') or {}),
        'COLLAB_PEERS': json.dumps(told.get('peers') or []),
        'COLLAB_PORTS': json.dumps(role.ports),
        'COLLAB_DATA': json.dumps(told.get('data') or {}),
        'COLLAB_RECORDS': role.path('results.jsonl'),
        'COLLAB_SPANS': role.path('spans.jsonl'),
        'COLLAB_READY': role.path('ready'),
        'COLLAB_OUTPUTS': role.path('outputs'),
    })
    meeting = told.get('meeting')
    if meeting:
        environment['COLLAB_MEETING'] = json.dumps({name: meeting[name] for name in ('host', 'port', 'key')})
    before = environment.get('PYTHONPATH')
    environment['PYTHONPATH'] = module_folder + (os.pathsep + before if before else '')
    environment.setdefault('PYTHONUNBUFFERED', '1')
    return environment
