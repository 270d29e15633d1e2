import { mkdtempSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machineText } from '../machine.js';
import { Bed } from './bed.js';
import { faultsTable, type Outcome } from './faults-table.js';
import { orphans } from './orphans.js';
import type { Row } from './row.js';
import { controllers } from './rows/controllers.js';
import { disks } from './rows/disks.js';
import { fleets } from './rows/fleet.js';
import { lostDevices } from './rows/lost-devices.js';
import { roles } from './rows/roles.js';
import { sweeps } from './rows/sweeps.js';
import { seededRandom } from './seeded-random.js';

// Makes faults, and prints a table of what was promised and what was seen. With --short, a few that need no Lab.
const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    only: { type: 'string' },
    seed: { type: 'string' },
    times: { type: 'string' },
    /** Leaves the Lab and the workspace for the next call. */
    keep: { type: 'boolean', default: false },
    'no-lab': { type: 'boolean', default: false },
  },
});
const [load = 0] = loadavg();
const say = (text: string) => void process.stderr.write(`${text}\n`);
const seed = Number(values.seed ?? Math.floor(Math.random() * 1e9));
const all: Row[] = [...lostDevices, ...roles, ...disks, ...controllers, ...sweeps, ...fleets];
const needsLab = ({ onLab }: Row) => onLab;
const rows = all
  .filter((row) => values.only === undefined || new RegExp(values.only).test(row.name))
  .filter((row) => !values.short || (row.short === true && !needsLab(row)))
  .filter((row) => !values['no-lab'] || !needsLab(row));

const lab = process.env.COLLAB_FAULTS_LAB ?? 'faults';
const start = join(tmpdir(), `collab-faults-${lab}`);
const bed = new Bed(
  lab,
  values.keep ? start : mkdtempSync(`${start}-`),
  seededRandom(seed),
  values.times === undefined ? null : Number(values.times),
);
const outcomes: Outcome[] = [];
try {
  if (rows.some(needsLab)) await bed.up();
  for (const row of rows) outcomes.push(await outcomeOf(row));
} finally {
  if (!values.keep) await bed.down(rows.some(needsLab));
}
process.stdout.write(
  `${faultsTable(outcomes)}\n\nSeed of the random moments: ${seed}\n${machineText(load)}\n`,
);
if (outcomes.length === 0 || outcomes.some(({ kept }) => !kept)) process.exitCode = 1;

async function outcomeOf(row: Row): Promise<Outcome> {
  say(`== ${row.name}`);
  const { name, promise, onLab } = row;
  try {
    const seen = await row.try(bed);
    await bed.collab('clean', '--yes', '--uncollected');
    const left = await orphans(bed, onLab);
    const sum = (of: 'wrong' | 'doubled' | 'samplesLost' | 'unreadable') =>
      seen.checked.reduce((total, one) => total + one[of], 0);
    const bad = sum('wrong') + sum('doubled') + sum('unreadable') + left.length;
    const outcome = {
      name,
      promise,
      seen: seen.what,
      samplesLost: sum('samplesLost'),
      wrong: sum('wrong') + sum('doubled'),
      unreadable: sum('unreadable'),
      orphans: left,
      kept: seen.kept && bad === 0,
    };
    say(
      `   ${outcome.kept ? 'kept' : 'NOT KEPT'}: ${outcome.seen}${left.length > 0 ? `; left: ${left.join(', ')}` : ''}`,
    );
    return outcome;
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    say(`   could not be tried: ${what}`);
    return {
      name,
      promise,
      seen: `could not be tried: ${what}`,
      samplesLost: 0,
      wrong: 0,
      unreadable: 0,
      orphans: [],
      kept: false,
    };
  }
}
