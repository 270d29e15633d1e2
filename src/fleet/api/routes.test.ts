import { expect, it } from 'vitest';
import { endpoints } from './endpoints.js';
import { routeOf } from './routes.js';

it.each([
  ['GET', '/v1/jobs', 'listJobs', {}],
  ['GET', '/v1/jobs/fit', 'getJob', { job: 'fit' }],
  ['GET', '/v1/jobs/a%20b/tasks/3/stdout', 'getStdout', { job: 'a b', task: '3' }],
  ['PUT', '/v1/files/a/b%2Fc.txt', 'putFile', { name: 'a/b/c.txt' }],
  ['GET', '/v1/versions/weights/x', 'listVersions', { name: 'weights/x' }],
])('%s %s is %s', (method, path, name, parameters) => {
  expect(routeOf(method, path)).toEqual({ name, parameters });
});

it('finds every endpoint by its own path, and no two have one', () => {
  const all = Object.entries(endpoints);
  for (const [name, { method, path }] of all)
    expect(routeOf(method, path.replace(/\{(\w+)\}/g, '1')).name).toBe(name);
  expect(new Set(all.map(([, { method, path }]) => `${method} ${path}`)).size).toBe(all.length);
});

it.each([['/'], ['/v1'], ['/v1/jobs/'], ['/v1/jobs/a/b'], ['/v1/files/%ff'], ['/v2/jobs']])(
  '%s is unknown',
  (path) => {
    expect(() => routeOf('GET', path)).toThrow(expect.objectContaining({ name: 'api-unknown-path' }));
  },
);

it('says which methods are possible', () => {
  expect(() => routeOf('PATCH', '/v1/jobs')).toThrow(
    expect.objectContaining({ name: 'api-wrong-method', next: 'Use POST or GET.' }),
  );
});
