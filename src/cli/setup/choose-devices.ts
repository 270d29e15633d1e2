import { CollabError, ExitCode, type Device, type FoundDevice } from '../../index.js';
import { canAsk, cannotAsk, chooseMany } from '../session/index.js';
import type { SetupOptions } from './options.js';

/** What the user selected in the list of devices. */
export interface Chosen {
  found: FoundDevice[];
  /** Saved devices that discovery did not find. */
  saved: Device[];
  /** Discover again, by scanning port 22 of every address. */
  scan: boolean;
  /** Type addresses of further devices. */
  type: boolean;
}

type Item =
  | { kind: 'found'; found: FoundDevice }
  | { kind: 'saved'; device: Device }
  | { kind: 'scan' }
  | { kind: 'type' };

/**
 * Chooses the devices to log in to: by flags, else the user selects them. Devices of the LAN that did not answer are
 * offered too; if not selected, they stay in the LAN unchanged.
 */
export async function chooseDevices(
  found: readonly FoundDevice[],
  saved: readonly Device[],
  options: SetupOptions,
): Promise<Chosen> {
  const none = { saved: [], scan: false, type: false };
  if (options.take !== undefined) return { ...none, found: named(found, options.take) };
  if (options.yes === true) return { ...none, found: [...found] };
  if (!canAsk())
    throw cannotAsk('Choosing devices needs an answer', '--yes, --take all, --take <names> or --device.');
  const absent = saved.filter(({ name }) => !found.some(({ known }) => known === name));
  const items = await chooseMany<Item>('Which devices do you want to set up?', [
    ...found.map((one) => ({
      name: [
        one.host === one.address ? one.address : `${one.host} (${one.address})`,
        ...(one.known === null ? [] : [`saved as ${one.known}`]),
      ].join(', '),
      value: { kind: 'found', found: one } as const,
    })),
    ...absent.map((device) => ({
      name: `${device.name} (${device.address}), saved, did not answer`,
      value: { kind: 'saved', device } as const,
      checked: false,
    })),
    ...(options.scan === undefined
      ? [
          {
            name: 'Find more: scan port 22 of every address',
            value: { kind: 'scan' },
            checked: false,
          } as const,
        ]
      : []),
    { name: 'Type another address', value: { kind: 'type' }, checked: false },
  ]);
  return {
    found: items.flatMap((item) => (item.kind === 'found' ? [item.found] : [])),
    saved: items.flatMap((item) => (item.kind === 'saved' ? [item.device] : [])),
    scan: items.some(({ kind }) => kind === 'scan'),
    type: items.some(({ kind }) => kind === 'type'),
  };
}

/**
 * Selects discovered devices by host name (with or without domain), by their name in the LAN, or by address; `all`
 * selects every one.
 * @throws CollabError `not-found` for a name that no device has
 */
export function named(found: readonly FoundDevice[], names: readonly string[]): FoundDevice[] {
  if (names.includes('all')) return [...found];
  const namesOf = ({ host, service, address, known }: FoundDevice) => [
    host,
    host.replace(/\..*$/, ''),
    address,
    ...[service ?? '', known ?? ''].filter((name) => name !== ''),
  ];
  const missing = names.filter((name) => !found.some((one) => namesOf(one).includes(name)));
  if (missing.length === 0) return found.filter((one) => namesOf(one).some((name) => names.includes(name)));
  throw new CollabError('not-found', {
    what: `No device named ${missing.join(', ')} answered.`,
    why: `Found: ${found.map(({ host, address }) => `${host} (${address})`).join(', ') || 'no device'}`,
    next: 'Wait longer with --timeout, scan with --scan, or give addresses with --device.',
    exitCode: ExitCode.deviceUnreachable,
  });
}
