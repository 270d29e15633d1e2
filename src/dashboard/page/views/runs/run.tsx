import { useAsked } from '../../asked.js';
import { told } from '../../call.js';
import { useLiveRun } from './live-run.js';
import type { RunEntry } from '../../../live/index.js';
import { Act, FaultText } from '../../parts.js';
import { Link } from '../../route.js';
import { askRuns, dataOf, runs, runsFault, useRuns } from './run-asked.js';
import { tookText } from '../../words.js';
import { Framed } from './compare-runs.js';
import { LabelForm } from './label-form.js';
import { LiveProgress, LiveRoles, Steps, Trials } from './run-live.js';
import { RunLogs } from './run-logs.js';
import { RunTimeline } from './run-timeline.js';
import { RunState, Tags, Verdict } from './run-table.js';
import { Ago } from '../state.js';

/** One run: as it goes on, and then its verdict and its report. */
export function Run({ id }: { id: string }) {
  useRuns();
  const run = runs.value?.entries.get(id);
  const fault = runsFault.value;
  if (run === undefined)
    return (
      <section>
        <h1>{id}</h1>
        {fault === null ? (
          <p role="status">{runs.value === null ? 'Reading the runs…' : 'There is no such run.'}</p>
        ) : (
          <p class="notice">
            <FaultText fault={fault} />
          </p>
        )}
        <p>
          <Link to="/runs">Runs</Link>
        </p>
      </section>
    );
  return <Known run={run} />;
}

function Known({ run }: { run: RunEntry }) {
  const goesOn = run.state === 'running';
  const isShown = run.state !== 'unreadable';
  const live = useLiveRun(run.id, isShown ? (goesOn ? 'goes on' : 'over') : null);
  return (
    <section aria-labelledby="run-title">
      <p>
        <Link to="/runs">Runs</Link> / {run.experiment} /
      </p>
      <h1 id="run-title">{run.name ?? run.run}</h1>
      <p>
        <RunState run={run} /> <Verdict verdict={run.verdict} /> <Tags tags={run.tags} />
      </p>
      {run.note === null ? null : <p>{run.note}</p>}
      {run.job || !(goesOn || run.state === 'abandoned') ? null : (
        <p class="row">
          <Stop run={run} />
        </p>
      )}
      <LabelForm key={`${run.name ?? ''} ${run.note ?? ''} ${run.tags.join(' ')}`} run={run} />
      <Facts run={run} />
      {live?.head.fault == null ? null : <p class="notice">{live.head.fault}</p>}
      {goesOn ? null : <Findings run={run} />}
      {live === null ? (
        isShown ? (
          <p role="status">Reading what happened…</p>
        ) : null
      ) : (
        <>
          <LiveProgress live={live} trials={run.trials.all} />
          {goesOn ? <LiveRoles roles={live.head.roles} /> : null}
          <h2>Roles of each device over time</h2>
          <RunTimeline live={live} />
          <Trials trials={[...live.trials.values()]} />
          <Steps lines={live.lines} open={goesOn} />
        </>
      )}
      {isShown && live !== null ? (
        <RunLogs id={run.id} goesOn={goesOn} trials={live.trials} spans={live.spans} />
      ) : null}
      {goesOn || !isShown ? null : (
        <>
          <h2>Report</h2>
          <Framed title={`Report of ${run.run}`} page={`${dataOf(run.id)}/report?of=${run.state}`} />
        </>
      )}
    </section>
  );
}

function Stop({ run }: { run: RunEntry }) {
  return (
    <Act
      ask={{
        title: `Stop ${run.name ?? run.run}?`,
        text: `Its roles are stopped, and what was measured is collected. To go on with it later: collab resume ${run.run}`,
        yes: 'Stop the run',
      }}
      act={async () => {
        await told('POST', `${dataOf(run.id)}/stop`);
        await askRuns();
      }}
    >
      Stop
    </Act>
  );
}

function Facts({ run }: { run: RunEntry }) {
  const facts: readonly (readonly [string, preact.ComponentChildren])[] = [
    ['Id', run.run],
    [
      'Started',
      run.startedMs === null ? (
        'not known'
      ) : (
        <>
          <Ago ms={run.startedMs} /> ago
        </>
      ),
    ],
    ...(run.seconds === null ? [] : [['Took', tookText(run.seconds)] as const]),
    ['Devices', run.devices.length === 0 ? 'not known' : run.devices.join(', ')],
  ];
  return (
    <dl class="facts">
      {facts.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

interface Overview {
  readonly validity: {
    readonly verdict: string;
    readonly findings: readonly { readonly check: string; readonly level: string; readonly text: string }[];
  } | null;
  readonly replication: {
    readonly original: string;
    readonly verdict: string;
    readonly reasons: readonly string[];
  } | null;
}

/** What is to be known before one uses the numbers. */
function Findings({ run }: { run: RunEntry }) {
  const path = `${dataOf(run.id)}?of=${run.state}-${run.verdict ?? ''}`;
  const { data, fault } = useAsked<Overview>(path, null);
  if (fault !== null)
    return (
      <p class="notice">
        <FaultText fault={fault} />
      </p>
    );
  const { validity = null, replication = null } = data ?? {};
  return (
    <>
      {replication === null ? null : (
        <p>
          Replication of {replication.original}: <strong>{replication.verdict}</strong>{' '}
          {replication.reasons.join(' ')}
        </p>
      )}
      {validity === null ? null : validity.findings.length === 0 ? (
        <p>Nothing in the log casts doubt on the numbers.</p>
      ) : (
        <ul>
          {validity.findings.map(({ check, level, text }, at) => (
            <li key={`${check} ${at}`}>
              <strong>{level}</strong>: {text}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
