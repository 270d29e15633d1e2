import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SteppedClock } from '../../../tests/fixtures/stepped-clock.js';
import { FakeShell } from '../../network/shell/fake-shell.js';
import { LocalShell } from '../../network/shell/local-shell.js';
import { News } from './news.js';

const { signal } = new AbortController();
let folder = '';
let news: News;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'news-'));
  news = new News(new LocalShell(), folder);
});
afterEach(() => {
  news.close();
  rmSync(folder, { recursive: true });
});

/** As the wrapper does. */
const tell = () => appendFileSync(join(folder, 'told'), '.');
/** What runs here with the folder in its command line. */
const listening = () =>
  execFileSync('sh', ['-c', 'cat /proc/[0-9]*/cmdline 2>/dev/null || true']).includes(`\0${folder}`);

test('the first wait ends once the device listens, each later one at a word', async () => {
  await news.wait(signal);
  expect(statSync(join(folder, 'told')).isFIFO()).toBe(true);
  let told = false;
  const waiting = news.wait(signal).then(() => (told = true));
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(told).toBe(false);
  tell();
  await waiting;
});

test('a word between two waits is not missed, and several are one', async () => {
  await news.wait(signal);
  tell();
  tell();
  await new Promise((resolve) => setTimeout(resolve, 50));
  await news.wait(signal);
  const abort = new AbortController();
  setTimeout(() => abort.abort(), 30);
  await news.wait(abort.signal);
  expect(abort.signal.aborted).toBe(true);
});

test('closing ends a wait, and what listens on the device', async () => {
  await news.wait(signal);
  expect(listening()).toBe(true);
  const waiting = news.wait(signal);
  news.close();
  await waiting;
  await news.wait(signal);
  await expect.poll(listening, { interval: 20, timeout: 5000 }).toBe(false);
});

test('where the device cannot tell, a wait takes 150 ms, and the device is asked again after 5 s', async () => {
  const clock = new SteppedClock();
  const shell = new FakeShell(() => ({ code: 1 }));
  const other = new News(shell, '/roles/a', clock);
  await other.wait(signal); // it could not listen
  for (let waits = 0; waits < 10; waits += 1) await other.wait(signal);
  expect(clock.passedMs).toBe(1500);
  expect(shell.ran).toHaveLength(1);
  await clock.sleep(4000);
  await other.wait(signal);
  expect(shell.ran).toHaveLength(2);
});
