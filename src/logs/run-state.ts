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
  'packages.reading': null,
  'packages.read': null,
  'python.read': (run, { python }) => ({ ...run, python }),
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
  'run.resumed': resume,
  'trial.preparing': null,
  'trial.started': startTrial,
  'trial.adopted': (run, { trial }) => changeTrial(run, trial, { adopted: true }),
  'trials.skipped': (run, { trials }) =>
    trials.reduce((now, trial) => changeTrial(now, trial, { state: 'skipped' }), run),
  'trial.ended': (run, { trial, state, time, failure, error }) =>
    changeTrial(run, trial, {
      state,
      ended_at: time,
      ...(failure !== undefined && { failure }),
      ...(error !== undefined && { error }),
    }),
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
  'network.lost': null,
  'network.waiting': null,
  'network.back': null,
  'role.collected': null,
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
    const known = device.board ?? { before: null, after: null };
    // A run that goes on reads them again: what counts is how they were before its first trial.
    if (when === 'before' && known.before !== null) return device;
    return { ...device, board: { ...known, [when]: read } };
  });
  return { ...run, devices };
}

/** Its end and its error were those of the controller before. */
function resume(run: RunRecord, { controller, time }: EventOf<'run.resumed'>): RunRecord {
  const resumed = [...(run.resumed ?? []), { at: time, controller }];
  return { ...without(run, ['failure']), state: 'running', ended_at: null, controller, resumed };
}

/** A further attempt leaves of the one before only how it ended. */
function startTrial(run: RunRecord, event: EventOf<'trial.started'>): RunRecord {
  const { trial, attempt, time, placement } = event;
  const known = withTrial(run, event);
  const started = {
    state: 'running',
    started_at: time,
    ended_at: null,
    ...(placement && { placement }),
  } as const;
  if (attempt === undefined) return changeTrial(known, trial, started);
  const again = (before: TrialRecord): TrialRecord => {
    const { state, started_at, ended_at, failure, error } = before;
    const tried = {
      attempt: before.attempt ?? 1,
      state,
      started_at,
      ended_at,
      ...(failure && { failure }),
      ...(error && { error }),
    };
    const planned = without(before, ['failure', 'error', 'commands', 'load', 'adopted']);
    return { ...planned, attempt, earlier: [...(before.earlier ?? []), tried], ...started };
  };
  return { ...known, trials: known.trials.map((one) => (one.number === trial ? again(one) : one)) };
}

function without<T extends object, K extends keyof T>(record: T, keys: readonly K[]): Omit<T, K> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => !keys.includes(key as K))) as Omit<T, K>;
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
