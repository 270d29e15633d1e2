import { WarmRuntime } from '../../deployment/index.js';
import { CollabError, ExitCode } from '../../errors.js';
import type { Clock, Emit } from '../../events.js';
import {
  findOwnRun,
  lookForController,
  ownRuns,
  readJournal,
  readSettledRun,
  RunLock,
  type RunRecord,
  RunWriter,
  thisController,
} from '../../logs/index.js';
import type { LAN } from '../../network/index.js';
import type { Workspace } from '../../workspace/index.js';
import type { RunEvent } from '../events/index.js';
import { type Players, reachPlayers } from '../stage/index.js';
import { endAttempt } from '../trial/index.js';
import { collectAllLeft } from './collect-left.js';
import { begunAttempt } from './take-up.js';
import { processNotCollected } from './warm-roles.js';

export interface StopRequest {
  workspace: Workspace;
  /** Run id, its start, or a path; default the newest run that goes on or is abandoned. */
  run?: string | undefined;
  /** End it from here although it cannot be known whether its controller is still there. */
  force?: boolean;
  lan: (name: string) => Promise<LAN>;
  emit: Emit<RunEvent>;
  clock: Clock;
  signal: AbortSignal;
  /** Where the roles are; default, the run's devices. */
  reach?: (record: RunRecord, request: StopRequest) => Promise<Players>;
}

export interface StoppedRun {
  runId: string;
  folder: string;
  state: RunRecord['state'];
  /** `asked`: its controller ended it; `taken`: it had none, and was ended from here; `over`: it had ended before. */
  how: 'asked' | 'taken' | 'over';
}

/**
 * Ends a run as Ctrl-C does. A controller that is there is asked, and waited for; otherwise the roles are stopped and
 * collected from here, and the run ends as interrupted.
 * @throws CollabError `run-unchecked` if its controller may be elsewhere
 */
export async function stopRun(request: StopRequest): Promise<StoppedRun> {
  const { workspace, clock, signal, force = false } = request;
  const folder = await findRunning(workspace, request.run);
  const record = await readSettledRun(folder);
  const { run_id: runId, state } = record;
  const { controller } = record;
  if (state !== 'running' && state !== 'abandoned') return { runId, folder, state, how: 'over' };
  if (
    state === 'running' &&
    controller !== undefined &&
    (await lookForController(controller)).is === 'there'
  ) {
    ask(controller.pid, runId);
    for (;;) {
      const now = await readSettledRun(folder);
      if (now.state !== 'running') return { runId, folder, state: now.state, how: 'asked' };
      await clock.sleep(100, signal);
      signal.throwIfAborted();
    }
  }
  const last = state === 'running' ? (controller ?? null) : null;
  await using lock = await RunLock.take(folder, { last, evenUnchecked: force });
  return { ...(await endFromHere(lock.folder, request)), how: 'taken' };
}

/** SIGTERM is to a controller what Ctrl-C is, and says in its record that it was not the user's key. */
function ask(pid: number, runId: string): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
    throw new CollabError('not-permitted', {
      what: `The run ${runId} is run by process ${pid}, which belongs to another user.`,
      next: 'Ask that user to stop it.',
      exitCode: ExitCode.deviceBusy,
      cause: error,
    });
  }
}

async function endFromHere(folder: string, request: StopRequest): Promise<Omit<StoppedRun, 'how'>> {
  const { clock, emit, signal } = request;
  const startedMs = clock.now().getTime();
  const before = await readSettledRun(folder);
  await using players = await (request.reach ?? reach)(before, request);
  await using leases = await players.begin();
  await using writer = await RunWriter.resume(folder, clock);
  const record = async (event: RunEvent) => {
    emit(event);
    await writer.append(event as Parameters<typeof writer.append>[0]);
  };
  const runId = writer.record.run_id;
  await record({ kind: 'run.resumed', run_id: runId, folder, controller: await thisController(), trials: 0 });
  for (const { device, reason } of players.unreached)
    await record({ kind: 'role.not-collected', device, reason: notReached(device, reason, runId) });
  const devices = players.reached.map(({ device }) => device.name);
  const stay = writer.record.placement.filter(({ restart }) => restart === 'run').map(({ role }) => role);
  const runtime = new WarmRuntime(players.runtime, {
    stays: (role) => stay.includes(role),
    runFolder: folder,
    clock,
    notCollected: ({ connected, folder: there }, error) => {
      const { name: device } = connected.device;
      const reason = processNotCollected(device, there, error);
      return record({ kind: 'role.not-collected', device, reason });
    },
  });
  const context = {
    definition: null,
    runId,
    runFolder: folder,
    runtime,
    connected: (name: string) => {
      const found = players.reached.find(({ device }) => device.name === name);
      if (found === undefined) throw new TypeError(`no connection to ${name}`);
      return found;
    },
    copyCommand: (...words: [string, string, string]) => players.copyCommand(...words),
    record,
    clock,
    signal,
  };
  const journal = await readJournal(folder);
  const { trials } = writer.record;
  for (const trial of trials.filter(({ state }) => state === 'running')) {
    const begun = begunAttempt(trial, journal);
    const started = begun.started.filter(({ device }) => devices.includes(device));
    await endAttempt({ ...begun, started }, context);
    const about = {
      trial: trial.number,
      of: trials.length,
      ...(trial.attempt && { attempt: trial.attempt }),
    };
    const seconds = (clock.now().getTime() - Date.parse(trial.started_at ?? '')) / 1000;
    await record({ kind: 'trial.ended', ...about, state: 'interrupted', seconds });
  }
  await runtime.end(false);
  await collectAllLeft({ folder, record: writer.record }, { reached: players.reached, runtime }, record);
  await leases.release();
  const seconds = (clock.now().getTime() - startedMs) / 1000;
  const failure = { name: 'stopped', what: 'It was ended by collab stop, after its controller had gone.' };
  await record({ kind: 'run.ended', run_id: runId, state: 'interrupted', folder, seconds, failure });
  return { runId, folder, state: 'interrupted' };
}

async function reach(record: RunRecord, request: StopRequest): Promise<Players> {
  const lan = record.lan === null ? null : await request.lan(record.lan);
  return reachPlayers(record, { ...request, lan });
}

async function findRunning({ logs }: Workspace, wanted: string | undefined): Promise<string> {
  if (wanted === undefined)
    for await (const { folder, record } of ownRuns(logs))
      if (record?.state === 'running' || record?.state === 'abandoned') return folder;
  return findOwnRun(logs, wanted, (job) => `To end a job: collab job cancel ${job}`);
}

function notReached(device: string, reason: string, runId: string): string {
  return `${device} was not reached: ${reason}. Its roles may still run, and their logs are still there. When it is back: collab resume ${runId}`;
}
