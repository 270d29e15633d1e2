"""Names of columns, as src/performance/tables/ chooses them."""
import json
from pathlib import Path

OF_TRIAL = [('experiment', 'text'), ('run_id', 'text'), ('trial', 'integer'), ('attempt', 'integer'),
            ('repeat', 'integer'), ('warmup', 'boolean')]
OF_ROLE = [('role', 'text'), ('rank', 'integer'), ('device', 'text')]
OF_TIME = [('time_s', 'number'), ('time', 'time'), ('clock_error_ms', 'number')]

#: What parameters cannot be named in any table, apart from metrics.
_TAKEN = '''trial_state exit_code exit_signal exit_reason parameters_read samples missed_samples results name time_s time
clock_error_ms duration_ms role of metric unit kind repeats median_of_repeats median_of_repeats_ci95_low
median_of_repeats_ci95_high n mean sd ci95_low ci95_high ci95_over median p90 p95 p99 min max outliers outlier_below
outlier_above percentiles left_out left_out_values started_s started ended duration_s other_load_percent
other_load_error_percent failure'''.split()


def metrics():
    """metrics.json, the table of metrics that collab knows, in the order of reports."""
    path = Path(__file__).resolve().parents[2] / 'logs' / 'records' / 'metrics.json'
    return json.loads(path.read_text(encoding='utf-8'))


def unique_names(keys, taken, prefix):
    """{key: column}: the key itself, with the prefix as often as it needs to differ from all others."""
    keys = list(dict.fromkeys(keys))
    reserved = set(taken)
    names = {key: key for key in keys if key and key not in reserved}
    used = reserved | set(names)
    for key in keys:
        if key not in names:
            name = prefix + key
            while name in used:
                name = prefix + name
            used.add(name)
            names[key] = name
    return {key: names[key] for key in keys}


def parameter_names(keys):
    """{parameter: column}, the same in all tables."""
    known = metrics()
    taken = [name for name, _ in OF_TRIAL + OF_ROLE] + _TAKEN
    taken += [one['name'] + end for one in known['totals'] for end in ('', '_kind')]
    taken += [one['name'] + end for one in known['samples'] if one['kind'] == 'gauge' for end in ('_mean', '_max')]
    return unique_names(keys, taken, 'param_')


def sampled_metrics(seen):
    """Metrics in the order of metrics.json, each followed by its parts; unknown ones last."""
    ordered = []
    for one in metrics()['samples']:
        ordered += [one['name']] if one['name'] in seen else []
        ordered += sorted(name for name in seen if name.startswith(one['name'] + '.'))
    return list(dict.fromkeys(ordered + list(seen)))
