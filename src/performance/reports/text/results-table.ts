import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resultsTables } from '../../summaries/index.js';
import { pythonLine, pythonText, type ReportFormat, resultsRows, writeWhole } from '../format/index.js';
import { quotedNote, writeCsv } from './csv.js';
import { resultsLatex } from './results-latex.js';
import { resultsMarkdown } from './results-markdown.js';

const name = 'results-table';

/**
 * The one table of a run: a row per role and combination of parameter values, with the figures that `show` prints. As CSV for
 * programs, Markdown for pages, and LaTeX for papers.
 */
export const table: ReportFormat = {
  name: 'table',
  write({ performance, outputDir, note }) {
    const tables = resultsTables(performance.runs);
    const paths = ['csv', 'md', 'tex'].map((ending) => join(outputDir, `${name}.${ending}`));
    return writeWhole(paths, async ([csv = '', markdown = '', latex = '']) => {
      const { columns, rows } = resultsRows(tables);
      const names = columns.map(({ name: column }) => column);
      if (await writeCsv(names, [rows], csv)) note?.(quotedNote('table', [name]));
      await writeFile(markdown, resultsMarkdown(performance, tables));
      await writeFile(latex, resultsLatex(performance, tables));
    });
  },
  load: ([path = '']) =>
    pythonLine(
      'import pandas as pd',
      `df = pd.read_csv(${pythonText(path)}, keep_default_na=False, na_values=[''], float_precision='round_trip')`,
    ),
};
