"""The same with pandas: write.py <run folder> <format> <output folder>. Reads the JSON lines, creates the columns of a report,
writes the table, and prints the duration."""
import json
import os
import resource
import sys
import time

import pandas


def samples(folder):
    with open(os.path.join(folder, 'run.json')) as file:
        run = json.load(file)
    started = pandas.Timestamp(run['started_at'])
    frames = []
    for trial in run['trials']:
        for placed in run['placement']:
            own = os.path.join(folder, 'trials', str(trial['number']), '%s-%d' % (placed['role'], placed['rank']))
            frame = pandas.read_json(os.path.join(own, 'samples.jsonl'), lines=True)
            with open(os.path.join(own, 'state.jsonl')) as file:
                state = json.loads(file.readline())
            clock = [device['clock'] for device in run['devices'] if device['name'] == placed['device']][0]
            at = state['realtime_s'] - clock['offset_ms'] / 1000 + frame.pop('monotonic_s') - state['monotonic_s']
            before = [
                ('run_id', run['run_id']),
                ('trial', trial['number']),
                ('repeat', trial['repeat']),
                ('warmup', trial['warmup']),
                ('role', placed['role']),
                ('rank', placed['rank']),
                ('device', placed['device']),
                ('time_s', (at - started.timestamp()).round(6)),
                ('time', pandas.to_datetime((at * 1000).round(), unit='ms')),
                ('clock_error_ms', clock['error_ms']),
            ]
            for place, (name, values) in enumerate(before):
                frame.insert(place, name, values)
            frames.append(frame)
    return pandas.concat(frames, ignore_index=True)


def write(table, format, output):
    if format == 'csv':
        table.to_csv(os.path.join(output, 'samples.csv'), index=False)
    elif format == 'json':
        table.to_json(os.path.join(output, 'samples.json'), orient='records', date_format='iso')
    else:
        table.to_excel(os.path.join(output, 'samples.xlsx'), index=False, engine=format)


folder, format, output = sys.argv[1:4]
begun = time.monotonic()
table = samples(folder)
read = time.monotonic()
write(table, format, output)
written = time.monotonic()
peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({'readMs': (read - begun) * 1000, 'writeMs': (written - read) * 1000, 'peakMb': peak_mb}))
