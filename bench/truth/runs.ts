import { appendFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { collab } from '../door.js';
import { program } from '../programs.js';
import type { Area, Truth } from './truth.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const command = join(root, 'dist/cli/main.js');

type Row = Record<string, unknown>;

/** A run with `--local` of values that are known: what its reports and its verdict say of them. */
export async function runs(): Promise<Truth[]> {
  const folder = mkdtempSync(join(tmpdir(), 'collab-truth-'));
  try {
    cpSync(join(root, 'bench/truth/known'), join(folder, 'TestCases/known'), { recursive: true });
    symlinkSync(join(root, 'base-images'), join(folder, 'base-images'));
    await program([process.execPath, command, 'run', 'known', '--local', '--json'], { cwd: folder });
    const runs = join(folder, 'Logs/known');
    const run = join(runs, readdirSync(runs).find((name) => /^\d/.test(name)) ?? '');
    return [...figures(await summaryOf(run)), ...(await verdicts(run))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const figuresHow =
  'Computed by hand from what source.py records: 5,000 rows in each of five repeats, with the built command and `--local`.';

function figures(summary: ReadonlyMap<string, Row>): Truth[] {
  const line = (tried: string, unit: string, metric: string, column: string, truth: number, allowed = 0) => {
    const claim = summary.get(metric)?.[column];
    const area: Area = 'statistics';
    return {
      area,
      tried,
      unit,
      claim: claim === undefined || claim === null ? NaN : Number(claim),
      truth,
      allowed,
      how: figuresHow,
    };
  };
  return [
    line('median of two sources that take turns, 10 and 100 ms', 'ms', 'turns_ms', 'median_of_repeats', 55),
    line('mean of the same', 'ms', 'turns_ms', 'mean', 55, 1e-9),
    line('times of 1.76e18 ns: standard deviation of 0 to 4999', 'ns', 'at_ns', 'sd', 1443.404, 0.001),
    line('a ratio without a unit: mean', '', 'accuracy', 'mean', 0.495, 1e-12),
    line('40 % text among numbers: values left out', '', 'answer_ms', 'left_out', 10_000),
  ];
}

const verdictHow =
  'The same run, with a fault made by hand in a copy: 1 means that there is a doubt of the check that is for this fault, 0 that there is none.';

async function verdicts(run: string): Promise<Truth[]> {
  const line = async (
    tried: string,
    check: string,
    truth: 0 | 1,
    change: (role: string) => void,
  ): Promise<Truth> => {
    const copy = `${run}-${check.replaceAll(' ', '-')}`;
    cpSync(run, copy, { recursive: true });
    change(join(copy, 'trials/2/source-0'));
    const { findings } = (await collab.Performance.open(copy)).validity;
    const found = findings.some((finding) => finding.check === check && finding.level === 'doubt');
    rmSync(copy, { recursive: true });
    const claim = found ? 1 : 0;
    return { area: 'verdict', tried, unit: '', claim, truth, allowed: 0, how: verdictHow };
  };
  return [
    await line('text among numbers', 'values left out', 1, () => undefined),
    await line('untouched files', 'files whole', 0, () => undefined),
    await line('a line of results doubled', 'files whole', 1, (role) => {
      const path = join(role, 'results.jsonl');
      appendFileSync(path, `${readFileSync(path, 'utf8').split('\n', 1)[0] ?? ''}\n`);
    }),
    await line('exit.json deleted', 'roles reported', 1, (role) => {
      rmSync(join(role, 'exit.json'));
    }),
  ];
}

/** Rows of the table `summary`, by metric. */
async function summaryOf(run: string): Promise<Map<string, Row>> {
  const table = (await collab.Performance.open(run)).table('summary');
  const rows = new Map<string, Row>();
  for await (const values of table.rows()) {
    const row = Object.fromEntries(table.columns.map((column, index) => [column, values[index]]));
    rows.set(String(row.metric), row);
  }
  return rows;
}
