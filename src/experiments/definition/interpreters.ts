import { posix } from 'node:path';
import type { BaseFacts } from './base-facts.js';
import { valueAt } from './faults.js';

/** Programs that run scripts. Of other programs nothing is claimed: a base or a package may have any. */
const runsScripts =
  /^(python[\d.]*|pypy[\d.]*|perl|ruby|node|nodejs|deno|bun|Rscript|julia|java|php|lua[\d.]*|tclsh|octave|sh|bash|dash|zsh|fish|ksh|csh|tcsh)$/;

/**
 * Why a role cannot start this interpreter, given by its name or its absolute path; null if it can, or if that is not
 * known. `role` is raw data of any form.
 */
export function missingInterpreter(program: string, role: object, base: BaseFacts | null): string | null {
  const name = posix.basename(program);
  if (base?.interpreters == null || !runsScripts.test(name)) return null;
  const isPath = posix.isAbsolute(program);
  // Data, the experiment and an image may have programs of their own.
  if (isPath && !/^\/(usr\/(local\/)?)?s?bin\/[^/]+$/.test(posix.normalize(program))) return null;
  const isIt = (path: string) => (isPath ? merged(path) === merged(program) : posix.basename(path) === name);
  if (base.interpreters.some(isIt) || mayBeInstalled(name, role)) return null;
  const has = `the base ${JSON.stringify(base.name)} has no ${isPath ? program : name}`;
  const named = (wanted: string) => base.interpreters?.find((path) => posix.basename(path) === wanted);
  const elsewhere = named(name);
  if (elsewhere !== undefined) return `${has}; its ${name} is ${elsewhere}`;
  const python3 = name.startsWith('python') ? named('python3') : undefined;
  if (python3 === undefined) return `${has}; add it to dependencies, or choose another base`;
  return name === 'python'
    ? `${has}; write ${isPath ? python3 : 'python3'}, or add python-is-python3 to dependencies.apt`
    : `${has}; its python3 is ${base.interpreters.map((path) => posix.basename(path)).find((one) => one.startsWith('python3.')) ?? python3}`;
}

/** Debian's /bin is a link to /usr/bin. */
function merged(path: string): string {
  return posix.normalize(path).replace(/^\/bin\//, '/usr/bin/');
}

/** Whether the dependencies of a role may bring an interpreter along. */
function mayBeInstalled(name: string, role: object): boolean {
  const list = (key: string) => {
    const value = valueAt(role, ['dependencies', key]);
    return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
  };
  const apt = list('apt').map((one) => one.replace(/[:=].*$/, ''));
  if (name === 'python') return apt.some((one) => /^python-(dev-)?is-python3$/.test(one));
  if (name.startsWith('python')) return apt.some((one) => one.startsWith(name));
  return apt.length + list('pip').length > 0 || valueAt(role, ['dependencies', 'requirements']) !== undefined;
}
