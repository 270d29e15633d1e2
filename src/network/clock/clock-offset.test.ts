import { describe, expect, it } from 'vitest';
import { FakeShell } from '../shell/fake-shell.js';
import { LocalShell } from '../shell/index.js';
import { parseExchange, measureClockOffset } from './clock-line.js';
import { offsetFrom } from './clock-offset.js';

const atMs = 1_700_000_000_000;
const exchange = (tripMs: number, aheadMs: number, wayShare = 0.5, heldMs = 0) => ({
  askedMs: atMs,
  heardMs: atMs + tripMs * wayShare + aheadMs,
  answeredMs: atMs + tripMs * wayShare + heldMs + aheadMs,
  receivedMs: atMs + tripMs + heldMs,
  monotonicS: 77.5,
  readingErrorMs: 0,
});

describe('offsetFrom', () => {
  it('takes the exchange with the smallest delay, and half of it as the error', () => {
    const offset = offsetFrom([exchange(100, 5250, 0.1), exchange(10, 5250), exchange(40, 5250, 0.8)]);
    expect(offset).toMatchObject({ offset_ms: 5250, error_ms: 5, monotonic_s: 77.5 });
    expect(offset?.controller_ms).toBe(atMs + 5);
  });

  it('covers with its error the time between the readings of the device: its monotonic clock was read then', () => {
    expect(offsetFrom([exchange(2, -300, 0.5, 50)])).toMatchObject({ offset_ms: -300, error_ms: 26 });
    expect(offsetFrom([exchange(2, -300, 0.5, 50), exchange(4, -300)])).toMatchObject({ error_ms: 2 });
  });

  it.each([0, 0.1, 0.9, 1])('holds its bound when the way there is %s of the trip', (share) => {
    const offset = offsetFrom([exchange(8, 1000, share)]);
    expect(Math.abs((offset?.offset_ms ?? 0) - 1000)).toBeLessThanOrEqual(offset?.error_ms ?? 0);
  });

  it('is null without an exchange, and if a clock was set between exchanges', () => {
    expect(offsetFrom([])).toBeNull();
    expect(offsetFrom([exchange(2, 0), exchange(2, 5000)])).toBeNull();
  });
});

const exact = { startMs: 1_700_000_006_000, errorMs: 0.25 };

describe('parseExchange', () => {
  it('reads wall and monotonic time', () => {
    const line = '1700000006.250000 1700000006.250500 12.500000';
    expect(parseExchange({ line, askedMs: 1, receivedMs: 2 }, exact)).toEqual({
      askedMs: 1_700_000_006_001,
      receivedMs: 1_700_000_006_002,
      readingErrorMs: 0.2515,
      monotonicS: 12.5,
      heardMs: 1_700_000_006_250,
      answeredMs: 1_700_000_006_250.5,
    });
  });

  it.each(['1700000006.%N 1700000006.%N -', '1700000006. 1700000006. -'])(
    'a date without nanoseconds (%j) has a wide error and no monotonic time',
    (line) => {
      const read = parseExchange({ line, askedMs: 500, receivedMs: 510 }, exact);
      expect(read).toMatchObject({ heardMs: 1_700_000_006_500, monotonicS: null });
      expect(offsetFrom(read ? [read] : [])).toMatchObject({ offset_ms: -5, error_ms: 505.25 });
    },
  );

  it.each(['', 'date: invalid', '12 12 -'])('%j is no time', (line) => {
    expect(parseExchange({ line, askedMs: 0, receivedMs: 1 }, exact)).toBeNull();
  });
});

describe('measureClockOffset', () => {
  it('finds a clock that is a minute ahead, within the error it claims', async () => {
    const shell = new FakeShell();
    let asked = 0;
    shell.converse = () => {
      asked += 1;
      const at = ((Date.now() + 60_000) / 1000).toFixed(6);
      return `${at} ${at} 5.000000`;
    };
    const offset = await measureClockOffset(shell);
    expect(asked).toBe(8);
    expect(Math.abs((offset?.offset_ms ?? 0) - 60_000)).toBeLessThanOrEqual((offset?.error_ms ?? 0) + 1);
  });

  it('is zero for this machine, and null for a device that does not answer', async () => {
    const own = await measureClockOffset(new LocalShell());
    expect(own?.offset_ms).toBe(0);
    expect(own?.error_ms).toBeLessThan(1);
    expect(await measureClockOffset(new FakeShell(() => ({ code: 127 })))).toBeNull();
  });
});
