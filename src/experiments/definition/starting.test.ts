import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Workspace } from '../../workspace/index.js';
import { loadExperiment, validateExperiment } from './load-experiment.js';

let workspace: Workspace;
beforeEach(async () => {
  workspace = new Workspace(await mkdtemp(join(tmpdir(), 'collab-starting-')));
});
afterEach(() => rm(workspace.root, { recursive: true }));

/** Writes the experiment `x` with one role, and a file of it. */
async function put(role: string, [name, content, mode]: [string, string | Buffer, number]): Promise<void> {
  const folder = join(workspace.testCases, 'x');
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, 'experiment.yaml'), `name: x\nroles:\n  a:\n    ${role}\n`);
  await writeFile(join(folder, name), content);
  await chmod(join(folder, name), mode);
}

async function said(): Promise<{ faults: string[]; remarks: string[] }> {
  const { faults, remarks } = await validateExperiment(workspace, 'x');
  const text = ({ path, message }: { path: string; message: string }) => `${path}: ${message}`;
  return { faults: faults.map(text), remarks: remarks.map(text) };
}

const script = '#!/usr/bin/env python3\nprint(1)\n';

test.each([
  ['a program with its execute bit', 'command: [./run]', 'run', script, 0o755],
  ['the same by another spelling', 'command: [bin/run.py]', 'bin/run.py', script, 0o755],
  [
    'a script with CRLF, read by Python',
    'command: [python3, x.py]',
    'x.py',
    'print(1)\r\nprint(2)\r\n',
    0o644,
  ],
  ['options behind env -S', 'command: [./run]', 'run', '#!/usr/bin/env -S python3 -u\n', 0o755],
  ['a link of Debian', 'command: [./run]', 'run', '#!/bin/bash\necho\n', 0o755],
  ['python3 by its version', 'command: [python3.13, x.py]', 'x.py', '', 0o644],
  [
    'python with its package',
    'command: [python, x.py]\n    dependencies: { apt: [python-is-python3] }',
    'x.py',
    '',
    0o644,
  ],
  [
    'an interpreter that a package may bring',
    'command: [ruby]\n    dependencies: { apt: [rake] }',
    'x',
    '',
    0o644,
  ],
  ['a program of an unknown kind', 'command: [ffmpeg]', 'x', '', 0o644],
  ['an interpreter that comes with its data', 'command: [/data/env/bin/python3, x.py]', 'x.py', '', 0o644],
])('%s can start', async (_, role, name, content, mode) => {
  await put(role, [name, content, mode]);
  expect(await said()).toEqual({ faults: [], remarks: [] });
});

test.each([
  [
    'a first line with an option and CRLF',
    'command: [./run.sh]',
    ['run.sh', '#!/bin/sh -e\r\necho\r\n', 0o755],
    [
      `roles.a.command.0: the first line of "./run.sh" ends in CRLF, so its last word is "-e\\r"; convert it: sed -i 's/\\r$//' run.sh`,
    ],
  ],
  [
    'a first line with CRLF',
    'command: [./run.py]',
    ['run.py', '#!/usr/bin/env python3\r\nprint(1)\r\n', 0o755],
    [
      `roles.a.command.0: the first line of "./run.py" ends in CRLF, so the system looks for a program "python3\\r"; convert it: sed -i 's/\\r$//' run.py`,
    ],
  ],
  [
    'no execute bit',
    'command: [./run.py]',
    ['run.py', script, 0o644],
    ['roles.a.command.0: "./run.py" may not be executed; run chmod +x run.py, or write [python3, run.py]'],
  ],
  [
    'a meter without execute bit and first line',
    'command: [echo]\n    meter: [./watts]',
    ['watts', 'echo 1\n', 0o644],
    [
      'roles.a.meter.0: "./watts" may not be executed; run chmod +x watts, or write a first line such as #!/bin/sh into it',
      'roles.a.meter.0: "./watts" does not begin with #!, so the system cannot start it; write a first line such as #!/bin/sh into it',
    ],
  ],
  [
    'a byte order mark',
    'command: [./run]',
    ['run', Buffer.from(`\u{feff}${script}`), 0o755],
    [
      'roles.a.command.0: "./run" begins with a byte order mark, so its #! is not seen; save it as UTF-8 without one',
    ],
  ],
  [
    'a script without ./',
    'command: [run.sh]',
    ['run.sh', '#!/bin/sh\n', 0o755],
    [
      'roles.a.command.0: "run.sh" is looked up among the programs of the base, not in the folder; write ./run.sh or [sh, run.sh]',
    ],
  ],
  [
    'a folder',
    'command: [./src]',
    ['src/x.py', '', 0o644],
    ['roles.a.command.0: "./src" is a folder, so it cannot be started'],
  ],
  [
    'python where there is python3',
    'command: [python, x.py]',
    ['x.py', '', 0o644],
    [
      'roles.a.command.0: the base "python" has no python; write python3, or add python-is-python3 to dependencies.apt',
    ],
  ],
  [
    'the same behind env, with a variable',
    'command: [env, OMP_NUM_THREADS=1, python, x.py]',
    ['x.py', '', 0o644],
    [
      'roles.a.command.2: the base "python" has no python; write python3, or add python-is-python3 to dependencies.apt',
    ],
  ],
  [
    'an older Python',
    'command: [python3.9, x.py]',
    ['x.py', '', 0o644],
    ['roles.a.command.0: the base "python" has no python3.9; its python3 is python3.13'],
  ],
  [
    'a path that the base does not have',
    'command: [./run]',
    ['run', '#!/usr/local/bin/python3\n', 0o755],
    [
      'roles.a.command.0: the first line of "./run" asks for what is not there: the base "python" has no /usr/local/bin/python3; its python3 is /usr/bin/python3',
    ],
  ],
  [
    'python in a first line',
    'command: [./run]',
    ['run', '#!/usr/bin/env python\n', 0o755],
    [
      'roles.a.command.0: the first line of "./run" asks for what is not there: the base "python" has no python; write python3, or add python-is-python3 to dependencies.apt',
    ],
  ],
  [
    'options that env gets as a name',
    'command: [./run]',
    ['run', '#!/usr/bin/env python3 -u\n', 0o755],
    ['roles.a.command.0: env gets "python3 -u" as one name in the first line of "./run"; write env -S'],
  ],
  [
    'another language',
    'command: [node, x.js]',
    ['x.js', '', 0o644],
    ['roles.a.command.0: the base "python" has no node; add it to dependencies, or choose another base'],
  ],
] as [string, string, [string, string | Buffer, number], string[]][])(
  '%s is found',
  async (_, role, file, faults) => {
    await put(role, file);
    expect(await said()).toEqual({ faults, remarks: [] });
  },
);

