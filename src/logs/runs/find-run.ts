import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { CollabError, ExitCode } from '../../errors.js';
import { journalFile, runFile } from '../records/index.js';
import { readLabels } from './run-labels.js';

/** A run found by its name; its run.json is not read yet. */
export interface FoundRun {
  runId: string;
  experiment: string;
  folder: string;
}

/** All runs below `Logs/`, the newest first: a run's id starts with its time. A folder with neither run.json nor a journal is not a run. */
export async function listRuns(logsFolder: string): Promise<FoundRun[]> {
  const runs: FoundRun[] = [];
  for (const experiment of await folders(logsFolder)) {
    // Such as the code of experiments that ran.
    if (experiment.startsWith('.')) continue;
    for (const runId of await folders(join(logsFolder, experiment))) {
      const folder = join(logsFolder, experiment, runId);
      if (isRun(folder)) runs.push({ runId, experiment, folder });
    }
  }
  return runs.sort((a, b) =>
    a.runId === b.runId ? compare(a.experiment, b.experiment) : compare(b.runId, a.runId),
  );
}

/**
 * The folder of one run.
 * @param wanted a run id or the unique start of one, a name that one run has, `experiment/run id`, or a path to a run's
 * folder; default the newest
 * @throws CollabError `no-runs`, `no-such-run` or `run-ambiguous`
 */
export async function findRun(logsFolder: string, wanted?: string): Promise<string> {
  const runs = await listRuns(logsFolder);
  if (wanted === undefined) {
    if (runs[0] !== undefined) return runs[0].folder;
    throw new CollabError('no-runs', {
      what: 'There is no run yet.',
      why: `${logsFolder} holds none.`,
      next: 'Make one: collab run hello --local',
      exitCode: ExitCode.usage,
    });
  }
  const name = wanted.replace(/\/+$/, '');
  const exact = runs.filter((run) => name === run.runId || name === nameOf(run));
  const matching = exact.length > 0 || name === '' ? exact : await namedOrStarting(runs, name);
  if (matching[0] !== undefined && matching.length === 1) return matching[0].folder;
  if (matching.length > 1) throw ambiguous(wanted, matching);
  const path = resolve(wanted);
  if (isRun(path)) return path;
  throw new CollabError('no-such-run', {
    what: `There is no run '${wanted}'.`,
    why:
      runs.length === 0
        ? `${logsFolder} holds no run, and ${path} is not the folder of one.`
        : `Neither a run of ${logsFolder} nor the folder of one is called so. ${newest(runs)}`,
    next: `Give a run id or its start, the name of a run, <experiment>/<run id>, or the path of a run. Without any the newest run is meant. The output of a job of a fleet has to be fetched first: collab job output ${jobPattern.test(name) ? name : '<job>'}`,
    exitCode: ExitCode.usage,
  });
}

const jobPattern = /^\d{8}-\d{6}-[0-9a-z]{6}$/;

function isRun(folder: string): boolean {
  return [runFile, journalFile].some((file) => existsSync(join(folder, file)));
}

/** A name that a user gave is meant before the start of an id. */
async function namedOrStarting(runs: readonly FoundRun[], name: string): Promise<FoundRun[]> {
  const named: FoundRun[] = [];
  for (const run of runs) if ((await readLabels(run.folder))?.name === name) named.push(run);
  return named.length > 0 ? named : runs.filter((run) => startsWith(run, name));
}

function startsWith(run: FoundRun, start: string): boolean {
  return run.runId.startsWith(start) || (start.includes('/') && nameOf(run).startsWith(start));
}

function ambiguous(wanted: string, matching: FoundRun[]): CollabError {
  return new CollabError('run-ambiguous', {
    what: `'${wanted}' may mean ${matching.length} runs.`,
    why: newest(matching),
    next: 'Give the run id, or more of it, or <experiment>/<run id>.',
    exitCode: ExitCode.usage,
  });
}

function newest(runs: FoundRun[]): string {
  const shown = runs.slice(0, 5).map(nameOf).join(', ');
  return runs.length > 5
    ? `The newest of ${runs.length}: ${shown}.`
    : `There ${runs.length === 1 ? 'is' : 'are'}: ${shown}.`;
}

function nameOf(run: FoundRun): string {
  return `${run.experiment}/${run.runId}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

async function folders(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
