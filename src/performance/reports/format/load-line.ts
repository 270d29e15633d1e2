import { basename } from 'node:path';
import type { ColumnType } from '../../reading/index.js';
import type { Table } from '../../tables/index.js';

/** The most useful file: the results, or the first file without them. */
export function mainFile(paths: readonly string[]): string {
  return paths.find((path) => basename(path).startsWith('results.')) ?? paths[0] ?? '';
}

/** The table that a line of code loads: the results, or the first table without them. */
export function mainTable(tables: readonly Table[]): Table {
  const table = tables.find(({ name }) => name === 'results') ?? tables[0];
  if (table === undefined) throw new TypeError('a report has a table');
  return table;
}

/** Names of the columns of some types. */
export function columnsOf({ columns, types }: Table, ...wanted: ColumnType[]): string[] {
  return columns.filter((_, at) => wanted.includes(types[at] ?? 'any'));
}

/** Text as a Python literal. */
export function pythonText(text: string): string {
  const escaped = text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return `'${escaped.replace(/[\0-\x1f]/g, (one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, '0')}`)}'`;
}

export function pythonList(texts: readonly string[]): string {
  return `[${texts.map(pythonText).join(', ')}]`;
}

/** Statements that give columns of `df` their types: times with their zone, and integers that a double cannot hold. */
export function typedColumns(table: Table): string[] {
  const integers = columnsOf(table, 'integer').map((name) => `${pythonText(name)}: 'Int64'`);
  return [
    ...(integers.length === 0 ? [] : [`df = df.astype({${integers.join(', ')}})`]),
    ...columnsOf(table, 'time').map((name) => {
      const cell = `df[${pythonText(name)}]`;
      return `${cell} = pd.to_datetime(${cell}, utc=True)`;
    }),
  ];
}

/** A line of Python from statements; those that are not needed are null. */
export function pythonLine(...statements: (string | null)[]): string {
  return statements.filter((one) => one !== null).join('; ');
}

/** Text as a word of a shell. */
export function shellText(text: string): string {
  if (/^[\w./-]+$/.test(text)) return text;
  return /["$`\\!]/.test(text) ? `'${text.replaceAll("'", `'\\''`)}'` : `"${text}"`;
}
