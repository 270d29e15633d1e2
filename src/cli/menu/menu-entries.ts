/** The parts of a workspace on which the menu depends. */
export interface MenuState {
  /** The current LAN; null if there is none. */
  current: string | null;
  /** All saved LANs; a LAN is `broken` if its file cannot be read. */
  lans: readonly { name: string; devices: readonly string[]; broken: boolean }[];
  /** Names of the experiments in `TestCases/`. */
  experiments: readonly string[];
  /** The newest run; null if there is none. */
  lastRun: { runId: string; experiment: string } | null;
}

export interface MenuEntry {
  title: string;
  /** The words after `collab`; null quits. */
  words: readonly string[] | null;
}

const help: MenuEntry = { title: 'All commands', words: ['--help'] };
const quit: MenuEntry = { title: 'Quit', words: null };

/** The entries outside a workspace. */
export const entriesWithoutWorkspace: readonly MenuEntry[] = [
  entry('Make a workspace in this folder, with the experiment hello', 'init'),
  entry('Make a workspace in a new folder, my-experiments', 'init', 'my-experiments'),
  entry('Make a workspace here with an experiment of your own', 'new', 'my-experiment'),
  entry('Read the documentation', 'docs'),
  help,
  quit,
];

/** The entries that apply to this workspace, the most likely first. */
export function menuEntries(state: MenuState): MenuEntry[] {
  const lan = state.lans.find(({ name }) => name === state.current);
  const usable = lan !== undefined && !lan.broken && lan.devices.length > 0;
  const others = state.lans.filter((one) => one !== lan && !one.broken);
  const first = state.lastRun?.experiment;
  const experiments = [...state.experiments].sort((a, b) => Number(b === first) - Number(a === first));
  return [
    ...(usable ? [entry(`Check the devices of ${named(lan)}`, 'device', 'check')] : []),
    ...(usable ? [] : others.map((one) => entry(`Use ${named(one)}`, 'lan', 'use', one.name))),
    ...(usable ? [] : [setUp(lan)]),
    ...experiments.map((name) =>
      usable
        ? entry(`Run ${name} on LAN ${lan.name}`, 'run', name)
        : entry(`Run ${name} on this machine`, 'run', name, '--local'),
    ),
    ...(state.lastRun === null
      ? []
      : [entry(`Report on the last run, ${state.lastRun.experiment} ${state.lastRun.runId}`, 'report')]),
    ...(usable ? others.map((one) => entry(`Switch to ${named(one)}`, 'lan', 'use', one.name)) : []),
    ...(usable ? [entry(`Edit LAN ${lan.name} or add devices`, 'setup', '--lan', lan.name)] : []),
    entry('Discover devices on this network', 'discover'),
    ...(state.lans.length === 0 ? [entry('Start virtual devices on this machine', 'lab', 'up')] : []),
    help,
    quit,
  ];
}

function entry(title: string, ...words: string[]): MenuEntry {
  return { title, words };
}

/** A LAN without devices, or with a broken file, cannot run an experiment. */
function setUp(lan: MenuState['lans'][number] | undefined): MenuEntry {
  if (lan === undefined) return entry('Set up a LAN: discover devices, log in, save them', 'setup');
  if (lan.broken)
    return entry(`Show what is wrong with the file of LAN ${lan.name}`, 'lan', 'show', lan.name);
  return entry(`Add devices to LAN ${lan.name}`, 'setup', '--lan', lan.name);
}

function named({ name, devices }: { name: string; devices: readonly string[] }): string {
  const shown = devices.slice(0, 4).join(', ') + (devices.length > 4 ? ' ...' : '');
  return `LAN ${name} (${shown === '' ? 'no devices' : shown})`;
}
