import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { readProgress } from './progress-lines.js';

const message = (content: object) => `${JSON.stringify(content)}\r\n`;
const bodyOf = (...chunks: (string | Buffer)[]) =>
  Readable.from(chunks.map((chunk) => Buffer.from(chunk as string)));

test('a build reports its lines one by one, and its image id', async () => {
  const told: string[] = [];
  const body = bodyOf(
    message({ stream: 'Step 1/2 : FROM scratch\n' }),
    message({ stream: 'one\ntwo\n' }) + message({ aux: { ID: 'sha256:abc' } }),
  );
  const end = await readProgress(body, (line) => told.push(line));
  expect(end).toEqual({
    error: null,
    cut: false,
    imageId: 'sha256:abc',
    lines: ['Step 1/2 : FROM scratch', 'one', 'two'],
  });
  expect(told).toEqual(end.lines);
});

test('an error in the body is a failure, and the first one counts', async () => {
  const detail = { error: 'short', errorDetail: { code: 100, message: 'apt-get returned 100' } };
  expect((await readProgress(bodyOf(message(detail)))).error).toBe('apt-get returned 100');
  const two = message({ error: 'first' }) + message({ error: 'second' });
  expect((await readProgress(bodyOf(two))).error).toBe('first');
});

test('messages may be split anywhere between chunks, even inside a character', async () => {
  const bytes = Buffer.from(message({ stream: 'größer\n' }) + message({ status: 'Loaded' }));
  const chunks = Array.from(bytes, (_, index) => bytes.subarray(index, index + 1));
  expect((await readProgress(bodyOf(...chunks))).lines).toEqual(['größer', 'Loaded']);
});

test('a stream that ends inside a message counts as failed', async () => {
  const end = await readProgress(bodyOf(message({ stream: 'ok\n' }), '{"stream":"half'));
  expect(end.error).toContain('cut');
  expect(end.lines).toEqual(['ok']);
});

test('a connection that breaks counts as failed', async () => {
  const body = new Readable({ read: () => undefined });
  body.push(message({ stream: 'ok\n' }));
  const ended = readProgress(body);
  setImmediate(() => body.destroy(new Error('socket hang up')));
  expect((await ended).error).toContain('socket hang up');
});

test.each(['null', '3', '"text"', '[]'])('ignores JSON that is not a message (%s)', async (text) => {
  expect(await readProgress(bodyOf(text))).toEqual({ error: null, cut: false, imageId: null, lines: [] });
  expect((await readProgress(bodyOf(`${text}\n`, message({ status: 'Loaded' })))).lines).toEqual(['Loaded']);
});

test('keeps the newest 200 lines of a long build', async () => {
  const chunks = Array.from({ length: 450 }, (_, index) => message({ stream: `line ${index}\n` }));
  const { lines } = await readProgress(bodyOf(...chunks));
  expect([lines.length, lines[0], lines.at(-1)]).toEqual([200, 'line 250', 'line 449']);
});
