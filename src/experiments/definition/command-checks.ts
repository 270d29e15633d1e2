import { parseCount } from './count.js';
import { type PathFault, valueAt } from './faults.js';
import { type CommandScope, piecesOf, referenceOf } from './placeholders.js';
import { didYouMean } from '../../workspace/index.js';

/** Keys of a role that hold commands. */
export const commandKeys = ['command', 'prepare', 'finalize', 'meter'] as const;

/** Names between braces that stand for nothing, in the commands of every role; `raw` is data of any form. */
export function placeholderFaults(raw: unknown): PathFault[] {
  return Object.entries(mapAt(raw, ['roles'])).flatMap(([name, role]) => {
    const scope = scopeOf(raw, name);
    return commandKeys.flatMap((key) => {
      const words = valueAt(role, [key]);
      if (!Array.isArray(words)) return [];
      return (words as unknown[]).flatMap((word, index) =>
        typeof word === 'string'
          ? wordFaults(word, scope).map((message) => ({ path: ['roles', name, key, index], message }))
          : [],
      );
    });
  });
}

/** Parameters that a role says it reads, and that do not exist. */
export function readsFaults(raw: unknown): PathFault[] {
  const known = Object.keys(mapAt(raw, ['parameters']));
  const listed = known.length === 0 ? ' There are no parameters.' : ` Parameters: ${known.join(', ')}.`;
  return Object.entries(mapAt(raw, ['roles'])).flatMap(([role, value]) => {
    const reads = valueAt(value, ['reads']);
    if (!Array.isArray(reads)) return [];
    return (reads as unknown[]).flatMap((name, index) =>
      typeof name !== 'string' || known.includes(name)
        ? []
        : [
            {
              path: ['roles', role, 'reads', index],
              message: `there is no parameter ${JSON.stringify(name)}.${didYouMean(name, known) || listed}`,
            },
          ],
    );
  });
}

function wordFaults(word: string, scope: CommandScope): string[] {
  const pieces = piecesOf(word);
  if (pieces === null) {
    const doubled = word.replace(/[{}]/g, (brace) => brace.repeat(2));
    return [
      `{name} in a command stands for a value; a brace that is part of the text is written twice: ${JSON.stringify(doubled)}`,
    ];
  }
  return pieces.flatMap((piece) => {
    const reference = 'name' in piece ? referenceOf(piece.name, scope) : null;
    return reference !== null && 'fault' in reference ? [reference.fault] : [];
  });
}

function scopeOf(raw: unknown, own: string): CommandScope {
  const data = [valueAt(raw, ['data']), valueAt(raw, ['roles', own, 'data'])].flatMap((list) =>
    Array.isArray(list) ? list.map((one) => valueAt(one, ['name'])) : [],
  );
  return {
    own,
    parameters: Object.keys(mapAt(raw, ['parameters'])),
    data: data.filter((name) => typeof name === 'string'),
    roles: Object.entries(mapAt(raw, ['roles'])).map(([name, role]) => {
      const { least, most } = parseCount(valueAt(role, ['count'])) ?? { least: 1, most: null };
      return {
        name,
        count: least,
        most,
        ports: Object.keys(mapAt(role, ['ports'])),
      };
    }),
  };
}

function mapAt(value: unknown, path: readonly string[]): object {
  const found = valueAt(value, path);
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? found : {};
}
