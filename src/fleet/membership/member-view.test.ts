import { expect, it } from 'vitest';
import { fakeMember } from './fake-membership.js';
import { MemberView } from './member-view.js';

const first = fakeMember({ id: 'a'.repeat(20), name: 'b', stateS: 10 });
const second = fakeMember({ id: 'b'.repeat(20), name: 'c', stateS: 20 });

it('lets ages of states go on, from the moment when each was sent', () => {
  let nowMs = 1000;
  const view = new MemberView({ self: first.id, fleet: null, members: [first, second] }, () => nowMs);
  nowMs = 3000;
  view.change({ ...second, state: 'suspect', stateS: 0.5 });
  nowMs = 3500;
  expect(view.snapshot().members).toEqual([
    { ...first, stateS: 12.5 },
    { ...second, state: 'suspect', stateS: 1 },
  ]);
});

it('keeps the order by name, and forgets who is not in a new list', () => {
  const view = new MemberView({ self: first.id, fleet: null, members: [first] }, () => 0);
  const before = view.snapshot();
  view.change({ ...second, name: 'a' });
  expect(view.snapshot().members.map(({ name }) => name)).toEqual(['a', 'b']);
  view.replace(before);
  expect(view.snapshot()).toEqual(before);
});
