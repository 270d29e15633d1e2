import { posix } from 'node:path';
import { type PathFault, valueAt } from './faults.js';
import { namedIn } from '../../deployment/index.js';
import type { BaseFacts } from './base-facts.js';
import { commandKeys } from './command-checks.js';
import { programFaults, programRemarks } from './program-checks.js';
import type { ProgramFile } from './program-file.js';
import { restartFaults } from './restart-checks.js';
import { parsePort, protocolsOf } from './port.js';
import { didYouMean } from '../../workspace/index.js';

/** What the checks of a role need to know beyond experiment.yaml. */
export interface RoleCheckContext {
  /** Relative paths of the experiment's files. */
  files: readonly string[];
  /** Paths that `.collabignore` or the built-in rules exclude. */
  leftOut: readonly string[];
  /** Kind of the file at a path relative to the experiment's folder; null when there is none. */
  kindOf: (path: string) => 'folder' | 'file' | null;
  /** The beginning of a file of the experiment. */
  programFile: (path: string) => ProgramFile | null;
  /** Whether a Python file of the experiment has a text. */
  mentions: (text: string) => boolean;
  /** Names of the base images that exist. */
  flavors: readonly string[];
  /** What is known of the base of a role; null if nothing is. */
  baseOf: (role: object) => BaseFacts | null;
}

/** Faults of one role that need more than its shape: `role` is raw data of any form. */
export function roleFaults(name: string, role: unknown, context: RoleCheckContext): PathFault[] {
  if (typeof role !== 'object' || role === null) return [];
  const found = [
    ...readyFaults(role),
    ...portFaults(role),
    ...hostPortFaults(role),
    ...baseFaults(role, context),
    ...requirementsFaults(role, context),
    ...pipFaults(role, context),
    ...restartFaults(role, context),
    ...commandKeys.flatMap((key) => [
      ...commandFaults(key, role, context),
      ...programFaults(key, role, context),
    ]),
  ];
  return found.map((fault) => ({ ...fault, path: ['roles', name, ...fault.path] }));
}

/** What the user should know of one role, although it can start. */
export function roleRemarks(name: string, role: unknown, context: RoleCheckContext): PathFault[] {
  if (typeof role !== 'object' || role === null) return [];
  const found = commandKeys.flatMap((key) => programRemarks(key, role, context));
  return found.map((remark) => ({ ...remark, path: ['roles', name, ...remark.path] }));
}

function readyFaults(role: object): PathFault[] {
  const ready = valueAt(role, ['ready']);
  if (typeof ready !== 'object' || ready === null || Array.isArray(ready)) return [];
  const faults: PathFault[] = [];
  const ways = ['log', 'port', 'helper'].filter((way) => Object.hasOwn(ready, way));
  if (ways.length !== 1) {
    const has = ways.length === 0 ? 'has none' : `has ${ways.join(' and ')}`;
    faults.push({ path: ['ready'], message: `must have exactly one of log, port and helper, and ${has}` });
  }
  const port = valueAt(ready, ['port']);
  const ports = Object.keys(valueAt(role, ['ports']) ?? {});
  if (typeof port === 'string' && !ports.includes(port)) {
    const known = ports.length === 0 ? ' The role declares no ports.' : ` Its ports: ${ports.join(', ')}.`;
    faults.push({
      path: ['ready', 'port'],
      message: `the role has no port ${JSON.stringify(port)}.${didYouMean(port, ports) || known}`,
    });
  }
  return faults;
}

/** Without privileges, the device's own ports below this one cannot be opened (ip_unprivileged_port_start). */
const firstFreePort = 1024;

function hostPortFaults(role: object): PathFault[] {
  if (valueAt(role, ['network']) !== 'host') return [];
  return Object.entries(valueAt(role, ['ports']) ?? {}).flatMap(([name, port]: [string, unknown]) => {
    const number = parsePort(port)?.number ?? firstFreePort;
    if (number >= firstFreePort) return [];
    const message = `with network: host, a role has no right to open the port ${number}; choose one from ${firstFreePort}`;
    return [{ path: ['ports', name], message }];
  });
}

