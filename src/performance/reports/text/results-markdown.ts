import { plainText } from '../../../errors.js';
import type { Performance } from '../../opening/index.js';
import type { ResultsTable } from '../../summaries/index.js';
import { verdictText } from '../../validity/index.js';
import { sourceLines, textTable, type TextTable } from '../format/index.js';

/** The tables as Markdown that GitHub shows: one per role, with footnotes below it. */
export function resultsMarkdown(performance: Performance, tables: readonly ResultsTable[]): string {
  const none = tables.length === 0 ? ['No role recorded a number that is a quantity.'] : [];
  const parts = [
    ...sourceLines(performance, verdictText).map(escaped),
    ...none,
    ...tables.flatMap((one) => ofRole(textTable(one))),
  ];
  return `${parts.join('\n\n')}\n`;
}

function ofRole({ role, quantities, leading, rows, about, footnotes }: TextTable): string[] {
  const headings = [...leading.map(({ heading }) => heading), ...quantities];
  const rules = [
    ...leading.map(({ isNumber }) => (isNumber ? '--:' : ':--')),
    ...quantities.map(() => '--:'),
  ];
  const lines = [
    headings.map(escaped),
    rules,
    ...rows.map((row) => [
      ...row.leading.map(escaped),
      ...row.figures.map(({ text, note }) => `${text ?? '–'}${note === null ? '' : `<sup>${note}</sup>`}`),
    ]),
  ].map((cells) => `| ${cells.join(' | ')} |`);
  const notes = footnotes.map((text, at) => `<sup>${at + 1}</sup> ${escaped(text)}`);
  return [`**Results of ${escaped(role)}**`, lines.join('\n'), escaped(about), ...notes];
}

/** Text on one line that stays as it is: users choose names and values. */
function escaped(text: string): string {
  return plainText(text)
    .replace(/\s+/g, ' ')
    .replace(/[\\|*_`<>[\]#~&$@!]/g, (character) => `\\${character}`);
}
