import { expect, test } from 'vitest';
import { CollabError } from '../../errors.js';
import { socketRefused } from '../../network/shell/shell-errors.js';
import { engineFault } from './faults.js';

const fault = (why: string) => engineFault('nano1', 'load an image', new Error(why));

/** What the client library throws for an error response of the engine. */
function answered(statusCode: number, message: string): Error {
  const error = new Error(`(HTTP code ${statusCode}) server error - ${message} `);
  return Object.assign(error, { statusCode, reason: 'server error', json: { message } });
}

test.each([
  ['connect ENOENT /var/run/docker.sock', 'no-engine'],
  ['connect ECONNREFUSED 127.0.0.1:2375', 'no-engine'],
  ['(SSH) Channel open failed: open failed', 'no-engine'],
  ['connect EACCES /var/run/docker.sock', 'engine-refused'],
  ['write /var/lib/docker/tmp/x: no space left on device', 'device-full'],
  ['Bind for 0.0.0.0:50051 failed: port is already allocated', 'port-in-use'],
  ['listen tcp4 0.0.0.0:22: bind: address already in use', 'port-in-use'],
  ['could not select device driver "" with capabilities: [[gpu]]', 'no-gpu-runtime'],
  ['unknown or invalid runtime name: nvidia', 'no-gpu-runtime'],
  ['something nobody has seen', 'engine-failed'],
])('reports %s as %s, a fault of the device', (why, name) => {
  const error = fault(why);
  expect(error).toMatchObject({ name, exitCode: 4, why });
  expect(error.what.toLowerCase()).toContain('nano1');
  expect(error.next).not.toBe('');
});

test('a missing file inside the engine is not reported as a missing engine', () => {
  expect(fault('open /var/lib/docker/x: no such file or directory').name).toBe('engine-failed');
});

test("reports the engine's message without the client's", () => {
  const error = engineFault('nano1', 'create a container', answered(500, 'no such image: sha256:abc'));
  expect(error).toMatchObject({ why: 'no such image: sha256:abc' });
  expect(error.what).toBe('The Docker Engine of nano1 could not create a container.');
});

test("reports the socket of a stopped engine as a missing engine, with the device's name", () => {
  const refused = socketRefused('pi@10.0.0.7', '/var/run/docker.sock', new Error('open failed'));
  expect(engineFault('nano1', 'ask its version', refused)).toMatchObject({ name: 'no-engine', exitCode: 4 });
});

test('passes a CollabError on unchanged', () => {
  const lost = new CollabError('connection-lost', { what: 'Lost.', next: 'Again.', exitCode: 4 });
  expect(engineFault('nano1', 'load an image', lost)).toBe(lost);
});
