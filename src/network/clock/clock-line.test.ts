import type { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeShell } from '../shell/fake-shell.js';
import type { ExecOptions, ExecResult } from '../shell/index.js';
import { ClockLine } from './clock-line.js';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => vi.useRealTimers());

/** A device that answers when the test says so. */
class SlowDevice extends FakeShell {
  reply: (text: string) => void = () => undefined;

  override exec(_argv: readonly string[], { input, onStdout }: ExecOptions = {}): Promise<ExecResult> {
    this.reply = (text) => onStdout?.(Buffer.from(text));
    return new Promise((resolve) => {
      (input as Readable)
        .resume()
        .on('end', () => resolve({ code: 0, signal: null, stdout: '', stderr: '' }));
    });
  }
}

it('does not take what a login shell prints for answers', async () => {
  const device = new SlowDevice();
  const line = new ClockLine(device);
  const measured = line.measure(2);
  device.reply('Welcome to\nedge1\n');
  const seconds = (Date.now() / 1000).toFixed(6);
  for (let times = 0; times < 2; times += 1) {
    device.reply(`${seconds} ${seconds} 40.000000\n`);
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
  }
  expect(Math.abs((await measured)?.offset_ms ?? Infinity)).toBeLessThan(1000);
  void line.close();
});

it('is finished when an answer does not come in time: a late one must not count as that of a later question', async () => {
  const device = new SlowDevice();
  const line = new ClockLine(device);
  const first = line.measure(1);
  await vi.advanceTimersByTimeAsync(5000);
  expect(await first).toBeNull();
  expect(line.isOpen).toBe(false);
  device.reply('1763729581.123456 1763729581.123456 40.000000\n');
  expect(await line.measure(1)).toBeNull();
  await line.close();
});
