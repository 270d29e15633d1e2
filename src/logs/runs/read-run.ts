import { basename, join } from 'node:path';
import { CollabError, ExitCode, messageOf } from '../../errors.js';
import { parseJson, readFileIfThere } from '../../workspace/index.js';
import { runFile, runRecord, type RunRecord } from '../records/index.js';

/**
 * Reads run.json of a run's folder.
 * @throws CollabError `not-a-run` when there is none, `run-unreadable` when it is not valid, `run-too-new` when a newer collab wrote it
 */
export async function readRun(folder: string): Promise<RunRecord> {
  let text;
  try {
    text = await readFileIfThere(join(folder, runFile));
  } catch (error) {
    throw unreadable(folder, messageOf(error));
  }
  if (text === null) {
    throw new CollabError('not-a-run', {
      what: `There is no run in ${folder}.`,
      why: `The folder of a run has a ${runFile}; this one has none.`,
      next: 'Give the folder of a run, such as Logs/<experiment>/<run id>.',
      exitCode: ExitCode.usage,
    });
  }
  let json: unknown;
  try {
    json = parseJson(text);
  } catch (error) {
    throw unreadable(folder, messageOf(error));
  }
  const format = (json as { format?: unknown } | null)?.format;
  if (typeof format === 'number' && format > 1) {
    throw unreadable(folder, `It has format ${format}, and this collab reads format 1.`, {
      name: 'run-too-new',
      next: 'Report it with a newer collab.',
    });
  }
  const parsed = runRecord.safeParse(json);
  if (parsed.success) return parsed.data;
  throw unreadable(
    folder,
    parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('\n'),
  );
}

function unreadable(folder: string, why: string, other: { name?: string; next?: string } = {}): CollabError {
  return new CollabError(other.name ?? 'run-unreadable', {
    what: `The run ${basename(folder)} cannot be read: ${join(folder, runFile)} is not valid.`,
    why,
    next: other.next ?? `Restore ${runFile}, or give another run. What the roles wrote is in trials/.`,
    exitCode: ExitCode.usage,
  });
}
