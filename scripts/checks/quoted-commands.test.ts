import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { makeProgram } from '../../src/cli/program/index.js';
import { commandFaults, textsOf } from './quoted-commands.js';

const program = makeProgram();

test.each([
  ['Make one: collab run hello --local', []],
  ['See `collab fleet user list`. It says who.', []],
  ['Submit it (collab job submit x -- python3 a.py --fast)', []],
  ['collab does not support it', []],
  ['Ask: collab api --spec', []],
  ['Make one: collab walk hello', ['walk: no such command']],
  ['See: collab fleet users, then go', ['fleet users: no such command']],
  ['See it: collab show --colour.', ['show --colour: no such option']],
])('%s', (text, faults) => {
  expect(commandFaults(program, text)).toEqual(faults);
});

const filesIn = (folder: string, ending: RegExp): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => ending.test(path))
    .map((path) => join(folder, path));

/** Their texts are signed or go into certificates. */
const notForUsers = /credentials\/(certificates|user-token)\.ts$/;
/** They write pages of docs/, or describe an API to other programs. */
const aboutPages = /(-page|api\/openapi|api\/schemas)\.ts$/;

test('every command that a message or a help text names is one, with options that it has', () => {
  const faults: string[] = [];
  for (const file of filesIn('src', /(?<!\.test)\.ts$/)) {
    const source = readFileSync(file, 'utf8');
    if (!/\bcollab +[a-z-]/.test(source) || notForUsers.test(file)) continue;
    for (const text of textsOf(source))
      faults.push(...commandFaults(program, text).map((fault) => `${file}: collab ${fault}`));
  }
  expect(faults).toEqual([]);
});

test('messages name pages of the documentation by their command, and no files that only a clone has', () => {
  const named: string[] = [];
  for (const file of filesIn('src', /(?<!\.test)\.ts$/)) {
    const source = readFileSync(file, 'utf8');
    if (!/docs\/|scripts\//.test(source) || aboutPages.test(file)) continue;
    for (const text of textsOf(source)) if (/\b(docs|scripts)\/\w/.test(text)) named.push(`${file}: ${text}`);
  }
  expect(named).toEqual([]);
});

test('pages that messages name are there', () => {
  const pages = filesIn('docs', /\.md$/).map((file) => basename(file, '.md'));
  const named = filesIn('src', /(?<!\.test)\.ts$/).flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/collab docs ([a-z][a-z-]+)/g)].map(([, page = '']) => page),
  );
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((page) => !pages.includes(page))).toEqual([]);
});

test('so is every command in the documentation, and in what a new workspace and its experiments hold', () => {
  // What decisions.md says of the past stays as it was.
  const docs = filesIn('docs', /(?<!decisions)\.md$/);
  const given = ['templates', 'TestCases', 'examples', 'models'].flatMap((one) =>
    filesIn(one, /\.(yaml|py|md)$/),
  );
  const faults: string[] = [];
  for (const file of ['README.md', 'CONTRIBUTING.md', ...docs, ...given]) {
    const text = readFileSync(file, 'utf8');
    for (const [, quoted = ''] of text.matchAll(/(?:^|`|: )(?:npx )?(collab [^`\n]+)/gm))
      faults.push(...commandFaults(program, quoted).map((fault) => `${file}: collab ${fault}`));
  }
  expect(faults).toEqual([]);
});
