import { type DeviceFacts, hostOnlySensors } from '../../network/index.js';
import type { Remedy, RemedyCommand } from './remedy.js';
import { familyOf, type SystemFamily } from './systems.js';

/** A base image takes 0.2 GB unpacked, and up to three times that while it is loaded. */
export const leastDiskBytes = 1e9;

/** The logs and results of a run, which lie in the home folder until they are collected. */
export const leastHomeBytes = 1e8;

/** A clock that is off by more than this is reported. */
export const clockNoteMs = 1000;

/** A clock that is off by more than this makes certificates and package lists look expired or not yet valid. */
export const clockLimitMs = 24 * 3600 * 1000;

/** The input of a plan: what is known of a device. */
export interface DeviceState {
  facts: DeviceFacts;
  /** Whether the login can use the engine. */
  engineAnswers: boolean;
  /** Device time minus controller time; null when it could not be read. */
  clockOffsetMs: number | null;
}

/** How to fix what a device lacks, in order of execution. */
export function planRemedies(state: DeviceState): Remedy[] {
  const family = familyOf(state.facts);
  return withoutRepeats([
    ...engine(state, family),
    ...python(state.facts, family),
    ...disk(state, family),
    ...clock(state, family),
  ]);
}

const asRoot = (argv: readonly string[]): RemedyCommand => ({ argv, asRoot: true });
const asLogin = (argv: readonly string[]): RemedyCommand => ({ argv, asRoot: false });

function engine({ facts, engineAnswers }: DeviceState, family: SystemFamily | null): Remedy[] {
  if (engineAnswers || facts.engine.available) return [];
  const { user } = facts;
  const toJoin: Remedy = {
    lack: 'docker group',
    what: `Let ${user.name} use the Docker Engine, which is equivalent to root access there`,
    ...known(
      family ? [asRoot(family.joinGroup('docker', user.name))] : undefined,
      `Put ${user.name} into the group docker.`,
    ),
  };
  const join = user.uid === 0 ? [] : [toJoin];
  const start = family?.startEngine(facts).map(asRoot);
  switch (facts.engine.cause) {
    case 'not-permitted':
      return join;
    case 'not-running':
      return [
        {
          lack: 'engine running',
          what: 'Start the Docker Engine',
          ...known(start, 'Start the service docker.'),
        },
      ];
    case 'not-installed': {
      const install = family?.install(family.enginePackages(facts)).map(asRoot);
      const commands = install && start && [...install, ...start];
      const advice = 'Install Docker Engine 20.10.10 or newer: https://docs.docker.com/engine/install';
      return [{ lack: 'engine', what: 'Install a Docker Engine', ...known(commands, advice) }, ...join];
    }
    default:
      return [];
  }
}

/** Roles bring their own Python. The device's reads what a container cannot. */
function python(facts: DeviceFacts, family: SystemFamily | null): Remedy[] {
  const sensors = hostOnlySensors(facts);
  if (facts.python !== null || sensors.length === 0) return [];
  const commands = family?.install(['python3']).map(asRoot);
  const how = known(commands, 'Install python3, version 3.6 or newer.');
  return [{ lack: 'python', what: `Install python3, which reads ${sensors.join(', ')}`, ...how }];
}

/** Removes only unreferenced objects: named images are for the user to remove. */
function disk({ facts, engineAnswers }: DeviceState, family: SystemFamily | null): Remedy[] {
  if (facts.diskFreeBytes >= leastDiskBytes) return [];
  const own = engineAnswers && facts.engine.available;
  const prunes = ['image', 'builder'].map((kind) => asLogin(['docker', kind, 'prune', '--force']));
  const commands = [...(own ? prunes : []), ...(family ? [asRoot(family.dropCache)] : [])];
  const what = 'Free disk space: nameless images, the build cache and fetched package files';
  const advice = 'Images that no container uses go with: docker image prune -a';
  return [{ lack: 'disk', what, commands, advice }];
}

function clock({ facts, clockOffsetMs }: DeviceState, family: SystemFamily | null): Remedy[] {
  const off = Math.abs(clockOffsetMs ?? 0) > clockNoteMs ? clockOffsetMs : null;
  const remedies: Remedy[] = [];
  if (facts.ntp === 'not-synchronized' && facts.init === 'systemd') {
    const commands = [asRoot(['timedatectl', 'set-ntp', 'true'])];
    const advice = 'It needs a time server; without internet access, see collab gateway.';
    remedies.push({ lack: 'time service', what: 'Synchronize the clock by NTP', commands, advice });
  }
  // When NTP synchronizes the device's clock, this machine's clock is wrong.
  if (off !== null && facts.ntp !== 'synchronized') {
    const difference = `${off < 0 ? '+' : ''}${(-off / 1000).toFixed(3)} seconds`;
    const commands = family?.setsClockByDifference
      ? [asRoot(['date', '--utc', '--set', difference])]
      : undefined;
    const how = known(commands, 'Set its clock: date -u -s "YYYY-MM-DD hh:mm:ss"');
    remedies.push({ lack: 'clock', what: 'Set the clock to the time of this machine', ...how });
  }
  return remedies;
}

/** The commands if they are known for the system, otherwise the advice. */
function known(
  commands: readonly RemedyCommand[] | undefined,
  advice: string,
): Pick<Remedy, 'commands' | 'advice'> {
  return commands === undefined ? { commands: [], advice } : { commands, advice: null };
}

/** Drops commands that an earlier remedy runs, such as the update of package lists. */
function withoutRepeats(remedies: readonly Remedy[]): Remedy[] {
  const seen = new Set<string>();
  return remedies.map((remedy) => ({
    ...remedy,
    commands: remedy.commands.filter(({ argv }) => {
      const key = JSON.stringify(argv);
      return !seen.has(key) && seen.add(key);
    }),
  }));
}
