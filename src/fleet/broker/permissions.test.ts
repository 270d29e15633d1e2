import { expect, it } from 'vitest';
import { matches } from './own-writes.js';
import { type Identity, permissionsOf } from './permissions.js';
import {
  batchSizeSubject,
  inboxFor,
  notifyKeySubject,
  poolSubject,
  printedQuestion,
  taskSubject,
} from './subjects.js';

const job = '20261121-120000-aaaaaa';
const may = (identity: Identity, subject: string) =>
  permissionsOf(identity).publish.some((filter) => matches(filter, subject));
const member: Identity = { kind: 'member', id: '1'.repeat(20), users: ['ann'] };
const all: Identity[] = [
  { kind: 'user', name: 'ann', role: 'admin' },
  { kind: 'user', name: 'ann', role: 'user' },
  member,
];

it('lets members write how a task ended', () => {
  expect(may(member, taskSubject(job, 0))).toBe(true);
  expect(may(member, `$JS.API.DIRECT.GET.JOBS.${taskSubject(job, 0)}`)).toBe(true);
});

it.each([poolSubject('cameras'), batchSizeSubject('resnet50'), notifyKeySubject('ann'), `j.${job}`])(
  'lets nobody but keepers write or read %s',
  (subject) => {
    for (const identity of all) {
      expect(may(identity, subject)).toBe(false);
      expect(may(identity, `$JS.API.DIRECT.GET.JOBS.${subject}`)).toBe(false);
      expect(may(identity, `$JS.API.CONSUMER.CREATE.JOBS.x.${subject}`)).toBe(false);
    }
    expect(may({ kind: 'keeper', id: '1'.repeat(20) }, subject)).toBe(true);
  },
);

it('lets a user ask a worker in the own name, and the worker answer this question only', () => {
  const [user] = all;
  const [own, other] = ['1'.repeat(20), '2'.repeat(20)];
  const asked = printedQuestion('u-ann', own);
  if (user === undefined) throw new Error('there is no user');
  expect(may(user, asked)).toBe(true);
  expect(may(user, printedQuestion('u-bob', own))).toBe(false);
  expect(may(member, asked)).toBe(false);
  const hears = (subject: string) =>
    permissionsOf(member).subscribe.some((filter) => matches(filter, subject));
  expect(hears(asked)).toBe(true);
  expect(hears(printedQuestion('u-ann', other))).toBe(false);
  expect(may(member, `${inboxFor('u-ann', asked)}.x`)).toBe(true);
  expect(may(member, `${inboxFor('u-ann', printedQuestion('u-ann', other))}.x`)).toBe(false);
  expect(may(member, `${inboxFor('u-ann', 'ask.u-ann.jobs')}.x`)).toBe(false);
  expect(
    permissionsOf(user).subscribe.some((filter) => matches(filter, `${inboxFor('u-ann', asked)}.x`)),
  ).toBe(true);
});
