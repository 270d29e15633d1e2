import { describe, expect, it } from 'vitest';
import { FakeShell } from '../shell/fake-shell.js';
import { LocalShell } from '../shell/index.js';
import { parseBoardState, readBoardState } from './board-state.js';

const now = new Date('2026-11-21T12:00:00Z');

/** As a Jetson Nano on a barrel jack prints it in its 5 W mode. */
const jetson = `@@policies
policy0\tschedutil\t102000\t918000\t102000\t1479000
@@boost
@@no_turbo
@@profile
@@nvpmodel
NV Fan Mode:quiet
NV Power Mode: 5W
1
@@throttled
@@supply
@@thermal
AO-therm\t41500
CPU-therm\t35000
PMIC-Die\t100000
@@load
0.52 0.30 0.10 1/300 4242
@@end
`;

describe('parseBoardState', () => {
  it('a Jetson: governor, limits in kHz, power mode, temperatures', () => {
    expect(parseBoardState(jetson, now)).toEqual({
      read_at: '2026-11-21T12:00:00.000Z',
      cpu_policies: [
        {
          name: 'policy0',
          governor: 'schedutil',
          min_khz: 102_000,
          max_khz: 918_000,
          lowest_khz: 102_000,
          highest_khz: 1_479_000,
        },
      ],
      turbo: null,
      platform_profile: null,
      nvpmodel: '5W (1)',
      throttled_flags: null,
      on_mains: null,
      temperatures_c: [
        { zone: 'AO-therm', celsius: 41.5 },
        { zone: 'CPU-therm', celsius: 35 },
        { zone: 'PMIC-Die', celsius: 100 },
      ],
      load_1min: 0.52,
    });
  });

  it.each([
    ['throttled=0x50005\n', 0x50005],
    ['50000\n', 0x50000],
    ['throttled=0x0\n', 0],
    ['', null],
  ])('a Raspberry Pi says %j of throttling', (text, flags) => {
    expect(parseBoardState(`@@throttled\n${text}@@end\n`, now).throttled_flags).toBe(flags);
  });

  it.each([
    ['@@no_turbo\n0\n', true],
    ['@@no_turbo\n1\n', false],
    ['@@boost\n1\n', true],
    ['@@boost\n0\n', false],
    ['', null],
  ])('turbo of a PC that prints %j', (text, turbo) => {
    expect(parseBoardState(`${text}@@end\n`, now).turbo).toBe(turbo);
  });

  it('a laptop on its battery is not on mains', () => {
    expect(parseBoardState('@@supply\n0\n@@end\n', now).on_mains).toBe(false);
  });

  it('missing values are null or empty, not zero', () => {
    expect(parseBoardState('@@policies\n@@end\n', now)).toEqual({
      read_at: now.toISOString(),
      cpu_policies: [],
      turbo: null,
      platform_profile: null,
      nvpmodel: null,
      throttled_flags: null,
      on_mains: null,
      temperatures_c: [],
      load_1min: null,
    });
  });
});

describe('readBoardState', () => {
  it('reads this machine', async () => {
    expect((await readBoardState(new LocalShell(), now))?.load_1min).toEqual(expect.any(Number));
  });

  it('is null for a device without a shell, not an error', async () => {
    expect(await readBoardState(new FakeShell(() => ({ code: 127 })), now)).toBeNull();
    const broken = new FakeShell(() => Promise.reject(new Error('gone')));
    expect(await readBoardState(broken, now)).toBeNull();
  });
});
