import { expect, test } from 'vitest';
import { initText } from './init.js';

const made = ['README.md', 'TestCases/hello/'];

test('says what was made, what was left alone, and what to do next', () => {
  const text = initText({ folder: '/home/ada/lab', existed: false, made, kept: ['Logs/.gitignore'] }, 'lab');
  expect(text).toMatch(/^Made a workspace in \/home\/ada\/lab$/m);
  expect(text).toMatch(/^ {2}TestCases\/hello\/ {2}an experiment that runs at once$/m);
  expect(text).toMatch(/^Left as it was: Logs\/\.gitignore$/m);
  expect(text).toMatch(/^Next:\n {2}cd lab\n {2}collab run hello --local/m);
});

test('a folder whose name a shell would split is quoted', () => {
  const text = initText({ folder: "/home/ada/my lab's", existed: false, made, kept: [] }, "my lab's");
  expect(text).toContain(`  cd 'my lab'\\''s'\n`);
});

test('here, there is nowhere to go; a workspace that exists is named as one', () => {
  const text = initText({ folder: '/home/ada/lab', existed: true, made: [], kept: [] }, '');
  expect(text).toMatch(/^\/home\/ada\/lab is a workspace already\.\n\nNext:\n {2}collab run/);
});
