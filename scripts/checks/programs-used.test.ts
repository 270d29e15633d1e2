import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parseProgramList, programList } from './program-list.js';
import { functionsInShell } from './used-in-shell.js';
import { ownModules, unlisted, type Known } from './programs-used.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const git = (...args: string[]) =>
  execFileSync(
    'git',
    ['-C', root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...args],
    {
      encoding: 'utf8',
    },
  )
    .split('\0')
    .filter(Boolean);
const standard = execFileSync('python3', ['-c', 'import sys; print(*sys.stdlib_module_names)'], {
  encoding: 'utf8',
});

const known: Known = {
  list: programList(),
  modules: new Set([...standard.trim().split(' '), ...ownModules(git('*.py'))]),
  functions: functionsInShell(readFileSync(join(root, 'scripts/prepare.sh'), 'utf8')),
  except: {
    'engine.sh': { systemctl: 'only where systemd runs' },
    'local-shell.test.ts': { 'no-such-program': 'does not exist' },
    'login-shell.test.ts': { fish: 'only a name', tcsh: 'only a name' },
    'devices.test.ts': { sshd: 'runs on a device' },
    'fleet-jobs.test.ts': { tinypkg: 'made by the test' },
    'lab.test.ts': { sshd: 'runs on a device' },
    'models-process.test.ts': { torch: 'in the image', PIL: 'in the image' },
    'infer-bed.ts': { torch: 'in the image', torchvision: 'in the image' },
    'ssh.test.ts': { 'no-such-program': 'does not exist' },
    'images.test.ts': {
      collabbeside: 'made by the test',
      collabindexed: 'made by the test',
      collabdirect: 'made by the test',
      collabmore: 'made by the test',
      collabtravels: 'made by the test',
    },
  },
};

describe('programs.tsv', () => {
  it('lists every program that a test, bench or script uses, for its group', () => {
    const paths = git('tests', 'bench', 'scripts', 'src/*.test.ts', 'src/*/fixtures/*').filter(
      // Experiments run in images; the programs below are made up.
      (path) => !path.startsWith('tests/e2e/TestCases/') && !path.endsWith('programs-used.test.ts'),
    );
    expect(paths.length).toBeGreaterThan(100);
    expect(paths.flatMap((path) => unlisted(path, readFileSync(join(root, path), 'utf8'), known))).toEqual(
      [],
    );
  });
});

describe('an unlisted program', () => {
  const list = parseProgramList('program\tsh\tdash\tany\nprogram\tssh\topenssh-client\tbench\n');
  const faults = (path: string, text: string) =>
    unlisted(path, text, { list, modules: new Set(['json']), functions: new Set(['say']), except: {} });
  const missing = (name: string, path = 'tests/integration/x.test.ts') =>
    `${path}: ${name} is not in scripts/programs.tsv`;

  it.each([
    ["execFileSync('socat', ['-V']);", 'program socat'],
    ["await program(['socat', '-V']);", 'program socat'],
    ["symlinkSync('/usr/bin/busybox', place);", 'program busybox'],
    ["net.run('gw', 'tcpdump', '-i', 'any');", 'program tcpdump'],
    ["execFileSync('sh', ['-c', 'echo a | jq . >b']);", 'program jq'],
    ["const script = 'import json, polars';", 'python polars'],
  ])('is found in %s', (text, name) => {
    expect(faults('tests/integration/x.test.ts', text)).toEqual([missing(name)]);
  });

  it('is found in a shell script, despite quotes, comments, functions and case labels', () => {
    const script = [
      'say "it\'s $(socat -V; echo)" # nmap isn\'t used',
      'mine() { if ! jq . <"$1"; then say none; fi; }',
      "case $a in one) mine 'curl x' ;; esac",
      'A=1 tcpdump -i \\\n any 2>&1 | sh',
    ].join('\n');
    const names = ['jq', 'tcpdump', 'socat'];
    expect(faults('scripts/x.sh', script)).toEqual(
      names.map((name) => missing(`program ${name}`, 'scripts/x.sh')),
    );
  });

  it('is found in Python', () => {
    const script = 'import json\nfrom polars.io import read\nwords = ["/usr/bin/perf"]\n';
    expect(faults('bench/x.py', script)).toEqual([
      missing('program perf', 'bench/x.py'),
      missing('python polars', 'bench/x.py'),
    ]);
  });

  it('is one that is listed only for other groups', () => {
    expect(faults('bench/x.ts', "program(['ssh'])")).toEqual([]);
    const path = 'src/network/x.test.ts';
    expect(faults(path, "spawn('ssh')")).toEqual([`${path}: program ssh is not listed for the group unit`]);
  });
});

it('reports a malformed line of the list with its number', () => {
  expect(() => parseProgramList('# all\nprogram\tsh\tdash\n')).toThrow('programs.tsv:2: expected');
  const twice = 'program\tsh\tdash\tany\n'.repeat(2);
  expect(() => parseProgramList(twice)).toThrow('programs.tsv:2: program sh is listed twice');
});
