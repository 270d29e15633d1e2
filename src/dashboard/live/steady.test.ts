import { expect, it } from 'vitest';
import { steadyMembers, steadyMs } from './steady.js';
import type { MemberEntry } from './topics.js';

const member = (state: MemberEntry['state'], sinceMs: number): MemberEntry => ({
  id: 'a',
  name: 'nano1',
  state,
  sinceMs,
  heardMs: null,
  address: null,
  tags: [],
  architecture: null,
  cores: null,
  accelerator: null,
  version: null,
  keeper: false,
  load: null,
  silent: null,
  heldBy: null,
  drained: null,
});
const shown = (before: MemberEntry, now: MemberEntry, nowMs: number) =>
  steadyMembers({ a: before }, [now], nowMs)[0];

it('a suspicion of a moment is not shown, a longer one is', () => {
  const alive = member('alive', 1000);
  expect(shown(alive, member('suspect', 9000), 9500)).toEqual(alive);
  expect(shown(alive, member('suspect', 9000), 9000 + steadyMs)).toEqual(member('suspect', 9000));
});

it('a member that failed is shown as failed at once, and keeps since when', () => {
  const failed = shown(member('alive', 1000), member('failed', 9000), 9001);
  expect(failed).toEqual(member('failed', 9000));
  expect(failed && shown(failed, member('failed', 9400), 9900)).toEqual(member('failed', 9000));
});

it('a member of which nothing was known begins as it is', () => {
  expect(steadyMembers({}, [member('suspect', 0)], 1)).toEqual([member('suspect', 0)]);
});