test('a shell script with CRLF is remarked', async () => {
  await put('command: [bash, run.sh]', ['run.sh', 'echo 1\r\necho 2\r\n', 0o644]);
  expect(await said()).toEqual({
    faults: [],
    remarks: [
      `roles.a.command.1: "run.sh" has the line ends of Windows (CRLF), and bash takes the CR as part of each line; convert it: sed -i 's/\\r$//' run.sh`,
    ],
  });
});

describe('a base of the workspace', () => {
  const base = async (manifest: string | null) => {
    const folder = join(workspace.root, 'base-images/own');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\n');
    if (manifest !== null) await writeFile(join(folder, 'manifest.yaml'), manifest);
  };
  const own = 'base: own\n    command: [python, x.py]';

  test('whose programs are not known has any', async () => {
    await base(null);
    await put(own, ['x.py', '', 0o644]);
    expect(await said()).toEqual({ faults: [], remarks: [] });
  });

  test('whose manifest lists its interpreters', async () => {
    await base(
      'description: x\ncontains: []\ndevices: any\nimages:\n  - dockerfile: Dockerfile\n    interpreters: [/opt/bin/python3]\n',
    );
    await put(own, ['x.py', '', 0o644]);
    expect((await said()).faults).toEqual([
      'roles.a.command.0: the base "own" has no python; write python3, or add python-is-python3 to dependencies.apt',
    ]);
  });

  test('whose manifest is wrong', async () => {
    await base('description: x\n');
    await put(own, ['x.py', '', 0o644]);
    expect((await said()).faults).toEqual([
      expect.stringMatching(/^roles\.a\.base: The base image "own" has \d faults in its manifest\. manifest/),
    ]);
  });
});

test('a run on this machine does not ask for the programs of a base', async () => {
  await put('command: [python, x.py]', ['x.py', '', 0o644]);
  expect((await loadExperiment(workspace, 'x', 'here')).name).toBe('x');
  await expect(loadExperiment(workspace, 'x', 'devices')).rejects.toMatchObject({
    name: 'experiment-invalid',
  });
});

test('two folders with one name are reported by both, and where experiments are listed', async () => {
  await put('command: [echo]', ['x.txt', '', 0o644]);
  await mkdir(join(workspace.testCases, 'copy'));
  const yaml = 'name: "x" # as in x\nroles: { a: { command: [echo] } }\n';
  await writeFile(join(workspace.testCases, 'copy/experiment.yaml'), yaml);
  const text =
    'TestCases/copy and TestCases/x have the same name: x. Their runs go to the same folder, Logs/x.';
  for (const name of ['x', 'copy']) {
    const { faults, remarks } = await validateExperiment(workspace, name);
    expect(faults).toEqual([]);
    expect(remarks).toEqual([
      { file: 'experiment.yaml', line: null, path: 'name', message: `${text} Give each its own.` },
    ]);
  }
  await expect(loadExperiment(workspace, 'none')).rejects.toMatchObject({
    name: 'experiment-missing',
    why: expect.stringContaining(text) as string,
  });
});
