import { expect, test } from 'vitest';
import { namedPythonFiles } from './python-files.js';
import type { RoleCheckContext } from './role-checks.js';

const context: RoleCheckContext = {
  files: ['app/__init__.py', 'app/__main__.py', 'app/serve.py', 'run', 'run.sh', 'train.py', 'watts.py'],
  leftOut: [],
  flavors: ['python'],
  baseOf: () => null,
  kindOf: () => null,
  programFile: (path) => ({
    head: path === 'run' ? '#!/usr/bin/env python3\n' : '#!/bin/sh\n',
    executable: true,
  }),
  mentions: () => false,
};

test.each([
  [{ command: ['python3', './train.py', '--x'], meter: ['python3', 'watts.py'] }, ['train.py', 'watts.py']],
  [{ command: ['torchrun', '--nproc', '2', 'train.py'] }, ['train.py']],
  [{ command: ['python3', '-m', 'app'] }, ['app/__init__.py', 'app/__main__.py']],
  [
    { command: ['python3', '-u', '-m', 'app.serve', 'train.py'] },
    ['app/__init__.py', 'app/serve.py', 'train.py'],
  ],
  [{ command: ['python3', '-c', 'train.py'] }, []],
  [{ command: ['./run'] }, ['run']],
  [{ command: ['./run.sh', 'none.py', 5] }, []],
  [{ command: 'python3 train.py' }, []],
])('%j', (role, files) => {
  expect(namedPythonFiles(role, context)).toEqual(files);
});
