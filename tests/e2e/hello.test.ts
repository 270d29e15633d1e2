import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { parseCsv } from './read-csv.js';
import { labName } from './lab-setup.js';
import { program, TestWorkspace } from './workspace.js';

const workspace = new TestWorkspace(inject('labWorkspace'));

interface JsonEvent {
  kind: string;
  time: string;
  [key: string]: unknown;
}

describe('hello on the Lab', () => {
  it('runs its roles on two devices and writes the documented log', { timeout: 300_000 }, async () => {
    const ended = await workspace.collab(
      'run',
      'hello',
      '--set',
      'size_bytes=64',
      '--repeats',
      '1',
      '--json',
    );
    expect(ended.stderr).toBe('');
    expect(ended.code).toBe(0);
    const events = ended.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as JsonEvent);
    const order = events.map(({ kind, role }) => (typeof role === 'string' ? `${kind} ${role}` : kind));
    expect(order.indexOf('role.ready server')).toBeLessThan(order.indexOf('role.starting client'));
    expect(events.at(-1)).toMatchObject({ kind: 'result' });

    const folder = workspace.newestRun('hello');
    const run = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as {
      state: string;
      placement: { role: string; device: string }[];
      images: { image_id: string }[];
      devices: { clock: { error_ms: number }; facts: { architecture: string } }[];
    };
    expect(run.state).toBe('complete');
    expect(run.placement.map(({ device }) => device).sort()).toEqual(['edge1', 'edge2']);
    expect(run.images.every(({ image_id }) => image_id.startsWith('sha256:'))).toBe(true);
    expect(run.devices.every(({ clock }) => clock.error_ms > 0 && clock.error_ms < 1000)).toBe(true);
    for (const role of ['server-0', 'client-0']) {
      for (const file of ['samples.jsonl', 'results.jsonl', 'stdout.log', 'stderr.log', 'exit.json']) {
        expect(existsSync(join(folder, 'trials/1', role, file)), `${role}/${file}`).toBe(true);
      }
    }
    const exit = JSON.parse(readFileSync(join(folder, 'trials/1/client-0/exit.json'), 'utf8')) as {
      code: number;
      totals: Record<string, { value: number; kind: string }>;
    };
    expect(exit.code).toBe(0);
    for (const name of ['wall_s', 'cpu_user_s', 'memory_peak_bytes', 'network_sent_bytes']) {
      expect(exit.totals[name]?.kind, name).toBe('measured');
      expect(exit.totals[name]?.value, name).toBeGreaterThan(0);
    }
    const journal = readFileSync(join(folder, 'events.jsonl'), 'utf8').trim().split('\n');
    expect(JSON.parse(journal.at(-1) ?? '')).toMatchObject({ kind: 'run.ended', state: 'complete' });
  });

  it('records the digests of its images and the packages in them', async () => {
    const { images } = JSON.parse(readFileSync(join(workspace.newestRun('hello'), 'run.json'), 'utf8')) as {
      images: {
        image_id: string;
        layers: string[];
        repo_digests: string[];
        packages: { file: string; dpkg: number; python: number };
      }[];
    };
    expect(images).toHaveLength(2);
    for (const { image_id, layers, repo_digests, packages } of images) {
      expect(layers.length).toBeGreaterThan(1);
      expect(layers.every((layer) => /^sha256:[0-9a-f]{64}$/.test(layer))).toBe(true);
      expect(repo_digests).toBeInstanceOf(Array);
      expect(packages.dpkg).toBeGreaterThan(50);
      const file = JSON.parse(readFileSync(join(workspace.folder, 'Logs', packages.file), 'utf8')) as {
        id: string;
        packages: { dpkg: { packages: Record<string, string> }; python: { version: string } };
      };
      expect(file.id).toBe(image_id);
      expect(file.packages.dpkg.packages.python3).toMatch(/^3\./);
      expect(file.packages.python.version).toMatch(/^3\./);
    }
    const { stdout } = await workspace.collab('show', '--provenance');
    expect(stdout).toMatch(/^ {2}packages +dpkg: \d+, Python: \d+;/m);
    for (const device of ['edge1', 'edge2']) {
      const left = await program('docker', 'exec', `collab-${labName}-${device}`, 'docker', 'ps', '-aq');
      expect(left).toMatchObject({ code: 0, stdout: '' });
    }
  });

  it('sends nothing that already exists there, and reads no packages again', async () => {
    const again = await workspace.collab('run', 'hello', '--set', 'size_bytes=64', '--repeats', '1');
    expect(again.code).toBe(0);
    expect(again.stderr).not.toMatch(/building|sending|packages/);
    expect(again.stderr).toMatch(/edge1: has collab\/hello/);
  });

  it('reports the newest run as CSV, XLSX and JSON, with the same numbers', async () => {
    const ended = await workspace.collab('report', '--format', 'csv,xlsx,json', '--output', 'out');
    expect(ended.code).toBe(0);
    const results = parseCsv(readFileSync(join(workspace.folder, 'out/results.csv'), 'utf8'));
    const client = results.filter((row) => row.role === 'client');
    expect(client).toHaveLength(10);

    const { default: ExcelJS } = await import('exceljs');
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(join(workspace.folder, 'out/report.xlsx'));
    expect(book.worksheets.map((sheet) => sheet.name)).toEqual(
      expect.arrayContaining(['About', 'Summary', 'Roles', 'Samples', 'Results']),
    );
    const sheet = book.getWorksheet('Results');
    const headings = (sheet?.getRow(1).values ?? []) as string[];
    const column = headings.indexOf('round_trip_ms');
    const cells = sheet
      ?.getColumn(column)
      .values.slice(2)
      .filter((value) => typeof value === 'number');
    expect(cells).toEqual(client.map((row) => Number(row.round_trip_ms)));

    const document = JSON.parse(readFileSync(join(workspace.folder, 'out/report.json'), 'utf8')) as {
      records: { state: string }[];
      roles: unknown[];
      samples: unknown[];
      results: { role: string; round_trip_ms?: number }[];
    };
    expect(document.records[0]?.state).toBe('complete');
    expect(document.roles).toHaveLength(2);
    expect(document.samples.length).toBeGreaterThan(2);
    expect(document.results.filter(({ role }) => role === 'client').map((row) => row.round_trip_ms)).toEqual(
      cells,
    );
  });

  it('lists both runs with their verdicts, shows the newest, compares them and writes a page', async () => {
    const listed = await workspace.collab('runs', 'hello', '--json');
    const { runs } = JSON.parse(listed.stdout) as {
      runs: { run_id: string; state: string; validity: { verdict: string } }[];
    };
    expect(runs.length).toBeGreaterThanOrEqual(2);
    const [newest, before] = runs.filter(({ state }) => state === 'complete');
    expect(newest?.validity.verdict).toBe('DOUBTFUL'); // one repeat
    const shown = await workspace.collab('show');
    expect(shown.stdout).toMatch(/^hello {2}\d{8}-/);
    expect(shown.stdout).toContain('Verdict: DOUBTFUL');
    expect(shown.stdout).toMatch(/messages +size_bytes +repeats +n +sent_bytes +round_trip_ms/);
    const compared = await workspace.collab('compare', before?.run_id ?? '', newest?.run_id ?? '', '--json');
    expect(JSON.parse(compared.stdout)).toMatchObject({ same_experiment: true });
    const page = await workspace.collab('report', '--format', 'html', '--output', 'out');
    expect(page.code, page.stderr).toBe(0);
    expect(readFileSync(join(workspace.folder, 'out/report.html'), 'utf8')).toMatch(
      /CPU of edge\d over time/,
    );
  });

  it('shows its plan without doing anything', async () => {
    const before = workspace.runs('hello').length;
    const plan = await workspace.collab('run', 'hello', '--dry-run');
    expect(plan.code).toBe(0);
    expect(plan.stdout).toMatch(/server-0 +edge\d/);
    expect(plan.stdout).toContain('4 trials');
    expect(workspace.runs('hello')).toHaveLength(before);
  });
});

