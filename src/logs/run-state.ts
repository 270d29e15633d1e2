import type { StampedEvent } from '../events.js';
import { driftOf } from './clock-drift.js';
import type { JournalEvent, RunRecord, RunStarted, TrialRecord } from './records/index.js';

type Kind = JournalEvent['kind'];
type EventOf<K extends Kind> = StampedEvent<Extract<JournalEvent, { kind: K }>>;
type Change<K extends Kind> = (run: RunRecord, event: EventOf<K>) => RunRecord;

/** What each kind of event changes in a run's record; null for a kind that changes nothing. */
const changes: { readonly [K in Exclude<Kind, 'run.started'>]: Change<K> | null } = {
  'run.connecting': null,
  'run.device-left-out': null,
  'run.dependencies-left-out': null,
  'run.note': null,
  'run.placed': (run, { placement }) => ({ ...run, placement }),
  'images.deployed': (run, { images }) => ({ ...run, images }),
  'data.placed': (run, { data }) => ({ ...run, data }),
  'clocks.measured': addClocks,
  'boards.read': setBoards,
  'run.stopping': null,
  'run.ended': (run, { state, time, failure }) => ({
    ...run,
    state,
    ended_at: time,
    ...(failure !== undefined && { failure }),
  }),
  'trial.started': (run, event) =>
    changeTrial(withTrial(run, event), event.trial, { state: 'running', started_at: event.time }),
  'trial.ended': (run, { trial, state, time, failure }) =>
    changeTrial(run, trial, { state, ended_at: time, ...(failure !== undefined && { failure }) }),
  'load.read': (run, { trial, load }) => changeTrial(run, trial, { load }),
  'role.starting': (run, { trial, role, rank, command }) =>
    command === undefined ? run : addCommand(run, trial, { role, rank, command }),
  'role.ready': null,
  'role.ended': null,
  'role.not-collected': null,
  'lease.taken': null,
  'lease.not-renewed': null,
  'lease.lost': null,
  'lease.released': null,
  'layer.present': null,
  'layer.pull': null,
  'layer.debootstrap': null,
  'layer.build': null,
  'layer.emulated': null,
  'layer.built': null,
  'delivery.present': null,
  'delivery.started': null,
  'delivery.whole': null,
  'delivery.done': null,
  'delivery.packing': null,
  'delivery.packed': null,
  'data.present': null,
  'data.sending': null,
  'data.sent': null,
  'network.searching': null,
  'network.moved': null,
};

/**
 * A run's record after one more event. The writer of run.json, the rebuild from the journal and every later reader
 * compute a run's state with it, and nothing else changes a record. Gives the same object when the event changes nothing.
 * @param run null before `run.started`
 */
export function apply(run: null, event: StampedEvent<RunStarted>): RunRecord;
export function apply(run: RunRecord, event: StampedEvent<JournalEvent>): RunRecord;
export function apply(run: RunRecord | null, event: StampedEvent<JournalEvent>): RunRecord | null;
export function apply(run: RunRecord | null, event: StampedEvent<JournalEvent>): RunRecord | null {
  if (event.kind === 'run.started') return event.record;
  // A kind that a newer collab wrote changes nothing that this one knows.
  const change = Object.hasOwn(changes, event.kind) ? (changes[event.kind] as Change<Kind> | null) : null;
  return run === null || change === null ? run : change(run, event);
}

function addClocks(run: RunRecord, { clocks }: EventOf<'clocks.measured'>): RunRecord {
  const devices = run.devices.map((device) => {
    const offset = clocks.find((one) => one.device === device.name)?.clock;
    if (offset === undefined) return device;
    const measurements = [...(device.clock?.measurements ?? []), offset];
    const drift = driftOf(measurements) ?? { drift_ppm: null, drift_error_ppm: null };
    return { ...device, clock: { ...(device.clock ?? offset), measurements, ...drift } };
  });
  return { ...run, devices };
}

function setBoards(run: RunRecord, { when, boards }: EventOf<'boards.read'>): RunRecord {
  const devices = run.devices.map((device) => {
    const read = boards.find((one) => one.device === device.name)?.board ?? null;
    return { ...device, board: { ...(device.board ?? { before: null, after: null }), [when]: read } };
  });
  return { ...run, devices };
}

/** A journal of format 1 names a trial only when it starts. */
function withTrial(run: RunRecord, event: EventOf<'trial.started'>): RunRecord {
  const { trial: number, parameters, repeat, warmup } = event;
  if (run.trials.some((one) => one.number === number)) return run;
  const trial = {
    number,
    parameters,
    repeat,
    warmup,
    state: 'pending',
    started_at: null,
    ended_at: null,
  } as const;
  return { ...run, trials: [...run.trials, trial] };
}

function addCommand(
  run: RunRecord,
  number: number,
  command: NonNullable<TrialRecord['commands']>[number],
): RunRecord {
  const before = run.trials.find((trial) => trial.number === number)?.commands ?? [];
  return changeTrial(run, number, { commands: [...before, command] });
}

function changeTrial(run: RunRecord, number: number, change: Partial<TrialRecord>): RunRecord {
  return {
    ...run,
    trials: run.trials.map((trial) => (trial.number === number ? { ...trial, ...change } : trial)),
  };
}
