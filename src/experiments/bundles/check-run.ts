import { join } from 'node:path';
import { journalFile, readJournal, type RunRecord, runFile, runRecord } from '../../logs/index.js';
import { parseJson, readFileIfThere } from '../../workspace/index.js';
import { badBundle, type BundleManifest } from './bundle-file.js';

const roleName = /^[a-z][a-z0-9_-]{0,62}$/;
/** Events also have `this machine`. */
const deviceName = /^(?!\.+$)[^/\\\p{Cc}]{1,200}$/u;
/** Numbers that are parts of paths. */
const numbers = ['trial', 'rank', 'attempt', 'process', 'number'];

/**
 * Checks the run in an unpacked bundle: that it is the one that the manifest names, and that no name in it could lead out of
 * its folder.
 * @throws CollabError `bad-bundle`
 */
export async function checkRun(
  folder: string,
  { run, experiment }: BundleManifest,
): Promise<RunRecord | null> {
  if (run === null) return null;
  const text = await readFileIfThere(join(folder, runFile));
  if (text === null) throw badBundle(`it names a run, and has no ${runFile}`);
  const parsed = runRecord.safeParse(jsonIn(text));
  if (!parsed.success) throw badBundle(`its ${runFile} is not valid`);
  const record = parsed.data;
  if (record.run_id !== run.id)
    throw badBundle(`its run is ${JSON.stringify(record.run_id)}, and not ${run.id}`);
  const { name, id } = record.experiment;
  if (name !== experiment.name || id !== experiment.id || run.experiment_id !== id)
    throw badBundle('its run is not one of its experiment');
  if (record.state === 'running' || record.job !== undefined)
    throw badBundle('its run is not over, or is a job');
  const events = await readJournal(folder);
  if (events.length === 0) throw badBundle(`its ${journalFile} has no events`);
  for (const value of [record, ...events]) {
    const fault = nameFault(value);
    if (fault !== null) throw badBundle(`its run has ${fault}`);
  }
  const first = events.find(({ kind }) => kind === 'run.started');
  const started = (first as { record?: { run_id?: unknown } } | undefined)?.record?.run_id;
  if (started !== run.id) throw badBundle(`its ${journalFile} is of another run`);
  return record;
}

/** A name or number in a record that becomes part of a path, and may not. */
function nameFault(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const isRecord = !Array.isArray(value);
  for (const [key, one] of Object.entries(value) as [string, unknown][]) {
    if (isRecord && key === 'role' && one !== null && !(typeof one === 'string' && roleName.test(one)))
      return `a role ${JSON.stringify(one)}`;
    if (isRecord && key === 'device' && typeof one === 'string' && !deviceName.test(one))
      return `a device ${JSON.stringify(one)}`;
    if (isRecord && numbers.includes(key) && typeof one === 'number' && !Number.isInteger(one))
      return `a ${key} ${JSON.stringify(one)}`;
    if (isRecord && key === 'experiment' && typeof one === 'object') {
      const folder = (one as { folder?: unknown } | null)?.folder;
      if (folder !== undefined && !(typeof folder === 'string' && /^TestCases\/[^/\\.][^/\\]*$/.test(folder)))
        return `the experiment's folder ${JSON.stringify(folder)}`;
    }
    // Whatever a user declares may be named as the user likes.
    const isOfUser = ['definition', 'parameters', 'facts', 'commands'].includes(key);
    const below = isOfUser ? null : nameFault(one);
    if (below !== null) return below;
  }
  return null;
}

function jsonIn(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}
