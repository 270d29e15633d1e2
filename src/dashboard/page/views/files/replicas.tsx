import { useSignal } from '@preact/signals';
import { useAsked } from '../../asked.js';
import { named } from '../../call.js';
import { FaultText, Table } from '../../parts.js';
import { Link } from '../../route.js';
import { bytesText, countText } from '../../words.js';

interface HeldVersion {
  readonly version: number;
  readonly parts: number;
  readonly replicas: number;
  readonly target: number | null;
  readonly devices: readonly { readonly id: string; readonly name: string; readonly parts: number }[];
}

interface Share {
  readonly id: string;
  readonly name: string;
  readonly files: number;
  readonly versions: number;
  readonly content_bytes: number;
  readonly used_bytes: number | null;
  readonly free_bytes: number | null;
  readonly answers: boolean;
}

const againMs = 5000;
/** The records of all files are read for it. */
const sharesEveryMs = 30_000;

const byName = (a: { name: string }, b: { name: string }) =>
  a.name.localeCompare(b.name, undefined, { numeric: true });

/** The devices that hold each version of a file: by version. The keepers are asked for as long as it is shown. */
export function useReplicas(name: string): { of: (version: number) => preact.ComponentChildren } {
  const { data, fault } = useAsked<{ versions: HeldVersion[] }>(`/v1/replicas/${named(name)}`, againMs);
  return {
    of: (version) => {
      if (fault !== null) return <FaultText fault={fault} />;
      const held = data?.versions.find((one) => one.version === version);
      return held === undefined ? '' : <Replicas held={held} />;
    },
  };
}

function Replicas({ held: { parts, replicas, target, devices } }: { held: HeldVersion }) {
  const isBelow = target !== null && replicas < target;
  const count = target === null ? countText(replicas, 'replica') : `${replicas} of ${target} replicas`;
  return (
    <>
      {count}
      {isBelow ? <strong> below target</strong> : null}
      {devices.length === 0 ? ', on no device that answers' : ': '}
      {[...devices].sort(byName).map((device, at) => (
        <>
          {at === 0 ? '' : ', '}
          <Link to={`/fleet/${encodeURIComponent(device.name)}`}>{device.name}</Link>
          {device.parts === parts ? '' : ` (${device.parts} of ${parts} parts)`}
        </>
      ))}
    </>
  );
}

/** What each device holds, once it is opened. */
export function Shares() {
  const isOpen = useSignal(false);
  return (
    <details onToggle={({ currentTarget }) => (isOpen.value = currentTarget.open)}>
      <summary>What each device holds</summary>
      {isOpen.value ? <ShareTable /> : null}
    </details>
  );
}

function ShareTable() {
  const { data, fault } = useAsked<{ devices: Share[] }>('/v1/shares', sharesEveryMs);
  if (fault !== null)
    return (
      <p>
        <FaultText fault={fault} />
      </p>
    );
  if (data === null) return <p role="status">Asking the fleet…</p>;
  const bytes = (value: number | null) => (value === null ? 'not known' : bytesText(value));
  return (
    <Table
      label="What each device holds"
      headings={['Device', 'Files', 'Versions', 'Content', 'On disk', 'Free', 'State']}
    >
      {[...data.devices].sort(byName).map((one) => (
        <tr key={one.id}>
          <th scope="row">
            <Link to={`/fleet/${encodeURIComponent(one.name)}`}>{one.name}</Link>
          </th>
          <td class="number">{one.files}</td>
          <td class="number">{one.versions}</td>
          <td class="number">{bytesText(one.content_bytes)}</td>
          <td class="number">{bytes(one.used_bytes)}</td>
          <td class="number">{bytes(one.free_bytes)}</td>
          <td>{one.answers ? 'answers' : 'does not answer'}</td>
        </tr>
      ))}
    </Table>
  );
}
