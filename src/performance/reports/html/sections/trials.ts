import { placementOf, type TrialRecord } from '../../../../logs/index.js';
import type { Performance } from '../../../opening/index.js';
import type { RecordedQuantity } from '../../../summaries/index.js';
import { trialSeconds } from '../../../tables/index.js';
import { dataTable, digits, markup, type Markup, withUnit } from '../markup/index.js';

/** Maximum number of rows in a table; the other formats have all rows. */
const mostRows = 1000;
const mostQuantities = 10;

/** Every trial with its recorded quantities, and the totals of every role. */
export async function trials(performance: Performance): Promise<Markup> {
  return markup`<section id="trials" aria-labelledby="trials-title">
    <h2 id="trials-title">Every trial</h2>
    ${trialTable(performance)}
    <details>
      <summary>Totals of every role in every trial</summary>
      ${await totalsTable(performance)}
    </details>
  </section>`;
}

function trialTable({ run, first: { recorded } }: Performance): Markup {
  const parameters = [...new Set(run.trials.flatMap((trial) => Object.keys(trial.parameters)))];
  const shown = recorded.slice(0, mostQuantities);
  const hidden = recorded.slice(mostQuantities).map(({ role, quantity }) => `${quantity} of ${role}`);
  const rest = hidden.length === 0 ? '' : `; not shown: ${hidden.join(', ')}`;
  const several = new Set(shown.map(({ role }) => role)).size > 1;
  const columns = [
    { name: 'Trial', number: true },
    ...parameters.map((name) => ({ name })),
    ...['Repeat', 'State'].map((name) => ({ name })),
    ...['Start, s', 'Duration, s'].map((name) => ({ name, number: true })),
    ...shown.map(({ role, quantity }) => ({
      name: several ? `${role} ${quantity}` : quantity,
      number: true,
    })),
  ];
  const begin = Date.parse(run.started_at);
  const rows = run.trials
    .slice(0, mostRows)
    .map((trial) => [
      trial.number,
      ...parameters.map((name) => String(trial.parameters[name] ?? '')),
      trial.warmup ? `warm-up ${trial.repeat + 1}` : String(trial.repeat + 1),
      stateOf(trial),
      secondsOf(begin, trial.started_at),
      trialSeconds(run, trial)?.toFixed(1) ?? null,
      ...shown.map((one) => medianIn(one, trial.number)),
    ]);
  return dataTable(
    `Trials${cut(run.trials.length)}; quantities are medians over the rows of a trial${rest}`,
    columns,
    rows,
  );
}

function stateOf({ state, failure }: TrialRecord): string {
  if (failure === undefined) return state;
  return `${state}: ${failure.role}-${failure.rank} on ${failure.device}: ${failure.reason}`;
}

function secondsOf(fromMs: number, until: string | null): string | null {
  const tookMs = until === null ? Number.NaN : Date.parse(until) - fromMs;
  return Number.isNaN(tookMs) ? null : (tookMs / 1000).toFixed(1);
}

function medianIn({ trials: all }: RecordedQuantity, trial: number): string | null {
  const found = all.get(trial);
  return found === undefined ? null : digits(found.median);
}

function cut(rows: number): string {
  return rows > mostRows ? ` (the first ${mostRows} of ${rows}; the csv report has all rows)` : '';
}

/** Totals from the table `roles`; marks those that were not measured. */
async function totalsTable(performance: Performance): Promise<Markup> {
  const { run } = performance;
  const roles = performance.table('roles');
  const at = (name: string) => roles.columns.indexOf(name);
  const totals = roles.columns.filter((name) => roles.columns.includes(`${name}_kind`));
  const columns = [
    { name: 'Trial', number: true },
    { name: 'Role' },
    { name: 'Device' },
    { name: 'Ended' },
    ...totals.map((name) => ({ name, number: true })),
  ];
  const instances = run.trials.reduce((sum, one) => sum + placementOf(run, one).length, 0);
  const rows: (Markup | string | number | null)[][] = [];
  for await (const row of roles.rows()) {
    if (rows.length >= mostRows) break;
    rows.push([
      Number(row[at('trial')]),
      `${String(row[at('role')])}-${String(row[at('rank')])}`,
      String(row[at('device')]),
      endOf(row[at('exit_code')], row[at('exit_signal')], row[at('exit_reason')]),
      ...totals.map((name) => total(name, row[at(name)], String(row[at(`${name}_kind`)]))),
    ]);
  }
  return dataTable(`Totals${cut(instances)}; ~ means estimated, – unavailable`, columns, rows);
}

function endOf(code: unknown, signal: unknown, reason: unknown): string {
  if (typeof code === 'number') return `code ${code}`;
  const cause = [signal, reason].find((one) => typeof one === 'string');
  return typeof cause === 'string' ? cause : 'unknown';
}

function total(name: string, value: unknown, kind: string): Markup | null {
  if (typeof value !== 'number') return markup`<span class="none" title="${kind}">–</span>`;
  const unit = name.endsWith('_bytes') ? 'bytes' : '';
  const mark = kind.startsWith('estimated') ? '~' : '';
  return markup`<span title="${kind}">${mark}${withUnit(value, unit)}</span>`;
}
