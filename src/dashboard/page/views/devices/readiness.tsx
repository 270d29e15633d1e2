import type { ComponentChildren } from 'preact';
import type { CheckEntry, DeviceEntry, FindingEntry } from '../../../live/index.js';
import { told } from '../../call.js';
import { nowMs } from '../../connection.js';
import { Act, FaultText } from '../../parts.js';
import { timeText } from '../../words.js';
import { Ago } from '../state.js';

/** Where the server answers for a device. */
export const pathOf = (lan: string, { name }: DeviceEntry): string =>
  `/lans/${encodeURIComponent(lan)}/devices/${encodeURIComponent(name)}`;

const stageTexts: Readonly<Record<NonNullable<DeviceEntry['checking']>, string>> = {
  waiting: 'Its check waits for an earlier one.',
  asking: 'Checking…',
  searching: 'It does not answer at its address. Looking for it…',
};

/** Whether a device was ready when it was checked last, in a sign, words and a color. */
export function Readiness({ device: { check, checking, fault } }: { device: DeviceEntry }) {
  const [look, sign, words] =
    check === null
      ? ['', '○', 'not checked']
      : check.isReady
        ? ['ready', '●', 'ready']
        : ['not-ready', '✕', 'not ready'];
  return (
    <>
      <span class={`state ${look}`}>
        <span aria-hidden="true">{sign}</span> {words}
      </span>
      {check === null ? null : (
        <>
          , checked <Ago ms={check.checkedMs} /> ago
        </>
      )}
      {fault === null || checking !== null ? null : (
        <small>
          Its check was not made: <FaultText fault={fault} />
        </small>
      )}
    </>
  );
}

/** What a check does now; empty if none runs. */
export const stageText = ({ checking }: DeviceEntry): string =>
  checking === null ? '' : stageTexts[checking];

/** What was found, why, and what to do about it. */
export function Findings({ found }: { found: readonly FindingEntry[] }) {
  if (found.length === 0) return null;
  return (
    <ul class="findings">
      {found.map(({ step, what, why, next }) => (
        <li key={`${step} ${what}`}>
          <strong>{step}:</strong> {what}
          {why === null ? null : <small>{why}</small>}
          <small>Do: {next}</small>
        </li>
      ))}
    </ul>
  );
}

/** Who held a device when it was checked. */
export function LeaseLine({ check: { lease, checkedMs } }: { check: CheckEntry }) {
  if (lease === 'unknown') return <>Lease: unknown, it did not tell</>;
  if (lease === 'free') return <>Free when it was checked</>;
  const { who, host, run, isOwn, untilMs } = lease;
  return (
    <>
      {isOwn ? 'Locked by you' : `Held by ${who} on ${host}`}
      {run === null ? '' : `, for ${run},`} until {timeText(untilMs, nowMs.value)}
      <small>
        as of {timeText(checkedMs, nowMs.value)}
        {run === null ? '' : '; it is renewed while that goes on'}
      </small>
    </>
  );
}

/** Checks devices when it is pressed. */
export function CheckNow(props: {
  path: string;
  label: string;
  disabled: boolean;
  onChange: () => void;
  children: ComponentChildren;
}) {
  const { path, label, disabled, onChange, children } = props;
  return (
    <Act
      label={label}
      disabled={disabled}
      act={async () => {
        await told('POST', path);
        onChange();
      }}
    >
      {children}
    </Act>
  );
}
