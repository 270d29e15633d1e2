import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CollabError } from '../../errors.js';
import { Experiment, checkFolder } from './experiment.js';
import { formatFault } from './faults.js';

let folder: string;
const options = {
  flavors: ['python', 'torch'],
  known: ['hello', 'split-inference'],
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'collab-experiment-'));
  for (const file of ['server.py', 'client.py', 'requirements.txt']) await writeFile(join(folder, file), '');
});
afterEach(() => rm(folder, { recursive: true }));

async function faultsOf(yaml: string): Promise<string[]> {
  await writeFile(join(folder, 'experiment.yaml'), yaml);
  return (await checkFolder(folder, options)).faults.map(formatFault);
}
async function failure(act: () => Promise<unknown>): Promise<CollabError> {
  const thrown: unknown = await act().catch((error: unknown) => error);
  if (thrown instanceof CollabError) return thrown;
  throw new Error('no CollabError was thrown');
}

/** Each case of fixtures/bad-files.txt: `=== what is wrong`, the file, `--- faults`, and all its messages. */
const cases = readFileSync(new URL('fixtures/bad-files.txt', import.meta.url), 'utf8')
  .split(/^=== /m)
  .slice(1)
  .map((text) => /^(.*)\n([^]*?)^--- faults\n([^]*)$/m.exec(text)?.slice(1) ?? [text, '', 'not a case']);

describe('reports the faults of each bad file with line and path', () => {
  test.each(cases)('%s', async (_, yaml = '', said = '') => {
    expect((await faultsOf(yaml)).join('\n')).toBe(said.trim());
  });
});

describe('data', () => {
  const yamlOf = (data: string, shared = '') =>
    `name: x\n${shared}roles:\n  a:\n    command: [echo]\n    data: ${data}\n`;
  beforeEach(async () => {
    await mkdir(join(folder, 'digits'));
    await writeFile(join(folder, 'digits/0.bin'), 'zero');
  });

  test("a data folder is excluded from the experiment's files and id", async () => {
    expect(await faultsOf(yamlOf('[{ name: digits, path: ./digits/ }]'))).toEqual([]);
    const before = await Experiment.load(folder, options);
    expect(before.files).not.toContain('digits/0.bin');
    expect(before.definition.roles[0]?.data).toEqual([{ name: 'digits', path: './digits/' }]);
    await writeFile(join(folder, 'digits/0.bin'), 'one');
    expect((await Experiment.load(folder, options)).id).toBe(before.id);
  });

  test("a role gets its own data and the experiment's", async () => {
    const shared = 'data: [{ name: weights, path: /srv/weights }]\n';
    expect(await faultsOf(yamlOf('[{ name: digits, path: digits }]', shared))).toEqual([]);
    const { definition } = await Experiment.load(folder, options);
    expect(definition.roles[0]?.data.map(({ name }) => name)).toEqual(['weights', 'digits']);
  });

  test.each([
    ['[{ name: a, path: gone }]', 'roles.a.data.0.path: there is no folder "gone"'],
    ['[{ name: a, path: server.py }]', 'roles.a.data.0.path: "server.py" is a file; data is a folder'],
    ['[{ name: a, path: . }]', "roles.a.data.0.path: the experiment's own folder cannot be its data"],
    [
      '[{ name: a, path: digits }, { name: a, path: /b }]',
      'roles.a.data.1.name: there is data named "a" already',
    ],
    ['[{ name: A, path: digits }]', 'roles.a.data.0.name: a name starts with a lowercase letter'],
    ['[{ name: a, path: ~root/x }]', 'roles.a.data.0.path: must be a folder'],
    ['[{ name: a, path: / }]', 'roles.a.data.0.path: must be a folder'],
    ['[{ name: a }]', 'roles.a.data.0.path: is missing'],
    ['digits', 'roles.a.data: must be a list, not the text "digits"'],
  ])('%s', async (data, said) => {
    expect((await faultsOf(yamlOf(data))).join('\n')).toContain(`experiment.yaml:5  ${said}`);
  });

  test('a name shared by role and experiment is a fault, and a script in a data folder cannot run', async () => {
    const shared = 'data: [{ name: a, path: digits }]\n';
    const yaml = `${yamlOf('[{ name: a, path: /b }]', shared)}  b: { command: [./digits/run] }\n`;
    const said = (await faultsOf(yaml)).join('\n');
    expect(said).toContain('roles.a.data.0.name: there is data named "a" already');
    expect(said).toContain('"./digits/run" is excluded from the experiment');
  });
});

