import type { Named, Names } from '../../names/index.js';
import type { Completion } from './complete.js';
import type { Position } from './position.js';

type Source = (names: Names, position: Position) => Promise<Named[]>;

const lanOf = ({ given }: Position): string | undefined => given.get('--lan')?.at(-1);
const experiments: Source = (names) => names.experiments();
const runs: Source = (names) => names.runs();
const lans: Source = (names) => names.lans();
const devices: Source = (names, position) => names.devices(lanOf(position));
const tags: Source = (names, position) => names.tags(lanOf(position));
const members: Source = (names, { given }) => names.members(given.get('--fleet')?.at(-1));
const bases: Source = (names) => names.bases();
const models: Source = (names) => names.models();
const interfaces: Source = (names) => names.interfaces();

const none: Source = () => Promise.resolve([]);

/** What the values of an option are, by its name, or by its command and its name. The first that is there counts. */
const ofOption: Readonly<Record<string, Source>> = {
  'fleet check --only': members,
  'fleet down --only': members,
  'gateway on --from': interfaces,
  'gateway on --to': interfaces,
  'run --set': parameters,
  '--base': bases,
  '--experiment': experiments,
  '--fleet': (names) => names.fleets(),
  '--format': formats,
  '--from': runs,
  '--interface': interfaces,
  '--keepers': devices,
  '--lan': lans,
  '--member': members,
  '--only': devices,
  '--place': places,
  '--pool': tags,
  '--tables': tables,
  '--device-tag': tags,
  '--tag': tags,
  // Tags of runs are free words.
  'run --tag': none,
  'replicate --tag': none,
  'runs --tag': none,
  'runs edit --tag': none,
  'runs edit --untag': none,
  '--untag': tags,
  '--with-run': runs,
};

/** What an argument is, by its name, or by its command or group and its name. */
const ofArgument: Readonly<Record<string, Source>> = {
  'device name': devices,
  'lan name': lans,
  device: devices,
  experiment: experiments,
  experiments,
  flavors: bases,
  member: members,
  model: models,
  page: (names) => names.pages(),
  replication: runs,
  run: runs,
  runs,
};

/** Options whose value is several words, separated by commas. */
const lists = ['--format', '--keepers', '--only', '--pool', '--tables'];

/** Placeholders of options and arguments that are paths. */
const isPath = /^(path|file|folder|local|source|images|experiment|experiments)$|^file\./;

/** The values that can stand at the cursor. */
export async function valuesAt(position: Position, names: Names): Promise<Completion> {
  const { option, argument } = position;
  if (option !== null) {
    const flag = option.long ?? '';
    const files = isPath.test(/<([^>]+)>/.exec(option.flags)?.[1] ?? '');
    if (option.argChoices !== undefined) return { candidates: fixed(option.argChoices), files };
    const source = ofOption[`${position.path.join(' ')} ${flag}`] ?? ofOption[flag];
    const candidates = (await source?.(names, position)) ?? [];
    return { candidates: lists.includes(flag) ? inList(candidates, typed(position)) : candidates, files };
  }
  if (argument === null) return { candidates: [], files: false };
  const name = argument.name();
  const files = isPath.test(name) || name === 'run' || name === 'command';
  if (argument.argChoices !== undefined) return { candidates: fixed(argument.argChoices), files };
  const source = ofArgument[`${position.path[0] ?? ''} ${name}`] ?? ofArgument[name];
  const taken = argument.variadic ? position.operands : [];
  const candidates = ((await source?.(names, position)) ?? []).filter((one) => !taken.includes(one.name));
  return { candidates, files };
}

const typed = ({ current, before }: Position): string => current.slice(before.length);

const fixed = (values: readonly string[]): Named[] => values.map((name) => ({ name, note: '' }));

/** The values that can follow what is typed of a list: `nano1,` is followed by all others. */
function inList(values: readonly Named[], text: string): Named[] {
  const start = text.slice(0, text.lastIndexOf(',') + 1);
  const taken = start.split(',');
  return values.flatMap(({ name, note }) => (taken.includes(name) ? [] : [{ name: start + name, note }]));
}

/** `name=`, and then the values that experiment.yaml has. */
async function parameters(names: Names, position: Position): Promise<Named[]> {
  const all = await names.parameters(position.operands[0] ?? '');
  const [name = '', values] = typed(position).split(/=(.*)/s);
  if (values === undefined) return all.map((one) => ({ name: `${one.name}=`, note: one.values.join(', ') }));
  const known = fixed(all.find((one) => one.name === name)?.values ?? []);
  return inList(known, values).map((one) => ({ name: `${name}=${one.name}`, note: one.note }));
}

/** `role=`, and then the devices. */
async function places(names: Names, position: Position): Promise<Named[]> {
  const [role = '', device] = typed(position).split(/=(.*)/s);
  if (device !== undefined)
    return (await devices(names, position)).map(({ name, note }) => ({ name: `${role}=${name}`, note }));
  const roles = await names.roles(position.operands[0] ?? '');
  return roles.map(({ name, note }) => ({ name: `${name}=`, note }));
}

/** These lists are in the whole of collab, which takes longer to load than all names. */
async function formats(): Promise<Named[]> {
  return fixed((await import('../../index.js')).reportFormats.map(({ name }) => name));
}

async function tables(): Promise<Named[]> {
  return fixed((await import('../../index.js')).tableNames);
}
