import { readFile } from 'node:fs/promises';
import { CollabError, ExitCode, messageOf } from '../../errors.js';
import { parseCsv } from './csv.js';
import type { JobDefinition } from './record.js';

type Value = string | number | boolean;
type Tasks = JobDefinition['tasks'];

/** What may stand in braces in a command. */
const namePattern = /^[A-Za-z_]\w*$/;

/** A number is one only if it is written as it would be printed: `1.0`, `007` and `1e3` reach the command as they are written. */
export function valueOf(text: string): Value {
  if (text === 'true' || text === 'false') return text === 'true';
  const number = Number(text);
  return text !== '' && Number.isFinite(number) && String(number) === text ? number : text;
}

/** Why this cannot be the name of a parameter; null if it can. */
export function nameFault(name: string): string | null {
  if (!namePattern.test(name))
    return `${JSON.stringify(name)} is no name: it needs letters, digits and _, and begins with no digit`;
  return name === 'task' ? '"task" is the number of the task; choose another name' : null;
}

/** `--set rate=0.1,0.2`, each with one name; a name that is given twice has the values of both. @throws CollabError `job-bad-set` */
export function tasksOfSets(sets: readonly string[]): Tasks {
  const values = new Map<string, Value[]>();
  for (const set of sets) {
    const at = set.indexOf('=');
    const name = set.slice(0, Math.max(at, 0));
    const words = set.slice(at + 1).split(',');
    const fault = at < 0 ? 'it has no "="' : words.includes('') ? 'a value is empty' : nameFault(name);
    if (fault !== null) throw badSet(set, fault);
    values.set(name, (values.get(name) ?? []).concat(words.map(valueOf)));
  }
  return { kind: 'set', values: Object.fromEntries(values) };
}

/** A task for each row of a CSV file, whose first row names the parameters. @throws CollabError `job-bad-rows` */
export async function tasksOfRows(path: string): Promise<Tasks> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw badRows(path, messageOf(error));
  });
  return tasksOfText(text, path);
}

/** @param path for messages; the text is null if there is no such file */
export function tasksOfText(text: string | null, path: string): Tasks {
  if (text === null) throw badRows(path, 'There is no such file.');
  const parsed = parseCsv(text);
  if ('fault' in parsed) throw badRows(path, `Line ${parsed.line}: ${parsed.fault}.`);
  const [header, ...rows] = parsed.rows;
  if (header === undefined) throw badRows(path, 'It is empty.');
  const columns = header.fields.map((name) => name.trim());
  const fault =
    columns.map(nameFault).find((one) => one !== null) ??
    (new Set(columns).size < columns.length ? 'two columns have the same name' : null);
  if (fault !== null) throw badRows(path, `Line ${header.line} must name the parameters: ${fault}.`);
  if (rows.length === 0) throw badRows(path, 'It has no rows below the names of its columns.');
  const uneven = rows.find(({ fields }) => fields.length !== columns.length);
  if (uneven !== undefined)
    throw badRows(
      path,
      `Line ${uneven.line} has ${fieldsText(uneven.fields.length)}, and the first line has ${columns.length}.`,
    );
  return { kind: 'each', columns, rows: rows.map(({ fields }) => fields.map(valueOf)) };
}

const fieldsText = (count: number) => `${count} ${count === 1 ? 'field' : 'fields'}`;

function badSet(set: string, why: string): CollabError {
  return new CollabError('job-bad-set', {
    what: `--set ${set} names no values of a parameter.`,
    why: `${why.charAt(0).toUpperCase()}${why.slice(1)}.`,
    next: 'Write it like --set rate=0.1,0.2',
    exitCode: ExitCode.usage,
  });
}

function badRows(path: string, why: string): CollabError {
  return new CollabError('job-bad-rows', {
    what: `${path} gives no tasks.`,
    why,
    next: 'Give a CSV file: the first line has the names of the parameters, each other line the values of one task.',
    exitCode: ExitCode.usage,
  });
}
