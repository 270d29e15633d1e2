import { type Bed } from '../bed.js';
import { checkRun } from '../check-run.js';
import type { Row, Seen } from '../row.js';

/** Every fifth trial: the role exits with 1, is killed, or its wrapper is, in turn. */
const faults = [
  'if number % 5 == 0 and step == 1:',
  '    if number % 3 == 0: sys.exit(1)',
  '    os.kill(os.getpid() if number % 3 == 1 else os.getppid(), 9)',
  '    time.sleep(1)',
].join('\n');

async function hundred(bed: Bed): Promise<Seen> {
  const trials = 100;
  const steps = 3;
  bed.experiment({ trials, steps, then: faults });
  const { code, said } = await bed.collab('run', 'counting', '--local');
  const record = bed.record();
  const not = record.trials.filter(({ state }) => state !== 'complete').map(({ number }) => number);
  const exact = not.length === trials / 5 && not.every((number) => number % 5 === 0);
  const names = /(\d+) of 100 trials are not complete/.exec(said)?.[1];
  return {
    what: `${trials - not.length} trials complete; it says that ${names ?? 'no'} are not; exit code ${code}`,
    kept: code === 6 && exact && names === String(trials / 5),
    checked: [checkRun(bed.newestRun(), { steps })],
  };
}

export const sweeps: Row[] = [
  {
    name: 'a fault in every fifth of 100 trials, --local',
    promise: 'says exactly which trials are not complete',
    onLab: false,
    try: hundred,
  },
];
