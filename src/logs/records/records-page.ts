import { z } from 'zod';
import { eventRecord } from './event-record.js';
import { journalEvent } from './events/index.js';
import { imageFile } from './package-records.js';
import { roleFile } from './role-file.js';
import {
  exitRecord,
  processRecord,
  resultRecord,
  sampleRecord,
  spanRecord,
  stateRecord,
} from './role-records.js';
import { replicationRecord } from './replication-record.js';
import { runLabels } from './run-labels.js';
import { runRecord } from './run-record.js';
import { fieldsOf } from './schema-fields.js';

/** The generated part of docs/records.md; `npm run records` writes it. */
export const recordsMarks = [
  '<!-- from the schemas in src/logs/records: npm run records -->',
  '<!-- end -->',
] as const;

interface DocumentedRecord {
  file: string;
  about: string;
  schema: z.ZodType;
  /** The kinds of lines, each with its fields. */
  kinds?: readonly { shape: Readonly<Record<string, unknown>> & { kind: z.ZodLiteral<string> } }[];
}

/** A new kind of record gets its section here. */
export const documentedRecords: readonly DocumentedRecord[] = [
  {
    file: 'run.json',
    about: 'What was run, where, and with what. One JSON object, valid at any moment of a run.',
    schema: runRecord,
  },
  {
    file: 'replication.json',
    about:
      'In a run that replicates another one: how the two compare, and the verdict. Written by `collab replicate`, as a whole.',
    schema: replicationRecord,
  },
  {
    file: 'labels.json',
    about:
      'Name, note, and tags that a user gave the run, at its start or later (`collab runs edit`). Written as a whole; missing for a run without. It is not part of bundles.',
    schema: runLabels,
  },
  {
    file: 'events.jsonl',
    about:
      'The journal, format 2: one event per line, in the order in which they happened. `record` of `run.started` is the first state of run.json.',
    schema: eventRecord,
    kinds: journalEvent.options,
  },
  {
    file: 'role.json',
    about:
      'The instructions for the wrapper of a role instance, which the controller writes. A key that may be null or missing has a default.',
    schema: roleFile,
  },
  {
    file: 'state.jsonl',
    about:
      'The states of a role instance, and the metrics that its device cannot measure exactly. One per line.',
    schema: stateRecord,
  },
  {
    file: 'samples.jsonl',
    about:
      'One reading of the metrics per line. [Metrics](metrics.md#samples) lists them; a metric that cannot be read is left out.',
    schema: sampleRecord,
  },
  {
    file: 'processes.jsonl',
    about:
      'One process at one reading per line. A process that used no CPU and kept its memory has no line for that reading.',
    schema: processRecord,
  },
  {
    file: 'results.jsonl',
    about:
      'One row per line, as the code passed it to `collab.record()`. A value that JSON lacks (NaN, infinity) is null, and `_not_finite` says what it was: `{"loss":"NaN"}`.',
    schema: resultRecord,
  },
  {
    file: 'spans.jsonl',
    about:
      'One span per line, with the fields that the code passed to `collab.span()`, `process`, `thread`, and `error` after an exception. A passed field with one of these names stays, and the other is called `span_thread` and so on.',
    schema: spanRecord,
  },
  {
    file: 'exit.json',
    about: 'How a role instance ended, and its [totals](metrics.md#totals). Written last, as a whole.',
    schema: exitRecord,
  },
  {
    file: 'Logs/.images/<id>.json',
    about:
      'The packages in an image, or of the python3 of a run with `--local`. Written once per image, beside the runs; `packages.file` of run.json names it.',
    schema: imageFile,
  },
];

export function recordsPage(): string {
  return documentedRecords
    .flatMap(({ file, about, schema, kinds }) => [
      `## ${file}`,
      about,
      fieldTable(schema),
      ...(kinds === undefined ? [] : [kindTable(kinds)]),
    ])
    .join('\n\n');
}

/** The page with its generated part replaced. Throws when the marks are missing. */
export function withRecords(page: string): string {
  const begin = page.indexOf(recordsMarks[0]);
  const end = page.indexOf(recordsMarks[1]);
  if (begin < 0 || end < begin)
    throw new TypeError(`docs/records.md must contain ${recordsMarks.join(' and ')}`);
  return `${page.slice(0, begin + recordsMarks[0].length)}\n\n${recordsPage()}\n\n${page.slice(end)}`;
}

function fieldTable(schema: z.ZodType): string {
  const fields = fieldsOf(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }));
  return table(
    ['field', 'type', 'description'],
    fields.map(({ path, type, optional, description }) => [
      `\`${path}\``,
      optional ? `${type}, optional` : type,
      description,
    ]),
  );
}

function kindTable(kinds: NonNullable<DocumentedRecord['kinds']>): string {
  return table(
    ['kind', 'fields'],
    kinds.map(({ shape }) => {
      const fields = Object.keys(shape).filter((name) => name !== 'kind');
      return [`\`${shape.kind.value}\``, fields.map((name) => `\`${name}\``).join(', ')];
    }),
  );
}

function table(headings: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [headings, headings.map(() => '---'), ...rows].map(line).join('\n');
}
