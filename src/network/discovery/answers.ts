import { serviceTypes, type Announcement, type ServiceType } from './announcement.js';

/** A DNS record. The shape of `data` depends on the type. */
export interface Answer {
  name: string;
  type: string;
  data?: unknown;
}

export interface Question {
  name: string;
  type: string;
}

/** The questions that find all devices, sent in one packet. */
export const firstQuestions: Question[] = serviceTypes.map((type) => ({
  name: `_${type}._tcp.local`,
  type: 'PTR',
}));

/** Limits memory on a hostile network. No real network has so many services. */
const maxRecords = 2000;

interface Instance {
  type: ServiceType;
  /** In its original case, without the service type. */
  name: string;
  server?: { target: string; port: number };
  txt: string[];
  from: string;
  asked: boolean;
}

/**
 * Assembles announcements from records, which may arrive in several packets and in any order. Never throws: invalid records
 * are ignored.
 */
export class Answers {
  readonly #instances = new Map<string, Instance>();
  readonly #addresses = new Map<string, string[]>();

  /** Processes one packet. @returns the complete announcements, and the questions for incomplete ones */
  receive(records: readonly Answer[], from: string): { complete: Announcement[]; ask: Question[] } {
    for (const record of records) if (record.type === 'PTR') this.#addInstance(record, from);
    for (const record of records) this.#add(record);
    const complete: Announcement[] = [];
    const ask: Question[] = [];
    for (const [fqdn, one] of this.#instances) {
      if (one.server) complete.push(this.#announcement(one, one.server));
      else if (!one.asked) {
        one.asked = true;
        ask.push({ name: fqdn, type: 'SRV' });
      }
    }
    return { complete, ask };
  }

  /** Allows questions for missing records to be repeated. */
  forgetAsked(): void {
    for (const one of this.#instances.values()) one.asked = false;
  }

  #announcement(one: Instance, server: { target: string; port: number }): Announcement {
    const addresses = this.#addresses.get(server.target.toLowerCase()) ?? [];
    const { type, name, txt, from } = one;
    return { type, name, host: server.target, port: server.port, addresses, txt, from };
  }

  #addInstance({ name, data }: Answer, from: string): void {
    const type = serviceTypes.find((one) => name.toLowerCase() === `_${one}._tcp.local`);
    if (type === undefined || typeof data !== 'string') return;
    const suffix = `._${type}._tcp.local`;
    const fqdn = data.toLowerCase();
    if (!fqdn.endsWith(suffix) || this.#instances.has(fqdn) || this.#instances.size >= maxRecords) return;
    this.#instances.set(fqdn, { type, name: data.slice(0, -suffix.length), txt: [], from, asked: false });
  }

  #add({ name, type, data }: Answer): void {
    const key = name.toLowerCase();
    const instance = this.#instances.get(key);
    if (type === 'SRV' && instance) {
      const { target, port } = (data ?? {}) as { target?: unknown; port?: unknown };
      if (typeof target === 'string' && typeof port === 'number') instance.server = { target, port };
    } else if (type === 'TXT' && instance) {
      const entries: unknown[] = Array.isArray(data) ? data : [data];
      // Only a few entries are used, and no device has many.
      instance.txt = entries
        .flatMap((entry) => (Buffer.isBuffer(entry) ? [entry.toString('utf8')] : []))
        .slice(0, 64);
    } else if (type === 'A' && typeof data === 'string') {
      const known = this.#addresses.get(key) ?? [];
      if (known.includes(data) || known.length >= 16 || this.#addresses.size >= maxRecords) return;
      this.#addresses.set(key, [...known, data]);
    }
  }
}
