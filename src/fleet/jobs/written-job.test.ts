import { expect, test } from 'vitest';
import { jobDefinitionOf } from './written-job.js';

test('flags win over job.yaml, and the rest has defaults', () => {
  const file = { name: 'file', command: ['sh', 'a.sh'], attempts: 5, weight: 2 };
  expect(jobDefinitionOf('/x/fit/', file, { name: 'flag', pool: ['gpu'] })).toEqual({
    base: null,
    requirements: null,
    name: 'flag',
    command: ['sh', 'a.sh'],
    pool: ['gpu'],
    tasks: { kind: 'count', count: 1 },
    attempts: 5,
    timeout_s: null,
    weight: 2,
    notify: null,
    service: null,
    model: null,
  });
});

test('a job is named after its folder', () => {
  expect(jobDefinitionOf('/x/fit/', null, { command: ['a'] })).toMatchObject({ name: 'fit', attempts: 3 });
});

const values = Array.from({ length: 1001 }, (_, at) => at);
test.each([
  [{}, 'job-no-command'],
  [
    { command: ['a'], tasks: { kind: 'set' as const, values: { a: values, b: values } } },
    'job-too-many-tasks',
  ],
  [{ command: ['a'], attempts: 1000 }, 'job-invalid'],
  [{ command: ['a'], notify: 'file:///etc/passwd' }, 'job-invalid'],
  [{ command: ['a'], notify: 'example.org/hook' }, 'job-invalid'],
  [
    {
      command: ['a'],
      tasks: { kind: 'each' as const, columns: ['x'], rows: values.map(() => ['x'.repeat(7000)]) },
    },
    'job-too-large',
  ],
])('%.60j is refused', (flags, name) => {
  expect(() => jobDefinitionOf('/x/fit', null, flags)).toThrow(
    expect.objectContaining({ name, exitCode: 2 }),
  );
});
