import { connect } from 'node:net';

const patienceMs = 1500;

/** How many of the servers greet as a NATS server does. */
export async function answeringServers(servers: readonly string[]): Promise<number> {
  const answers = await Promise.all(servers.map(greets));
  return answers.filter(Boolean).length;
}

function greets(server: string): Promise<boolean> {
  const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(server) ?? [];
  return new Promise((answer) => {
    const socket = connect({ host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port) });
    const end = (does: boolean) => {
      clearTimeout(late);
      socket.destroy();
      answer(does);
    };
    const late = setTimeout(() => end(false), patienceMs);
    socket.on('error', () => end(false));
    socket.on('close', () => end(false));
    socket.on('data', (bytes: Buffer) => end(bytes.toString('latin1').startsWith('INFO ')));
  });
}
