import { expect, it } from 'vitest';
import { memberOf } from '../../../tests/fixtures/fleet.js';
import { membersFor } from './members-for.js';

const members = [
  memberOf(1, { tags: ['cam'] }),
  memberOf(2),
  // 32-bit ARM has no agent, which would run tasks.
  memberOf(3, { tags: ['cam'], architecture: 'arm' }),
];
const namesFor = (words: readonly string[]) => {
  const kept = {
    name: 'shelf',
    tags: [],
    members: ['nano2', 'nano3'],
    architecture: null,
    cores: null,
    gpu: false,
  };
  return membersFor(words, [kept], members).map(({ name }) => name);
};

it.each([
  [[], ['nano1', 'nano2']],
  [['cam'], ['nano1']],
  [['shelf'], ['nano2']],
  [['none'], []],
])('those with an agent that are in the pool %j', (words, names) => expect(namesFor(words)).toEqual(names));
