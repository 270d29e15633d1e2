import { CollabError, ExitCode, findRun, Performance, tooFewRuns } from '../../index.js';

interface Compared {
  /** Run ids or their first characters. */
  readonly names: readonly string[];
  /** The first of the names if it is undefined. */
  readonly baseline: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Opens runs to compare, the baseline first.
 * @throws CollabError `one-run` if two names are of one run; `too-few-runs`; `unreadable-run`
 */
export async function openCompared(logs: string, compared: Compared): Promise<Performance> {
  const folders = await foldersOf(logs, compared);
  const performance = await Performance.open(folders, { signal: compared.signal });
  if (performance.runs.length < folders.length) throw unreadable(performance.notes[0] ?? '');
  return performance;
}

/** The folders of the runs, that of the baseline first. */
async function foldersOf(logs: string, { names, baseline }: Compared): Promise<string[]> {
  const found = new Map<string, string>();
  for (const name of names) {
    const folder = await findRun(logs, name);
    const other = found.get(folder);
    if (other !== undefined) throw sameRun(other, name);
    found.set(folder, name);
  }
  const first = baseline === undefined ? [] : [await findRun(logs, baseline)];
  const folders = [...new Set([...first, ...found.keys()])];
  if (folders.length < 2) throw tooFewRuns();
  return folders;
}

function sameRun(one: string, other: string): CollabError {
  return new CollabError('one-run', {
    what: `'${one}' and '${other}' are the same run.`,
    why: 'There is nothing to compare.',
    next: 'Give different runs. List them with: collab runs',
    exitCode: ExitCode.usage,
  });
}

function unreadable(why: string): CollabError {
  return new CollabError('unreadable-run', {
    what: 'A run cannot be read, so the runs were not compared.',
    why,
    next: 'Leave it out, or check its folder.',
    exitCode: ExitCode.usage,
  });
}
