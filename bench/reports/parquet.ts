import { DuckDBInstance } from '@duckdb/node-api';
import { join } from 'node:path';
import type { Measurement } from '../measurement.js';
import { say, type BenchOptions } from '../run-bench.js';
import type { SampleRuns } from './samples-run.js';
import { ours } from './writers.js';

/** Parquet, which Debian's pandas cannot write; DuckDB reads the result. */
export async function parquet(runs: SampleRuns, { repeats, sizes }: BenchOptions): Promise<Measurement[]> {
  const samples = sizes.samples ?? 1_000_000;
  const folder = await runs.of(samples);
  const rates: number[] = [];
  const peaks: number[] = [];
  for (let repeat = 1; repeat <= repeats; repeat++) {
    const { tookMs, peakMb } = await ours('parquet')(folder, async (output) => {
      const rows = await countRows(join(output, 'samples.parquet'));
      if (rows !== samples) throw new Error(`DuckDB reads ${rows} rows of ${samples}`);
    });
    rates.push(samples / (tookMs / 1000));
    peaks.push(peakMb);
    say(`   ${repeat}/${repeats} ${Math.round(samples / (tookMs / 1000))} rows/s, ${Math.round(peakMb)} MB`);
  }
  const what = `${samples} samples to Parquet`;
  const note =
    'Whole program, start and both passes over the lines included; the rows are counted by DuckDB.';
  return [
    { what, unit: 'rows/s', ours: rates, target: { of: 'value', atLeast: 300_000 }, note },
    { what: `${what}, peak memory`, unit: 'MB', ours: peaks, target: { of: 'value', atMost: 150 } },
  ];
}

async function countRows(path: string): Promise<number> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const answer = await connection.runAndReadAll(`SELECT count(time_s) AS n FROM '${path}'`);
  connection.closeSync();
  instance.closeSync();
  return Number(answer.getRowObjectsJson()[0]?.n);
}
