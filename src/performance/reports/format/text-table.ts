import { earlyStopNote, type Performance } from '../../opening/index.js';
import { doubleOf } from '../../reading/index.js';
import {
  type Figure,
  figuresText,
  numberText,
  type ResultsTable,
  spreadText,
} from '../../summaries/index.js';
import type { Validity } from '../../validity/index.js';

/** A table for people, before it is written in a language: plain texts, and the numbers of footnotes. */
export interface TextTable {
  readonly role: string;
  readonly quantities: readonly string[];
  /** Columns before those of the quantities, and whether they hold numbers. */
  readonly leading: readonly { readonly heading: string; readonly isNumber: boolean }[];
  readonly rows: readonly {
    readonly leading: readonly string[];
    /** `62.1 ± 1.2`, or null without a value. */
    readonly figures: readonly { readonly text: string | null; readonly note: number | null }[];
  }[];
  /** What the figures are. */
  readonly about: string;
  /** The first has the number 1. */
  readonly footnotes: readonly string[];
}

/** The table with its figures as text; runs are named if there are several. */
export function textTable({ role, parameters, quantities, rows }: ResultsTable): TextTable {
  const footnotes: string[] = [];
  const noteOf = (remarks: readonly string[]) => {
    if (remarks.length === 0) return null;
    const text = `${remarks.join('; ')}.`;
    if (!footnotes.includes(text)) footnotes.push(text);
    return footnotes.indexOf(text) + 1;
  };
  const several = new Set(rows.map(({ run }) => run)).size > 1;
  const isNumber = (name: string) => rows.every((row) => doubleOf(row.parameters[name]) !== null);
  return {
    role,
    quantities,
    leading: [
      ...(several ? [{ heading: 'run', isNumber: false }] : []),
      ...parameters.map((name) => ({ heading: name, isNumber: isNumber(name) })),
      { heading: 'repeats', isNumber: true },
      { heading: 'n', isNumber: true },
    ],
    rows: rows.map(({ run, parameters: values, repeats, n, cells }) => ({
      leading: [
        ...(several ? [run.run_id] : []),
        ...parameters.map((name) => (Object.hasOwn(values, name) ? String(values[name]) : '')),
        String(repeats),
        String(n),
      ],
      figures: cells.map(({ figure, remarks }) => ({
        text: figure === null ? null : figureText(figure),
        note: noteOf(remarks),
      })),
    })),
    about: aboutText(rows.map(({ repeats }) => repeats)),
    footnotes,
  };
}

function figureText({ mean, interval }: Figure): string {
  return interval === null ? numberText(mean) : spreadText(mean, (interval.high - interval.low) / 2, ' ± ');
}

function aboutText(repeats: readonly number[]): string {
  const mixed = repeats.includes(1) && repeats.some((one) => one > 1);
  const single = mixed ? '; of a single repeat, the median of its rows without an interval' : '';
  return `Figures: ${figuresText(repeats, '±')}${single}. n: number of rows.`;
}

/** Which runs the tables are of, with their verdicts, and what holds for all of their figures. */
export function sourceLines({ runs }: Performance, verdictOf: (validity: Validity) => string): string[] {
  return runs.flatMap(({ record, validity }) => {
    const stopped = earlyStopNote(record);
    const source = `${record.experiment.name}, run ${record.run_id}. ${verdictOf(validity)}.`;
    return stopped === null ? [source] : [source, stopped];
  });
}
