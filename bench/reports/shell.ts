import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inTurn } from '../in-turn.js';
import type { Measurement } from '../measurement.js';
import { program } from '../programs.js';
import type { BenchOptions } from '../run-bench.js';
import type { SampleRuns } from './samples-run.js';

const command = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** Commands whose duration a user notices. */
export async function shell(runs: SampleRuns, { repeats }: BenchOptions): Promise<Measurement[]> {
  const small = await runs.of(400);
  mkdirSync(join(runs.workspace, 'TestCases'), { recursive: true });
  const collab = async (...args: string[]) =>
    (await program([process.execPath, command, ...args], { cwd: runs.workspace })).tookMs / 1000;
  const { help, csv, html, xlsx } = await inTurn(Math.max(repeats, 5), {
    help: () => collab('--help'),
    csv: () => collab('report', small, '--format', 'csv'),
    html: () => collab('report', small, '--format', 'html'),
    xlsx: () => collab('report', small, '--format', 'xlsx'),
  });
  const atMost = (seconds: number) => ({ of: 'value', atMost: seconds }) as const;
  return [
    { what: 'collab --help', unit: 's', ours: help, target: atMost(0.2) },
    { what: 'report of a small run, csv', unit: 's', ours: csv, target: atMost(1.5) },
    { what: 'report of a small run, html', unit: 's', ours: html, target: atMost(1.5) },
    { what: 'report of a small run, xlsx', unit: 's', ours: xlsx, target: atMost(1.5) },
  ];
}
