import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import {
  journalFile,
  readSettledRun,
  reportsFolder,
  newestAttempt,
  placementOf,
  roleFolder,
  runFile,
  type RunRecord,
} from '../../logs/index.js';
import { readFileIfThere, writeFileAtomic } from '../../workspace/index.js';
import { Performance } from './performance.js';
import type { Validity } from '../validity/index.js';

/** Incremented when a check is added or changed, which invalidates cached verdicts. */
const checksVersion = 8;
const cacheFile = 'verdict.json';
/** Of all roles together; looking at so many takes seconds. */
const mostFiles = 200_000;

const cachedVerdict = z.object({
  checks: z.literal(checksVersion),
  /** Of names, sizes and times of the files that the verdict is about. */
  files: z.string(),
  verdict: z.enum(['VALID', 'DOUBTFUL']),
  findings: z.array(z.object({ check: z.string(), level: z.enum(['doubt', 'remark']), text: z.string() })),
});

/**
 * The validity of a finished run; null for a running one. It takes a pass over the whole log, so it is cached in
 * `reports/verdict.json` until the checks, the run or a file of its roles change: in size, time or name.
 * @param known its record, where that was just read
 */
export async function validityOf(runFolder: string, known?: RunRecord): Promise<Validity | null> {
  const record = known ?? (await readSettledRun(runFolder));
  if (record.state === 'running') return null;
  const path = join(runFolder, reportsFolder, cacheFile);
  const files = await digestOf(runFolder, record);
  const cached = files === null ? null : await readCached(path);
  if (cached !== null && cached.files === files)
    return { verdict: cached.verdict, findings: cached.findings };
  const { validity } = await Performance.open(runFolder);
  // For a read-only log, the verdict is computed each time.
  if (files !== null)
    await writeFileAtomic(
      path,
      `${JSON.stringify({ checks: checksVersion, files, ...validity }, null, 2)}\n`,
    ).catch(() => undefined);
  return validity;
}

/** Null if there are too many files to look at; then nothing is cached. */
async function digestOf(runFolder: string, record: RunRecord): Promise<string | null> {
  const hash = createHash('sha256');
  let left = mostFiles;
  const add = async (path: string, name: string) => {
    const status = await stat(path).catch(() => null);
    hash.update(JSON.stringify([name, status && [status.size, status.mtimeMs]]));
  };
  await add(join(runFolder, runFile), runFile);
  await add(join(runFolder, journalFile), journalFile);
  for (const trial of record.trials) {
    for (const { role, rank } of placementOf(record, trial)) {
      const folder = roleFolder(runFolder, newestAttempt(trial), role, rank);
      const names = await readdir(folder, { recursive: true }).catch(() => []);
      left -= names.length;
      if (left < 0) return null;
      hash.update(JSON.stringify([trial.number, role, rank]));
      for (const name of names.sort()) await add(join(folder, name), name);
    }
  }
  return hash.digest('hex');
}

async function readCached(path: string): Promise<z.infer<typeof cachedVerdict> | null> {
  try {
    const text = await readFileIfThere(path);
    return text === null ? null : cachedVerdict.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
