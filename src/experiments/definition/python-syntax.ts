import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../../errors.js';
import { LocalShell } from '../../network/index.js';
import { besideCode } from '../../package-folder.js';
import type { PythonVersion } from './base-facts.js';
import type { Fault } from './faults.js';
import { mayBeOtherSyntax } from './judge-syntax.js';

/** A Python file that a role names. */
export interface PythonFile {
  file: string;
  base: string;
  /** The version of Python that will run it: its base has it, or this machine; null if it is not known. */
  target: PythonVersion | 'here' | null;
}

/** What is wrong with Python files, and which could not be checked. */
export interface SyntaxFindings {
  faults: Fault[];
  remarks: Fault[];
}

const version = z.tuple([z.int(), z.int()]);
const answerSchema = z.object({
  version,
  errors: z.array(
    z
      .object({
        line: z.int().nullable(),
        message: z.string(),
        source: z.string(),
        needs: z.boolean(),
        unreadable: z.boolean(),
      })
      .nullable(),
  ),
});

const timeoutMs = 20_000;

/** Checks the syntax of Python files by python3 of this machine, which compiles them without running them. */
export async function checkPythonSyntax(
  folder: string,
  named: readonly PythonFile[],
): Promise<SyntaxFindings> {
  if (named.length === 0) return { faults: [], remarks: [] };
  const files = named.map(({ file, target }) => ({
    path: join(folder, file),
    target: target === 'here' ? null : target,
  }));
  const program = besideCode('experiments/definition/python_syntax.py');
  let answer: z.output<typeof answerSchema>;
  try {
    const ended = await new LocalShell().exec(['python3', '-I', '-B', program], {
      input: JSON.stringify({ files }),
      timeoutMs,
    });
    if (ended.code === 127) return unchecked(named, 'this machine has no python3');
    if (ended.code !== 0) throw new Error(ended.stderr.trim().split('\n').at(-1));
    answer = answerSchema.parse(JSON.parse(ended.stdout));
  } catch (error) {
    return unchecked(named, `python3 of this machine failed: ${messageOf(error)}`);
  }
  const faults: Fault[] = [];
  const remarks: Fault[] = [];
  for (const [index, { file, base, target: wanted }] of named.entries()) {
    const error = answer.errors[index] ?? null;
    if (error === null) continue;
    const { line, message, needs, unreadable } = error;
    const target = wanted === 'here' ? answer.version : wanted;
    const say = (text: string): Fault => ({ file, line, path: '', message: text });
    const here = `Python ${answer.version.join('.')} of this machine`;
    const there =
      target === null
        ? `the base ${JSON.stringify(base)}`
        : `Python ${target.join('.')} of the base ${JSON.stringify(base)}`;
    if (unreadable) remarks.push(say(`could not be checked: ${message}`));
    else if (needs) faults.push(say(`is not for ${there}: ${message}`));
    else if (mayBeOtherSyntax(error, answer.version, target)) {
      remarks.push(say(`could not be checked: ${here} says "${message}", but ${there} may know this syntax`));
    } else faults.push(say(`Python cannot compile it: ${message}`));
  }
  return { faults: unique(faults), remarks: unique(remarks) };
}

function unchecked(named: readonly PythonFile[], why: string): SyntaxFindings {
  const message = `the syntax could not be checked: ${why}`;
  return { faults: [], remarks: unique(named.map(({ file }) => ({ file, line: null, path: '', message }))) };
}

function unique(faults: readonly Fault[]): Fault[] {
  const seen = new Set<string>();
  return faults.filter(({ file, line, message }) => {
    const key = `${file}\0${line ?? ''}\0${message}`;
    return !seen.has(key) && seen.add(key);
  });
}
