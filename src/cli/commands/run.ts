import { LanStore, Performance, prepareRun, repeatJudge, runExperiment } from '../../index.js';
import { followRoles } from '../events/index.js';
import { outcomesText, planText } from '../text/index.js';
import { agreesToTrials, openSession, terminalWidth } from '../session/index.js';

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
  yes?: boolean;
  json?: boolean;
}

/** `collab run <experiment>`: plans the run and, unless --dry-run is given, runs it. */
export async function run(name: string, options: RunOptions): Promise<void> {
  const { workspace, clock, signal, say, print, ...session } = openSession(options, 'events');
  const { emit, stop } = followRoles(session.emit, clock);
  const random = () => Math.random();
  const lans = new LanStore(workspace);
  const chosen = options.lan;
  await using prepared = await prepareRun({
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
  const { experiment, plan, stage } = prepared;
  if (options.dryRun === true) {
    print(planText(plan, terminalWidth()), plan);
    return;
  }
  if (!(await agreesToTrials(options.yes, plan, workspace))) {
    print('Nothing was run.', { run_id: null, folder: null });
    return;
  }
  try {
    const result = await runExperiment({
      workspace,
      experiment,
      plan,
      stage,
      emit,
      clock,
      random,
      judgeRepeats: repeatJudge(),
      signal,
    });
    const results = outcomesText((await Performance.open(result.folder)).first, terminalWidth());
    if (results !== '') say(`\n${results}\n`);
    say('To export the results: collab report --format xlsx');
    print(result.folder, { run_id: result.runId, folder: result.folder });
  } finally {
    stop();
  }
}
