import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { wrapperFolder } from '../../../tests/fixtures/run-wrapper.js';

/** A program of fixtures/checks. */
const check = (name: string) => readFileSync(join(wrapperFolder, 'fixtures/checks', name), 'utf8');

/** Runs code that imports the module, in an empty folder, with only these variables about the trial. */
async function runAlone(code: string, environment: Record<string, string> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'collab-module-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const env = { PATH: process.env.PATH ?? '', PYTHONPATH: wrapperFolder, FOLDER: folder, ...environment };
  const run = spawnSync('python3', ['-B', '-c', code], { cwd: folder, env, encoding: 'utf8' });
  return { folder, stdout: run.stdout, stderr: run.stderr };
}

it('works without the wrapper', async () => {
  const run = await runAlone(check('module_alone.py'));
  expect(run).toMatchObject({ stderr: '', stdout: '{"frame":1,"total_ms":2.5,"monotonic_s":7}\n' });
});

it('names what exists when something unknown is requested', async () => {
  const run = await runAlone(
    `import collab
for ask in (lambda: collab.parameter("splti"), lambda: collab.peer("sever"), lambda: collab.peer("server", 3),
            lambda: collab.peer("server").address("web"), lambda: collab.port("web"), lambda: collab.data("digit")):
    try: ask()
    except KeyError as error: print(error)`,
    {
      COLLAB_PARAMETERS: '{"split": 4, "codec": "raw"}',
      COLLAB_DATA: '{"digits": "/data/digits"}',
      COLLAB_PEERS: '[{"role": "server", "rank": 0, "ports": {"grpc": {"host": "10.0.0.1", "port": 1}}}]',
    },
  );
  const addPort = "Add it to the role's `ports` in experiment.yaml, or give a default.";
  expect(run.stdout.split('\n')).toEqual([
    "There is no parameter 'splti'. Known: split, codec. Add it to `parameters` in experiment.yaml, or give a default.",
    "There is no role 'sever'. Known: server. A role is named as in experiment.yaml.",
    'There is no rank of role server 3. Known: 0. Ranks start at 0.',
    `There is no port of role server 'web'. Known: grpc. ${addPort}`,
    `There is no port 'web'. Known: none. ${addPort}`,
    "There is no data 'digit'. Known: digits. Add it to `data` in experiment.yaml, or give a default.",
    '',
  ]);
  expect(run.stderr).toBe('');
});

it('keeps rows of many threads and forked processes intact', async () => {
  const run = await runAlone(check('many_writers.py'), { COLLAB_RECORDS: 'results.jsonl' });
  const lines = (await readFile(join(run.folder, 'results.jsonl'), 'utf8')).trimEnd().split('\n');
  expect(lines).toHaveLength(1 + 2 * 4 * 200);
  const seen = new Map<string, number>();
  for (const line of lines.slice(1)) {
    const row = JSON.parse(line) as { who: string; number: number };
    expect(row.number).toBe(seen.get(row.who) ?? 0); // the rows of each thread are in order
    seen.set(row.who, row.number + 1);
  }
  expect(seen.size).toBe(8);
});

it('accepts scalars and arrays of other libraries, and always writes valid JSON', async () => {
  const run = await runAlone(`import collab, decimal, fractions
class Scalar:
    def __init__(self, value): self.value = value
    def item(self): return self.value
class Array:
    def item(self): raise ValueError("only one-element arrays can be converted")
    def tolist(self): return [1, float("-inf")]
collab.record(scalar=Scalar(3), nan=Scalar(float("nan")), array=Array(), path=collab.outputs, text="\\u2028\\xe9", monotonic_s=0,
    decimal=decimal.Decimal("1.5"), fraction=fractions.Fraction(1, 4), never=decimal.Decimal("nan"))`);
  expect(run.stderr).toBe('');
  expect(JSON.parse(run.stdout)).toEqual({
    scalar: 3,
    nan: null,
    array: [1, null],
    path: join(run.folder, 'outputs'),
    text: '\u2028é',
    monotonic_s: 0,
    decimal: 1.5,
    fraction: 0.25,
    never: null,
    _not_finite: { nan: 'NaN', array: '-Infinity', never: 'NaN' },
  });
});

it('writes a span that an error ends, and raises the error', async () => {
  const run = await runAlone(`import os
os.environ["COLLAB_SPANS"] = os.path.join(os.environ["FOLDER"], "spans.jsonl")
import collab, asyncio
@collab.span("wait", kind="async")
async def wait(): await asyncio.sleep(0.05)
asyncio.get_event_loop_policy().new_event_loop().run_until_complete(wait())
with collab.span("tail") as tail:
    tail.fields["sent_bytes"] = 9
    raise LookupError("gone")`);
  expect(run.stderr).toContain('LookupError: gone');
  const spans = (await readFile(join(run.folder, 'spans.jsonl'), 'utf8')).trimEnd().split('\n');
  const [wait, tail] = spans.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(wait).toMatchObject({ name: 'wait', kind: 'async' });
  expect(wait?.duration_ms).toBeGreaterThanOrEqual(49);
  expect(tail).toMatchObject({ name: 'tail', sent_bytes: 9, error: 'LookupError', thread: 'MainThread' });
});

