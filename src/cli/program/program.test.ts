import { CommanderError, type Command } from 'commander';
import { expect, test } from 'vitest';
import { templates } from '../../index.js';
import { makeProgram } from './program.js';
import { reportError } from '../session/index.js';

/** Parses a command line without running a command. @returns the exit code and what commander printed */
async function parse(...args: string[]): Promise<{ code: number; said: string }> {
  let said = '';
  const quiet = (command: Command) => {
    command.configureOutput({
      writeOut: (text) => (said += text),
      writeErr: (text) => (said += text),
    });
    for (const one of command.commands) quiet(one);
  };
  const program = makeProgram();
  quiet(program);
  try {
    await program.parseAsync(['node', 'collab', ...args]);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { code: reportError(error), said };
  }
  return { code: 0, said };
}

test.each([
  [['run', 'hello', '--nope'], "unknown option '--nope'"],
  [['nope'], "unknown command 'nope'"],
  [['lab', 'nope'], "unknown command 'nope'"],
  [['validate'], "missing required argument 'experiment'"],
  [['run', 'hello', 'more'], 'too many arguments'],
  [['run', 'hello', '--repeats', '2.5'], 'must be a whole number'],
  [['run', 'hello', '--set'], 'argument missing'],
  [['run', 'hello', '--local', '--only', 'nano1'], "'--local' cannot be used with option '--only <devices>'"],
  [['job', 'submit', 'fit', '--count', '0', '--', 'a'], 'must be at least 1'],
  [['job', 'submit', 'fit', '--count', '2', '--set', 'a=1'], "cannot be used with option '--set"],
  [['job', 'submit', 'fit', 'python3', '--version'], "unknown option '--version'"],
  [['job', 'retry', 'fit'], "required option '--failed'"],
  [['device', 'list', '--only', ','], 'must name at least one'],
  [['device', 'edit', 'nano1', '--port', 'ssh'], 'must be a whole number'],
  [['device', 'shell'], "missing required argument 'name'"],
  [['lab', 'up', '--devices', '-1'], 'must be a whole number'],
  [['lab', 'up', '--cpus', 'two'], 'must be a number'],
])('%j is a usage error, with a pointer to --help', async (args, said) => {
  const answer = await parse(...args);
  expect(answer.code).toBe(2);
  expect(answer.said).toContain(said);
  expect(answer.said).toContain('--help');
});

test('help and version exit with 0', async () => {
  const help = await parse('--help');
  expect(help.code).toBe(0);
  for (const name of ['setup', 'discover', 'device', 'validate', 'run', 'report', 'lab'])
    expect(help.said).toContain(`  ${name}`);
  expect(await parse('--version')).toMatchObject({
    code: 0,
    said: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string,
  });
});

test('every command takes --json and --debug; an interactive one has no --json', () => {
  const leaves = (command: Command): Command[] =>
    command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
  for (const command of leaves(makeProgram())) {
    const flags = command.options.map(({ long }) => long);
    const wanted = ['shell', 'console'].includes(command.name()) ? ['--debug'] : ['--json', '--debug'];
    expect(flags, command.name()).toEqual(expect.arrayContaining(wanted));
  }
});

test.each([
  [['setup', '--mend'], true],
  [['setup', '--no-mend'], false],
  [['setup', '--no-fix'], false],
  [['setup'], undefined],
  [['device', 'check', '--mend'], true],
  [['device', 'check', '--fix'], true],
])('%j: fix is %s; --mend is the old, hidden name', async (words, expected) => {
  const program = makeProgram();
  const named = (one: Command, word: string) => one.commands.find((each) => each.name() === word) ?? one;
  const command = words.reduce(named, program);
  let parsed: { fix?: boolean } = {};
  command.action(() => {
    parsed = command.opts();
  });
  await program.parseAsync(words, { from: 'user' });
  expect(parsed.fix).toBe(expected);
  expect(command.helpInformation()).not.toContain('mend');
});

test('new offers every template, and its help says what each is', () => {
  const made = makeProgram().commands.find((one) => one.name() === 'new');
  const option = made?.options.find(({ long }) => long === '--template');
  expect(option?.argChoices).toEqual(Object.keys(templates));
  const said: string[] = [];
  made?.configureOutput({ writeOut: (text) => said.push(text) }).outputHelp();
  for (const [name, what] of Object.entries(templates))
    expect(said.join('')).toMatch(new RegExp(`^  ${name} +${what}$`, 'm'));
});
