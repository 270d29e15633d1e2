import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { keys, onTerminal } from '../on-terminal.js';
import { TestWorkspace } from '../workspace.js';

const workspace = TestWorkspace.make();

function put(name: string, content: string, mode = 0o644): void {
  const path = join(workspace.folder, 'TestCases', name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  chmodSync(path, mode);
}

it('validate finds what cannot start, all at once', async () => {
  put(
    'starts/experiment.yaml',
    `name: starts
roles:
  Camera:
    device: { arch: x86_64 }
    command: [./crlf.sh]
    ports: { video: 70000 }
  trainer:
    base: pytorch
    command: [python3, train.py]
  reader:
    command: [python, -u, good.py]
    meter: [./watts.py]
  newer:
    command: [python3, newer.py]
`,
  );
  put('starts/crlf.sh', '#!/bin/sh\r\necho\r\n', 0o755);
  put('starts/watts.py', '#!/usr/bin/env python3\nprint(5)\n');
  put('starts/train.py', 'import sys\n\nif sys.argv\n    print(1)\n');
  put('starts/good.py', 'print(1)\n');
  put('starts/newer.py', 'from __future__ import not_yet\n');
  const { code, stderr } = await workspace.collab('validate', 'starts');
  expect(code).toBe(2);
  for (const line of [
    'experiment.yaml:3  roles.Camera: a name starts with a lowercase letter',
    'experiment.yaml:4  roles.Camera.device.arch: must be one or a list of amd64, .* Did you mean "amd64"\\?',
    'experiment.yaml:5  roles.Camera.command.0: the first line of "./crlf.sh" ends in CRLF',
    'experiment.yaml:6  roles.Camera.ports.video: must be a port number',
    'experiment.yaml:8  roles.trainer.base: there is no base image "pytorch" .* Known: fleet, media, python, torch, torch-1.10.',
    'experiment.yaml:11  roles.reader.command.0: the base "python" has no python; write python3',
    'experiment.yaml:12  roles.reader.meter.0: "./watts.py" may not be executed; run chmod \\+x watts.py',
    'train.py:3  Python cannot compile it: ',
  ]) {
    expect(stderr).toMatch(new RegExp(`^  ${line}`, 'm'));
  }
  expect(stderr).toContain('The experiment starts has 8 faults.');
});

it('run refuses a file that does not compile, and validate accepts it once it is right', async () => {
  put('typo/experiment.yaml', 'name: typo\nroles:\n  main:\n    command: [python3, main.py]\nidle: 0 s\n');
  put('typo/main.py', 'print("a"\nprint("b")\n');
  const refused = await workspace.collab('run', 'typo', '--local');
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/^ {2}main\.py:1 {2}Python cannot compile it: .*never closed/m);
  put('typo/main.py', 'print("a")\n');
  const valid = await workspace.collab('validate', 'typo', '--json');
  const { id, ...told } = JSON.parse(valid.stdout) as Record<string, unknown>;
  expect(id).toMatch(/^[0-9a-f]{64}$/);
  expect(told).toEqual({ kind: 'result', valid: true, faults: [], remarks: [] });
  const unchecked = await workspace.collabWith({ PATH: workspace.folder }, 'validate', 'typo');
  expect(unchecked).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^typo is valid: roles main\.\nIts id is [0-9a-f]{12}\.\n$/) as string,
  });
  expect(unchecked.stderr).toBe(
    'remark: main.py  the syntax could not be checked: this machine has no python3\n',
  );
});

it('reports two folders with one name, in validate and where experiments are listed', async () => {
  cpSync(join(workspace.folder, 'TestCases/hello'), join(workspace.folder, 'TestCases/copy'), {
    recursive: true,
  });
  const said = 'TestCases/copy and TestCases/hello have the same name: hello.';
  const { code, stdout, stderr } = await workspace.collab('validate', 'copy');
  expect(code).toBe(0);
  expect(stderr).toContain(`remark: experiment.yaml  name: ${said}`);
  expect(stdout).toContain('hello is valid');
  expect((await workspace.collab('validate', 'none')).stderr).toContain(said);
  const menu = await onTerminal(workspace, [{ wait: 'What do you want to do?', type: keys.interrupt }]);
  expect(menu.stdout).toContain(said);
});
