import { parameterCell } from '../../reading/index.js';
import type { ResultsCell, ResultsRow, ResultsTable } from '../../summaries/index.js';
import { type Row, uniqueNames } from '../../tables/index.js';

/** The columns of each quantity, after its name. */
const ofQuantity = ['mean', 'ci95_low', 'ci95_high', 'repeats', 'n'] as const;

/** A column of the one table. */
export interface ResultsColumn {
  readonly name: string;
  /** Which part of the figure of which quantity it is; null for any other column. */
  readonly of: { readonly quantity: string; readonly part: (typeof ofQuantity)[number] } | null;
}

/** The tables of all roles as one, with all digits: a row per run, role, and combination of parameter values. */
export function resultsRows(tables: readonly ResultsTable[]): { columns: ResultsColumn[]; rows: Row[] } {
  const parameters = [...new Set(tables.flatMap((table) => table.parameters))];
  const quantities = [...new Set(tables.flatMap((table) => table.quantities))];
  const figures = quantities.flatMap((quantity) =>
    ofQuantity.map((part) => ({ name: `${quantity}_${part}`, of: { quantity, part } })),
  );
  const fixed = ['experiment', 'run_id', 'role', 'repeats', 'n', 'notes'];
  const names = uniqueNames(parameters, [...fixed, ...figures.map(({ name }) => name)], 'param_');
  const rows = tables.flatMap((table) =>
    table.rows.map((row) => [
      row.run.experiment.name,
      row.run.run_id,
      table.role,
      ...parameters.map((name) =>
        Object.hasOwn(row.parameters, name) ? parameterCell(row.parameters[name]) : null,
      ),
      row.repeats,
      row.n,
      ...quantities.flatMap((name) => cellsOf(row.cells[table.quantities.indexOf(name)])),
      notesOf(table, row),
    ]),
  );
  const other = (name: string) => ({ name, of: null });
  const leading = ['experiment', 'run_id', 'role', ...names.values(), 'repeats', 'n'].map(other);
  return { columns: [...leading, ...figures, other('notes')], rows };
}

function cellsOf(cell: ResultsCell | undefined): (number | null)[] {
  const figure = cell?.figure ?? null;
  if (figure === null) return ofQuantity.map(() => null);
  const { mean, interval, repeats, n } = figure;
  return [mean, interval?.low ?? null, interval?.high ?? null, repeats, n];
}

/** `total_ms: over 2 of 3 repeats, no value in trial 3`; null if there is nothing to know. */
function notesOf({ quantities }: ResultsTable, { repeats, cells }: ResultsRow): string | null {
  const notes = [
    ...(repeats === 1 ? ['single repeat: medians of its rows, no interval'] : []),
    ...cells.flatMap(({ remarks }, at) =>
      remarks.length === 0 ? [] : [`${quantities[at] ?? ''}: ${remarks.join(', ')}`],
    ),
  ];
  return notes.length === 0 ? null : notes.join('; ');
}