describe('hello on this machine alone', () => {
  it('takes another port when its own is in use', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) =>
      holder.once('error', () => resolve()).listen(7000, '0.0.0.0', resolve),
    );
    const own = TestWorkspace.make();
    const ended = await own.collab('run', 'hello', '--local', '--set', 'size_bytes=64', '--repeats', '1');
    holder.close();
    expect(ended.code, ended.stderr).toBe(0);
    const role = JSON.parse(
      readFileSync(join(own.newestRun('hello'), 'trials/1/server-0/role.json'), 'utf8'),
    ) as {
      ports: { chat: number };
    };
    expect(role.ports.chat).toBeGreaterThan(7000);
  });

  it('runs without an engine and says which metrics it could not read', async () => {
    const own = TestWorkspace.make();
    const noEngine = { DOCKER_HOST: 'unix:///nowhere/docker.sock' };
    const ended = await own.collabWith(
      noEngine,
      'run',
      'hello',
      '--local',
      '--set',
      'messages=3',
      '--repeats',
      '1',
    );
    expect(ended.code).toBe(0);
    const report = await own.collab('report', '--format', 'csv', '--output', 'out');
    expect(report.code).toBe(0);
    const roles = parseCsv(readFileSync(join(own.folder, 'out/roles.csv'), 'utf8'));
    expect(roles).toHaveLength(4);
    for (const row of roles) {
      expect(row.trial_state).toBe('complete');
      expect(Number(row.cpu_user_s)).toBeGreaterThan(0);
      expect(row.network_sent_bytes_kind).toMatch(/^estimated: .*shares with its host/);
    }
  });
});
