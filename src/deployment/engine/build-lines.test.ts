import { expect, test } from 'vitest';
import { BuildLines, stepOf } from './build-lines.js';

test('a step is told from what it prints', () => {
  expect(stepOf('Step 3/5 : RUN ["pip", "install", "x"]')).toEqual({
    step: 3,
    of: 5,
    instruction: 'RUN ["pip", "install", "x"]',
  });
  expect(stepOf('Step by step')).toBeNull();
});

test('a failure shows the lines of its own step, and nothing else', () => {
  const lines = new BuildLines();
  const printed = [
    'Step 1/3 : FROM debian',
    ' ---> 73a5966498f7',
    'Step 2/3 : RUN apt-get update',
    ' ---> Running in 0a1b',
    'Get:1 http://deb',
    'Removing intermediate container 0a1b',
    ' ---> 99',
    'Step 3/3 : RUN ["pip"]',
    ' ---> Running in 0a1c',
    'Looking in indexes',
    'ERROR: No matching',
    'Removing intermediate container 0a1c',
  ];
  for (const line of printed) lines.take(line);
  expect(lines.failure('The command returned a non-zero code: 1').split('\n')).toEqual([
    'step 3 of 3: RUN ["pip"]',
    'Looking in indexes',
    'ERROR: No matching',
    'The command returned a non-zero code: 1',
  ]);
});

test('of a step that printed very much, the newest lines are shown, and how many went before', () => {
  const lines = new BuildLines();
  lines.take('Step 1/1 : RUN noise');
  for (let i = 1; i <= 100; i += 1) lines.take(`line ${i}`);
  const shown = lines.failure(null).split('\n');
  expect(shown.slice(0, 3)).toEqual(['step 1 of 1: RUN noise', '(40 lines before these)', 'line 41']);
  expect(shown.slice(-2)).toEqual(['line 100', 'the build ended without an image']);
});
