import { CollabError, ExitCode, type Device, type FoundDevice } from '../../index.js';
import { canAsk, cannotAsk, chooseMany } from '../session/index.js';
import type { SetupOptions } from './options.js';

/** What the user wants of the list of devices. */
export interface Chosen {
  found: FoundDevice[];
  /** Saved ones that did not answer to the search. */
  saved: Device[];
  /** Look again, on port 22 of every address. */
  scan: boolean;
  /** Name devices that did not answer. */
  type: boolean;
}

type Item =
  | { kind: 'found'; found: FoundDevice }
  | { kind: 'saved'; device: Device }
  | { kind: 'scan' }
  | { kind: 'type' };

/**
 * Which devices to log in to: those that flags name, else the user ticks them. Devices of the LAN that did not answer
 * are offered beside; left out, they stay in it as they are.
 */
export async function chooseDevices(
  found: readonly FoundDevice[],
  saved: readonly Device[],
  options: SetupOptions,
): Promise<Chosen> {
  const none = { saved: [], scan: false, type: false };
  if (options.take !== undefined) return { ...none, found: named(found, options.take) };
  if (options.yes === true) return { ...none, found: [...found] };
  if (!canAsk()) throw cannotAsk('Which devices to take', '--yes or --take all, --take <names>, or --device');
  const absent = saved.filter(({ name }) => !found.some(({ known }) => known === name));
  const items = await chooseMany<Item>('Which devices?', [
    ...found.map((one) => ({
      name: [
        one.host === one.address ? one.address : `${one.host} (${one.address})`,
        ...(one.known === null ? [] : [`saved as ${one.known}`]),
      ].join(', '),
      value: { kind: 'found', found: one } as const,
    })),
    ...absent.map((device) => ({
      name: `${device.name} (${device.address}), saved; did not answer`,
      value: { kind: 'saved', device } as const,
      checked: false,
    })),
    ...(options.scan === undefined
      ? [
          {
            name: 'Look for more: try port 22 of every address',
            value: { kind: 'scan' },
            checked: false,
          } as const,
        ]
      : []),
    { name: 'Type the address of another', value: { kind: 'type' }, checked: false },
  ]);
  return {
    found: items.flatMap((item) => (item.kind === 'found' ? [item.found] : [])),
    saved: items.flatMap((item) => (item.kind === 'saved' ? [item.device] : [])),
    scan: items.some(({ kind }) => kind === 'scan'),
    type: items.some(({ kind }) => kind === 'type'),
  };
}

/**
 * Pure: the found devices of these names: as they call themselves, with or without domain, as the LAN calls them, or by
 * address; `all` is every one. @throws CollabError `not-found` for a name that nobody answered to
 */
export function named(found: readonly FoundDevice[], names: readonly string[]): FoundDevice[] {
  if (names.includes('all')) return [...found];
  const namesOf = ({ host, service, address, known }: FoundDevice) => [
    ...[host, host.replace(/\..*$/, ''), address],
    ...[service ?? '', known ?? ''].filter((name) => name !== ''),
  ];
  const missing = names.filter((name) => !found.some((one) => namesOf(one).includes(name)));
  if (missing.length === 0) return found.filter((one) => namesOf(one).some((name) => names.includes(name)));
  throw new CollabError('not-found', {
    what: `Nobody answered who is called ${missing.join(', ')}.`,
    why: `There answered: ${found.map(({ host, address }) => `${host} (${address})`).join(', ') || 'nobody'}`,
    next: 'Give them more time (--timeout), look by --scan too, or name their addresses with --device.',
    exitCode: ExitCode.deviceUnreachable,
  });
}
