import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { exitRecord } from '../../src/logs/records/role-records.js';
import { TestWorkspace } from '../e2e/workspace.js';

const workspace = new TestWorkspace(inject('labWorkspace'));
const sentBytes = 400_000;

const read = (run: string, path: string) => readFileSync(join(run, 'trials/1', path), 'utf8');
const exitOf = (run: string, role: string) => exitRecord.parse(JSON.parse(read(run, `${role}-0/exit.json`)));

describe('a role of a Lab device that exits right after it has closed its connection', () => {
  it('has sent everything: its peer gets every byte and the end, though it reads late', async () => {
    const ended = await workspace.collab('run', 'farewell');
    expect(ended.code, ended.stderr).toBe(0);
    const run = workspace.newestRun('farewell');
    const [row = ''] = read(run, 'taker-0/results.jsonl').split('\n');
    expect(JSON.parse(row)).toMatchObject({ received_bytes: sentBytes, saw_end: 1 });
    const exit = exitOf(run, 'sender');
    expect(exit).toMatchObject({ code: 0, undelivered_bytes: 0, unconfirmed_ends: 0 });
    expect(exit.drain_s).toBeGreaterThan(0.1);
    expect(exit.totals.wall_s?.value).toBeLessThan(1.5); // without the wait
  });

  it('is in doubt if its peer never reads: the verdict names the role and the bytes', async () => {
    const ended = await workspace.collab('run', 'farewell', '--set', 'reads=never');
    expect(ended.code, ended.stderr).toBe(0);
    const run = workspace.newestRun('farewell');
    const { undelivered_bytes: lost = 0 } = exitOf(run, 'sender');
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBeLessThan(sentBytes);
    expect(exitOf(run, 'taker')).toMatchObject({ code: 0, closed_unread: 1 });
    const shown = await workspace.collab('show', basename(run), '--json');
    expect(shown.stdout).toContain('DOUBTFUL');
    expect(shown.stdout).toMatch(
      new RegExp(`sent over TCP did not arrive .*sender-0 on edge\\d \\(${lost}\\)`),
    );
  });
});