function portFaults(role: object): PathFault[] {
  const first = new Map<string, string>();
  return Object.entries(valueAt(role, ['ports']) ?? {}).flatMap(([name, declared]: [string, unknown]) => {
    const port = parsePort(declared);
    if (port === null) return [];
    const places = protocolsOf(port.protocol).map((protocol) => `${port.number}/${protocol}`);
    const other = places.map((place) => first.get(place)).find((found) => found !== undefined);
    for (const place of places) if (!first.has(place)) first.set(place, name);
    if (other === undefined) return [];
    return [{ path: ['ports', name], message: `the port ${port.number} is already that of ${other}` }];
  });
}

function baseFaults(role: object, { flavors, baseOf }: RoleCheckContext): PathFault[] {
  const base = valueAt(role, ['base']) ?? 'python';
  if (typeof base !== 'string') return [];
  const message = flavors.includes(base) ? baseOf(role)?.fault : unknownBase(base, flavors);
  return message == null ? [] : [{ path: ['base'], message }];
}

function unknownBase(base: string, flavors: readonly string[]): string {
  const known = flavors.length === 0 ? '' : ` Known: ${flavors.join(', ')}.`;
  return `there is no base image ${JSON.stringify(base)} in base-images/.${didYouMean(base, flavors)}${known}`;
}

function requirementsFaults(role: object, context: RoleCheckContext): PathFault[] {
  const path = ['dependencies', 'requirements'];
  const requirements = valueAt(role, path);
  if (typeof requirements !== 'string' || outside(requirements)) return [];
  return context.files.includes(posix.normalize(requirements))
    ? []
    : [{ path, message: missingFile(requirements, context) }];
}

/** Wheels and folders that `pip:` names must exist. */
function pipFaults(role: object, context: RoleCheckContext): PathFault[] {
  const pip = valueAt(role, ['dependencies', 'pip']);
  if (!Array.isArray(pip)) return [];
  return (pip as unknown[]).flatMap((one, index) => {
    const missing =
      typeof one === 'string' ? namedIn(one).find(({ path }) => !isThere(path, context)) : undefined;
    const path = ['dependencies', 'pip', index];
    return missing === undefined ? [] : [{ path, message: missingFile(missing.path, context) }];
  });
}

/** Words of the command that look like files of the experiment: `x.py`, `x.sh` and what starts with `./`. */
function commandFaults(key: string, role: object, context: RoleCheckContext): PathFault[] {
  const command = valueAt(role, [key]);
  if (!Array.isArray(command)) return [];
  const words = command as unknown[];
  return words.flatMap((word, index) => {
    const path = [key, index];
    if (typeof word !== 'string' || word.includes('{')) return [];
    if (index === 0 && word.trim() === '') return [{ path, message: 'the program has no name' }];
    const looksLikeFile =
      /^(?![-/]).*\.(py|sh)$|^\.\//.test(word) && !word.includes('://') && words[index - 1] !== '-c';
    if (!looksLikeFile) return [];
    if (outside(word))
      return [{ path, message: `${JSON.stringify(word)} lies outside the experiment's folder` }];
    return isThere(word, context) ? [] : [{ path, message: missingFile(word, context) }];
  });
}

function outside(path: string): boolean {
  return posix.isAbsolute(path) || posix.normalize(path).split('/')[0] === '..';
}

/** Whether a path is a file or folder of the experiment. */
function isThere(path: string, { files }: RoleCheckContext): boolean {
  const wanted = posix.normalize(path).replace(/\/$/, '');
  return wanted === '.' || files.some((file) => file === wanted || file.startsWith(`${wanted}/`));
}

function missingFile(path: string, { files, leftOut }: RoleCheckContext): string {
  const wanted = posix.normalize(path);
  if (leftOut.some((one) => wanted === one || wanted.startsWith(`${one}/`))) {
    return `${JSON.stringify(path)} is excluded from the experiment (by .collabignore, as data, or by a built-in rule)`;
  }
  return `there is no file ${JSON.stringify(path)} in the experiment's folder.${didYouMean(posix.normalize(path), files)}`;
}
