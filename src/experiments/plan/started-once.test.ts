import { expect, test } from 'vitest';
import { roleOf } from '../../../tests/fixtures/experiment-definition.js';
import { checkStartedOnce } from './started-once.js';

const trials = (...splits: number[]) => splits.map((split) => ({ parameters: { split } }));

test('a command that is started once names no parameter with several values', () => {
  const role = roleOf('server', { command: ['python3', 's.py', '--split={split}'], restart: 'run' });
  expect(() => checkStartedOnce({ roles: [role] }, trials(4, 4))).not.toThrow();
  expect(() => checkStartedOnce({ roles: [{ ...role, restart: 'trial' }] }, trials(4, 5))).not.toThrow();
  expect(() => checkStartedOnce({ roles: [role] }, trials(4, 5))).toThrow(
    'The command of the role server has {split}, which has several values in this run.',
  );
});
