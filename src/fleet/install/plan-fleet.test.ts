import { describe, expect, test } from 'vitest';
import { memberOf } from '../../../tests/fixtures/fleet.js';
import { type MemberAct, planMember, planSteps } from './plan-fleet.js';
import type { MemberSetup, SeenMember } from './site.js';

const setup: MemberSetup = { member: memberOf(1), services: {}, files: [], mark: 'm', hash: 'h1' };
const running: SeenMember = { state: 'running', hash: 'h1', programs: 'image1', isOfOtherForm: false };
const none: SeenMember = { state: 'none', hash: null, programs: null, isOfOtherForm: false };

describe('what is done for one member', () => {
  test.each<[string, SeenMember, MemberAct]>([
    ['nothing is there', none, 'start'],
    ['all is as it should be', running, 'keep'],
    ['it has stopped', { ...running, state: 'stopped' }, 'start'],
    ['its setup differs', { ...running, hash: 'h0' }, 'change'],
    ['an interrupted change left no hash', { ...running, hash: null }, 'change'],
    ['its programs are of another version', { ...running, programs: 'image0' }, 'replace'],
    ['it has stopped with other programs', { ...running, state: 'stopped', programs: 'image0' }, 'replace'],
    ['its container was made with other settings', { ...running, isOfOtherForm: true }, 'replace'],
  ])('%s: %s', (_, seen, act) => {
    expect(planMember(setup, seen, 'image1').act).toBe(act);
  });
});

describe('the order', () => {
  const plan = (acts: Record<number, MemberAct>) =>
    Object.entries(acts).map(([number, act]) => ({
      member: memberOf(Number(number)),
      act,
      why: '',
      mark: '',
    }));
  const names = (steps: ReturnType<typeof planSteps>) =>
    steps.map((step) => step.map(({ member }) => member.name));
  const keepers = [1, 2, 3].map((number) => memberOf(number).id);

  test('all that do not run yet start at once', () => {
    const steps = planSteps(plan({ 1: 'start', 2: 'start', 3: 'start', 4: 'start' }), keepers);
    expect(names(steps)).toEqual([['nano1', 'nano2', 'nano3', 'nano4']]);
  });

  test('others change a few at once, then keepers one after the other; what differs in nothing is left alone', () => {
    const acts = plan({
      1: 'change',
      2: 'keep',
      3: 'replace',
      4: 'change',
      5: 'change',
      6: 'replace',
      7: 'start',
    });
    expect(names(planSteps(acts, keepers, 2))).toEqual([
      ['nano7'],
      ['nano4', 'nano5'],
      ['nano6'],
      ['nano1'],
      ['nano3'],
    ]);
  });
});
