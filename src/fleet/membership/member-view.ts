import type { Member, MemberList } from './membership.js';

/**
 * Puts the list of a member and the changes after it together. `stateS` of all entries goes on between changes; `heardS` stays
 * as it was sent, because it is unknown since.
 */
export class MemberView {
  #list: MemberList;
  readonly #sentMs = new Map<string, number>();

  /** @param nowMs a monotonic clock */
  constructor(
    list: MemberList,
    private readonly nowMs: () => number,
  ) {
    this.#list = list;
    this.replace(list);
  }

  /** A whole new list: members that it does not have were forgotten. */
  replace(list: MemberList): void {
    this.#list = list;
    this.#sentMs.clear();
    for (const { id } of list.members) this.#sentMs.set(id, this.nowMs());
  }

  change(member: Member): void {
    const others = this.#list.members.filter(({ id }) => id !== member.id);
    this.#list = { ...this.#list, members: [...others, member].sort(byName) };
    this.#sentMs.set(member.id, this.nowMs());
  }

  snapshot(): MemberList {
    const nowMs = this.nowMs();
    return {
      ...this.#list,
      members: this.#list.members.map((member) => ({
        ...member,
        stateS: member.stateS + (nowMs - (this.#sentMs.get(member.id) ?? nowMs)) / 1000,
      })),
    };
  }
}

/** The order of every list of members: by name, and by id where two have one name. */
export function byName(one: Member, other: Member): number {
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return order(one.name, other.name) || order(one.id, other.id);
}
