import { useSignal, useSignalEffect } from '@preact/signals';
import { known, nowMs } from '../../connection.js';
import { Link } from '../../route.js';
import type { MemberEntry, Reading } from '../../../live/index.js';
import { countText, timeText } from '../../words.js';
import { Chart } from '../chart.js';
import { loadTexts, workOf } from './load.js';
import { MemberActs } from './member-acts.js';
import { Ago, Drained, State } from '../state.js';

const againMs = 10_000;

/** One member: what it is, how it is, and its load over the last day. */
export function Member({ name }: { name: string }) {
  const member = Object.values(known.members.value.entries).find((one) => one.name === name);
  return (
    <section aria-labelledby="member-title">
      <p>
        <Link to="/fleet">Fleet</Link> /
      </p>
      <h1 id="member-title">{name}</h1>
      {member === undefined ? (
        <p role="status">
          {known.members.value.heardMs === null
            ? 'Asking the fleet…'
            : 'The fleet has no member of this name.'}
        </p>
      ) : (
        <About member={member} />
      )}
    </section>
  );
}

function About({ member }: { member: MemberEntry }) {
  const { cpu, memory, temperature, power } = loadTexts(member);
  const none = member.load === null ? 'unknown' : 'no sensor';
  const rows: [string, preact.ComponentChildren][] = [
    [
      'State',
      <>
        <State state={member.state} /> <Ago ms={member.sinceMs} before="for " /> <Drained member={member} />
      </>,
    ],
    ['Last heard of', <Ago ms={member.heardMs} steady />],
    ['Address', member.address ?? 'not known'],
    [
      'Device',
      [member.architecture, member.cores === null ? null : `${member.cores} cores`, member.accelerator]
        .filter((one) => one !== null)
        .join(', '),
    ],
    ['Tags', member.tags.join(', ')],
    ['Version', member.version ?? ''],
    ['Role', member.keeper ? 'keeper of jobs and files' : 'worker'],
    ['Tasks', tasksText(member)],
    ['CPU', member.load === null ? none : cpu],
    ['Memory', member.load === null ? none : memory],
    ['Temperature', temperature === '' ? none : temperature],
    ['Power', power === '' ? none : power],
    ['Work', workOf(member)],
  ];
  return (
    <>
      {member.silent === null ? null : (
        <p class="notice">
          {member.state === 'alive' && member.load === null
            ? 'It does not tell this server its load: '
            : 'It does not answer this machine: '}
          {member.silent}
        </p>
      )}
      <MemberActs member={member} />
      <dl class="facts">
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value === '' ? '-' : value}</dd>
          </div>
        ))}
      </dl>
      <Histories id={member.id} />
    </>
  );
}

function tasksText({ drained }: MemberEntry): string {
  if (drained === null) return 'not known: the leader does not say whether it is drained';
  if (drained === false) return 'gets tasks';
  const { by, sinceMs, deadlineMs, left } = drained;
  const what = `gets none since ${timeText(sinceMs, nowMs.value)}: drained by ${by}`;
  if (left === 0) return `${what}, and nothing runs there`;
  const until = deadlineMs === null ? 'may end' : `given back at ${timeText(deadlineMs, nowMs.value)}`;
  return `${what}; ${countText(left, 'task')} left, ${until}`;
}

function Histories({ id }: { id: string }) {
  const readings = useSignal<readonly Reading[]>([]);
  useSignalEffect(() => {
    const ending = new AbortController();
    const ask = async () => {
      const answer = await fetch(`/history/${encodeURIComponent(id)}`, { signal: ending.signal }).catch(
        () => null,
      );
      if (answer?.ok === true) readings.value = ((await answer.json()) as { readings: Reading[] }).readings;
    };
    void ask();
    const timer = setInterval(() => void ask(), againMs);
    return () => {
      clearInterval(timer);
      ending.abort();
    };
  });
  return (
    <div class="charts">
      <Chart
        title="CPU of all cores"
        unit="%"
        readings={readings.value}
        of={(one) => one.cpuPercent}
        top={100}
      />
      <Chart
        title="Memory in use"
        unit="GB"
        readings={readings.value}
        of={(one) => (one.memoryUsedBytes === null ? null : one.memoryUsedBytes / 1e9)}
      />
      <Chart title="Temperature" unit="°C" readings={readings.value} of={(one) => one.temperatureC} />
      <Chart title="Power" unit="W" readings={readings.value} of={(one) => one.powerW} />
    </div>
  );
}
