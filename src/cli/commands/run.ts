import { LanStore, Performance, planOf, prepareRun, resultMedians, runExperiment } from '../../index.js';
import { followRoles } from '../events/index.js';
import { mediansText, planText } from '../text/index.js';
import { openSession } from '../session/index.js';

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
  json?: boolean;
}

/** `collab run <experiment>`: plans the run and, unless --dry-run is given, runs it. */
export async function run(name: string, options: RunOptions): Promise<void> {
  const { workspace, clock, signal, say, print, ...session } = openSession(options);
  const { emit, stop } = followRoles(session.emit, clock);
  const lans = new LanStore(workspace);
  const chosen = options.lan;
  const prepared = await prepareRun({
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
  let runId: string | null = null;
  try {
    if (options.dryRun === true) {
      const plan = await planOf(prepared);
      print(planText(plan), plan);
      return;
    }
    const request = { workspace, ...prepared, emit, clock, random: Math.random, signal };
    const result = await runExperiment({ ...request, onStarted: (id) => (runId = id) });
    const medians = mediansText(resultMedians(await Performance.open(result.folder)));
    if (medians !== '') say(`\n${medians}\n`);
    say('To export the results: collab report --format xlsx');
    print(result.folder, { kind: 'result', run_id: result.runId, folder: result.folder });
  } finally {
    stop();
    await prepared.stage.close(runId);
  }
}
