import { createHash } from 'node:crypto';
import { readdirSync, statSync, type Stats } from 'node:fs';
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
  const files = digestOf(runFolder, record);
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

/**
 * Null if there are too many files to look at; then nothing is cached. A run has hundreds of files, and a list has a thousand runs:
 * that takes 3.7 s of CPU time this way, and 9.9 s by way of other threads.
 */
function digestOf(runFolder: string, record: RunRecord): string | null {
  const hash = createHash('sha256');
  let left = mostFiles;
  const add = (path: string, name: string) => {
    const status = statusOf(path);
    hash.update(JSON.stringify([name, status && [status.size, status.mtimeMs]]));
  };
  add(join(runFolder, runFile), runFile);
  add(join(runFolder, journalFile), journalFile);
  for (const trial of record.trials) {
    for (const { role, rank } of placementOf(record, trial)) {
      const folder = roleFolder(runFolder, newestAttempt(trial), role, rank);
      const names = namesIn(folder);
      left -= names.length;
      if (left < 0) return null;
      hash.update(JSON.stringify([trial.number, role, rank]));
      for (const name of names.sort()) add(join(folder, name), name);
    }
  }
  return hash.digest('hex');
}

function statusOf(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

/** Of all files below a folder; none if it is not there. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true }) as string[];
  } catch {
    return [];
  }
}

async function readCached(path: string): Promise<z.infer<typeof cachedVerdict> | null> {
  try {
    const text = await readFileIfThere(path);
    return text === null ? null : cachedVerdict.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
