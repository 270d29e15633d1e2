/** What is there in the workspace, as far as the menu goes by it. */
export interface MenuState {
  /** The LAN in use; null when none is. */
  current: string | null;
  /** All saved LANs; `broken` is one whose file cannot be read. */
  lans: readonly { name: string; devices: readonly string[]; broken: boolean }[];
  /** Names of the experiments of `TestCases/`. */
  experiments: readonly string[];
  /** The newest run; null when there is none. */
  lastRun: { runId: string; experiment: string } | null;
}

export interface MenuEntry {
  title: string;
  /** The words after `collab`; null leaves the menu. */
  words: readonly string[] | null;
}

const help: MenuEntry = { title: 'All commands', words: ['--help'] };
const quit: MenuEntry = { title: 'Quit', words: null };

/** Pure: what makes sense in this workspace now, the likeliest first. */
export function menuEntries(state: MenuState): MenuEntry[] {
  const lan = state.lans.find(({ name }) => name === state.current);
  const usable = lan !== undefined && !lan.broken && lan.devices.length > 0;
  const others = state.lans.filter((one) => one !== lan && !one.broken);
  const first = state.lastRun?.experiment;
  const experiments = [...state.experiments].sort((a, b) => Number(b === first) - Number(a === first));
  return [
    ...(usable ? [entry(`Reconnect to ${named(lan)}: which devices are ready`, 'device', 'check')] : []),
    ...(usable ? [] : others.map((one) => entry(`Use ${named(one)}`, 'lan', 'use', one.name))),
    ...(usable ? [] : [setUp(lan)]),
    ...experiments.map((name) =>
      usable
        ? entry(`Run ${name} on LAN ${lan.name}`, 'run', name)
        : entry(`Run ${name} on this machine alone`, 'run', name, '--local'),
    ),
    ...(state.lastRun === null
      ? []
      : [entry(`Report of the last run, ${state.lastRun.experiment} ${state.lastRun.runId}`, 'report')]),
    ...(usable ? others.map((one) => entry(`Change to ${named(one)}`, 'lan', 'use', one.name)) : []),
    ...(usable ? [entry(`Change LAN ${lan.name}, or add devices to it`, 'setup', '--lan', lan.name)] : []),
    entry('Look who answers on this network', 'discover'),
    ...(state.lans.length === 0 ? [entry('Rehearse on virtual devices of this machine', 'lab', 'up')] : []),
    help,
    quit,
  ];
}

function entry(title: string, ...words: string[]): MenuEntry {
  return { title, words };
}

/** A LAN without a device, or whose file is broken, is no LAN to run on. */
function setUp(lan: MenuState['lans'][number] | undefined): MenuEntry {
  if (lan === undefined) return entry('Set up a LAN: find the devices, log in, save them', 'setup');
  if (lan.broken) return entry(`See what is wrong with the file of LAN ${lan.name}`, 'lan', 'show', lan.name);
  return entry(`Set up devices in LAN ${lan.name}`, 'setup', '--lan', lan.name);
}

function named({ name, devices }: { name: string; devices: readonly string[] }): string {
  const shown = devices.slice(0, 4).join(', ') + (devices.length > 4 ? ' ...' : '');
  return `LAN ${name} (${shown === '' ? 'no devices' : shown})`;
}
