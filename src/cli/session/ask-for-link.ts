import { CollabError, ExitCode, messageOf } from '../../index.js';

/** Asks the dashboard that is served at a place for another link. @throws CollabError `dashboard-silent` */
export async function askForLink(
  { address, port }: { address: string; port: number },
  token: string,
  signal: AbortSignal,
): Promise<string> {
  const root = `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
  let why: string;
  try {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${root}/links`, { method: 'POST', headers, signal });
    const { link } = answer.ok ? ((await answer.json()) as { link?: unknown }) : {};
    if (typeof link === 'string') return `${root}/enter#${link}`;
    why = 'What listens there is no dashboard of this workspace.';
  } catch (error) {
    signal.throwIfAborted();
    const { cause } = error as { cause?: unknown };
    why = messageOf(cause ?? error);
  }
  throw new CollabError('dashboard-silent', {
    what: `No dashboard of this workspace answers at ${root}.`,
    why,
    next: 'Start it: collab dashboard. If it has another port, name it: --port <port>',
    exitCode: ExitCode.deviceUnreachable,
  });
}
