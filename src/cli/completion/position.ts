import type { Argument, Command, Option } from 'commander';

/** Where the cursor is in a command line: what stands before it, and what may stand there. */
export interface Position {
  command: Command;
  /** Names of the command and its groups, without `collab`. */
  path: readonly string[];
  /** The word under the cursor, up to the cursor. */
  current: string;
  /** The option whose value the word is; null if it is none. */
  option: Option | null;
  /** The start of the word that is not part of the value: `--format=`; mostly empty. */
  before: string;
  /** The argument that the word is, unless it is an option. */
  argument: Argument | null;
  /** Whether the word may be an option. */
  mayBeOption: boolean;
  /** Arguments before the cursor. */
  operands: readonly string[];
  /** Options before the cursor, in their long form, with their values. */
  given: ReadonlyMap<string, readonly string[]>;
}

/** Finds the position. @param words the words after `collab`, up to the cursor; the last one may be empty */
export function positionOf(program: Command, words: readonly string[]): Position {
  let command = program;
  let awaited: Option | null = null;
  let onlyOperands = false;
  const path: string[] = [];
  const operands: string[] = [];
  const given = new Map<string, string[]>();
  const give = (option: Option, value: string) => {
    const flag = option.long ?? option.flags;
    given.set(flag, [...(given.get(flag) ?? []), value]);
  };
  for (const word of words.slice(0, -1)) {
    const sub = operands.length === 0 ? subcommand(command, word) : undefined;
    if (awaited !== null) {
      give(awaited, word);
      awaited = null;
    } else if (onlyOperands) operands.push(word);
    else if (word === '--') onlyOperands = true;
    else if (word.startsWith('-') && word !== '-') {
      const [flag, value] = parts(word);
      const option = optionOf(command, flag);
      if (option?.required === true && value === undefined) awaited = option;
      else if (option !== undefined) give(option, value ?? '');
    } else if (sub !== undefined) {
      command = sub;
      path.push(sub.name());
    } else operands.push(word);
  }
  const current = words.at(-1) ?? '';
  const [flag = '', value] =
    awaited === null && !onlyOperands && current.startsWith('-') ? parts(current) : [];
  const inOne = value === undefined ? undefined : optionOf(command, flag);
  const args = command.registeredArguments;
  const last = args.at(-1);
  return {
    command,
    path,
    current,
    option: awaited ?? inOne ?? null,
    before: inOne === undefined ? '' : `${flag}=`,
    argument: args[operands.length] ?? (last?.variadic === true ? last : null),
    mayBeOption: awaited === null && !onlyOperands,
    operands,
    given,
  };
}

const parts = (word: string): [flag: string, value?: string] => {
  const at = word.indexOf('=');
  return at === -1 ? [word] : [word.slice(0, at), word.slice(at + 1)];
};

const subcommand = (command: Command, name: string) => command.commands.find((one) => one.name() === name);

/** The option of this name. */
const optionOf = (command: Command, flag: string): Option | undefined =>
  command.options.find(({ long, short }) => long === flag || short === flag);
