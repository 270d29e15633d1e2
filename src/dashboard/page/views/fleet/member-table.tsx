import { about } from '../../connection.js';
import { go, Link, place } from '../../route.js';
import type { MemberEntry } from '../../../live/index.js';
import { loadTexts, workOf } from './load.js';
import { MemberActs } from './member-acts.js';
import { Ago, Drained, State } from '../state.js';

type Key = (member: MemberEntry) => string | number;

/** The worst first: they are what one looks for. */
const ranks: Readonly<Record<MemberEntry['state'], number>> = {
  failed: 0,
  unknown: 1,
  suspect: 2,
  left: 3,
  alive: 4,
};

const columns: readonly { readonly id: string; readonly heading: string; readonly by: Key }[] = [
  { id: 'name', heading: 'Member', by: ({ name }) => name },
  { id: 'state', heading: 'State', by: ({ state }) => ranks[state] },
  { id: 'since', heading: 'For', by: ({ sinceMs }) => -(sinceMs ?? 0) },
  { id: 'heard', heading: 'Last heard of', by: ({ heardMs }) => heardMs ?? 0 },
  { id: 'cpu', heading: 'CPU', by: ({ load }) => -(load?.cpuPercent ?? -1) },
  { id: 'memory', heading: 'Memory', by: ({ load }) => -(load?.memoryUsedBytes ?? -1) },
  { id: 'temperature', heading: 'Temperature', by: ({ load }) => -(load?.temperatureC ?? -300) },
  { id: 'power', heading: 'Power', by: ({ load }) => -(load?.powerW ?? -1) },
  { id: 'work', heading: 'Work', by: workOf },
];

/** Members as a table; a heading sorts it, and the address keeps by what. */
export function MemberTable({ members }: { members: readonly MemberEntry[] }) {
  const sort = columns.find(({ id }) => id === place.value.query.get('sort')) ?? columns[0];
  const isDown = place.value.query.get('down') === '1';
  const sorted = sort === undefined ? members : [...members].sort((a, b) => compared(sort.by(a), sort.by(b)));
  const rows = isDown ? [...sorted].reverse() : sorted;
  return (
    <div class="wide" role="region" aria-label="Members" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map(({ id, heading }) => (
              <th
                key={id}
                scope="col"
                aria-sort={id === sort?.id ? (isDown ? 'descending' : 'ascending') : undefined}
              >
                <button
                  type="button"
                  onClick={() =>
                    go(`/fleet?as=table&sort=${id}${id === sort?.id && !isDown ? '&down=1' : ''}`)
                  }
                >
                  {heading}
                </button>
              </th>
            ))}
            {about.value?.read_only === true ? null : <th scope="col">Change</th>}
          </tr>
        </thead>
        <tbody>
          {rows.map((member) => (
            <Row key={member.id} member={member} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ member }: { member: MemberEntry }) {
  const { cpu, memory, temperature, power } = loadTexts(member);
  return (
    <tr>
      <th scope="row">
        <Link to={`/fleet/${encodeURIComponent(member.name)}`}>{member.name}</Link>
        {member.keeper ? <span class="tag">keeper</span> : null}
      </th>
      <td>
        <State state={member.state} /> <Drained member={member} />
      </td>
      <td>
        <Ago ms={member.sinceMs} />
      </td>
      <td>
        <Ago ms={member.heardMs} steady />
      </td>
      <td class="number">{cpu}</td>
      <td class="number">{memory}</td>
      <td class="number">{temperature}</td>
      <td class="number">{power}</td>
      <td>{workOf(member)}</td>
      {about.value?.read_only === true ? null : (
        <td>
          <MemberActs member={member} />
        </td>
      )}
    </tr>
  );
}

function compared(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number'
    ? a - b
    : String(a).localeCompare(String(b), undefined, { numeric: true });
}
