import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { journalFile, readRunOrRebuild, reportsFolder, runFile } from '../../logs/index.js';
import { readFileIfThere, writeFileAtomic } from '../../workspace/index.js';
import { Performance } from './performance.js';
import type { Validity } from '../validity/index.js';

/** Incremented when a check is added or changed, which invalidates cached verdicts. */
const checksVersion = 4;
const cacheFile = 'verdict.json';

const cachedVerdict = z.object({
  checks: z.literal(checksVersion),
  run_changed_ms: z.number(),
  verdict: z.enum(['VALID', 'DOUBTFUL']),
  findings: z.array(z.object({ check: z.string(), level: z.enum(['doubt', 'remark']), text: z.string() })),
});

/**
 * The validity of a finished run; null for a running one. It takes a pass over the whole log, so it is cached in
 * `reports/verdict.json` until the run or the checks change.
 */
export async function validityOf(runFolder: string): Promise<Validity | null> {
  const { state } = await readRunOrRebuild(runFolder);
  if (state === 'running') return null;
  const path = join(runFolder, reportsFolder, cacheFile);
  const { mtimeMs } = await stat(join(runFolder, runFile)).catch(() => stat(join(runFolder, journalFile)));
  const cached = await readCached(path);
  if (cached?.run_changed_ms === mtimeMs) return { verdict: cached.verdict, findings: cached.findings };
  const { validity } = await Performance.open(runFolder);
  const record = { checks: checksVersion, run_changed_ms: mtimeMs, ...validity };
  // For a read-only log, the verdict is computed each time.
  await writeFileAtomic(path, `${JSON.stringify(record, null, 2)}\n`).catch(() => undefined);
  return validity;
}

async function readCached(path: string): Promise<z.infer<typeof cachedVerdict> | null> {
  try {
    const text = await readFileIfThere(path);
    return text === null ? null : cachedVerdict.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
