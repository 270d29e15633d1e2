import { LanStore, Performance, prepareRun, runExperiment } from '../../index.js';
import { followRoles } from '../events/index.js';
import { outcomesText, planText } from '../text/index.js';
import { openSession, terminalWidth } from '../session/index.js';

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
  const { workspace, clock, signal, say, print, ...session } = openSession(options, 'events');
  const { emit, stop } = followRoles(session.emit, clock);
  const lans = new LanStore(workspace);
  const chosen = options.lan;
  await using prepared = await prepareRun({
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
  const { experiment, plan, stage } = prepared;
  if (options.dryRun === true) {
    print(planText(plan), plan);
    return;
  }
  const random = () => Math.random();
  try {
    const result = await runExperiment({ workspace, experiment, plan, stage, emit, clock, random, signal });
    const results = outcomesText((await Performance.open(result.folder)).first, terminalWidth());
    if (results !== '') say(`\n${results}\n`);
    say('To export the results: collab report --format xlsx');
    print(result.folder, { run_id: result.runId, folder: result.folder });
  } finally {
    stop();
  }
}
