import type { RunRecord } from '../../../../logs/index.js';
import { jsonOf } from '../../../../workspace/index.js';
import { dataTable, markup, type Markup } from '../markup/index.js';

/** Software, images and placement of the run: what another lab needs to reproduce it. */
export function provenance(run: RunRecord): Markup {
  const { name, id, definition } = run.experiment;
  const facts: [string, string][] = [
    ['Experiment', name],
    ['Experiment id', id === '' ? 'not known' : id],
    [run.job === undefined ? 'Run' : 'Job', run.run_id],
    ...Object.entries(run.versions),
    [
      'git commit',
      run.git === null
        ? run.job === undefined
          ? 'none'
          : 'not known'
        : `${run.git.commit}${run.git.dirty ? ', with changes' : ''}`,
    ],
  ];
  const images = run.images.map(({ role, device, ref, image_id: image }) => [
    role,
    device,
    markup`<code>${ref}</code>`,
    markup`<code>${image}</code>`,
  ]);
  const placement = run.placement.map(({ role, rank, device, pinned, restart }) => [
    `${role}-${rank}`,
    device,
    pinned === true ? 'by --place' : run.job === undefined ? 'by constraints' : 'by the leader of the fleet',
    restart === 'run' ? 'one for all trials (restart: run)' : 'one for each trial',
  ]);
  const named = (names: readonly string[]) => names.map((one) => ({ name: one }));
  return markup`<section id="provenance" aria-labelledby="provenance-title">
    <h2 id="provenance-title">What was run</h2>
    <dl class="facts">
      ${facts.map(
        ([key, value]) =>
          markup`<div>
            <dt>${key}</dt>
            <dd><code>${value}</code></dd>
          </div>`,
      )}
    </dl>
    ${dataTable('Placement', named(['Role', 'Device', 'Chosen', 'Process']), placement)}
    ${images.length === 0 ? markup`` : dataTable('Images', named(['Role', 'Device', 'Name', 'Id']), images)}
    <details>
      <summary>The resolved experiment</summary>
      <pre tabindex="0">${jsonOf(definition ?? null, 2)}</pre>
    </details>
    <details>
      <summary>Facts reported by the devices</summary>
      <pre tabindex="0">
${JSON.stringify(
  Object.fromEntries(run.devices.map((device) => [device.name, { id: device.id, ...device.facts }])),
  null,
  2,
)}</pre>
    </details>
  </section>`;
}
