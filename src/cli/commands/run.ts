import {
  CollabError,
  ExitCode,
  findOwnRun,
  firstLabels,
  LanStore,
  loadExperiment,
  prepareRun,
  readSettledRun,
  repeatJudge,
  resumeRun,
  runExperiment,
  type RunRecord,
  type Workspace,
} from '../../index.js';
import { planText } from '../text/index.js';
import {
  agreesToTrials,
  carryOutRun,
  noteDeviceTags,
  openSession,
  type Session,
  startDetached,
  terminalWidth,
} from '../session/index.js';

export interface RunOptions {
  from?: string;
  set: string[];
  repeats?: number;
  warmup?: number;
  order?: 'interleaved' | 'sequential' | 'random';
  seed?: number;
  onFailure?: 'continue' | 'stop';
  onLoss?: 'stop' | 'continue' | 'wait';
  lan?: string;
  only?: string[];
  deviceTag: string[];
  name?: string;
  note?: string;
  tag: string[];
  place: string[];
  local?: boolean;
  dryRun?: boolean;
  detach?: boolean;
  retry?: 'failed';
  wait?: boolean;
  notify?: string;
  yes?: boolean;
  json?: boolean;
}

/** `collab run <experiment>`, `collab run --from <run>`: plans the run and, unless --dry-run is given, runs it. */
export async function run(name: string | undefined, options: RunOptions): Promise<void> {
  const session = openSession(options, 'events');
  if (options.detach === true) return startDetached(session, options.json === true);
  if (options.retry !== undefined) return retryFailed(session, name, options);
  const labels = firstLabels(options);
  const { workspace, clock, signal } = session;
  const random = () => Math.random();
  const lans = new LanStore(workspace);
  const { lan: chosen, wait = false } = options;
  const judgeRepeats = repeatJudge();
  const from = options.from === undefined ? null : await runOf(workspace, options.from, name);
  const experiment = from === null ? await named(workspace, name) : { from, sameDevices: true };
  const lanName = chosen ?? from?.lan ?? undefined;
  const isLocal = options.local === true || (from !== null && from.lan === null && chosen === undefined);
  const lan = isLocal ? null : () => (lanName === undefined ? lans.current() : lans.load(lanName));
  await noteDeviceTags(session, lan, options);
  const prepare = (emit: typeof session.emit) =>
    prepareRun({
      workspace,
      clock,
      emit,
      signal,
      experiment,
      set: options.set,
      sweep: options,
      random,
      pick: { only: options.only, tags: options.deviceTag },
      place: options.place,
      lan,
    });
  if (options.dryRun === true) {
    await using prepared = await prepare(session.emit);
    session.print(planText(prepared.plan, terminalWidth()), prepared.plan);
    return;
  }
  const work = async (emit: typeof session.emit) => {
    await using prepared = await prepare(emit);
    if (!(await agreesToTrials(options.yes, prepared.plan, workspace))) return null;
    const how = { workspace, emit, clock, random, judgeRepeats, signal, wait };
    return await runExperiment({ ...prepared, ...how, labels });
  };
  await carryOutRun(session, work, { notify: options.notify });
}

/** `--retry failed`: the trials of the experiment's newest run that failed. */
async function retryFailed(
  session: Session,
  name: string | undefined,
  { wait = false, notify }: RunOptions,
): Promise<void> {
  const { workspace, clock, signal } = session;
  const { name: experiment } = await loadExperiment(workspace, await named(workspace, name));
  const lans = new LanStore(workspace);
  const lan = (of: string) => lans.load(of);
  const judgeRepeats = repeatJudge();
  const about = {
    workspace,
    clock,
    signal,
    experiment,
    retryFailed: 'only' as const,
    wait,
    lan,
    judgeRepeats,
  };
  return carryOutRun(session, (emit) => resumeRun({ ...about, emit }), { notify });
}

/** The experiment that was named. */
async function named(workspace: Workspace, name: string | undefined): Promise<string> {
  if (name !== undefined) return name;
  const known = await workspace.experiments();
  throw new CollabError('no-experiment', {
    what: 'Which experiment is to run?',
    why: known.length === 0 ? 'There are no experiments yet.' : `Experiments here: ${known.join(', ')}.`,
    next: `Name one: collab run ${known[0] ?? 'hello'}. Or a run to do again: collab run --from <run>`,
    exitCode: ExitCode.usage,
  });
}

/** The run to do again. */
async function runOf(workspace: Workspace, wanted: string, name: string | undefined): Promise<RunRecord> {
  const again = (job: string) =>
    `Submit it again with: collab job submit. What it ran: collab job show ${job}`;
  const record = await readSettledRun(await findOwnRun(workspace.logs, wanted, again));
  if (name === undefined || name === record.experiment.name) return record;
  throw new CollabError('not-of-experiment', {
    what: `${record.run_id} is not a run of ${name}.`,
    why: `It ran the experiment ${record.experiment.name}.`,
    next: `Leave the experiment out: collab run --from ${record.run_id}`,
    exitCode: ExitCode.usage,
  });
}
