import { expect, test } from 'vitest';
import { roleOf } from '../../../tests/fixtures/experiment-definition.js';
import { benchOf } from '../../../tests/fixtures/trial-bench.js';

test('a role starts when its own predecessors are ready, whatever the others do', async () => {
  const roles = [
    roleOf('slow', { ready: { probe: { helper: true }, timeoutS: 60 } }),
    roleOf('quick'),
    roleOf('second', { after: ['quick'] }),
    roleOf('third', { after: ['second'] }),
    roleOf('last', { after: ['slow', 'third'] }),
  ];
  const bench = benchOf(roles, (of) => (role) => {
    const { clock } = of();
    const readyMs = role.order.role === 'slow' ? 20_000 : 0;
    clock.after(readyMs, () => role.state('ready'));
    clock.after(30_000, () => role.exit());
  });
  expect(await bench.run()).toEqual({ state: 'complete' });
  const story = bench.story().filter((line) => !line.startsWith('role.ended'));
  const at = (line: string) => story.indexOf(line);
  expect(at('role.starting third-0')).toBeLessThan(at('role.ready slow-0'));
  expect(at('role.starting last-0')).toBeGreaterThan(at('role.ready slow-0'));
  expect(at('role.starting last-0')).toBeGreaterThan(at('role.ready third-0'));
});

test('when a role cannot start, those that are starting are waited for, and stopped', async () => {
  const bench = benchOf([roleOf('refused'), roleOf('other')], (of) => async (role) => {
    if (role.order.role === 'refused') throw new Error('port is already allocated');
    await of().clock.sleep(1000);
    await role.state('ready');
  });
  expect(await bench.run()).toMatchObject({
    state: 'failed',
    error: { message: 'port is already allocated' },
  });
  expect(bench.role('other-0').fate).toEqual(['stopped', 'removed']);
});
