import type { StampedEvent } from '../../events.js';
import type { RunRecord } from '../records/index.js';

/** Keys of format 1 whose new name is not the old one in snake_case. */
const renamed: Readonly<Record<string, string>> = { layersThere: 'layers_present' };

/**
 * An event of a journal of any format as format 2 has it. Format 1 had keys in camel case, and its `run.started` had no
 * `record`: it gets one that says in `rebuilt` that most of it is not known.
 */
export function upgradeEvent(event: StampedEvent): StampedEvent {
  const upgraded = Object.fromEntries(
    Object.entries(event).map(([key, value]) => [renamed[key] ?? snakeCase(key), value]),
  ) as StampedEvent;
  if (event.kind !== 'run.started' || event.format !== undefined) return upgraded;
  return { ...upgraded, record: firstRecordOf(event) };
}

const snakeCase = (key: string) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** What is known of a run from the `run.started` of format 1. Its values are checked when the whole record is. */
function firstRecordOf({ run_id, experiment, time }: StampedEvent): Record<keyof RunRecord, unknown> {
  return {
    format: 1,
    run_id,
    experiment: { name: experiment, id: '', definition: null },
    state: 'running',
    started_at: time,
    ended_at: null,
    runtime: 'process',
    lan: null,
    job: undefined,
    devices: [],
    placement: [],
    images: [],
    python: undefined,
    data: undefined,
    trials: [],
    versions: {},
    git: null,
    rebuilt: 'The journal has format 1, which does not hold the whole record.',
    by: undefined,
    again: undefined,
    failure: undefined,
    controller: undefined,
    sweep: undefined,
    resumed: undefined,
    labels: undefined,
    unchecked: undefined,
  };
}
