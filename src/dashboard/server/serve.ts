import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CollabError, ExitCode, isSameSecret, messageOf } from '../../index.js';
import { Hub } from '../live/index.js';
import { dashboardServer, type Tls } from './app.js';
import { History } from './history.js';
import { PageFiles } from './page-files.js';
import type { DashboardParts, Visitors } from './parts.js';
import { SessionFile } from './session-file.js';
import { Sessions } from './sessions.js';
import { watchFleet } from './watch-fleet.js';

const historyEveryMs = 5000;
const sessionsEveryMs = 60_000;
/** Connections that say nothing are closed after this time, so that they do not keep others out. */
const silentMs = 10_000;
const mostConnections = 4096;

export interface DashboardPlace {
  readonly address: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** Names by which browsers ask for the server, beside its address. */
  readonly hosts: () => readonly string[];
  readonly visitors: Visitors;
  /** Null for plain HTTP. */
  readonly tls: Tls | null;
}

/** One user, who comes in with a token of this machine. */
export const onlyUser = (name: string, token: string): Visitors => ({
  ofToken: (given) =>
    Promise.resolve(
      isSameSecret(given, token) ? { name, key: '' } : { refused: 'It is not the token of this workspace.' },
    ),
  mayStay: () => Promise.resolve(true),
});

export interface ServedDashboard extends AsyncDisposable {
  readonly port: number;
  /** A link that works once, for this user. */
  newLink(user: string): string;
}

/** Serves the dashboard until it is disposed. @throws CollabError `dashboard-not-listening` */
export async function serveDashboard(parts: DashboardParts, place: DashboardPlace): Promise<ServedDashboard> {
  const { clock, folder } = parts;
  const nowMs = () => clock.now().getTime();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const ending = new AbortController();
  const hub = new Hub();
  const history = await History.open(folder, nowMs());
  const sessionFile = new SessionFile(join(folder, 'sessions.json'));
  const sessions = new Sessions(nowMs, parts.secret, await sessionFile.read());
  const names = ['127.0.0.1', 'localhost', '::1'];
  const hosts = () => [place.address, ...place.hosts(), ...(names.includes(place.address) ? names : [])];
  let port = place.port;
  const server = dashboardServer({
    ...parts,
    hub,
    history,
    sessions,
    files: await PageFiles.read(),
    place: () => ({ hosts: hosts(), port }),
    tls: place.tls,
    visitors: place.visitors,
    onEntry: () => sessionFile.save(sessions.kept),
    closing: ending.signal,
  });
  server.headersTimeout = silentMs;
  server.requestTimeout = 0;
  server.maxConnections = mostConnections;
  // One that sends nothing at all has no headers to wait for. What is asked for may take its time.
  server.on('connection', (socket) => socket.setTimeout(silentMs));
  server.on('request', ({ socket }) => socket.setTimeout(0));
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(notListening(place, error)));
    server.listen(place.port, place.address, resolve);
  });
  port = (server.address() as AddressInfo).port;
  const watching = watchFleet(parts, hub, ending.signal);
  const keeping = [keepHistory(), keepSessions()];
  return {
    port,
    newLink: (user) =>
      `http://${place.address.includes(':') ? `[${place.address}]` : place.address}:${port}/enter#${sessions.newLink({ name: user, key: '' })}`,
    async [Symbol.asyncDispose]() {
      ending.abort();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await Promise.all([watching, ...keeping, closed]);
      await saveSessions();
    },
  };

  async function keepHistory(): Promise<void> {
    let isTold = false;
    while (!ending.signal.aborted) {
      await clock.sleep(historyEveryMs, ending.signal);
      const { entries, fault } = hub.topic('members');
      if (fault !== null) continue;
      try {
        await history.take(Object.values(entries), nowMs());
      } catch (error) {
        if (!isTold) parts.log(`The history is not kept: ${messageOf(error)}`);
        isTold = true;
      }
    }
  }

  /** Each use of a session makes it longer: what is kept of it follows. */
  async function keepSessions(): Promise<void> {
    while (!ending.signal.aborted) {
      await clock.sleep(sessionsEveryMs, ending.signal);
      await saveSessions();
    }
  }

  async function saveSessions(): Promise<void> {
    try {
      await sessionFile.save(sessions.kept);
    } catch (error) {
      parts.log(`The sessions are not kept: ${messageOf(error)}`);
    }
  }
}

function notListening({ address, port }: DashboardPlace, error: Error): CollabError {
  return new CollabError('dashboard-not-listening', {
    what: `The dashboard cannot listen on ${address} port ${port}.`,
    why: (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? 'The port is in use.' : messageOf(error),
    next: 'If it is another dashboard, ask it for a link: collab dashboard --link. Or take any port that is free: --port 0',
    exitCode: ExitCode.usage,
  });
}
