import { LanStore, loadExperiment, prepareRun, resumeRun, runExperiment } from '../../index.js';
import { planText } from '../text/index.js';
import { carryOutRun, openSession, startDetached } from '../session/index.js';

export interface RunOptions {
  set: string[];
  repeats?: number;
  warmup?: number;
  lan?: string;
  only?: string[];
  tag: string[];
  place: string[];
  local?: boolean;
  dryRun?: boolean;
  detach?: boolean;
  retry?: 'failed';
  wait?: boolean;
  json?: boolean;
}

/** `collab run <experiment>`: plans the run and, unless --dry-run is given, runs it. */
export async function run(name: string, options: RunOptions): Promise<void> {
  const session = openSession(options, 'events');
  if (options.detach === true) return startDetached(session, options.json === true);
  const { workspace, clock, signal } = session;
  const lans = new LanStore(workspace);
  const { lan: chosen, wait = false } = options;
  if (options.retry !== undefined) {
    const { name: experiment } = await loadExperiment(workspace, name);
    const lan = (of: string) => lans.load(of);
    const about = { workspace, clock, signal, experiment, retryFailed: true, wait, lan };
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
      repeats: options.repeats,
      warmup: options.warmup,
      pick: { only: options.only, tags: options.tag },
      place: options.place,
      lan: options.local === true ? null : () => (chosen === undefined ? lans.current() : lans.load(chosen)),
    });
  if (options.dryRun === true) {
    await using prepared = await prepare(session.emit);
    session.print(planText(prepared.plan), prepared.plan);
    return;
  }
  await carryOutRun(session, async (emit) => {
    await using prepared = await prepare(emit);
    const random = () => Math.random();
    return await runExperiment({ ...prepared, workspace, emit, clock, random, signal, wait });
  });
}
