import { noLabels, type RunRecord } from '../../../../logs/index.js';
import type { Performance } from '../../../opening/index.js';
import { markup, type Markup } from '../markup/index.js';
import { hasOneClock } from '../../../reading/index.js';
import { durationText } from '../../../summaries/index.js';

/** What ran, how it went and whether the numbers can be relied on. */
export function overview({ run, validity, notes }: Performance): Markup {
  const complete = run.trials.filter(({ state }) => state === 'complete').length;
  const warm = run.trials.filter(({ warmup }) => warmup).length;
  const combinations = new Set(run.trials.map(({ parameters }) => JSON.stringify(parameters)));
  const parameters = parameterValues(run.trials.map((trial) => trial.parameters));
  const { name, note, tags } = run.labels ?? noLabels;
  const facts: [string, Markup | string][] = [
    ...(name === null ? [] : [['Name', name] satisfies [string, string]]),
    ...(tags.length === 0 ? [] : [['Tags', tags.join(', ')] satisfies [string, string]]),
    ...(note === null ? [] : [['Note', note] satisfies [string, string]]),
    ['State', run.state],
    [
      'Started',
      markup`<time datetime="${run.started_at}">${run.started_at.slice(0, 19).replace('T', ' ')} UTC</time>`,
    ],
    ['Took', tookText(run)],
    ['Trials', `${complete} of ${run.trials.length} complete${warm > 0 ? `, ${warm} of them warm-up` : ''}`],
    ['Combinations', String(combinations.size)],
    ...parameters.map(([name, values]): [string, string] => [name, values]),
    ['Devices', run.devices.map(({ name }) => name).join(', ')],
    ['Runtime', `${run.runtime}${run.lan === null ? ' on this machine only' : ` on LAN ${run.lan}`}`],
    ...(run.job === undefined
      ? []
      : [['Job', `of ${run.job.owner} on the fleet ${run.job.fleet}`] satisfies [string, string]]),
  ];
  const doubtful = validity.verdict === 'DOUBTFUL';
  return markup`<section id="overview" aria-labelledby="overview-title">
    <h2 id="overview-title" class="hidden">Overview</h2>
    <dl class="facts">
      ${facts.map(
        ([name, value]) =>
          markup`<div>
            <dt>${name}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
    <div class="verdict ${doubtful ? 'doubtful' : 'valid'}">
      <h3>
        <span class="badge">${validity.verdict}</span>
        ${doubtful ? 'A reviewer would ask about this' : 'The log gives no reason to doubt these numbers'}
      </h3>
      ${findings(validity.findings)}
    </div>
    ${
      notes.length === 0
        ? markup``
        : markup`<details class="notes">
            <summary>
              ${notes.length} ${notes.length === 1 ? 'note' : 'notes'} on missing or uncertain data
            </summary>
            <ul>
              ${notes.map((note) => markup`<li>${note}</li>`)}
            </ul>
          </details>`
    }
  </section>`;
}

function tookText(run: RunRecord): string {
  if (run.ended_at === null) return 'not finished';
  const tookMs = hasOneClock(run) ? Date.parse(run.ended_at) - Date.parse(run.started_at) : Number.NaN;
  return Number.isNaN(tookMs) ? 'not known' : durationText(tookMs / 1000);
}

/** Every parameter with its values. */
function parameterValues(all: readonly Readonly<Record<string, unknown>>[]): [string, string][] {
  const names = [...new Set(all.flatMap((one) => Object.keys(one)))];
  return names.map((name) => {
    const values = [...new Set(all.map((one) => String(one[name])))];
    const shown = values.slice(0, 12).join(', ');
    return [`Parameter ${name}`, values.length > 12 ? `${shown}, … (${values.length})` : shown];
  });
}

function findings(all: Performance['validity']['findings']): Markup {
  if (all.length === 0) return markup``;
  return markup`<ul>
    ${all.map(
      ({ level, check, text }) =>
        markup`<li><strong>${level === 'doubt' ? '' : 'Remark: '}${check}.</strong> ${text}</li>`,
    )}
  </ul>`;
}

export function title({ run }: Performance): string {
  return `${run.experiment.name} ${run.run_id}`;
}
