import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { startWrapper } from '../../../../tests/fixtures/run-wrapper.js';
import { startWarm } from '../../../../tests/fixtures/warm-wrapper.js';

/** Reads what is in the pipe until its end: the wrapper's. */
async function bytesOf(pipe: FileHandle): Promise<number> {
  let count = 0;
  for (;;) {
    const { bytesRead } = await pipe.read(Buffer.alloc(4096));
    if (bytesRead === 0) return count;
    count += bytesRead;
  }
}

async function pipeOf(folder: string): Promise<FileHandle> {
  const pipe = await open(join(folder, 'told'), constants.O_RDONLY);
  onTestFinished(() => pipe.close());
  return pipe;
}

it('a byte comes through `told` for each line of state.jsonl and for exit.json, and its end with that of the wrapper', async () => {
  const wrapper = await startWrapper(['sleep', '0.5']);
  await wrapper.waitForState('started');
  const bytes = bytesOf(await pipeOf(wrapper.folder));
  const { states } = await wrapper.ended();
  expect(await bytes).toBe(states.length + 1);
});

it('those of all trials of a role that stays for the run come through its own', async () => {
  const warm = await startWarm('import collab\nfor trial in collab.trials(): pass');
  const first = await warm.trial(1);
  const bytes = bytesOf(await pipeOf(warm.folder));
  await warm.orderTrial(2);
  const second = await warm.trial(2);
  await warm.order('end');
  const { states } = await warm.ended();
  expect(await bytes).toBe(first.states.length + second.states.length + states.length + 3);
});

it('a reader that goes away, or never comes, changes nothing', async () => {
  const wrapper = await startWrapper(['sh', '-c', 'sleep 0.5; exit 3']);
  await wrapper.waitForState('started');
  const pipe = await open(join(wrapper.folder, 'told'), constants.O_RDONLY);
  await pipe.read(Buffer.alloc(1));
  await pipe.close();
  expect(await wrapper.ended()).toMatchObject({ code: 3, said: '' });
});
