import { didYouMean } from '../../workspace/index.js';

/** A piece of a word of a command: text as it is, or the name of a value between braces. */
export type Piece = { text: string } | { name: string };

/** Text that doubled braces stand for, a name between braces, a single brace, or other text. */
const token = /\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+/g;
const nameForm = /^[A-Za-z][\w-]*(\.[A-Za-z][\w-]*)?$/;

/** The pieces of a word, as Python's `str.format` reads it; null when a brace is neither doubled nor around a name. */
export function piecesOf(word: string): Piece[] | null {
  const pieces: Piece[] = [];
  for (const [found, name] of word.matchAll(token)) {
    if (name !== undefined) {
      if (!nameForm.test(name)) return null;
      pieces.push({ name });
    } else if (found === '{' || found === '}') return null;
    else pieces.push({ text: found === '{{' ? '{' : found === '}}' ? '}' : found });
  }
  return pieces;
}

/** What the name between braces stands for. A rank of null is that of the instance itself, or the only one of the role. */
export type Reference =
  | { kind: 'parameter' | 'data'; name: string }
  | { kind: 'rank' | 'count' | 'outputs' }
  | { kind: 'host'; role: string; rank: number | null }
  | { kind: 'port'; role: string; rank: number | null; port: string };

/** What a command of a role may name. */
export interface CommandScope {
  parameters: readonly string[];
  /** Names of the data that the role reads. */
  data: readonly string[];
  /** Name of the role itself. */
  own: string;
  roles: readonly {
    name: string;
    /** At least, if `most` says how many there may be. */
    count: number;
    most?: number | null;
    ports: readonly string[];
  }[];
}

const ofInstance = ['rank', 'count', 'outputs'] as const;

/**
 * What a name stands for, or why it stands for nothing. A parameter comes before `rank` and its like, a role's full name
 * before a role with a rank.
 */
export function referenceOf(name: string, scope: CommandScope): Reference | { fault: string } {
  const [first = '', part] = name.split('.');
  if (part === undefined) {
    if (scope.parameters.includes(name)) return { kind: 'parameter', name };
    const kind = ofInstance.find((one) => one === name);
    return kind === undefined ? unknown(name, scope) : { kind };
  }
  const found = roleOf(first, scope);
  if (found === null && first === 'data') {
    if (scope.data.includes(part)) return { kind: 'data', name: part };
    const known = scope.data.length === 0 ? ' It names none.' : ` Its data: ${scope.data.join(', ')}.`;
    return { fault: `the role has no data ${JSON.stringify(part)}.${didYouMean(part, scope.data) || known}` };
  }
  if (found === null) return unknown(name, scope);
  const { role, rank } = found;
  const most = role.most ?? role.count;
  const ranks = most > role.count ? `${role.count} or more instances` : `ranks 0 to ${role.count - 1}`;
  if (rank !== null && rank >= role.count) {
    return {
      fault: `${role.name} has ${most === 1 ? 'rank 0 only' : ranks}, so there is no {${name}}`,
    };
  }
  if (rank === null && most > 1 && role.name !== scope.own) {
    return { fault: `${role.name} has ${ranks}: write which one, such as {${role.name}-0.${part}}` };
  }
  if (part === 'host') return { kind: 'host', role: role.name, rank };
  if (role.ports.includes(part)) return { kind: 'port', role: role.name, rank, port: part };
  const known = role.ports.length === 0 ? 'It declares no ports' : `Its ports: ${role.ports.join(', ')}`;
  const similar = didYouMean(part, ['host', ...role.ports]);
  return {
    fault: `${role.name} has no port ${JSON.stringify(part)}.${similar || ` ${known}; {${first}.host} is its address.`}`,
  };
}

/** Names of the parameters that a command uses; an invalid word uses none. */
export function parametersIn(words: readonly string[], parameters: readonly string[]): string[] {
  const names = words
    .flatMap((word) => piecesOf(word) ?? [])
    .flatMap((piece) => ('name' in piece ? [piece.name] : []));
  return [...new Set(names)].filter((name) => parameters.includes(name));
}

function roleOf(
  text: string,
  { roles }: CommandScope,
): { role: CommandScope['roles'][number]; rank: number | null } | null {
  const whole = roles.find(({ name }) => name === text);
  if (whole !== undefined) return { role: whole, rank: null };
  const [, name, rank] = /^(.+)-(\d{1,3})$/.exec(text) ?? [];
  const role = roles.find((one) => one.name === name);
  return role === undefined ? null : { role, rank: Number(rank) };
}

function unknown(name: string, scope: CommandScope): { fault: string } {
  const known = knownNames(scope);
  const listed = known.length === 0 ? '' : ` Known here: ${known.map((one) => `{${one}}`).join(', ')}.`;
  return {
    fault: `there is no {${name}}.${didYouMean(name, known) || listed} For the text itself, write {{${name}}}.`,
  };
}

function knownNames({ parameters, data, own, roles }: CommandScope): string[] {
  const all = [
    ...parameters,
    ...roles.flatMap(({ name, count, most, ports }) => {
      const first = (most ?? count) > 1 && name !== own ? `${name}-0` : name;
      return ['host', ...ports].map((part) => `${first}.${part}`);
    }),
    ...data.map((one) => `data.${one}`),
    ...ofInstance,
  ];
  return [...new Set(all)];
}
