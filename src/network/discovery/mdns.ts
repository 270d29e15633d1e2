import type { Service } from 'bonjour-service';
import { CollabError, ExitCode, messageOf, plainText } from '../../errors.js';
import { interrupted } from '../shell-errors.js';
import type { Discovery, FindOptions, FoundDevice } from './discovery.js';
import { findInterface, isOnNetwork, type NetworkInterface } from './interfaces.js';

/** A responder does not repeat an answer within a second (RFC 6762, 6), so ask again, later each time. */
const askAgainMs = [250, 750, 1750];

/** Devices that announce `_ssh._tcp` by multicast DNS. */
export const mdns: Discovery = {
  name: 'mdns',
  async find(options) {
    const networks = options.interfaces.map((name) => findInterface(name));
    const found = new Map<string, FoundDevice>();
    const enough = new AbortController();
    const add = (device: FoundDevice) => {
      found.set(`${device.address} ${device.port}`, device);
      if (options.expect !== undefined && found.size >= options.expect) enough.abort();
    };
    await Promise.all(networks.map((network) => ask(network, options, enough.signal, add)));
    if (options.signal?.aborted) throw interrupted(options.signal);
    return [...found.values()];
  },
};

async function ask(
  network: NetworkInterface,
  { timeoutMs, signal }: FindOptions,
  enough: AbortSignal,
  add: (device: FoundDevice) => void,
): Promise<void> {
  const { Bonjour } = await import('bonjour-service');
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error) => finish(() => reject(failed(network, error)));
    // Bound to all addresses: bound to one, nothing arrives while another responder runs on this machine.
    const socket = { interface: network.address, bind: '0.0.0.0' };
    const bonjour = new Bonjour(socket as ConstructorParameters<typeof Bonjour>[0], fail);
    const timers: NodeJS.Timeout[] = [];
    const done = () => finish(resolve);
    const finish = (settle: () => void) => {
      timers.forEach(clearTimeout);
      enough.removeEventListener('abort', done);
      signal?.removeEventListener('abort', done);
      browser.stop();
      bonjour.destroy();
      settle();
    };
    const hear = (service: Service) => {
      const device = deviceOf(service, network);
      if (device) add(device);
    };
    const browser = bonjour.find({ type: 'ssh', protocol: 'tcp' });
    browser.on('up', hear);
    browser.on('srv-update', hear);
    browser.on('txt-update', hear);
    timers.push(
      ...askAgainMs.map((ms) => setTimeout(() => browser.update(), ms)),
      setTimeout(done, timeoutMs),
    );
    enough.addEventListener('abort', done, { once: true });
    signal?.addEventListener('abort', done, { once: true });
    if (signal?.aborted || enough.aborted) done();
  });
}

/** What a service says, as far as it fits this network; null when it has no address there. */
export function deviceOf(
  service: Pick<Service, 'name' | 'host' | 'port' | 'addresses' | 'txt'> & { referer?: { address: string } },
  network: NetworkInterface,
): FoundDevice | null {
  const candidates = [...(service.addresses ?? []), service.referer?.address ?? ''];
  const address = candidates.find((one) => isOnNetwork(one, network));
  if (address === undefined || address === network.address) return null;
  const user: unknown = (service.txt as Record<string, unknown> | undefined)?.user;
  return {
    host: plainText(service.host),
    address,
    port: service.port,
    how: 'mdns',
    service: plainText(service.name),
    ...(typeof user === 'string' && /^[a-z_][a-z0-9_.-]*$/i.test(user) && { user }),
  };
}

function failed(network: NetworkInterface, error: unknown): CollabError {
  return new CollabError('discovery-failed', {
    what: `The devices on ${network.name} could not be asked by mDNS.`,
    why: messageOf(error),
    next: 'Name the devices yourself: collab setup --device user@host',
    exitCode: ExitCode.deviceUnreachable,
    cause: error,
  });
}
