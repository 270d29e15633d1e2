import { closeSync, openSync, readSync, fstatSync } from 'node:fs';

/** The beginning of a file that a command starts, and whether it may be executed. */
export interface ProgramFile {
  /** The first bytes, one character each. The kernel reads no more of a `#!` line. */
  head: string;
  executable: boolean;
}

const headBytes = 256;

/** Null if there is no regular file at a path, or if it cannot be read. */
export function readProgramFile(path: string): ProgramFile | null {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return null;
  }
  try {
    const { mode } = fstatSync(file);
    const head = Buffer.alloc(headBytes);
    const length = readSync(file, head, 0, headBytes, 0);
    // As images have it: a file that its owner may execute.
    return { head: head.toString('latin1', 0, length), executable: (mode & 0o100) !== 0 };
  } catch {
    return null;
  } finally {
    closeSync(file);
  }
}

/** What a first line with `#!` names. */
export interface FirstLine {
  /** The interpreter: an absolute path, or a name that `env` looks up; null if there is none. */
  interpreter: string | null;
  /** Whether the line ends in a carriage return, which the kernel takes as part of the name. */
  carriageReturn: boolean;
  /** The last word of the line, which the carriage return is part of. */
  lastWord: string;
  /** What `env` gets as one word, if it is more than a name. */
  envWord: string | null;
}

/** Reads the first line of a program as the kernel does; null if it does not begin with `#!`. */
export function parseFirstLine(head: string): FirstLine | null {
  if (!head.startsWith('#!')) return null;
  const line = head.slice(2).split('\n')[0] ?? '';
  const [program = '', ...words] = line.trim().split(/[ \t]+/);
  const carriageReturn = line.endsWith('\r');
  const lastWord = words.at(-1) ?? program;
  const ended = { carriageReturn, lastWord };
  if (program === '') return { ...ended, interpreter: null, envWord: null };
  if (!/(^|\/)env$/.test(program)) return { ...ended, interpreter: program, envWord: null };
  const split = words[0] !== undefined && /^(-S|--split-string(=.*)?|-\w*S)/.test(words[0]);
  const name = words.find((word) => !word.startsWith('-') && !word.includes('=')) ?? null;
  return { ...ended, interpreter: name, envWord: !split && words.length > 1 ? words.join(' ') : null };
}
