import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Bed, sleep, until } from '../bed.js';
import { checkRun, type Checked } from '../check-run.js';
import type { Row, Seen } from '../row.js';

const trials = 3;
const steps = 10;

const where = (onLab: boolean) => (onLab ? ['--place', 'counter=edge1'] : ['--local']);

/** Ends the command at random moments of a run. */
async function endedAt(
  bed: Bed,
  { signal, times, onLab }: { signal: 'SIGINT' | 'SIGHUP'; times: number; onLab: boolean },
): Promise<Seen> {
  const checked: Checked[] = [];
  let good = 0;
  const tookMs: number[] = [];
  bed.experiment({ trials, steps });
  for (let time = 0; time < times; time += 1) {
    const before = bed.runs().length;
    const started = bed.start('run', 'counting', ...where(onLab));
    await sleep(500 + bed.random() * 8000);
    const fromMs = Date.now();
    started.child.kill(signal);
    const code = await started.code;
    tookMs.push(Date.now() - fromMs);
    const begun = bed.runs().slice(before).filter(hasBegun);
    for (const run of begun) checked.push(checkRun(run, { steps }));
    // While Node.js itself starts, the signal ends it.
    if (code === 130 || code === 0 || (code === 129 && begun.length === 0)) good += 1;
  }
  const longestMs = Math.max(...tookMs);
  return {
    what: `${good} of ${times} ended with 130 (or had not begun, or were over), the slowest after ${(longestMs / 1000).toFixed(1)} s`,
    kept: good === times,
    checked,
  };
}

function hasBegun(run: string): boolean {
  const journal = join(run, 'events.jsonl');
  return existsSync(journal) && statSync(journal).size > 0;
}

/** Kills the command at random moments, and lets `resume` go on until the run is complete. */
async function killedAt(bed: Bed, times: number, onLab: boolean): Promise<Seen> {
  const checked: Checked[] = [];
  let complete = 0;
  let early = 0;
  const wrong: string[] = [];
  bed.experiment({ trials, steps, onLoss: 'stop' });
  for (let time = 0; time < times; time += 1) {
    const before = bed.runs().length;
    const started = bed.start('run', 'counting', ...where(onLab));
    // One in ten before the run begins.
    if (bed.random() > 0.1) await until('the run begins', () => started.said().includes('Run '));
    await sleep(bed.random() * 7000);
    started.child.kill('SIGKILL');
    await started.code;
    const run = bed.runs()[before];
    // A run begins with the first event of its journal.
    if (run === undefined || !hasBegun(run)) {
      early += 1;
      continue;
    }
    const resumed = await bed.collab('resume', basename(run));
    const record = bed.record(run);
    if (record.state === 'complete' && record.trials.every(({ state }) => state === 'complete'))
      complete += 1;
    else wrong.push(`${basename(run)}: ${record.state}: ${/^error: .*/m.exec(resumed.said)?.[0] ?? ''}`);
    checked.push(checkRun(run, { steps }));
  }
  const first = wrong[0] === undefined ? '' : `; ${wrong[0]}`;
  return {
    what: `${complete} of ${times - early} runs are complete after resume${early > 0 ? `; ${early} had not begun` : ''}${first}`,
    kept: complete === times - early && complete > 0,
    checked,
  };
}

/** A second command tries to go on with a run that is under way. */
async function twoAtOnce(bed: Bed): Promise<Seen> {
  const go = join(bed.folder, 'go');
  rmSync(go, { force: true });
  const waits = `if step == 5:\n    while not os.path.exists(${JSON.stringify(go)}): time.sleep(0.05)`;
  bed.experiment({ steps, then: waits });
  const started = bed.start('run', 'counting', '--local');
  await until('the counter counts', () => started.said().includes('counter-0 ready'));
  const run = bed.newestRun();
  const [second, cleaned] = await Promise.all([
    bed.collab('resume', basename(run)),
    bed.collab('clean', '--yes', '--uncollected'),
  ]);
  writeFileSync(go, '');
  const code = await started.code;
  return {
    what: `the second ended with code ${second.code}, clean with ${cleaned.code}, the run with ${code}`,
    kept:
      code === 0 &&
      second.code !== 0 &&
      second.code !== 1 &&
      !second.said.includes('unknown command') &&
      cleaned.said.includes('the run is under way'),
    checked: [checkRun(run, { steps })],
  };
}

export const controllers: Row[] = [
  {
    name: 'Ctrl-C at random moments',
    promise: 'ends with 130, nothing is left',
    onLab: true,
    try: (bed) => endedAt(bed, { signal: 'SIGINT', times: bed.times ?? 10, onLab: true }),
  },
  {
    name: 'Ctrl-C at random moments, --local',
    promise: 'ends with 130, nothing is left',
    onLab: false,
    try: (bed) => endedAt(bed, { signal: 'SIGINT', times: bed.times ?? 10, onLab: false }),
  },
  {
    name: 'SIGHUP, --local',
    promise: 'ends with 130, nothing is left',
    onLab: false,
    try: (bed) => endedAt(bed, { signal: 'SIGHUP', times: bed.times ?? 3, onLab: false }),
  },
  {
    name: 'kill -9 of the command, then resume',
    promise: 'the run becomes complete',
    onLab: true,
    try: (bed) => killedAt(bed, bed.times ?? 10, true),
  },
  {
    name: 'kill -9 of the command, then resume, --local',
    promise: 'the run becomes complete',
    onLab: false,
    try: (bed) => killedAt(bed, bed.times ?? 40, false),
  },
  {
    name: 'two commands on one run',
    promise: 'the second is refused, the run goes on',
    onLab: false,
    short: true,
    try: twoAtOnce,
  },
];
