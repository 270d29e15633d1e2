import { join } from 'node:path';
import { messageOf } from '../../errors.js';
import {
  type ExitRecord,
  exitRecord,
  JsonLines,
  type PlacementRecord,
  roleFiles,
  newestAttempt,
  roleFolder,
  type RunRecord,
  type StateRecord,
  stateRecord,
  type TrialRecord,
} from '../../logs/index.js';
import { readFileIfThere } from '../../workspace/index.js';
import type { Notes } from './notes.js';
import { roleClock, type RoleClock } from './role-clock.js';

/** One role instance of one trial, read from its folder without the long files. */
export interface RoleInstance {
  readonly run: RunRecord;
  readonly trial: TrialRecord;
  readonly role: string;
  readonly rank: number;
  readonly device: string;
  readonly folder: string;
  /** For notes: `trial 3, client-0`. */
  readonly label: string;
  readonly exit: ExitRecord | null;
  /** Why there is no exit record; empty if there is one. */
  readonly noExit: string;
  /** Its states in order, each with both clocks of the device; may be empty. */
  readonly states: readonly StateRecord[];
  /** Null if nothing in the folder relates the device's monotonic clock to a time. */
  readonly clock: RoleClock | null;
}

/** Reads the short files of a role's folder. Missing or broken files are noted, never thrown. */
export async function readRoleInstance(
  runFolder: string,
  run: RunRecord,
  trial: TrialRecord,
  placed: PlacementRecord,
  notes: Notes,
): Promise<RoleInstance> {
  const { role, rank, device } = placed;
  const folder = roleFolder(runFolder, newestAttempt(trial), role, rank);
  const label = `trial ${trial.number}, ${role}-${rank}`;
  const base = { run, trial, role, rank, device, folder, label };
  if (trial.state === 'pending' || trial.state === 'skipped')
    return { ...base, exit: null, noExit: 'the trial did not run', states: [], clock: null };
  const states = await readStates(folder, label, notes);
  for (const { state, metric, reason } of states) {
    if (state === 'unavailable')
      notes.unavailable(metric ?? 'a metric', `${role} on ${device}`, reason ?? 'no reason given');
  }
  const { exit, fault } = await readExit(folder);
  const running = trial.state === 'running' && run.state === 'running';
  if (fault !== '' && !running) notes.add(`${label}: ${fault}.`);
  const noExit = running ? 'the role has not ended' : fault;
  return { ...base, exit, noExit, states, clock: clockOf(run, device, states, exit) };
}

async function readStates(folder: string, label: string, notes: Notes): Promise<StateRecord[]> {
  const lines = new JsonLines(join(folder, roleFiles.state), stateRecord);
  const states: StateRecord[] = [];
  for await (const state of lines) states.push(state);
  if (!lines.report.missing) notes.lines(label, roleFiles.state, lines.report);
  return states;
}

async function readExit(folder: string): Promise<{ exit: ExitRecord | null; fault: string }> {
  try {
    const text = await readFileIfThere(join(folder, roleFiles.exit));
    if (text === null) return { exit: null, fault: `there is no ${roleFiles.exit}` };
    const parsed = exitRecord.safeParse(JSON.parse(text));
    if (parsed.success) return { exit: parsed.data, fault: '' };
    const issue = parsed.error.issues[0];
    return {
      exit: null,
      fault: `${roleFiles.exit} is not valid (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})`,
    };
  } catch (error) {
    return { exit: null, fault: `${roleFiles.exit} cannot be read (${messageOf(error)})` };
  }
}

function clockOf(
  run: RunRecord,
  device: string,
  states: StateRecord[],
  exit: ExitRecord | null,
): RoleClock | null {
  const state = states.find((each) => each.state === 'started') ?? states[0];
  const anchor =
    state !== undefined
      ? {
          monotonicS: state.monotonic_s,
          realtimeS: state.realtime_s,
          errorMs: (state.realtime_error_s ?? 0) * 1000,
        }
      : exit !== null
        ? { monotonicS: exit.started_monotonic_s, realtimeS: exit.started_realtime_s }
        : null;
  const runStartedMs = Date.parse(run.started_at);
  if (anchor === null || Number.isNaN(runStartedMs)) return null;
  const measured = run.devices.find(({ name }) => name === device)?.clock ?? null;
  return roleClock(anchor, onController(run) ? (measured ?? ownClock) : measured, runStartedMs);
}

/** For a local run of an earlier release, which did not measure it. */
const ownClock = { offset_ms: 0, error_ms: 0 };

/** A local run has only one clock, and so has a fleet of this machine. */
function onController(run: RunRecord): boolean {
  return run.runtime === 'process' && run.lan === null;
}
