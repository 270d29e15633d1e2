import { describe, expect, it } from 'vitest';
import { measureClockOffset, offsetFrom } from './clock-offset.js';
import { FakeShell } from './fake-shell.js';
import { LocalShell } from './local-shell.js';

const at = new Date('2026-11-21T12:00:00Z');
const exchange = (sentMs: number, receivedMs: number, answer: string) => ({ sentMs, receivedMs, answer });

describe('offsetFrom', () => {
  it('takes the exchange with the smallest round trip, and half of it as the error', () => {
    const offset = offsetFrom(
      [
        exchange(1_700_000_000_000, 1_700_000_000_100, '1700000005.000000000\n'),
        exchange(1_700_000_001_000, 1_700_000_001_010, '1700000006.255000000\n'),
      ],
      at,
    );
    expect(offset).toEqual({ offset_ms: 5250, error_ms: 5, measured_at: '2026-11-21T12:00:00.000Z' });
  });

  it.each(['1700000006.%N\n', '1700000006.\n'])(
    'a date without nanoseconds (%j) has a wide error',
    (answer) => {
      const offset = offsetFrom([exchange(1_700_000_001_000, 1_700_000_001_010, answer)], at);
      expect(offset).toMatchObject({ offset_ms: 5495, error_ms: 505 });
    },
  );

  it('is null when nothing was a time', () => {
    expect(offsetFrom([exchange(0, 1, 'date: invalid'), exchange(0, 1, '')], at)).toBeNull();
    expect(offsetFrom([], at)).toBeNull();
  });
});

describe('measureClockOffset', () => {
  it('finds a clock that is a minute ahead, within the error it claims', async () => {
    const shell = new FakeShell(() => ({ stdout: `${((Date.now() + 60_000) / 1000).toFixed(3)}000000\n` }));
    const offset = await measureClockOffset(shell);
    expect(shell.ran).toHaveLength(8);
    expect(Math.abs((offset?.offset_ms ?? 0) - 60_000)).toBeLessThanOrEqual((offset?.error_ms ?? 0) + 2);
  });

  it('is zero for this machine, and null for a device without date', async () => {
    expect(await measureClockOffset(new LocalShell())).toMatchObject({ offset_ms: 0, error_ms: 0 });
    expect(await measureClockOffset(new FakeShell(() => ({ code: 127 })))).toBeNull();
  });
});
