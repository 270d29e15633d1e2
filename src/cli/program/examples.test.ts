import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { examples } from './examples.js';
import { makeProgram } from './program.js';

const pathOf = (one: Command): string =>
  one.parent?.parent ? `${pathOf(one.parent)} ${one.name()}` : one.name();

/** Commands that do something themselves, as `runs` does beside those below it. */
const leaves = (one: Command): Command[] => [
  ...(one.commands.length === 0 || one.registeredArguments.length > 0 ? [one] : []),
  ...one.commands.flatMap(leaves),
];

/** The words of a line as a shell reads it. */
const shellWords = (line: string): string[] =>
  [...line.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'),
  );

/** Parses a line as the program does, without calling the command. @returns the path of the command */
async function parsed(line: string): Promise<string> {
  const program = makeProgram();
  let called = '';
  for (const one of leaves(program)) {
    one.configureOutput({ writeErr: () => undefined });
    one.action(() => {
      called = pathOf(one);
    });
  }
  await program.parseAsync(shellWords(line), { from: 'user' });
  return called;
}

test('every command has examples, and its --help ends with them', () => {
  for (const one of leaves(makeProgram())) {
    const lines = examples[pathOf(one)] ?? [];
    expect(lines.length, pathOf(one)).toBeGreaterThan(0);
    let help = '';
    one.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    expect(help).toMatch(/\nExamples:\n(?: {2}collab .+\n)+$/);
    for (const line of lines) expect(`  collab ${line}`.length, line).toBeLessThanOrEqual(80);
    expect(help).toContain(`Examples:\n  collab ${lines[0] ?? ''}\n`);
  }
});

test('there are no examples of commands that do not exist', () => {
  const all = (one: Command): string[] => [pathOf(one), ...one.commands.flatMap(all)];
  expect(Object.keys(examples).filter((path) => !all(makeProgram()).includes(path))).toEqual([]);
});

test.each(Object.entries(examples).flatMap(([path, lines]) => lines.map((line) => [path, line] as const)))(
  '%s: collab %s',
  async (path, line) => {
    const called = await parsed(line);
    // A group also shows where its things are used: collab pool shows a job on a pool.
    if (leaves(makeProgram()).some((one) => pathOf(one) === path)) expect(called).toBe(path);
    else expect(called).not.toBe('');
  },
);
