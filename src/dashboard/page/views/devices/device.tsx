import { useSignal } from '@preact/signals';
import type { CheckEntry, DeviceEntry } from '../../../live/index.js';
import { told } from '../../call.js';
import { Act, FaultText } from '../../parts.js';
import { Link } from '../../route.js';
import { bytesText } from '../../words.js';
import { useLans } from './devices.js';
import { CheckNow, Findings, LeaseLine, pathOf, Readiness, stageText } from './readiness.js';

interface Shown {
  readonly lan: string;
  readonly device: DeviceEntry;
  readonly onChange: () => void;
}

/** One device: what its last check found, who holds it, and all that is known about it. */
export function Device({ lan, name }: { lan: string; name: string }) {
  const { data, fault, again } = useLans();
  const found = data?.lans.find((one) => one.name === lan);
  const device = found?.devices.find((one) => one.name === name);
  const why = fault ?? found?.fault ?? null;
  return (
    <section aria-labelledby="device-title">
      <p>
        <Link to="/devices">Devices</Link> / {lan} /
      </p>
      <h1 id="device-title">{name}</h1>
      {why === null ? null : (
        <p class="notice">
          <FaultText fault={why} />
        </p>
      )}
      {device !== undefined ? (
        <About lan={lan} device={device} onChange={again} />
      ) : why !== null ? null : (
        <p role="status">{data === null ? 'Reading the LANs…' : missingText(lan, found !== undefined)}</p>
      )}
    </section>
  );
}

const missingText = (lan: string, isLan: boolean): string =>
  isLan ? `LAN ${lan} has no device of this name.` : 'This workspace has no LAN of this name.';

function About({ lan, device, onChange }: Shown) {
  const { check, checking, facts } = device;
  /** What became of the lease that was ended here: another may have held it by then. */
  const ended = useSignal('');
  return (
    <>
      <p>
        <Readiness device={device} />
      </p>
      <p role="status">
        {ended.value} {stageText(device)}
      </p>
      <CheckNow
        path={`${pathOf(lan, device)}/check`}
        label={`Check now: ${device.name}`}
        disabled={checking !== null}
        onChange={onChange}
      >
        Check now
      </CheckNow>
      {check === null ? null : (
        <>
          <h2>Lease</h2>
          <p>
            <LeaseLine check={check} />
          </p>
          <EndLease
            path={pathOf(lan, device)}
            name={device.name}
            lease={check.lease}
            onEnd={(text) => {
              ended.value = text;
              onChange();
            }}
          />
          <Checked lan={lan} name={device.name} check={check} />
        </>
      )}
      <h2>Facts</h2>
      <p class="muted">
        Read when it was set up, or by the last check that reached it. The LAN file does not say when.
      </p>
      <Facts rows={facts} />
    </>
  );
}

function Facts({ rows }: { rows: readonly (readonly [label: string, value: string])[] }) {
  return (
    <dl class="facts">
      {rows.map(([label, value]) => (
        <div key={`${label} ${value}`}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Checked({ lan, name, check }: { lan: string; name: string; check: CheckEntry }) {
  const { hindrances, notes, remedies, engine, diskFreeBytes, clock } = check;
  return (
    <>
      <h2>Last check</h2>
      <Findings found={hindrances} />
      {remedies.map(({ what, commands, advice }) => (
        <p key={what}>
          {what}: {advice}
          {commands.map((command) => (
            <code key={command} class="line">
              {command}
            </code>
          ))}
        </p>
      ))}
      {remedies.some(({ commands }) => commands.length > 0) ? (
        <p>
          To let collab run these commands: <code>{`collab device check ${name} --lan ${lan} --fix`}</code>
        </p>
      ) : null}
      <Findings found={notes} />
      <Facts
        rows={[
          ['engine', engine === null ? 'unknown' : `Docker ${engine}`],
          ['disk free', diskFreeBytes === null ? 'unknown' : bytesText(diskFreeBytes)],
          ['clock', clock === null ? 'unknown' : clockText(clock)],
        ]}
      />
    </>
  );
}

const clockText = ({ offsetMs, errorMs }: NonNullable<CheckEntry['clock']>): string =>
  `${Math.abs(offsetMs).toFixed(1)} ms ${offsetMs < 0 ? 'behind' : 'ahead of'} this machine's, ± ${errorMs.toFixed(1)} ms`;

/** Ends a lease: that of the user at once, that of another after a question. */
function EndLease(props: {
  path: string;
  name: string;
  lease: CheckEntry['lease'];
  onEnd: (text: string) => void;
}) {
  const { path, name, lease, onEnd } = props;
  if (typeof lease === 'string') return null;
  const { who, host, run, isOwn } = lease;
  const end = async () => {
    const done = await told<Ended>('POST', `${path}/unlock${isOwn ? '' : '?kick=1'}`);
    onEnd(done === null ? '' : endText(name, done));
  };
  const ask = {
    title: `Take ${name} from ${who}?`,
    text:
      run === null
        ? `The lock of ${who} on ${host} ends.`
        : `${run} of ${who} on ${host} stops at its next renewal, within 20 s.`,
    yes: 'Take it',
  };
  return (
    <Act act={end} {...(isOwn ? {} : { ask })}>
      {isOwn ? 'Unlock' : 'Take it away'}
    </Act>
  );
}

interface Ended {
  readonly how: 'released' | 'kicked' | 'free';
  readonly who: string | null;
  readonly host: string | null;
}

function endText(name: string, { how, who, host }: Ended): string {
  if (how === 'kicked') return `${name}: taken from ${who ?? 'somebody'} on ${host ?? 'some machine'}.`;
  return how === 'free' ? `${name}: was not locked any more.` : `${name}: unlocked.`;
}
