import { posix } from 'node:path';
import { type PathFault, valueAt } from './faults.js';
import { missingInterpreter } from './interpreters.js';
import { parseFirstLine, type ProgramFile } from './program-file.js';
import type { RoleCheckContext } from './role-checks.js';

/** Why the system could not start the program of a command: its file, its first line, or its interpreter. */
export function programFaults(key: string, role: object, context: RoleCheckContext): PathFault[] {
  const words = wordsOf(key, role);
  const index = programIndex(words);
  const program = words[index];
  if (program === undefined) return [];
  const file = fileOf(program, context);
  const messages =
    file !== null && program.includes('/')
      ? fileFaults(program, context.programFile(file), role, context)
      : nameFaults(program, file, role, context);
  return messages.map((message) => ({ path: [key, index], message }));
}

/** What a shell will stumble over: a script that it is given, with the line ends of Windows. */
export function programRemarks(key: string, role: object, context: RoleCheckContext): PathFault[] {
  const words = wordsOf(key, role);
  const shell = words[programIndex(words)] ?? '';
  const index = words.findIndex((word) => word.endsWith('.sh'));
  const file = fileOf(words[index] ?? '', context);
  if (file === null || !/(^|\/)(ba|da|z|k)?sh$/.test(shell)) return [];
  const { head } = context.programFile(file) ?? { head: '' };
  if (!/^[^\n]*\r\n/.test(head)) return [];
  return [
    {
      path: [key, index],
      message: `${JSON.stringify(file)} has the line ends of Windows (CRLF), and ${posix.basename(shell)} takes the CR as part of each line; ${convert(file)}`,
    },
  ];
}

function wordsOf(key: string, role: object): string[] {
  const command = valueAt(role, [key]);
  return Array.isArray(command) && command.every((word) => typeof word === 'string') ? command : [];
}

/** `env A=b program` starts the program. */
function programIndex(words: readonly string[]): number {
  if (!/^(\/usr)?(\/bin\/)?env$/.test(words[0] ?? '')) return 0;
  const index = words.findIndex((word, at) => at > 0 && !word.startsWith('-') && !word.includes('='));
  return index < 0 ? 0 : index;
}

/** The file of the experiment that a word names; null if it names none. */
function fileOf(word: string, { files }: RoleCheckContext): string | null {
  const path = posix.normalize(word);
  return files.includes(path) ? path : null;
}

function nameFaults(
  program: string,
  file: string | null,
  role: object,
  { files, baseOf }: RoleCheckContext,
): string[] {
  const text = JSON.stringify(program);
  if (file !== null && usualInterpreter(file) !== null) {
    return [
      `${text} is looked up among the programs of the base, not in the folder; write ./${file} or ${startedBy(file, null)}`,
    ];
  }
  const folder = posix.normalize(program).replace(/\/$/, '');
  if (program.includes('/') && files.some((one) => one.startsWith(`${folder}/`))) {
    return [`${text} is a folder, so it cannot be started`];
  }
  if (program.includes('/') && !posix.isAbsolute(program)) return [];
  const missing = missingInterpreter(program, role, baseOf(role));
  return missing === null ? [] : [missing];
}

function fileFaults(
  program: string,
  found: ProgramFile | null,
  role: object,
  { baseOf }: RoleCheckContext,
): string[] {
  if (found === null) return [];
  const { head, executable } = found;
  const text = JSON.stringify(program);
  const file = posix.normalize(program);
  const first = parseFirstLine(head);
  const faults: string[] = [];
  if (!executable) {
    faults.push(
      `${text} may not be executed; run chmod +x ${file}, or write ${startedBy(file, first?.interpreter ?? null)}`,
    );
  }
  if (head.startsWith('\u00ef\u00bb\u00bf#!')) {
    faults.push(`${text} begins with a byte order mark, so its #! is not seen; save it as UTF-8 without one`);
  } else if (first === null) {
    const isText = !head.includes('\0') && !head.startsWith('\u007fELF');
    if (isText) {
      faults.push(
        `${text} does not begin with #!, so the system cannot start it; write ${startedBy(file, null)}`,
      );
    }
  } else {
    const { interpreter, carriageReturn, lastWord, envWord } = first;
    if (carriageReturn) {
      const broken = JSON.stringify(`${lastWord}\r`);
      const what =
        lastWord === interpreter ? `the system looks for a program ${broken}` : `its last word is ${broken}`;
      faults.push(`the first line of ${text} ends in CRLF, so ${what}; ${convert(file)}`);
    }
    if (interpreter === null) faults.push(`${text} names no program behind #!`);
    else if (envWord !== null) {
      faults.push(
        `env gets ${JSON.stringify(envWord)} as one name in the first line of ${text}; write env -S`,
      );
    }
    const missing = interpreter === null ? null : missingInterpreter(interpreter, role, baseOf(role));
    if (missing !== null) faults.push(`the first line of ${text} asks for what is not there: ${missing}`);
  }
  return faults;
}

/** What to write instead of a script that cannot be started by itself. */
function startedBy(file: string, interpreter: string | null): string {
  const name = interpreter === null ? usualInterpreter(file) : posix.basename(interpreter);
  return name === null ? 'a first line such as #!/bin/sh into it' : `[${name}, ${file}]`;
}

function usualInterpreter(file: string): string | null {
  return file.endsWith('.py') ? 'python3' : file.endsWith('.sh') ? 'sh' : null;
}

const convert = (file: string): string => `convert it: sed -i 's/\\r$//' ${file}`;
