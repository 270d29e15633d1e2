import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { machineText } from '../machine.js';
import { say } from '../run-bench.js';
import { clock } from './clock.js';
import { links } from './links.js';
import { processes } from './processes.js';
import { runs } from './runs.js';
import { compare, ledger } from './simulations.js';
import { statistics } from './statistics.js';
import { areas, holds, type Truth, truthTable } from './truth.js';

/** `short` takes a minute or two and needs no Lab; the rest needs one. */
export interface TruthOptions {
  short: boolean;
}

interface TruthPart {
  name: string;
  /** Left out of the short form: it needs a Lab, or it takes long. */
  long?: true;
  check: (options: TruthOptions) => Promise<Truth[]>;
}

const parts: readonly TruthPart[] = [
  { name: 'processes', check: processes },
  { name: 'links', long: true, check: links },
  { name: 'clock', check: clock },
  { name: 'statistics', check: statistics },
  { name: 'runs', check: runs },
  { name: 'ledger', check: ledger },
  { name: 'compare', check: compare },
];

const usage = `usage: npm run bench:truth -- [--short] [--only ${parts.map(({ name }) => name).join(',')}]`;

/** Exits with 1 if a claim does not hold or a part failed, with 2 for a usage error. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { short: { type: 'boolean' }, only: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    say(usage);
    return;
  }
  const short = values.short ?? false;
  const only = values.only?.split(',');
  const unknown = only?.find((name) => !parts.some((part) => part.name === name));
  if (unknown !== undefined) throw new Error(`There is no part "${unknown}".`);
  const chosen = parts.filter(({ name, long }) => only?.includes(name) ?? !(short && long));
  const [busy = 0] = loadavg();
  const truths: Truth[] = [];
  for (const { name, check } of chosen) {
    say(`== truth: ${name}`);
    try {
      truths.push(...(await check({ short })));
    } catch (error) {
      process.exitCode = 1;
      say(`FAILED: ${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }
  truths.sort((a, b) => areas.indexOf(a.area) - areas.indexOf(b.area));
  if (!truths.every(holds)) process.exitCode = 1;
  process.stdout.write(
    `${truthTable(truths)}\n\n${machineText(busy, { Python: ['/usr/bin/python3', '--version'] })}\n`,
  );
}

try {
  await main();
} catch (error) {
  process.exitCode = 2;
  say(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
}
