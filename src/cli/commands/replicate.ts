import { stat } from 'node:fs/promises';
import {
  CollabError,
  ExitCode,
  findRun,
  firstLabels,
  judgeReplication,
  LanStore,
  Performance,
  prepareRun,
  repeatJudge,
  type ReplicationRecord,
  runExperiment,
  runToReplicate,
  usualWithin,
  writeReplication,
} from '../../index.js';
import { planText, replicationText } from '../text/index.js';
import {
  agreesToTrials,
  carryOutRun,
  noteDeviceTags,
  openSession,
  type Session,
  startDetached,
  takeSource,
  type TakeOptions,
  terminalWidth,
} from '../session/index.js';

export interface ReplicateOptions extends TakeOptions {
  judge?: boolean;
  within?: number;
  metric: string[];
  repeats?: number;
  lan?: string;
  local?: boolean;
  only?: string[];
  deviceTag: string[];
  name?: string;
  note?: string;
  tag: string[];
  place: string[];
  dryRun?: boolean;
  detach?: boolean;
  wait?: boolean;
  notify?: string;
  all?: boolean;
  json?: boolean;
}

/** `collab replicate <run or bundle>`: runs it on the devices of this LAN, and judges whether the results are the same. */
export async function replicate(
  wanted: string,
  replication: string | undefined,
  options: ReplicateOptions,
): Promise<void> {
  const session = openSession(options, options.judge === true ? 'result' : 'events');
  const { workspace, clock, signal } = session;
  if (options.judge === true) {
    const folders = await bothRuns(session, wanted, replication);
    return judge(session, ...folders, options);
  }
  if (replication !== undefined) throw judgeMeant(wanted, replication);
  if (options.detach === true) return startDetached(session, options.json === true);
  const labels = firstLabels(options);
  const meant = await runMeant(session, wanted, options);
  if (meant === null) {
    session.print('Nothing was imported.', { run_id: null, folder: null });
    return;
  }
  const { folder, record: from } = await runToReplicate(workspace, meant);
  const random = () => Math.random();
  const lans = new LanStore(workspace);
  const { lan: name, wait = false, repeats } = options;
  const lan = options.local === true ? null : () => (name === undefined ? lans.current() : lans.load(name));
  await noteDeviceTags(session, lan, options);
  const prepare = (emit: typeof session.emit) =>
    prepareRun({
      workspace,
      clock,
      emit,
      signal,
      experiment: { from, sameDevices: false },
      set: [],
      sweep: { repeats },
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
  const judgeRepeats = repeatJudge();
  await carryOutRun(
    session,
    async (emit) => {
      await using prepared = await prepare(emit);
      if (!(await agreesToTrials(options.yes, prepared.plan, workspace))) return null;
      const how = { workspace, emit, clock, random, judgeRepeats, signal, wait };
      return await runExperiment({ ...prepared, ...how, labels });
    },
    { conclude: (result) => judge(session, folder, result.folder, options), notify: options.notify },
  );
}

/** The run that is meant: one that is here, or that of a bundle, which is imported first. @returns null if the user says no */
async function runMeant(session: Session, wanted: string, options: TakeOptions): Promise<string | null> {
  const found = await stat(wanted).catch(() => null);
  if (found?.isFile() !== true) return wanted;
  const { opened, imported } = await takeSource(session, wanted, options);
  if (imported === null) return null;
  if (imported.run !== null) return imported.run.folder;
  throw new CollabError('no-run-in-bundle', {
    what: `${wanted} has no run to replicate.`,
    why: `It holds the experiment ${opened.experiment.name}, which is in ${imported.folder} now.`,
    next: `Ask its author for a run: collab export ${opened.experiment.name} --with-run <run>. To run it here: collab run ${imported.name}`,
    exitCode: ExitCode.usage,
  });
}

/** Judges two runs, keeps the judgment with the replication, and prints it. */
async function judge(
  { clock, signal, say, print }: Session,
  original: string,
  replication: string,
  { within = usualWithin, metric, all = false }: ReplicateOptions,
): Promise<void> {
  const performance = await Performance.open([original, replication], { signal });
  const metrics = metric.flatMap((one) => one.split(',')).filter((one) => one !== '');
  const judged = await judgeReplication(performance, { within, metrics, judgedAt: clock.now() });
  await writeReplication(replication, judged);
  const { run_id: runId } = judged.replication;
  say(`The judgment is kept in ${replication}. To export it: collab report ${runId} --format html`);
  print(replicationText(judged, { all, width: terminalWidth() }), {
    run_id: runId,
    folder: replication,
    replication: judged,
  });
  if (judged.verdict !== 'REPRODUCED') throw notReproduced(judged);
}

async function bothRuns(
  { workspace }: Session,
  wanted: string,
  replication: string | undefined,
): Promise<[string, string]> {
  const original = await findRun(workspace.logs, wanted);
  const other = replication === undefined ? original : await findRun(workspace.logs, replication);
  if (original !== other) return [original, other];
  throw new CollabError('one-run', {
    what: replication === undefined ? '--judge needs two runs.' : 'Both names mean the same run.',
    why: 'It judges a replication by the original.',
    next: 'Give both: collab replicate --judge <original> <replication>. List them with: collab runs',
    exitCode: ExitCode.usage,
  });
}

function judgeMeant(wanted: string, replication: string): CollabError {
  return new CollabError('two-runs', {
    what: 'A replication is of one run.',
    why: `Two were given: ${wanted} and ${replication}.`,
    next: `To judge runs that are there: collab replicate --judge ${wanted} ${replication}`,
    exitCode: ExitCode.usage,
  });
}

/** The verdict as an exit code; what it is about was printed. */
function notReproduced({ verdict, original, replication }: ReplicationRecord): CollabError {
  const isDifferent = verdict === 'DIFFERENT';
  return new CollabError(isDifferent ? 'replication-different' : 'replication-too-few', {
    what: isDifferent
      ? `${replication.run_id} does not have the results of ${original.run_id}.`
      : `It is not known whether ${replication.run_id} has the results of ${original.run_id}.`,
    next: isDifferent
      ? `All metrics of both: collab compare ${original.run_id} ${replication.run_id} --all`
      : `The reasons say what is missing. More repeats: collab replicate ${original.run_id} --repeats <n>`,
    exitCode: isDifferent ? ExitCode.experimentFailed : ExitCode.partlyComplete,
  });
}