test('a wheel named by pip must exist', async () => {
  const yaml =
    'name: x\nroles:\n  a:\n    command: [echo]\n    dependencies: { pip: [flask, ./a-1-py3-none-any.whl] }\n';
  expect(await faultsOf(yaml)).toEqual([
    expect.stringContaining('roles.a.dependencies.pip.1: there is no file "a-1-py3-none-any.whl"'),
  ]);
  await writeFile(join(folder, 'a-1-py3-none-any.whl'), '');
  expect(await faultsOf(yaml)).toEqual([]);
});

test('rejects an alias bomb quickly', async () => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < 9; i++)
    lines.push(
      `a${i}: &a${i} [${Array(10)
        .fill(`*a${i - 1}`)
        .join(', ')}]`,
    );
  expect(await faultsOf(lines.join('\n'))).toEqual([expect.stringContaining('Excessive alias count')]);
});

test('follows a proper alias and finds its faults', async () => {
  const yaml = 'name: x\nroles:\n  a: &a\n    command: [echo]\n    cout: 1\n  b: *a\n';
  expect(await faultsOf(yaml)).toEqual([
    'experiment.yaml:5  roles.a.cout: there is no such key. Did you mean "count"?',
    'experiment.yaml:5  roles.b.cout: there is no such key. Did you mean "count"?',
  ]);
});

test('does not parse a file larger than a megabyte', async () => {
  expect(await faultsOf(`name: x\n${'#'.repeat(1_000_001)}`)).toEqual([
    'experiment.yaml  is larger than 1 MB',
  ]);
});

const broken = `name: Split
roles:
  server:
    base: nothing
    command: [python3, gone.py]
    ready: { port: grpc, log: x, when: now }
  client:
    after: [sever]
    count: many
    command: [python3, client.py]
repeat: 3
`;

test('reports all faults of a file at once, in syntax and meaning, in line order', async () => {
  await symlink('/etc/hostname', join(folder, 'host'));
  expect((await faultsOf(broken)).map((line) => line.replace(/: .*/, ''))).toEqual([
    'experiment.yaml:1  name',
    'experiment.yaml:4  roles.server.base',
    'experiment.yaml:5  roles.server.command.1',
    'experiment.yaml:6  roles.server.ready.when',
    'experiment.yaml:6  roles.server.ready',
    'experiment.yaml:6  roles.server.ready.port',
    'experiment.yaml:8  roles.client.after.0',
    'experiment.yaml:9  roles.client.count',
    'experiment.yaml:11  repeat',
    "host  this link leads outside the experiment's folder; copy the file into it, or exclude it in .collabignore",
  ]);
});

test('load rejects an invalid experiment with one error that lists all faults', async () => {
  await writeFile(join(folder, 'experiment.yaml'), broken);
  const error = await failure(() => Experiment.load(folder, options));
  expect(error).toMatchObject({ name: 'experiment-invalid', exitCode: 2 });
  expect(error.what).toContain('has 9 faults');
  expect(error.why?.split('\n')).toHaveLength(9);
  expect(error.why).toContain(
    'experiment.yaml:8  roles.client.after.0: there is no role "sever". Did you mean "server"?',
  );
  expect(error.next).toContain('collab validate');
});

test('the error for a missing experiment names the existing ones', async () => {
  const gone = join(folder, 'split-inferense');
  for (const act of [() => Experiment.load(gone, options), () => checkFolder(gone, options)]) {
    const error = await failure(act);
    expect(error).toMatchObject({ name: 'experiment-missing', exitCode: 2 });
    expect(error.what).toBe('There is no experiment "split-inferense". Did you mean "split-inference"?');
    expect(error.why).toContain('Experiments here: hello, split-inference.');
  }
});

test.each(['', 'server.py'])(
  'a folder without experiment.yaml, or a file (%j), is not an experiment',
  async (path) => {
    const error = await failure(() => Experiment.load(join(folder, path), options));
    expect(error.name).toBe('experiment-missing');
  },
);
