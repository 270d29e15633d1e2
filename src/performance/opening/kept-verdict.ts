import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { journalFile, readRunOrRebuild, reportsFolder, runFile } from '../../logs/index.js';
import { readFileIfThere, writeFileAtomic } from '../../workspace/index.js';
import { Performance } from './performance.js';
import type { Validity } from '../validity/index.js';

/** Raised when a check is added or changed: verdicts that were kept before are then worked out again. */
const checksVersion = 2;
const keptFile = 'verdict.json';

const kept = z.object({
  checks: z.literal(checksVersion),
  run_changed_ms: z.number(),
  verdict: z.enum(['VALID', 'DOUBTFUL']),
  findings: z.array(z.object({ check: z.string(), level: z.enum(['doubt', 'remark']), text: z.string() })),
});

/**
 * The validity of a run that has ended; null of one that goes on. It takes a pass over the whole log, so it is kept in
 * `reports/verdict.json` until the run or the checks change.
 */
export async function validityOf(runFolder: string): Promise<Validity | null> {
  const { state } = await readRunOrRebuild(runFolder);
  if (state === 'running') return null;
  const path = join(runFolder, reportsFolder, keptFile);
  const { mtimeMs } = await stat(join(runFolder, runFile)).catch(() => stat(join(runFolder, journalFile)));
  const before = await readKept(path);
  if (before?.run_changed_ms === mtimeMs) return { verdict: before.verdict, findings: before.findings };
  const { validity } = await Performance.open(runFolder);
  const record = { checks: checksVersion, run_changed_ms: mtimeMs, ...validity };
  // A log that may only be read has its verdict worked out each time.
  await writeFileAtomic(path, `${JSON.stringify(record, null, 2)}\n`).catch(() => undefined);
  return validity;
}

async function readKept(path: string): Promise<z.infer<typeof kept> | null> {
  try {
    const text = await readFileIfThere(path);
    return text === null ? null : kept.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
