import { Link } from '../../route.js';
import type { MemberEntry } from '../../../live/index.js';
import { loadTexts, workOf } from './load.js';
import { MemberActs } from './member-acts.js';
import { Ago, Drained, State } from '../state.js';

/** Members as tiles: one look tells who is in trouble. */
export function MemberTiles({ members }: { members: readonly MemberEntry[] }) {
  return (
    <ul class="tiles">
      {members.map((member) => (
        <Tile key={member.id} member={member} />
      ))}
    </ul>
  );
}

function Tile({ member }: { member: MemberEntry }) {
  const { cpu, memory, temperature, power } = loadTexts(member);
  return (
    <li class={`tile ${member.state}${member.drained ? ' drained' : ''}`}>
      <h2>
        <Link to={`/fleet/${encodeURIComponent(member.name)}`}>{member.name}</Link>
        {member.keeper ? <span class="tag">keeper</span> : null}
      </h2>
      <p>
        <State state={member.state} /> <Ago ms={member.sinceMs} before="for " /> <Drained member={member} />
      </p>
      {cpu === '' ? null : (
        <p class="meter">
          <span>CPU</span>
          <meter min={0} max={100} value={member.load?.cpuPercent ?? 0} aria-label={`CPU of ${member.name}`}>
            {cpu}
          </meter>
          <span>{cpu}</span>
        </p>
      )}
      <p class="muted">{[memory, temperature, power].filter((text) => text !== '').join(' · ')}</p>
      <p>{workOf(member)}</p>
      <MemberActs member={member} />
    </li>
  );
}
