import { commandKeys } from './command-checks.js';
import { type PathFault, valueAt } from './faults.js';
import { piecesOf } from './placeholders.js';
import { namedPythonFiles } from './python-files.js';
import type { RoleCheckContext } from './role-checks.js';

const isWarm = (role: unknown) => valueAt(role, ['restart']) === 'run';

/** A role whose process stays for the run, and whose Python code never asks for a trial. */
export function restartFaults(role: object, context: RoleCheckContext): PathFault[] {
  if (!isWarm(role) || namedPythonFiles(role, context).length === 0 || context.mentions('trials(')) return [];
  return [
    {
      path: ['restart'],
      message:
        'with restart: run the process stays for all trials, and no Python file of the experiment asks for them; write: for trial in collab.trials(): ...',
    },
  ];
}

/** Names in the commands of such roles that stand for another value in each trial; `raw` is data of any form. */
export function startedOnceFaults(raw: unknown): PathFault[] {
  const roles = valueAt(raw, ['roles']);
  if (typeof roles !== 'object' || roles === null) return [];
  return Object.entries(roles)
    .filter(([, role]) => isWarm(role))
    .flatMap(([name, role]) => commandKeys.flatMap((key) => keyFaults(raw, name, role, key)));
}

function keyFaults(raw: unknown, name: string, role: unknown, key: string): PathFault[] {
  const words: unknown = valueAt(role, [key]);
  if (!Array.isArray(words)) return [];
  return (words as unknown[]).flatMap((word, index) => {
    const pieces = typeof word === 'string' ? (piecesOf(word) ?? []) : [];
    return pieces.flatMap((piece): PathFault[] => {
      const instead = 'name' in piece ? insteadOf(piece.name, raw) : null;
      if (instead === null || !('name' in piece)) return [];
      const message = `with restart: run the command is started once for all trials, so {${piece.name}} has no single value; ${instead}`;
      return [{ path: ['roles', name, key, index], message }];
    });
  });
}

/** What to write instead of a name; null if it has one value in the whole run. */
function insteadOf(name: string, raw: unknown): string | null {
  const values = valueAt(raw, ['parameters', name]);
  if (values !== undefined)
    return Array.isArray(values) && values.length === 1
      ? null
      : Array.isArray(values) || (typeof values === 'object' && values !== null)
        ? `read trial.parameters[${JSON.stringify(name)}] in the code, or use restart: trial`
        : null;
  return name === 'outputs' ? 'use collab.outputs in the code, or restart: trial' : null;
}
