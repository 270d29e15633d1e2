import { LanStore, loadExperiment, prepareRun, repeatJudge, resumeRun, runExperiment } from '../../index.js';
import { planText } from '../text/index.js';
import { agreesToTrials, carryOutRun, openSession, startDetached, terminalWidth } from '../session/index.js';

export interface RunOptions {
  set: string[];
  repeats?: number;
  warmup?: number;
  order?: 'interleaved' | 'sequential' | 'random';
  seed?: number;
  onFailure?: 'continue' | 'stop';
  onLoss?: 'stop' | 'continue' | 'wait';
  lan?: string;
  only?: string[];
  tag: string[];
  place: string[];
  local?: boolean;
  dryRun?: boolean;
  detach?: boolean;
  retry?: 'failed';
  wait?: boolean;
  yes?: boolean;
  json?: boolean;
}

/** `collab run <experiment>`: plans the run and, unless --dry-run is given, runs it. */
export async function run(name: string, options: RunOptions): Promise<void> {
  const session = openSession(options, 'events');
  if (options.detach === true) return startDetached(session, options.json === true);
  const { workspace, clock, signal } = session;
  const random = () => Math.random();
  const lans = new LanStore(workspace);
  const { lan: chosen, wait = false } = options;
  const judgeRepeats = repeatJudge();
  if (options.retry !== undefined) {
    const { name: experiment } = await loadExperiment(workspace, name);
    const lan = (of: string) => lans.load(of);
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
    return carryOutRun(session, (emit) => resumeRun({ ...about, emit }));
  }
  const prepare = (emit: typeof session.emit) =>
    prepareRun({
      workspace,
      clock,
      emit,
      signal,
      experiment: name,
      set: options.set,
      sweep: options,
      random,
      pick: { only: options.only, tags: options.tag },
      place: options.place,
      lan: options.local === true ? null : () => (chosen === undefined ? lans.current() : lans.load(chosen)),
    });
  if (options.dryRun === true) {
    await using prepared = await prepare(session.emit);
    session.print(planText(prepared.plan, terminalWidth()), prepared.plan);
    return;
  }
  await carryOutRun(session, async (emit) => {
    await using prepared = await prepare(emit);
    if (!(await agreesToTrials(options.yes, prepared.plan, workspace))) return null;
    return await runExperiment({ ...prepared, workspace, emit, clock, random, judgeRepeats, signal, wait });
  });
}
