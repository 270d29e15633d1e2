import { join } from 'node:path';
import { CollabError, ExitCode, messageOf } from '../../errors.js';
import { jsonOf, readFileIfThere, writeFileAtomic } from '../../workspace/index.js';
import { labelsFile, noLabels, type RunLabels, runLabels } from '../records/index.js';

/** What a user gives a run to find it again. A name or a note that is empty is removed; what is missing stays. */
export interface LabelChanges {
  readonly name?: string | undefined;
  readonly note?: string | undefined;
  /** Tags to add. */
  readonly tag?: readonly string[] | undefined;
  /** Tags to remove. */
  readonly untag?: readonly string[];
}

/**
 * Labels after changes.
 * @throws CollabError `bad-label`, which lists all faults, and `no-such-tag`
 */
function changedLabels(before: RunLabels, { name, note, tag = [], untag = [] }: LabelChanges): RunLabels {
  const missing = untag.filter((one) => !before.tags.includes(one));
  if (missing.length > 0) throw noSuchTag(missing, before.tags);
  const kept = before.tags.filter((one) => !untag.includes(one));
  const tags = [...new Set([...kept, ...tag])].sort();
  const changed = runLabels.safeParse({
    name: name === undefined ? before.name : name || null,
    note: note === undefined ? before.note : note || null,
    tags,
  });
  if (changed.success) return changed.data;
  throw new CollabError('bad-label', {
    what: 'A run cannot be labeled so.',
    why: changed.error.issues
      .map(({ path: [field, at], message }) => {
        const which = typeof at === 'number' ? `tag ${JSON.stringify(tags[at])}` : String(field);
        return `the ${which}: ${message}`;
      })
      .join('\n'),
    next: 'Names have up to 80 characters, notes up to 2000, tags up to 40 without spaces and commas; all are one line.',
    exitCode: ExitCode.usage,
  });
}

/** Labels for a new run; null if none are given. @throws CollabError `bad-label` */
export function firstLabels({ name, note, tag }: Omit<LabelChanges, 'untag'>): RunLabels | null {
  const labels = changedLabels(noLabels, { name, note, tag });
  return labels.name === null && labels.note === null && labels.tags.length === 0 ? null : labels;
}

/** The labels of a run; null if it has none, or in a file that cannot be read. */
export const readLabels = (folder: string): Promise<RunLabels | null> => labelsIn(folder).catch(() => null);

/**
 * Changes the labels of a run, whatever its state: they are kept beside its record, which stays what the journal gives.
 * @throws CollabError as `changedLabels`, and `labels-unreadable`
 */
export async function editLabels(folder: string, changes: LabelChanges): Promise<RunLabels> {
  const before = await labelsIn(folder).catch((error: unknown) => {
    throw unreadable(folder, error);
  });
  const labels = changedLabels(before ?? noLabels, changes);
  await writeLabels(folder, labels);
  return labels;
}

export const writeLabels = (folder: string, labels: RunLabels): Promise<void> =>
  writeFileAtomic(join(folder, labelsFile), `${jsonOf(labels, 2)}\n`);

async function labelsIn(folder: string): Promise<RunLabels | null> {
  const text = await readFileIfThere(join(folder, labelsFile));
  return text === null ? null : runLabels.parse(JSON.parse(text));
}

function unreadable(folder: string, error: unknown): CollabError {
  return new CollabError('labels-unreadable', {
    what: `${join(folder, labelsFile)} cannot be read.`,
    why: messageOf(error),
    next: 'Correct the file, or remove it, and with it the name, the note and the tags.',
    exitCode: ExitCode.usage,
  });
}

function noSuchTag(missing: readonly string[], tags: readonly string[]): CollabError {
  return new CollabError('no-such-tag', {
    what: `The run does not have the ${missing.length === 1 ? 'tag' : 'tags'} ${missing.join(', ')}.`,
    why: tags.length === 0 ? 'It has no tags.' : `Its tags: ${tags.join(', ')}.`,
    next: 'Remove only tags that it has.',
    exitCode: ExitCode.usage,
  });
}
