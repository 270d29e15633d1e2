import { addressWord, controllerWord, type KnownPlaces } from './known-places.js';

type Json = Record<string, unknown>;

/**
 * run.json, or an event of the journal, without what tells of logins and host names: facts of devices keep what explains
 * results (model, memory, kernel and so on). What the texts in it tell is for `PlaceReplacer`.
 */
export function anonymousRecord(value: unknown, { controllers }: Pick<KnownPlaces, 'controllers'>): unknown {
  const isHere = (text: unknown): text is string => typeof text === 'string' && controllers.has(text);
  const nameFor = (text: unknown) => (isHere(text) ? controllerWord : text);
  const walk = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(walk);
    if (!isPlain(one)) return one;
    const made: Json = {};
    for (const [key, part] of Object.entries(one)) made[key] = key === 'definition' ? part : walk(part);
    for (const key of ['device', 'host', 'member']) if (key in made) made[key] = nameFor(made[key]);
    if (Array.isArray(made.devices)) made.devices = made.devices.map(nameFor);
    if ('facts' in made) made.name = nameFor(made.name);
    const name =
      typeof made.name === 'string' ? made.name : typeof made.device === 'string' ? made.device : null;
    if (name !== null && isTellingAddress(made.address)) made.address = addressWord(name);
    if (name !== null && isPlain(made.facts)) made.facts = anonymousFacts(made.facts, name);
    return made;
  };
  return homeless(walk(value));
}

function anonymousFacts(facts: Json, device: string): Json {
  const user = isPlain(facts.user) ? { ...facts.user, name: 'user', home: '/home/user' } : facts.user;
  return {
    ...facts,
    ...('hostname' in facts && { hostname: addressWord(device) }),
    ...('user' in facts && { user }),
  };
}

/** The folder of an experiment outside of its workspace becomes one below `TestCases/`. */
function homeless(record: unknown): unknown {
  if (!isPlain(record)) return record;
  const inner = isPlain(record.record) ? { ...record, record: homeless(record.record) } : record;
  const { experiment } = inner;
  if (!isPlain(experiment) || typeof experiment.folder !== 'string') return inner;
  if (/^TestCases\/[^/]+$/.test(experiment.folder)) return inner;
  return { ...inner, experiment: { ...experiment, folder: `TestCases/${String(experiment.name)}` } };
}

const isTellingAddress = (address: unknown): boolean =>
  typeof address === 'string' && address !== '' && !/^127\.|^::1$/.test(address);

/** Numbers that are kept as they were written are objects of a class of their own. */
const isPlain = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
