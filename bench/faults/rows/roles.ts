import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bed } from '../bed.js';
import { checkRun } from '../check-run.js';
import type { Row, Seen } from '../row.js';

/** Runs one trial whose role misbehaves. */
async function misbehaves(
  bed: Bed,
  then: string,
  { where, reason, timeoutS = 30 }: { where: string[]; reason: RegExp; timeoutS?: number },
): Promise<Seen> {
  const steps = 20;
  bed.experiment({ steps, then, timeoutS });
  const { code, said } = await bed.collab('run', 'counting', ...where);
  const record = JSON.parse(readFileSync(join(bed.newestRun(), 'run.json'), 'utf8')) as {
    trials: { state: string; failure?: { reason: string }; error?: { what: string } }[];
  };
  const [trial] = record.trials;
  const why = trial?.failure?.reason ?? trial?.error?.what ?? '';
  return {
    what: `trial ${trial?.state ?? 'gone'}: ${why}; exit code ${code}`,
    kept: code === 3 && trial?.state === 'failed' && reason.test(`${why}${said}`),
    checked: [checkRun(bed.newestRun(), { steps })],
  };
}

const hog =
  'if step == 5:\n    hoard = bytearray(4 << 30)\n    for at in range(0, len(hoard), 4096): hoard[at] = 1';

export const roles: Row[] = [
  {
    name: 'a role out of memory',
    promise: 'the trial fails and says why',
    onLab: true,
    try: (bed) =>
      misbehaves(bed, hog, { where: ['--place', 'counter=edge1'], reason: /SIGKILL|out of memory/ }),
  },
  {
    name: 'a role that hangs',
    promise: 'the trial fails at its timeout',
    onLab: false,
    short: true,
    try: (bed) =>
      misbehaves(bed, 'if step == 5: time.sleep(3600)', {
        where: ['--local'],
        reason: /ran past its timeout/,
        timeoutS: 4,
      }),
  },
];
