import { expect, it } from 'vitest';
import { matches } from './own-writes.js';
import { type Identity, permissionsOf } from './permissions.js';
import { batchSizeSubject, drainSubject, notifyKeySubject, poolSubject, taskSubject } from './subjects.js';

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

it.each([
  poolSubject('cameras'),
  batchSizeSubject('resnet50'),
  drainSubject('1'.repeat(20)),
  notifyKeySubject('ann'),
  `j.${job}`,
])('lets nobody but keepers write or read %s', (subject) => {
  for (const identity of all) {
    expect(may(identity, subject)).toBe(false);
    expect(may(identity, `$JS.API.DIRECT.GET.JOBS.${subject}`)).toBe(false);
    expect(may(identity, `$JS.API.CONSUMER.CREATE.JOBS.x.${subject}`)).toBe(false);
  }
  expect(may({ kind: 'keeper', id: '1'.repeat(20) }, subject)).toBe(true);
});
