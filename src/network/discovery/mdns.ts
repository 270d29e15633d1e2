import type { EventEmitter } from 'node:events';
import type { Service } from 'bonjour-service';
import { CollabError, ExitCode, messageOf } from '../../errors.js';
import { systemClock } from '../../events.js';
import { serviceTypes, sightingOf, type Announcement, type ServiceType } from './announcement.js';
import type { Discovery } from './discovery.js';
import type { NetworkInterface } from './interfaces.js';
import { question } from './question.js';

/** A responder does not repeat an answer within a second (RFC 6762, 6), so ask again, later each time. */
const askAgainMs = [1000, 2000, 4000];

/** The questions that are answered at once mostly suffice; the browser need not even be loaded then. */
const browseAfterMs = 100;

/** A hostile network may not fill our memory: no shelf has so many services. */
const mostServices = 1000;

/** One way to ask a network. Resolves when the signal aborts. */
type Ask = (
  network: NetworkInterface,
  signal: AbortSignal,
  hear: (said: Announcement) => void,
) => Promise<void>;

/** Devices that announce themselves by multicast DNS. A network counts as asked when one of the ways could ask it. */
function mdnsBy(name: string, ways: readonly Ask[]): Discovery {
  return {
    name,
    async find({ networks, timeoutMs, signal }, see) {
      // Not AbortSignal.any with AbortSignal.timeout: Node 20 may collect the timer as garbage, and it never ends.
      const over = new AbortController();
      const end = () => over.abort();
      const timer = setTimeout(end, timeoutMs);
      signal.addEventListener('abort', end, { once: true });
      if (signal.aborted) end();
      const asked = networks.map(async (network) => {
        const hear = (said: Announcement) => {
          const sighting = sightingOf(said, network);
          if (sighting) see(sighting);
        };
        const ends = await Promise.allSettled(ways.map((ask) => ask(network, over.signal, hear)));
        const failures = ends.flatMap((way) => (way.status === 'rejected' ? [way.reason as unknown] : []));
        if (failures.length === ends.length) throw failed(network, failures[0]);
      });
      await Promise.all(asked).finally(() => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
      });
    },
  };
}

/** Questions that are answered by unicast at once. */
export const mdnsQuestion = mdnsBy('mdns question', [question]);

/** A browser, which hears what is sent to all. */
export const mdnsBrowser = mdnsBy('mdns browser', [browse]);

/** Both at the same time. */
export const mdns = mdnsBy('mdns', [question, browse]);

async function browse(
  network: NetworkInterface,
  signal: AbortSignal,
  hear: (said: Announcement) => void,
): Promise<void> {
  await systemClock.sleep(browseAfterMs, signal);
  if (signal.aborted) return;
  const { Bonjour } = await import('bonjour-service');
  // Bound to all addresses: bound to one, nothing arrives while another responder runs on this machine.
  const socket = { interface: network.address, bind: '0.0.0.0' };
  const timers: NodeJS.Timeout[] = [];
  let bonjour: InstanceType<typeof Bonjour> | null = null;
  try {
    await new Promise<void>((resolve, reject) => {
      bonjour = new Bonjour(socket as ConstructorParameters<typeof Bonjour>[0], reject);
      // A port that is taken is told here only, and nobody else listens.
      (bonjour as unknown as { server: { mdns: EventEmitter } }).server.mdns.on('error', reject);
      for (const type of serviceTypes) {
        const browser = bonjour.find({ type, protocol: 'tcp' });
        const onService = (service: Service) => {
          if (browser.services.length > mostServices) browser.stop();
          hear(announcementOf(type, service));
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
    what: `The devices on ${network.name} could not be asked by mDNS.`,
    why: messageOf(error),
    next: 'Look without multicast (collab discover --scan), or name the devices: collab setup --device user@host',
    exitCode: ExitCode.deviceUnreachable,
    cause: error,
  });
}
