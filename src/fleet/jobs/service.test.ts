import { expect, it } from 'vitest';
import { pauseMsOf, serviceNameFault, serviceVariable } from './service.js';
import { jobDefinitionOf } from './written-job.js';

it('pauses grow from a second to a minute', () => {
  expect([0, 1, 2, 3, 6, 7, 8, 5000].map(pauseMsOf)).toEqual([
    1000, 1000, 2000, 4000, 32_000, 60_000, 60_000, 60_000,
  ]);
});

it.each(['App', '1app', 'app-', 'a_b', 'a.b', '', 'a'.repeat(64)])('%j is no name of a service', (name) => {
  expect(serviceNameFault(name)).toContain('lower-case');
});

it('names are found in a variable', () => {
  for (const name of ['a', 'web-app2', 'a'.repeat(63)]) expect(serviceNameFault(name)).toBeNull();
  expect(serviceVariable('web-app2')).toBe('COLLAB_SERVICE_WEB_APP2');
});

it('flags of a service win over job.yaml', () => {
  const file = { command: ['a'], service: { port: 8080, replicas: 3 } };
  expect(jobDefinitionOf('/x/app', file, {})).toMatchObject({
    service: { port: 8080 },
    tasks: { kind: 'count', count: 3 },
  });
  expect(jobDefinitionOf('/x/app', file, { service: { port: 9000 } })).toMatchObject({
    service: { port: 9000 },
    tasks: { count: 3 },
  });
  expect(jobDefinitionOf('/x/app', null, { command: ['a'], service: { port: 9000 } })).toMatchObject({
    tasks: { count: 1 },
  });
});

it.each([
  [{ service: {} }, 'service-no-port'],
  [{ service: { port: 80 } }, 'job-invalid'],
  [{ service: { port: 8080 }, name: 'No' }, 'service-bad-name'],
  [{ service: { port: 8080 }, attempts: 2 }, 'service-ends'],
  [{ service: { port: 8080 }, timeoutS: 2 }, 'service-ends'],
  [{ service: { port: 8080 }, tasks: { kind: 'count' as const, count: 2 } }, 'service-ends'],
])('%j is refused', (flags, name) => {
  expect(() => jobDefinitionOf('/x/app', { command: ['a'] }, flags)).toThrow(
    expect.objectContaining({ name, exitCode: 2 }),
  );
});
