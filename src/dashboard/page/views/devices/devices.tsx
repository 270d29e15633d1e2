import type { DeviceEntry, LanEntry } from '../../../live/index.js';
import { useAsked } from '../../asked.js';
import { FaultText } from '../../parts.js';
import { Link } from '../../route.js';
import { countText } from '../../words.js';
import { CheckNow, Findings, LeaseLine, pathOf, Readiness, stageText } from './readiness.js';

/** Reads files of the server only, and shows how a check goes on. */
const againMs = 1000;
export const useLans = () => useAsked<{ lans: LanEntry[] }>('/lans', againMs);

/** The devices of the workspace: what they are, whether they are ready, and who holds them. */
export function Devices() {
  const { data, fault, again } = useLans();
  return (
    <section aria-labelledby="devices-title">
      <h1 id="devices-title">Devices</h1>
      {fault === null ? null : (
        <p class="notice">
          <FaultText fault={fault} />
        </p>
      )}
      {data === null ? (
        fault === null ? (
          <p role="status">Reading the LANs…</p>
        ) : null
      ) : data.lans.length === 0 ? (
        <NoLan />
      ) : (
        data.lans.map((lan) => <Lan key={lan.name} lan={lan} onChange={again} />)
      )}
    </section>
  );
}

function NoLan() {
  return (
    <p>
      No LAN is set up in this workspace yet. Set one up: <code>collab setup</code>. A fleet of this machine
      alone has no LAN.
    </p>
  );
}

function Lan({ lan, onChange }: { lan: LanEntry; onChange: () => void }) {
  const checking = lan.devices.filter((one) => one.checking !== null);
  const checked = lan.devices.flatMap(({ check }) => (check === null ? [] : [check]));
  const ready = checked.filter(({ isReady }) => isReady).length;
  const id = `lan-${lan.name}`;
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>
        LAN {lan.name}
        {lan.isCurrent ? <span class="tag">current</span> : null}
      </h2>
      {lan.controller === null ? null : <p class="muted">{lan.controller}</p>}
      {lan.fault !== null ? (
        <p class="notice">
          <FaultText fault={lan.fault} />
        </p>
      ) : lan.devices.length === 0 ? (
        <p>
          It has no devices yet. Add one: <code>collab device add</code>
        </p>
      ) : (
        <>
          <CheckNow
            path={`/lans/${encodeURIComponent(lan.name)}/check`}
            label={`Check all now: LAN ${lan.name}`}
            disabled={checking.length === lan.devices.length}
            onChange={onChange}
          >
            Check all now
          </CheckNow>
          <p role="status">
            {checking.length === 0
              ? `${ready} of ${countText(checked.length, 'checked device')} ready`
              : `Checking ${checking.map(({ name }) => name).join(', ')}…`}
          </p>
          <ul class="tiles">
            {lan.devices.map((device) => (
              <Tile key={device.id} lan={lan.name} device={device} onChange={onChange} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Tile({ lan, device, onChange }: { lan: string; device: DeviceEntry; onChange: () => void }) {
  const { name, check, checking } = device;
  const look = check === null ? '' : check.isReady ? 'ready' : 'not-ready';
  return (
    <li class={`tile ${look}`}>
      <h3>
        <Link to={`/devices/${encodeURIComponent(lan)}/${encodeURIComponent(name)}`}>{name}</Link>
        {device.tags.map((tag) => (
          <span key={tag} class="tag">
            {tag}
          </span>
        ))}
      </h3>
      <p>
        <Readiness device={device} />
      </p>
      {checking === null ? null : <p>{stageText(device)}</p>}
      <p class="muted">{[device.place, ...device.summary].join(' · ')}</p>
      {check === null ? null : (
        <p>
          <LeaseLine check={check} />
        </p>
      )}
      <Findings found={check?.hindrances ?? []} />
      <CheckNow
        path={`${pathOf(lan, device)}/check`}
        label={`Check now: ${name}`}
        disabled={checking !== null}
        onChange={onChange}
      >
        Check now
      </CheckNow>
    </li>
  );
}
