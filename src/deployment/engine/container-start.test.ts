import { expect, it } from 'vitest';
import { startContainer } from './container-start.js';

const initDied = new Error(
  '(HTTP code 400) unexpected - failed to create task for container: failed to create shim task: OCI runtime create failed: ' +
    'runc create failed: unable to start container process: waiting for init preliminary setup: read init-p: connection reset by peer: unknown',
);

/** Fails as often as said. */
function starting(error: Error, failures: number) {
  let count = 0;
  const start = () => {
    count += 1;
    return count > failures ? Promise.resolve() : Promise.reject(error);
  };
  return { start, count: () => count };
}

it('starts again when runc ended before the container was there', async () => {
  const { start, count } = starting(initDied, 1);
  await startContainer(start);
  expect(count()).toBe(2);
});

it('gives up after three times', async () => {
  const { start, count } = starting(initDied, 9);
  await expect(startContainer(start)).rejects.toBe(initDied);
  expect(count()).toBe(3);
});

it('tries once if the container itself cannot start', async () => {
  const error = new Error('exec: "python3": executable file not found in $PATH: unknown');
  const { start, count } = starting(error, 1);
  await expect(startContainer(start)).rejects.toBe(error);
  expect(count()).toBe(1);
});
