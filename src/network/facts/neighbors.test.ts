import { expect, it } from 'vitest';
import { parseNeighbors } from './neighbors.js';

it('reads recent answers from the neighbor table', () => {
  const text = [
    'IP address       HW type     Flags       HW address            Mask     Device',
    '172.31.77.11     0x1         0x2         02:42:AC:1F:4D:0B     *        collab-lab',
    '172.31.77.12     0x1         0x0         00:00:00:00:00:00     *        collab-lab',
    '10.0.0.1         0x1         0x6         02:00:00:00:00:01     *        eth0',
    'half a line',
    '',
  ].join('\n');
  expect([...parseNeighbors(text)]).toEqual([
    ['172.31.77.11', '02:42:ac:1f:4d:0b'],
    ['10.0.0.1', '02:00:00:00:00:01'],
  ]);
});
