import type { RunRecord } from '../../logs/index.js';
import { jsonOf, valueKey } from '../../workspace/index.js';
import { deviceFacts } from '../reading/index.js';

/** A setting that differs between two runs; null if a run does not have it. */
export interface Difference {
  readonly about: 'experiment' | 'parameters' | 'placement' | 'devices' | 'images' | 'versions' | 'run';
  readonly what: string;
  readonly a: string | null;
  readonly b: string | null;
}

/** A setting that is not the same in all of several runs. */
export interface DifferenceOfRuns {
  readonly about: Difference['about'];
  readonly what: string;
  /** One per run; null if it does not have it. */
  readonly values: readonly (string | null)[];
}

/** Differences in experiment, parameters, placement, devices, images and versions; run ids and times are ignored. */
export function differences(a: RunRecord, b: RunRecord): Difference[] {
  return differencesOf([a, b]).map(({ about, what, values: [left = null, right = null] }) => ({
    about,
    what,
    a: left,
    b: right,
  }));
}

/** The same of any number of runs. */
export function differencesOf(runs: readonly RunRecord[]): DifferenceOfRuns[] {
  const settings = runs.map(settingsOf);
  const found: DifferenceOfRuns[] = [];
  for (const key of new Set(settings.flatMap((own) => [...own.keys()]))) {
    const ofRuns = settings.map((own) => own.get(key));
    if (new Set(ofRuns.map((one) => one?.key)).size === 1) continue;
    const { about, what } = ofRuns.find((one) => one !== undefined) ?? { about: 'run' as const, what: key };
    found.push({ about, what, values: ofRuns.map((one) => one?.value ?? null) });
  }
  return found;
}

interface Setting {
  readonly about: Difference['about'];
  readonly what: string;
  readonly value: string;
  /** Equal for equal settings, however they are written. */
  readonly key: string;
}

/** Facts of a device that can affect measurements, unlike addresses and free space. */
const comparedFacts = ['architecture', 'model', 'kernel', 'cores', 'memory_bytes'] as const;

function settingsOf(run: RunRecord): Map<string, Setting> {
  const settings = new Map<string, Setting>();
  const set = (about: Setting['about'], what: string, value: unknown, key?: string) => {
    if (value === undefined || value === null || value === '') return;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    settings.set(`${about} ${what}`, { about, what, value: text, key: key ?? text });
  };
  set('experiment', 'name', run.experiment.name);
  set('experiment', 'content', run.experiment.id);
  for (const [what, value] of flattened(run.experiment.definition)) set('experiment', what, value);
  const measured = run.trials.filter(({ warmup }) => !warmup);
  for (const name of new Set(run.trials.flatMap(({ parameters }) => Object.keys(parameters)))) {
    const values = new Map(run.trials.map(({ parameters: { [name]: one } }) => [valueKey(one), jsonOf(one)]));
    set('parameters', name, [...values.values()].join(', '), [...values.keys()].join(', '));
  }
  set('parameters', 'repeats', 1 + Math.max(-1, ...measured.map(({ repeat }) => repeat)));
  set(
    'parameters',
    'warm-up repeats',
    new Set(run.trials.filter(({ warmup }) => warmup).map(({ repeat }) => repeat)).size,
  );
  for (const [instance, devices] of devicesByInstance(run)) set('placement', instance, devices.join(', '));
  for (const { role, rank, device } of run.placement) {
    // A job has its role on several devices.
    const instance = run.job === undefined ? `${role}-${rank}` : `${role}-${rank} on ${device}`;
    const found = run.devices.find(({ name }) => name === device);
    if (found === undefined) continue;
    set('devices', `${instance}: machine`, found.id);
    const facts = deviceFacts(found.facts);
    for (const fact of comparedFacts) set('devices', `${instance}: ${fact}`, facts[fact]);
    set('devices', `${instance}: system`, (facts.os as { name?: unknown } | null)?.name);
    set('devices', `${instance}: engine`, (facts.engine as { version?: unknown } | null)?.version);
    for (const [what, value] of boardOf(found)) set('devices', `${instance}: ${what}`, value);
  }
  for (const role of new Set(run.images.map((image) => image.role))) {
    const ids = run.images.filter((image) => image.role === role).map(({ image_id: id }) => id);
    set('images', role, [...new Set(ids)].sort().join(', '));
  }
  for (const [name, version] of Object.entries(run.versions)) set('versions', name, version);
  set('versions', 'git commit', run.git && `${run.git.commit}${run.git.dirty ? ' with changes' : ''}`);
  set('run', 'runtime', run.runtime);
  set('run', 'LAN', run.lan ?? 'none (local run)');
  set('run', 'state', run.state);
  set('run', 'job', run.job && `of ${run.job.owner} on the fleet ${run.job.fleet}`);
  return settings;
}

function devicesByInstance({ placement }: RunRecord): Map<string, string[]> {
  const devices = new Map<string, string[]>();
  for (const { role, rank, device } of placement) {
    const instance = `${role}-${rank}`;
    devices.set(instance, [...(devices.get(instance) ?? []), device].sort());
  }
  return devices;
}

/** Settings of the board before the first trial. */
function boardOf({ board }: RunRecord['devices'][number]): [string, unknown][] {
  const state = board?.before;
  if (state === undefined || state === null) return [];
  const governors = new Set(state.cpu_policies.map(({ governor }) => governor));
  const limits = new Set(state.cpu_policies.map(({ max_khz: khz }) => khz));
  return [
    ['governor', [...governors].join(', ')],
    ['maximum clock, kHz', [...limits].join(', ')],
    ['turbo', state.turbo],
    ['power mode', state.nvpmodel],
    ['mains power', state.on_mains],
  ];
}

/** The leaves of the definition by path; parameters and repeats are listed separately. */
function flattened(value: unknown, path = ''): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return path === '' ? [] : [[path, value]];
  const entries = Object.entries(value as Record<string, unknown>);
  const own = path === '' ? entries.filter(([key]) => !listedSeparately.has(key)) : entries;
  return own.flatMap(([key, one]) => flattened(one, path === '' ? key : `${path}.${nameOf(one) ?? key}`));
}

const listedSeparately = new Set(['name', 'parameters', 'repeats', 'warmup']);

/** Roles are a list, but are identified by name. */
function nameOf(value: unknown): string | null {
  const name = (value as { name?: unknown } | null)?.name;
  return typeof name === 'string' ? name : null;
}
