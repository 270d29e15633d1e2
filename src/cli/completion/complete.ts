import type { Command } from 'commander';
import type { Named, Names } from '../../names/index.js';
import { type Position, positionOf } from './position.js';
import { valuesAt } from './values.js';

export interface Completion {
  candidates: Named[];
  /** Whether a file can stand here, if no candidate does. */
  files: boolean;
}

/** Characters that mean nothing to a shell. What has others is not offered: it would have to be quoted in three ways. */
const plainWord = /^[\w.,=/:@+%-]+$/;

/** What can stand at the cursor. @param words the words after `collab`, up to the cursor; the last one may be empty */
export async function complete(
  program: Command,
  words: readonly string[],
  names: Names,
): Promise<Completion> {
  const position = positionOf(program, words);
  const { candidates, files } = await candidatesAt(position, names);
  const matching = candidates
    .map(({ name, note }) => ({ name: position.before + name, note: note.replace(/\s+/g, ' ') }))
    .filter(({ name }) => name.startsWith(position.current) && plainWord.test(name));
  return { candidates: matching, files };
}

async function candidatesAt(position: Position, names: Names): Promise<Completion> {
  const { command, current, option, mayBeOption, operands } = position;
  if (option === null && mayBeOption && current.startsWith('-'))
    return { candidates: optionsOf(position), files: false };
  const isGroup = command.commands.length > 0;
  if (option === null && isGroup && (operands.length === 0 || operands[0] === 'help'))
    return { candidates: commandsOf(command), files: false };
  return valuesAt(position, names);
}

function commandsOf(command: Command): Named[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((one) => ({ name: one.name(), note: one.description() }));
}

/** The options that can still be given: all but those that are given, unless they can be repeated. */
function optionsOf({ command, given }: Position): Named[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .filter(({ long, defaultValue }) => !given.has(long ?? '') || Array.isArray(defaultValue))
    .map(({ long, short, description }) => ({ name: long ?? short ?? '', note: description }));
}
