import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { parseCsv } from '../e2e/read-csv.js';
import { labName } from '../e2e/lab-setup.js';
import { program, TestWorkspace } from '../e2e/workspace.js';

const workspace = new TestWorkspace(inject('labWorkspace'));

describe('split-inference on the Lab', () => {
  it('gives each photograph one class, wherever the network is split', { timeout: 600_000 }, async () => {
    const ended = await workspace.collab(
      'run',
      'split-inference',
      '--set',
      'split=0,4,9',
      '--set',
      'codec=zlib',
    );
    expect(ended.code, ended.stderr).toBe(0);
    const report = await workspace.collab('report', '--format', 'csv', '--output', 'split');
    expect(report.code).toBe(0);
    const rows = parseCsv(readFileSync(join(workspace.folder, 'split/results.csv'), 'utf8'));
    const frames = [...new Set(rows.map((row) => row.frame))];
    expect(frames.length).toBeGreaterThanOrEqual(5);
    expect(rows).toHaveLength(3 * frames.length);
    for (const frame of frames) {
      const classes = rows.filter((row) => row.frame === frame).map((row) => row.predicted_class);
      expect(new Set(classes).size, `classes of frame ${frame ?? ''}: ${classes.join(', ')}`).toBe(1);
    }
    expect(new Set(rows.map((row) => row.predicted_class)).size).toBeGreaterThan(1);
  });

  it('passes its own tests in its own image', async () => {
    const run = JSON.parse(
      readFileSync(join(workspace.newestRun('split-inference'), 'run.json'), 'utf8'),
    ) as {
      images: { role: string; device: string; ref: string }[];
    };
    const client = run.images.find(({ role }) => role === 'client');
    const tests = await program(
      'docker',
      'exec',
      `collab-${labName}-${client?.device ?? ''}`,
      'docker',
      'run',
      '--rm',
      '--network',
      'none',
      '--user',
      '1000',
      '-e',
      'PYTHONPATH=/opt/collab',
      client?.ref ?? '',
      'python3',
      '-m',
      'unittest',
      'test_split',
    );
    expect(tests.stderr).toMatch(/Ran [1-9]\d* tests/);
    expect(tests.stderr.trim().split('\n').at(-1)).toBe('OK');
  });

  it('sends the tensors of the split, and reports where the time went', () => {
    const rows = parseCsv(readFileSync(join(workspace.folder, 'split/results.csv'), 'utf8'));
    const at = (split: string) => rows.filter((row) => row.split === split);
    expect(at('9').every((row) => row.sent_bytes === '0' && row.wire_ms === '0')).toBe(true);
    expect(at('0').every((row) => Number(row.sent_bytes) > 10_000)).toBe(true);
    for (const row of rows) {
      const parts = ['head_ms', 'serialize_ms', 'wire_ms', 'tail_ms'].map((name) => Number(row[name]));
      const sum = parts.reduce((a, b) => a + b, 0);
      expect(parts.every((part) => part >= 0)).toBe(true);
      expect(Number(row.total_ms)).toBeGreaterThanOrEqual(sum * 0.99);
      expect(Number(row.total_ms)).toBeLessThan(sum * 1.5 + 20);
      expect(row.weights).toMatch(/^(imagenet1k_v1|seed-\d+)$/);
    }
  });
});
