import { expect, test } from 'vitest';
import type { DeviceCheck } from '../../index.js';
import { checkText, findingsText } from './device-check.js';

const ready: DeviceCheck = {
  device: 'nano1',
  address: '10.0.0.2',
  port: 22,
  user: 'pi',
  ready: true,
  hindrances: [],
  notes: [{ step: 'python', what: 'nano1 has no python3.', why: null, next: 'Install it.' }],
  engine: '26.1.5',
  diskFreeBytes: 9e9,
  python: null,
  clock: { offset_ms: -3.24, error_ms: 0.41, measured_at: '' },
  holder: { who: 'ana', host: 'desk', run: null, reason: null, heldS: 60, leftS: 60, own: false },
  remedies: [],
};
const not: DeviceCheck = {
  device: 'nano2',
  address: '10.0.0.3',
  port: 2222,
  user: 'pi',
  ready: false,
  notes: [],
  hindrances: [{ step: 'reachable', what: 'It does not answer.', why: 'Off?\nAway?', next: 'Turn it on.' }],
  engine: null,
  diskFreeBytes: null,
  python: null,
  clock: null,
  holder: null,
  remedies: [],
};

test('one line per device, then why and what to do', () => {
  expect(checkText('LAN shelf', [ready, not]).split('\n')).toEqual([
    'LAN shelf',
    'NAME   ADDRESS           READY          ENGINE         DISK FREE  PYTHON3  CLOCK             HELD BY',
    'nano1  pi@10.0.0.2       yes            Docker 26.1.5  9.0 GB     -        -3.2 ms ± 0.4 ms  ana@desk',
    'nano2  pi@10.0.0.3:2222  no: reachable  -              -          -        -                 -',
    '',
    'nano2 is not ready (reachable): It does not answer.',
    '  Off?',
    '  Away?',
    '  do: Turn it on.',
    '',
    'note: nano1 has no python3. Install it.',
  ]);
});

test('a note on several devices is printed once', () => {
  const other = {
    ...ready,
    device: 'nano3',
    notes: ready.notes.map((note) => ({ ...note, what: 'nano3 has no python3.' })),
  };
  const lines = checkText('LAN shelf', [ready, other]).split('\n');
  expect(lines.filter((line) => line.startsWith('note: '))).toEqual([
    'note: nano1 has no python3. Install it. (the same on nano3)',
  ]);
});

test('what the commands for a fix have told is not told again', () => {
  const engine = { step: 'engine', what: 'It has no engine.', why: null, next: 'Install one.' } as const;
  const lacking = {
    ...not,
    hindrances: [
      engine,
      { step: 'files', what: 'Its login shell prints.', why: null, next: 'Be quiet.' } as const,
    ],
    notes: [{ step: 'clock', what: 'Its clock is off.', why: null, next: 'Set it.' } as const],
    remedies: [
      { lack: 'docker group', what: 'Join', commands: [], advice: 'Join it.' } as const,
      { lack: 'time service', what: 'Sync', commands: [], advice: 'Sync it.' } as const,
    ],
  };
  expect(findingsText([lacking], true).split('\n')).toEqual([
    'nano2 is not ready (files): Its login shell prints.',
    '  do: Be quiet.',
  ]);
  expect(findingsText([lacking])).toContain('It has no engine.');
});
