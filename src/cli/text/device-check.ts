import { formatBytes, type DeviceCheck, type Hindrance, type Remedy } from '../../index.js';
import { placeOf } from './devices.js';
import { table } from './table.js';
import { toned } from './tones.js';

/** Which devices are ready and, for each that is not, why and what to do. */
export function checkText(title: string, checks: readonly DeviceCheck[]): string {
  const rows = checks.map((check) => {
    const { device, address, port, user, ready, hindrances, engine, diskFreeBytes, python, clock, holder } =
      check;
    return [
      device,
      placeOf({ user, address, port }),
      ready ? toned('yes') : `${toned('no')}: ${hindrances.map(({ step }) => step).join(', ')}`,
      engine === null ? '-' : `Docker ${engine}`,
      diskFreeBytes === null ? '-' : formatBytes(diskFreeBytes),
      python ?? '-',
      clock === null ? '-' : `${signed(clock.offset_ms)} ± ${clock.error_ms.toFixed(1)} ms`,
      holder === null ? '-' : `${holder.who}@${holder.host}`,
    ];
  });
  const headings = ['NAME', 'ADDRESS', 'READY', 'ENGINE', 'DISK FREE', 'PYTHON3', 'CLOCK', 'HELD BY'];
  const drawn = table(headings, rows, undefined, ['PYTHON3', 'ADDRESS', 'HELD BY', 'DISK FREE']);
  return [`${title}\n${drawn}`, findingsText(checks)].filter((part) => part !== '').join('\n\n');
}

/**
 * Why devices are not ready and what to do, then the notes; empty if there is nothing to say.
 * @param fixesShown whether `fixesText` has said what they lack and how to fix it, which is then left out
 */
export function findingsText(all: readonly DeviceCheck[], fixesShown = false): string {
  const checks = fixesShown ? all.map(withoutRemedied) : all;
  const blocks = checks.flatMap(({ device, hindrances }) => [
    ...hindrances.map((one) => block(`${device} is not ready (${one.step})`, one)),
  ]);
  return [...blocks, notesText(checks)].filter((part) => part !== '').join('\n\n');
}

/** The steps that a remedy is for. */
const stepOf: Readonly<Record<Remedy['lack'], Hindrance['step']>> = {
  engine: 'engine',
  'engine running': 'engine',
  'docker group': 'engine',
  python: 'python',
  disk: 'disk',
  'time service': 'clock',
  clock: 'clock',
};

function withoutRemedied(check: DeviceCheck): DeviceCheck {
  const told = new Set(check.remedies.map(({ lack }) => stepOf[lack]));
  const left = (found: readonly Hindrance[]) => found.filter(({ step }) => !told.has(step));
  return { ...check, hindrances: left(check.hindrances), notes: left(check.notes) };
}

/** Notes; one that applies to several devices is printed once, for the first. */
function notesText(checks: readonly DeviceCheck[]): string {
  const alike = new Map<string, { note: string; others: string[] }>();
  for (const { device, notes } of checks) {
    for (const { step, what, why, next } of notes) {
      const note = `note: ${what} ${step === 'lease' && why !== null ? `${why} ` : ''}${next}`;
      const nameless = note.replaceAll(device, '');
      const before = alike.get(nameless);
      if (before) before.others.push(device);
      else alike.set(nameless, { note, others: [] });
    }
  }
  return [...alike.values()]
    .map(({ note, others }) => (others.length === 0 ? note : `${note} (the same on ${others.join(', ')})`))
    .join('\n');
}

function block(title: string, { what, why, next }: Hindrance): string {
  const reason = why === null ? [] : why.split('\n').map((line) => `  ${line}`);
  return [`${title}: ${what}`, ...reason, `  do: ${next}`].join('\n');
}

/** Signed milliseconds; seconds from 10 s. */
function signed(ms: number): string {
  const sign = ms < 0 ? '-' : '+';
  const size = Math.abs(ms);
  return size < 10_000 ? `${sign}${size.toFixed(1)} ms` : `${sign}${(size / 1000).toFixed(1)} s`;
}
