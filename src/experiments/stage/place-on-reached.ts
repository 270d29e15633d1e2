import { CollabError, ExitCode } from '../../errors.js';
import { lanRuntime, type Reached } from '../../deployment/index.js';
import type { PlacementRecord } from '../../logs/index.js';
import type { RoleDefinition } from '../definition/index.js';
import { notPlaceable, type Pin, place, type PlaceOptions } from '../plan/index.js';

/** Assumed for an engine that gave no facts during setup: opening it shows whether it can be used. */
const anyEngine = {
  available: true as const,
  version: '',
  storageDriver: '',
  cgroupVersion: '',
  runtimes: ['nvidia'],
};

/**
 * Places the roles on the devices that were reached. A role that no device of the LAN could ever play is the fault of
 * the experiment (`not-placeable`); for one that only unreachable devices could play, their error is thrown.
 */
export function placeOnReached(
  roles: readonly RoleDefinition[],
  reached: readonly Reached[],
  pins: readonly Pin[] = [],
  { baseMisfit, hostDeviceMisfit }: Pick<PlaceOptions, 'baseMisfit' | 'hostDeviceMisfit'> = {},
): PlacementRecord[] {
  const options = {
    runtime: lanRuntime.name,
    pins,
    ...(baseMisfit && { baseMisfit }),
    ...(hostDeviceMisfit && { hostDeviceMisfit }),
  };
  const facts = reached.map((one) => ({
    name: one.device.name,
    tags: one.device.tags,
    facts: one.device.facts,
    unavailable: null,
  }));
  const everWith = facts.map((device) => ({
    ...device,
    facts: {
      ...device.facts,
      engine: device.facts.engine.available ? device.facts.engine : anyEngine,
    },
  }));
  const ever = place(roles, everWith, options);
  if (!ever.placed) throw notPlaceable(ever);
  const now = place(
    roles,
    everWith.map((device, index) => {
      const one = reached[index];
      return { ...device, unavailable: one !== undefined && 'error' in one ? one.error.what : null };
    }),
    options,
  );
  if (now.placed) return now.placement;
  const toBlame =
    now.unplaced.length + now.tooFew.length > 0 ? null : now.brokenPins.map((pin) => pin.device);
  const missing = reached.flatMap((one) =>
    'error' in one && (toBlame?.includes(one.device.name) ?? true) ? [one.error] : [],
  );
  const [first] = missing;
  if (first === undefined) throw notPlaceable(now);
  if (missing.length === 1) throw first;
  throw new CollabError('devices-missing', {
    what: `${missing.length} devices that the experiment needs cannot be used.`,
    why: missing.map((error) => [error.what, error.why].filter(Boolean).join('\n  ')).join('\n'),
    next: first.next,
    exitCode: ExitCode.deviceUnreachable,
  });
}
