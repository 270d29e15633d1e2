import { told } from '../../call.js';
import { about } from '../../connection.js';
import { Act } from '../../parts.js';
import type { MemberEntry } from '../../../live/index.js';
import { countText } from '../../words.js';

/** What can be done with a member: who gets tasks, and who takes part. */
export function MemberActs({ member }: { member: MemberEntry }) {
  if (about.value?.read_only === true) return null;
  const { name, state, drained, keeper } = member;
  const base = `/v1/members/${encodeURIComponent(name)}`;
  const drain = (deadline_s: number | null) => () => told('POST', `${base}/drain`, { json: { deadline_s } });
  const keeps = keeper ? ' It still keeps files and jobs.' : '';
  if (state === 'left')
    return (
      <p class="row acts">
        <Act
          label={`Join ${name}`}
          ask={{
            title: `Let ${name} join again?`,
            text: 'It comes back through the members that it knows.',
            yes: 'Let it join',
          }}
          act={() => told('POST', `${base}/join`)}
        >
          Join
        </Act>
      </p>
    );
  return (
    <p class="row acts">
      {drained === false ? (
        <Act
          label={`Drain ${name}`}
          ask={{
            title: `Drain ${name}?`,
            text: `It gets no more tasks. What it runs may end, and replicas of services move at once.${keeps}`,
            yes: 'Drain it',
          }}
          act={drain(null)}
        >
          Drain
        </Act>
      ) : null}
      {drained === null || drained === false ? null : (
        <Act
          label={`Stop draining ${name}`}
          ask={{ title: `Stop draining ${name}?`, text: 'It gets tasks again.', yes: 'Give it tasks' }}
          act={() => told('DELETE', `${base}/drain`)}
        >
          Stop draining
        </Act>
      )}
      {drained === null || drained === false || drained.left === 0 ? null : (
        <Act
          label={`Give back now what runs on ${name}`}
          ask={{
            title: `Give back what runs on ${name}?`,
            text: `${countText(drained.left, 'task')} there will be stopped, and begin anew elsewhere.`,
            yes: 'Give it back',
          }}
          act={drain(0)}
        >
          Give back now
        </Act>
      )}
      {state === 'alive' || state === 'suspect' ? (
        <Act
          label={`Leave ${name}`}
          ask={{
            title: `Let ${name} leave the fleet?`,
            text: `The others see that it left. It stays away, also after a reboot, until it joins again.${keeps}`,
            yes: 'Let it leave',
          }}
          act={() => told('POST', `${base}/leave`)}
        >
          Leave
        </Act>
      ) : null}
    </p>
  );
}
