import { describeMembership } from '../../../tests/conformance/membership.js';
import { fakeMember, FakeMembership } from './fake-membership.js';
import { memberUnreachable } from './member-errors.js';

describeMembership('fake', () => {
  const self = fakeMember({ name: 'first' });
  const membership = new FakeMembership(self);
  const silent = new FakeMembership();
  silent.fault = memberUnreachable('the member at 127.0.0.1:1', 'connect ECONNREFUSED');
  let made = 0;
  return Promise.resolve({
    membership,
    self,
    silent,
    add: (name) => {
      made += 1;
      const member = fakeMember({ id: String(made).padStart(20, 'a'), name });
      membership.see(member);
      return Promise.resolve(member);
    },
    lose: async (id) => {
      const lost = (await membership.members()).members.find((member) => member.id === id);
      if (lost) membership.see({ ...lost, state: 'failed', stateS: 0 });
    },
    close: () => undefined,
  });
});
