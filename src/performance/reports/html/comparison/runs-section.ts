import { lineKey } from '../charts/index.js';
import type { ComparisonOfMany } from '../../../compare/index.js';
import type { OpenedRun } from '../../../tables/index.js';
import { dataTable, labelOf, markup, type Markup } from '../markup/index.js';

/** Which runs were compared, whether each can be relied on, and what was found of each in the metrics that decide. */
export function runsSection({ runs, metrics }: ComparisonOfMany, opened: readonly OpenedRun[]): Markup {
  const decided = metrics.filter(({ family }) => family === 'primary');
  const rows = runs.map((run, at) => {
    const record = opened[at]?.record;
    const count = (finding: string) =>
      decided.filter(({ against }) => against[at]?.finding === finding).length;
    const tests = decided.filter(({ against }) => (against[at] ?? null) !== null).length;
    return [
      markup`${lineKey(at, false)} <strong>${run.label}</strong>`,
      run.experiment,
      markup`<code>${run.run_id}</code>`,
      run.verdict,
      Object.keys(run.parameters).length === 0 ? null : labelOf(run.parameters),
      record === undefined ? null : `${record.started_at.slice(0, 16).replace('T', ' ')} UTC`,
      record === undefined ? null : record.devices.map(({ name }) => name).join(', '),
      ...(at === 0
        ? ['baseline', null, null, null]
        : [count('higher'), count('lower'), count('perhaps'), tests]),
    ];
  });
  const columns = [
    ...['Run', 'Experiment', 'Id', 'Verdict', 'Compared parameter', 'Started', 'Devices'].map((name) => ({
      name,
    })),
    ...['▲ higher', '▼ lower', '? possibly', 'of tests'].map((name) => ({ name, number: true })),
  ];
  return markup`<section id="runs" aria-labelledby="runs-title">
    <h2 id="runs-title">Runs</h2>
    ${dataTable('The runs, and how many of the tests that decide found a difference from the baseline, A', columns, rows)}
    ${runs.map(doubts)}
  </section>`;
}

/** The reasons to doubt a run, and the load of its devices by anything else. */
function doubts({ label, verdict, disturbance }: ComparisonOfMany['runs'][number]): Markup {
  const found = disturbance.findings.filter(({ level }) => level === 'doubt');
  const load = disturbance.other_load.map(
    ({ device, percent }) => `${device} ${percent === null ? 'not measured' : `${Math.round(percent)} %`}`,
  );
  const loads =
    load.length === 0
      ? markup``
      : markup`<p class="muted">${label}: mean load by others, of one core: ${load.join(', ')}</p>`;
  if (found.length === 0) return loads;
  return markup`<div class="verdict doubtful">
      <h3><span class="badge">${verdict}</span>${label}: a reviewer would ask about this</h3>
      <ul>
        ${found.map(({ check, text }) => markup`<li><strong>${check}.</strong> ${text}</li>`)}
      </ul>
    </div>
    ${loads}`;
}
