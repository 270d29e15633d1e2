import { once } from 'node:events';
import { basename } from 'node:path';
import {
  CollabError,
  ExitCode,
  findRun,
  followLogs,
  type LogChoice,
  type LogLines,
  readLogs,
  readSettledRun,
  type RunRecord,
} from '../../index.js';
import { openSession, type Session, writeOut } from '../session/index.js';
import { logText, roleLabel } from '../text/index.js';

export interface LogsOptions {
  role: string[];
  trial: number[];
  follow?: boolean;
  stdout?: boolean;
  stderr?: boolean;
  tail?: number;
  json?: boolean;
}

/** `collab logs [run]`: what the roles of a run printed. */
export async function logs(wanted: string | undefined, options: LogsOptions): Promise<void> {
  const onStop = 'No longer following. The run is not affected.';
  const session = openSession(options, 'events', options.follow === true ? onStop : undefined);
  const { workspace, clock, signal, say, print } = session;
  const folder = await findRun(workspace.logs, wanted);
  const record = await readSettledRun(folder);
  const isGoingOn = options.follow === true && record.state === 'running';
  if (isGoingOn && record.job !== undefined) throw jobGoesOn(record);
  const choice = choiceOf(options);
  const found = isGoingOn ? followLogs(folder, choice, clock, signal) : readLogs(folder, record, choice);
  let pieces = 0;
  const counted = async function* () {
    for await (const lines of found) {
      pieces += 1;
      yield lines;
    }
  };
  const reader = { isGone: false };
  process.stdout.once('error', () => (reader.isGone = true));
  try {
    if (options.json === true) await emitLines(session, counted());
    else await writeOut(texts(counted(), record, options), signal);
    if (signal.aborted && !reader.isGone) throw notFollowing(basename(folder));
  } catch (error) {
    // What reads the output wants no more of it, as in `collab logs | head`.
    if (reader.isGone) return;
    throw error;
  }
  if (pieces === 0) say('note: The roles have printed nothing there.');
  const { state } = isGoingOn ? await readSettledRun(folder) : record;
  print(null, { run_id: basename(folder), folder, state });
}

function choiceOf({ role, trial, stdout = false, stderr = false, tail }: LogsOptions): LogChoice {
  const streams = (['stdout', 'stderr'] as const).filter((one) => (one === 'stdout' ? stdout : stderr));
  return { roles: role, trials: trial, tail, streams: streams.length === 0 ? ['stdout', 'stderr'] : streams };
}

async function* texts(found: AsyncIterable<LogLines>, record: RunRecord, options: LogsOptions) {
  const { trial, follow = false, stdout = false } = options;
  const names = record.placement.map((one) => roleLabel(one).length);
  const style = {
    trials: record.trials.length > 1 && (trial.length > 1 || (follow && trial.length === 0)),
    width: Math.max(0, ...names) + (stdout && options.stderr !== true ? 0 : ' err'.length),
    terminal: process.stdout.isTTY,
  };
  for await (const lines of found) yield logText(lines, style);
}

async function emitLines({ emit, signal }: Session, found: AsyncIterable<LogLines>): Promise<void> {
  for await (const { bytes, trial, role, rank, device, stream } of found) {
    signal.throwIfAborted();
    const lines = bytes.toString('utf8').split('\n');
    emit({ kind: 'role.printed', trial, role, rank, device, stream, lines });
    if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain', { signal });
  }
}

function notFollowing(runId: string): CollabError {
  return new CollabError('interrupted', {
    what: `No longer following the logs of ${runId}. The run is not affected.`,
    next: `Follow them again: collab logs ${runId} --follow. To stop the run: collab stop ${runId}`,
    exitCode: ExitCode.interrupted,
  });
}

function jobGoesOn({ run_id: id }: RunRecord): CollabError {
  return new CollabError('run-is-job', {
    what: `${id} is a job, which a fleet carries out.`,
    why: 'What is here is a copy of its output, which does not grow.',
    next: `Follow it with: collab job logs ${id} --follow`,
    exitCode: ExitCode.usage,
  });
}
