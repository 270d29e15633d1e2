import { readdir, readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { packageFolder } from '../package-folder.js';
import { parseYaml, Workspace } from '../workspace/index.js';

export interface Named {
  name: string;
  /** What helps to tell it from others; empty if nothing does. */
  note: string;
}

/** Each list is read when it is asked for. What cannot be read is empty: nobody waits for an error here. */
export interface Names {
  experiments(): Promise<Named[]>;
  /** The newest first. */
  runs(): Promise<Named[]>;
  lans(): Promise<Named[]>;
  /** Devices of a LAN. @param lan default: the current one */
  devices(lan?: string): Promise<Named[]>;
  tags(lan?: string): Promise<Named[]>;
  fleets(): Promise<Named[]>;
  /** Members of a fleet. @param fleet default: those of all fleets of the workspace */
  members(fleet?: string): Promise<Named[]>;
  bases(): Promise<Named[]>;
  models(): Promise<Named[]>;
  /** Parameters of an experiment with their values, as far as they are a list in experiment.yaml. */
  parameters(experiment: string): Promise<{ name: string; values: string[] }[]>;
  roles(experiment: string): Promise<Named[]>;
  pages(): Promise<Named[]>;
  interfaces(): Promise<Named[]>;
}

/** The names that can be typed in a folder. Outside a workspace, those that need none. */
export function readNames(folder: string): Names {
  const workspace = Workspace.around(folder);
  const inPrivate = (...path: string[]) => join(workspace?.private ?? '', ...path);
  const lanNames = async () => (workspace === null ? [] : endingWith(await entries(workspace.lans), '.json'));
  const devicesOf = async (lan?: string): Promise<SavedDevice[]> => {
    if (workspace === null) return [];
    const name = lan ?? (await textOf(inPrivate('lan'))).trim();
    const saved = (await lanNames()).includes(name)
      ? await jsonOf(join(workspace.lans, `${name}.json`))
      : null;
    return listAt(saved, 'devices')
      .map(asDevice)
      .filter((one) => one !== null);
  };
  const fleetNames = () => (workspace === null ? Promise.resolve([]) : entries(inPrivate('fleets')));
  const definition = async (experiment: string): Promise<Record<string, unknown>> => {
    if (workspace === null) return {};
    const text = await textOf(join(workspace.experimentFolder(experiment), 'experiment.yaml'));
    return recordOf((await parseYaml(text).catch(() => null))?.value);
  };
  return {
    experiments: async () => plain(workspace === null ? [] : await workspace.experiments()),
    runs: () => (workspace === null ? Promise.resolve([]) : runsIn(workspace.logs)),
    lans: async () => plain(await lanNames()),
    devices: async (lan) => (await devicesOf(lan)).map(({ name, address }) => ({ name, note: address })),
    tags: async (lan) => {
      const tags = new Map<string, string[]>();
      for (const one of await devicesOf(lan))
        for (const tag of one.tags) tags.set(tag, [...(tags.get(tag) ?? []), one.name]);
      return [...tags].map(([name, devices]) => ({ name, note: devices.join(', ') }));
    },
    fleets: async () => plain(await fleetNames()),
    members: async (fleet) => {
      const found = await fleetNames();
      const wanted = found.filter((name) => fleet === undefined || name === fleet);
      const lists = wanted.map(async (name) =>
        listAt(await jsonOf(inPrivate('fleets', name, 'fleet.json')), 'members'),
      );
      return plain(
        (await Promise.all(lists))
          .flat()
          .flatMap((one) => recordOf(one).name ?? [])
          .map(String),
      );
    },
    bases: async () => plain(workspace === null ? [] : await workspace.baseImages()),
    models: async () => {
      const folders = workspace?.modelFolders ?? [join(packageFolder, 'models')];
      return plain(endingWith((await Promise.all(folders.map(entries))).flat(), '.yaml'));
    },
    parameters: async (experiment) =>
      Object.entries(recordOf((await definition(experiment)).parameters)).map(([name, values]) => ({
        name,
        values: Array.isArray(values) ? values.map(String) : [],
      })),
    roles: async (experiment) => plain(Object.keys(recordOf((await definition(experiment)).roles))),
    pages: async () => plain(endingWith(await entries(join(packageFolder, 'docs')), '.md')),
    interfaces: () =>
      Promise.resolve(plain(Object.keys(networkInterfaces()).filter((name) => name !== 'lo'))),
  };
}

interface SavedDevice {
  name: string;
  address: string;
  tags: string[];
}

function asDevice(json: unknown): SavedDevice | null {
  const { name, address, tags } = recordOf(json);
  if (typeof name !== 'string') return null;
  return {
    name,
    address: typeof address === 'string' ? address : '',
    tags: Array.isArray(tags) ? tags.map(String) : [],
  };
}

/** A run's folder has the name of its id, which starts with its time. */
async function runsIn(logs: string): Promise<Named[]> {
  const experiments = (await entries(logs)).filter((name) => !name.startsWith('.'));
  const runs = experiments.map(async (note) =>
    (await entries(join(logs, note)))
      .filter((name) => /^\d{8}-\d{6}-/.test(name))
      .map((name) => ({ name, note })),
  );
  return (await Promise.all(runs)).flat().sort((a, b) => (a.name < b.name ? 1 : -1));
}

const plain = (names: readonly string[]): Named[] =>
  [...new Set(names)].sort().map((name) => ({ name, note: '' }));

const endingWith = (files: readonly string[], ending: string): string[] =>
  files.filter((file) => file.endsWith(ending)).map((file) => file.slice(0, -ending.length));

const entries = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

async function jsonOf(path: string): Promise<unknown> {
  try {
    return JSON.parse(await textOf(path));
  } catch {
    return null;
  }
}

const recordOf = (json: unknown): Record<string, unknown> =>
  typeof json === 'object' && json !== null ? { ...json } : {};

function listAt(json: unknown, key: string): unknown[] {
  const list = recordOf(json)[key];
  return Array.isArray(list) ? list : [];
}
