import { expect, test } from 'vitest';
import { judged } from '../../../tests/fixtures/judged-run.js';
import { completeRole, exitOf, loadOf, RunFolder, runOf, trial } from '../../../tests/fixtures/run-folder.js';
import type { ExitRecord } from '../../logs/index.js';
import { Performance } from '../index.js';

type Port = NonNullable<ExitRecord['unopened_ports']>[number];

/** Five repeats of a client on nano2; the second and the third have these ports in their exit.json. */
function judgedWith(...unopened_ports: Port[]) {
  const usual = { missed_samples: 0, device_load: loadOf() };
  return judged({}, (number) => ({
    exit: JSON.stringify(exitOf(number === 2 || number === 3 ? { ...usual, unopened_ports } : usual)),
  }));
}

test('a number that was opened for the other protocol makes a run doubtful, with what to write', async () => {
  const { verdict, findings } = await judgedWith({ name: 'rtp', port: 5004, protocol: 'tcp', opened: 'udp' });
  expect(verdict).toBe('DOUBTFUL');
  expect(findings).toEqual([
    {
      check: 'ports',
      level: 'doubt',
      text: 'A program opened 5004/udp, but experiment.yaml declares rtp (5004/tcp), so nothing could arrive there: trial 2, client-0 on nano2, trial 3, client-0 on nano2. Declare it as 5004/udp, or as 5004 for both protocols.',
    },
  ]);
});

test('a port for datagrams that was never open makes a run doubtful; one at which a peer gets an error is a remark', async () => {
  const rtp: Port = { name: 'rtp', port: 5004, protocol: 'udp', opened: null };
  const { verdict, findings } = await judgedWith(rtp, { ...rtp, name: 'web', port: 80, protocol: null });
  expect(verdict).toBe('DOUBTFUL');
  expect(findings.map(({ level, text }) => `${level}: ${text.split(':')[0] ?? ''}`)).toEqual([
    'doubt: No program opened the declared port rtp (5004/udp), so nothing could arrive there',
    'remark: No program opened the declared port web (80), so nothing could arrive there',
  ]);
});

test('a port for datagrams that may have been open for a moment is a remark', async () => {
  const rtp: Port = { name: 'rtp', port: 5004, protocol: 'udp', opened: null, uncertain: true };
  const { verdict, findings } = await judgedWith(rtp);
  expect([verdict, findings[0]?.level]).toEqual(['VALID', 'remark']);
  expect(findings[0]?.text).toContain('it may have been open for less than 0.1 s');
});

test('a port for datagrams that only one rank serves is a remark of the others', async () => {
  const unopened_ports: Port[] = [{ name: 'rtp', port: 5004, protocol: 'udp', opened: null }];
  const exit = (rank: number) => JSON.stringify(exitOf(rank === 1 ? { unopened_ports } : {}));
  const folder = await RunFolder.make(runOf({ placement: [onRank(0), onRank(1)], trials: [trial(1)] }));
  for (const rank of [0, 1]) await folder.role(1, 'client', completeRole({ exit: exit(rank) }), rank);
  const { findings } = (await Performance.open(folder.path)).validity;
  expect(findings.filter(({ check }) => check === 'ports')).toEqual([
    {
      check: 'ports',
      level: 'remark',
      text: 'Only other instances of the role opened the declared port rtp (5004/udp): not trial 1, client-1 on nano2.',
    },
  ]);
});

const onRank = (rank: number) => ({ role: 'client', rank, device: 'nano2' });
