import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { labName } from './lab-setup.js';
import { program, TestWorkspace } from './workspace.js';

const workspace = new TestWorkspace(inject('labWorkspace'));

interface Row {
  pid: number;
  trial: number;
  n: number;
}

it(
  'roles whose processes stay go through all trials, also after one of them died',
  { timeout: 300_000 },
  async () => {
    const ended = await workspace.collab('run', 'stays');
    expect(ended.code, ended.stderr).toBe(0);
    const folder = workspace.newestRun('stays');
    const run = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as {
      placement: { role: string; restart?: string }[];
      trials: {
        state: string;
        attempt?: number;
        earlier?: { failure?: { role: string; reason: string } }[];
      }[];
    };
    expect(run.placement.map(({ role, restart }) => [role, restart])).toEqual([
      ['server', 'run'],
      ['client', 'run'],
      ['fresh', undefined],
    ]);
    expect(run.trials.map(({ state, attempt }) => [state, attempt])).toEqual([
      ['complete', undefined],
      ['complete', 2],
      ['complete', undefined],
    ]);
    expect(run.trials[1]?.earlier?.[0]?.failure).toMatchObject({
      role: 'client',
      reason: 'it exited with code 1',
    });

    const rows = (attempt: string, role: string) =>
      readFileSync(join(folder, 'trials', attempt, role, 'results.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Row);
    const attempts = ['1', '2', '2.2', '3'];
    for (const role of ['server-0', 'client-0'])
      expect(attempts.map((attempt) => rows(attempt, role).map(({ trial }) => trial))).toEqual([
        [1],
        [2],
        [2],
        [3],
      ]);
    expect(attempts.map((attempt) => rows(attempt, 'fresh-0')[0]?.n)).toEqual([1, 2, 2, 3]);
    expect(readFileSync(join(folder, 'trials/3/server-0/stdout.log'), 'utf8')).toBe('serving trial 3\n');
    // The others of a trial that failed are started anew as well.
    expect(readdirSync(join(folder, 'warm')).sort()).toEqual([
      'client-0',
      'client-0.2',
      'server-0',
      'server-0.2',
    ]);
    const shown = await workspace.collab('show');
    expect(shown.stdout).toContain('server-0 on edge1 (one process for all trials)');
    for (const device of ['edge1', 'edge2']) {
      const left = await program(
        'docker',
        'exec',
        `collab-${labName}-${device}`,
        'docker',
        'ps',
        '-aq',
        '--filter',
        'label=collab.run',
      );
      expect(left.stdout).toBe('');
    }
  },
);
