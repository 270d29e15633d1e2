import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CollabError } from '../../src/errors.js';
import { systemClock } from '../../src/events.js';
import type { MemberList, Membership, MemberState } from '../../src/fleet/membership/index.js';

/** A member to test, alone in its fleet, which the suite makes larger. */
export interface MembershipSubject {
  membership: Membership;
  /** Its id and name. */
  self: { id: string; name: string };
  /** Starts another member with this name, which joins through the one to test. */
  add(name: string): Promise<{ id: string; address: string }>;
  /** Ends a member without a goodbye. */
  lose(id: string): Promise<void>;
  /** A member that does not answer. */
  silent: Membership;
  close(): void | Promise<void>;
}

/** The contract of every Membership: the fake, and the client with the real program behind it. */
export function describeMembership(name: string, makeSubject: () => Promise<MembershipSubject>): void {
  describe(`Membership: ${name}`, () => {
    let subject: MembershipSubject;
    beforeAll(async () => {
      subject = await makeSubject();
    });
    afterAll(() => subject.close());

    const stateOf = (list: MemberList, id: string) => list.members.find((member) => member.id === id)?.state;
    const waitFor = async (id: string, state: MemberState) => {
      for (let tries = 0; tries < 600; tries += 1) {
        if (stateOf(await subject.membership.members(), id) === state) return;
        await systemClock.sleep(100);
      }
      throw new Error(`${id} does not become ${state}`);
    };
    /** Follows the member: returns when the first snapshot is there, with a promise of all until one fulfils the condition. */
    const watchUntil = async (fulfilled: (list: MemberList) => boolean) => {
      const abort = new AbortController();
      const lists = subject.membership.watch(abort.signal)[Symbol.asyncIterator]();
      const first = await lists.next();
      const all = async () => {
        const seen: MemberList[] = [];
        for (let next = first; next.done !== true; next = await lists.next()) {
          seen.push(next.value);
          if (fulfilled(next.value)) abort.abort();
        }
        return seen;
      };
      return { all: all() };
    };

    it('knows itself, and describes itself as the list does', async () => {
      const { self, members } = await subject.membership.members();
      expect(self).toBe(subject.self.id);
      const own = members.find(({ id }) => id === self);
      expect(own).toMatchObject({ name: subject.self.name, state: 'alive' });
      expect(own?.address).toMatch(/^[0-9.]+:[0-9]+$/);
      const info = await subject.membership.info();
      expect(info.self.id).toBe(self);
      expect(info.protocol).toBeGreaterThanOrEqual(1);
      expect(info.counts.alive).toBe(members.filter(({ state }) => state === 'alive').length);
      expect(info.memoryRssBytes).toBeGreaterThan(0);
    });

    it('sees a new member, and tells those who watch', async () => {
      const watching = await watchUntil((list) =>
        list.members.some((member) => member.name === 'second' && member.state === 'alive'),
      );
      const { id } = await subject.add('second');
      const seen = await watching.all;
      expect(seen[0]?.members.some(({ name: one }) => one === 'second')).toBe(false);
      expect(stateOf(await subject.membership.members(), id)).toBe('alive');
    });

    it('lists members by name, each with all that is known of it', async () => {
      await subject.add('a-third');
      const { members } = await subject.membership.members();
      expect(members.map((member) => member.name)).toEqual(members.map((member) => member.name).sort());
      for (const member of members) {
        expect(member.id).toMatch(/^[0-9a-f]{20}$/);
        expect(member.stateS).toBeGreaterThanOrEqual(0);
        expect(member.httpPort).toBeGreaterThan(0);
        expect(member.brokerPort ?? 1).toBeGreaterThan(0);
        expect(member.cores).toBeGreaterThan(0);
      }
      expect((await subject.membership.info()).phase).toBe('joined');
    });

    it('sees a member fail that ends without a goodbye, and tells those who watch', async () => {
      const { id } = await subject.add('lost');
      await waitFor(id, 'alive');
      const watching = await watchUntil((list) => stateOf(list, id) === 'failed');
      await subject.lose(id);
      const states = (await watching.all).map((list) => stateOf(list, id));
      expect(states.at(-1)).toBe('failed');
      expect(states).not.toContain('left');
      expect(stateOf(await subject.membership.members(), id)).toBe('failed');
    });

    it('watches from several places at once, each to its own end', async () => {
      const one = new AbortController();
      const other = new AbortController();
      const first = subject.membership.watch(one.signal)[Symbol.asyncIterator]();
      const second = subject.membership.watch(other.signal)[Symbol.asyncIterator]();
      expect((await first.next()).done).toBe(false);
      expect((await second.next()).done).toBe(false);
      one.abort();
      expect((await first.next()).done).toBe(true);
      other.abort();
      expect((await second.next()).done).toBe(true);
    });

    it('watches nothing after the signal has aborted', async () => {
      const seen: MemberList[] = [];
      for await (const list of subject.membership.watch(AbortSignal.abort())) seen.push(list);
      expect(seen).toEqual([]);
    });

    it('leaves, stays away, and joins again', async () => {
      await subject.membership.leave();
      expect((await subject.membership.info()).phase).toBe('left');
      await subject.membership.leave();
      expect(await subject.membership.join(null)).toBeGreaterThan(0);
      await waitFor(subject.self.id, 'alive');
      while ((await subject.membership.info()).phase !== 'joined') await systemClock.sleep(100);
    });

    it('joins through an address that it is given', async () => {
      const { address } = await subject.add('given');
      expect(await subject.membership.join(address)).toBeGreaterThan(0);
    });

    it('rejects with a CollabError when the member does not answer', async () => {
      const { silent } = subject;
      const calls = [
        () => silent.members(),
        () => silent.info(),
        () => silent.join(null),
        () => silent.leave(),
        () => silent.watch(new AbortController().signal)[Symbol.asyncIterator]().next(),
      ];
      for (const call of calls) {
        const error = await call().then(
          () => null,
          (thrown: unknown) => thrown,
        );
        expect(error).toBeInstanceOf(CollabError);
        expect(error).toMatchObject({ name: 'member-unreachable', exitCode: 4 });
      }
    });
  });
}
