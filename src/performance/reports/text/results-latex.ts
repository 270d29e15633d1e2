import { plainText } from '../../../errors.js';
import type { Performance } from '../../opening/index.js';
import { headingOf, type ResultsTable } from '../../summaries/index.js';
import { sourceLines, textTable, type TextTable } from '../format/index.js';

/**
 * The tables as LaTeX, one float per role. They need booktabs and nothing else; names in other scripts than Latin need a
 * font that has them, as with xelatex.
 */
export function resultsLatex(performance: Performance, tables: readonly ResultsTable[]): string {
  const head = [
    '% Written by collab report --format table.',
    '% In the preamble: \\usepackage{booktabs}. Then, where the tables go: \\input{results-table.tex}',
  ];
  const none = tables.length === 0 ? ['% No role recorded a number that is a quantity.'] : [];
  const sources = sourceLines(performance, ({ verdict }) => `Verdict of collab: ${verdict}`)
    .map(escaped)
    .join(' ');
  return `${[...head, ...none, ...tables.map((one) => float(textTable(one), sources))].join('\n')}\n`;
}

function float({ role, quantities, leading, rows, about, footnotes }: TextTable, sources: string): string {
  const columns = [...leading.map(({ isNumber }) => (isNumber ? 'r' : 'l')), ...quantities.map(() => 'r')];
  const headings = [...leading.map(({ heading }) => heading), ...quantities.map(headingOf)];
  const lines = rows.map((row) => [
    ...row.leading.map(escaped),
    ...row.figures.map(
      ({ text, note }) =>
        `${text === null ? '--' : figure(text)}${note === null ? '' : `\\textsuperscript{${note}}`}`,
    ),
  ]);
  const notes = footnotes.map(
    (text, at) => `  \\par\\footnotesize\\textsuperscript{${at + 1}} ${escaped(text)}`,
  );
  return `\\begin{table}
  \\centering
  \\caption{Results of ${escaped(role)}. ${escaped(about)} ${sources}}
  \\begin{tabular}{${columns.join('')}}
    \\toprule
    ${headings.map(escaped).join(' & ')} \\\\
    \\midrule
${lines.map((cells) => `    ${cells.join(' & ')} \\\\`).join('\n')}
    \\bottomrule
  \\end{tabular}
${notes.map((note) => `${note}\n`).join('')}\\end{table}`;
}

/** `$62.1 \pm 1.2$`, `$3 \times 10^{-9}$`: a number, or a number and half of its interval. */
function figure(text: string): string {
  return `$${text.replace(' ± ', ' \\pm ').replace(/e\+?(-?\d+)/g, ' \\times 10^{$1}')}$`;
}

const special: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  '&': '\\&',
  '%': '\\%',
  $: '\\$',
  '#': '\\#',
  _: '\\_',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '\\symbol{34}',
  '±': '$\\pm$',
  '°': '$^\\circ$',
  µ: '$\\mu$',
};

/** Text on one line, as it is: users choose names and values. A line that begins with [ would be an option of the one before. */
function escaped(text: string): string {
  return plainText(text)
    .replace(/\s+/g, ' ')
    .replace(/[\\{}&%$#_~^<>|"±°µ]/g, (character) => special[character] ?? character)
    .replace(/^[[*]/, '{$&}');
}
