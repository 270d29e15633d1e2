import type { EventEmitter } from 'node:events';
import type { Service } from 'bonjour-service';
import { CollabError, ExitCode, messageOf } from '../../errors.js';
import { systemClock } from '../../events.js';
import { serviceTypes, sightingOf, type Announcement, type ServiceType } from './announcement.js';
import type { Discovery } from './discovery.js';
import type { NetworkInterface } from './interfaces.js';
import { question } from './question.js';

/** A responder does not repeat an answer within a second (RFC 6762, 6), so the questions repeat at growing intervals. */
const askAgainMs = [1000, 2000, 4000];

/** Unicast answers usually arrive first and suffice, so the browser is loaded only after this delay. */
const browseAfterMs = 100;

/** Limits memory on a hostile network. No real network has so many services. */
const maxServices = 1000;

/** A way to search a network. Resolves when the signal aborts. */
type Search = (
  network: NetworkInterface,
  signal: AbortSignal,
  receive: (announcement: Announcement) => void,
) => Promise<void>;

/** Finds devices that announce themselves by multicast DNS, in several ways in parallel; one way must work. */
function mdnsBy(name: string, ways: readonly Search[]): Discovery {
  return {
    name,
    async find({ networks, timeoutMs, signal }, see) {
      // Not AbortSignal.any with AbortSignal.timeout: Node 20 may garbage-collect the timer, so that it never fires.
      const over = new AbortController();
      const end = () => over.abort();
      const timer = setTimeout(end, timeoutMs);
      signal.addEventListener('abort', end, { once: true });
      if (signal.aborted) end();
      const searches = networks.map(async (network) => {
        const receive = (announcement: Announcement) => {
          const sighting = sightingOf(announcement, network);
          if (sighting) see(sighting);
        };
        const ends = await Promise.allSettled(ways.map((way) => way(network, over.signal, receive)));
        const failures = ends.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
        if (failures.length === ends.length) throw failed(network, failures[0]);
      });
      await Promise.all(searches).finally(() => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
      });
    },
  };
}

/** Questions that are answered by unicast. */
export const mdnsQuestion = mdnsBy('mdns question', [question]);

/** A browser that receives multicast announcements. */
export const mdnsBrowser = mdnsBy('mdns browser', [browse]);

/** Both in parallel. */
export const mdns = mdnsBy('mdns', [question, browse]);

async function browse(
  network: NetworkInterface,
  signal: AbortSignal,
  receive: (announcement: Announcement) => void,
): Promise<void> {
  await systemClock.sleep(browseAfterMs, signal);
  if (signal.aborted) return;
  const { Bonjour } = await import('bonjour-service');
  // Bound to all addresses: a socket bound to one receives nothing while another responder runs on this machine.
  const socket = { interface: network.address, bind: '0.0.0.0' };
  const timers: NodeJS.Timeout[] = [];
  let bonjour: InstanceType<typeof Bonjour> | null = null;
  try {
    await new Promise<void>((resolve, reject) => {
      bonjour = new Bonjour(socket as ConstructorParameters<typeof Bonjour>[0], reject);
      // A port conflict is reported only through this event, and bonjour-service does not listen for it.
      (bonjour as unknown as { server: { mdns: EventEmitter } }).server.mdns.on('error', reject);
      for (const type of serviceTypes) {
        const browser = bonjour.find({ type, protocol: 'tcp' });
        const onService = (service: Service) => {
          if (browser.services.length > maxServices) browser.stop();
          receive(announcementOf(type, service));
        };
        browser.on('up', onService);
        browser.on('srv-update', onService);
        browser.on('txt-update', onService);
        timers.push(...askAgainMs.map((ms) => setTimeout(() => browser.update(), ms)));
      }
      signal.addEventListener('abort', () => resolve(), { once: true });
      if (signal.aborted) resolve();
    });
  } finally {
    timers.forEach(clearTimeout);
    (bonjour as InstanceType<typeof Bonjour> | null)?.destroy();
  }
}

function announcementOf(type: ServiceType, service: Service): Announcement {
  const { name, host, port, addresses, referer } = service as Partial<Service>;
  const user = (service.txt as Record<string, unknown> | undefined)?.user;
  return {
    type,
    name: name ?? '',
    host: host ?? '',
    port: port ?? 0,
    addresses: addresses ?? [],
    txt: typeof user === 'string' ? [`user=${user}`] : [],
    from: referer?.address ?? null,
  };
}

function failed(network: NetworkInterface, error: unknown): CollabError {
  return new CollabError('discovery-failed', {
    what: `The search by mDNS on ${network.name} failed.`,
    why: messageOf(error),
    next: 'Search without multicast (collab discover --scan), or name the devices: collab setup --device user@host',
    exitCode: ExitCode.deviceUnreachable,
    cause: error,
  });
}