it("keeps a span's own fields, whatever their names, and adds its own under names that are free", async () => {
  const run = await runAlone(
    `import collab
with collab.span("a", thread=7, process="p", duration_ms=-1) as a: a.fields["name"] = "mine"
try:
    with collab.span("b", error=0.5, thread="t", span_thread="u"): raise KeyError()
except KeyError: pass`,
    { COLLAB_SPANS: 'spans.jsonl' },
  );
  expect(run.stderr).toBe('');
  const spans = (await readFile(join(run.folder, 'spans.jsonl'), 'utf8')).trimEnd().split('\n');
  const [a, b] = spans.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(a).toMatchObject({ name: 'a', thread: 7, process: 'p', span_duration_ms: -1, span_name: 'mine' });
  expect(a).toMatchObject({ span_thread: 'MainThread', span_process: expect.any(Number) as number });
  expect(a?.duration_ms).toBeGreaterThanOrEqual(0);
  expect(b).toMatchObject({ error: 0.5, span_error: 'KeyError', thread: 't', span_thread: 'u' });
  expect(b).toMatchObject({ span_span_thread: 'MainThread', process: expect.any(Number) as number });
});

it('costs little: under 20 us of CPU for a row or a span', async () => {
  const run = await runAlone(check('call_cost.py'), {
    COLLAB_RECORDS: 'results.jsonl',
    COLLAB_SPANS: 'spans.jsonl',
  });
  expect(run.stderr).toBe('');
  const [rowUs = NaN, spanUs = NaN] = run.stdout.trim().split('\n').map(Number);
  expect(rowUs).toBeLessThan(20);
  expect(spanUs).toBeLessThan(20);
});

it('a row is on disk when record() returns, even if the process dies', async () => {
  const run = await runAlone(`import os
os.environ["COLLAB_RECORDS"] = os.path.join(os.environ["FOLDER"], "results.jsonl")
import collab
collab.record(frame=1, monotonic_s=0)
os.kill(os.getpid(), 9)`);
  expect(await readFile(join(run.folder, 'results.jsonl'), 'utf8')).toBe('{"frame":1,"monotonic_s":0}\n');
});

it('uses only syntax and names of Python 3.6, like the wrapper and the hello experiment', async () => {
  const check = (...folders: string[]) =>
    spawnSync('python3', ['-B', 'python_names.py', 'check', 'python-3.6-names.json', ...folders], {
      cwd: join(wrapperFolder, 'fixtures'),
      encoding: 'utf8',
    });
  const hello = join(wrapperFolder, '../../TestCases/hello');
  expect(check(wrapperFolder, hello)).toMatchObject({ stderr: '', stdout: '\n' });

  const newer = await mkdtemp(join(tmpdir(), 'collab-newer-'));
  onTestFinished(() => rm(newer, { recursive: true, force: true }));
  await writeFile(join(newer, 'a.py'), 'import os\nos.posix_spawn\n"x".removeprefix("y")\nimport graphlib\n');
  const faults = check(newer).stdout.trim().split('\n');
  expect(faults.map((fault) => fault.split(': ')[1]).sort()).toEqual([
    'attribute removeprefix',
    'module graphlib',
    'os.posix_spawn',
  ]);
  await writeFile(join(newer, 'a.py'), 'if (n := 1): pass\n');
  expect(check(newer).stderr).toContain('Assignment expressions are only supported in Python 3.8');
});

it('records as text what cannot be a number, whatever its library raises', async () => {
  const run = await runAlone(`import collab, decimal, fractions
class Meters:
    def __float__(self): raise LookupError("no unit")
    def __str__(self): return "3 m"
collab.record(length=Meters(), large=fractions.Fraction(10) ** 400, signaling=decimal.Decimal("sNaN"), monotonic_s=1)`);
  expect(run.stderr).toBe('');
  const row = JSON.parse(run.stdout) as Record<string, unknown>;
  expect(row).toMatchObject({ length: '3 m', signaling: 'sNaN' });
  expect(row.large).toMatch(/^10{400}$/);
});

it('notes the parameters that the code reads, each once, and only when it reads their values', async () => {
  const parameters = '{"a": 1, "b": 2.0, "c": "x", "d": true}';
  const readBy = async (code: string) => {
    const run = await runAlone(`import collab\np = collab.parameters\n${code}`, {
      COLLAB_PARAMETERS: parameters,
      COLLAB_READS: 'reads',
    });
    expect(run.stderr).toBe('');
    const text = await readFile(join(run.folder, 'reads'), 'utf8').catch(() => '');
    return text.split('\n').slice(0, -1).sort().join(' ');
  };
  const none =
    'len(p), "a" in p, list(p.keys()), repr(p), str(p), collab.parameter("e", 5), p == {}, bool(p)';
  expect(await readBy(none)).toBe('');
  expect(
    await readBy('collab.parameter("a"); collab.parameter("a"); p["b"]; p.get("c"); p.get("e", 3)'),
  ).toBe('a b c');
  for (const all of [
    'dict(p)',
    'dict(**p)',
    '{**p}',
    'p.copy()',
    '[v for k, v in p.items()]',
    'list(p.values())',
    'import json; assert json.loads(json.dumps(p)) == p',
    'import pickle; assert pickle.loads(pickle.dumps(p)) == p',
    'import copy; assert copy.deepcopy(p) == p',
    'import argparse; argparse.Namespace(**p)',
  ])
    expect(await readBy(all), all).toBe('a b c d');
  expect(await readBy('import os\nif os.fork() == 0:\n    p["a"]\n    os._exit(0)\nos.wait(); p["b"]')).toBe(
    'a b',
  );
});

it('reads parameters where they cannot be noted', async () => {
  const run = await runAlone('import collab; print(collab.parameter("a"), type(collab.parameter("b")))', {
    COLLAB_PARAMETERS: '{"a": 14566578812345678901, "b": 1.0}',
    COLLAB_READS: '/nowhere/reads',
  });
  expect(run).toMatchObject({ stderr: '', stdout: "14566578812345678901 <class 'float'>\n" });
});
