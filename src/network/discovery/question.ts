import { createSocket, type Socket } from 'node:dgram';
import { Answers, firstQuestions, type Question } from './answers.js';
import type { Announcement } from './announcement.js';
import { isOnNetwork, type NetworkInterface } from './interfaces.js';

const multicastGroup = { address: '224.0.0.251', port: 5353 };

/** Questions are repeated because packets may be lost. Each is answered at once (RFC 6762, 6.7). */
const askAtMs = [0, 250, 500, 1000, 2000, 4000];

/**
 * Asks from an ephemeral port. Responders then answer by unicast and at once, even if they answered another question within
 * the last second, and this works even if port 5353 of this machine is in use. Resolves when the signal aborts.
 */
export async function question(
  network: NetworkInterface,
  signal: AbortSignal,
  receive: (announcement: Announcement) => void,
): Promise<void> {
  const { default: multicastDns } = await import('multicast-dns');
  const socket = await openSocket(network);
  const answers = new Answers();
  const timers: NodeJS.Timeout[] = [];
  const wire = multicastDns({ socket, port: 0, bind: false, multicast: false });
  const ask = (questions: Question[]) => wire.query({ questions }, multicastGroup);
  try {
    await new Promise<void>((resolve, reject) => {
      wire.on('error', reject);
      wire.on('response', ({ answers: given, additionals }, { address: from }) => {
        if (!isOnNetwork(from, network)) return;
        const { complete, ask: missing } = answers.receive([...given, ...additionals], from);
        complete.forEach(receive);
        // A few at a time, so that no packet becomes too large.
        for (let at = 0; at < Math.min(missing.length, 64); at += 8) ask(missing.slice(at, at + 8));
      });
      const again = () => {
        answers.forgetAsked();
        ask(firstQuestions);
      };
      timers.push(...askAtMs.map((ms) => setTimeout(again, ms)));
      signal.addEventListener('abort', () => resolve(), { once: true });
      if (signal.aborted) resolve();
    });
  } finally {
    timers.forEach(clearTimeout);
    wire.destroy();
  }
}

function openSocket(network: NetworkInterface): Promise<Socket> {
  const socket = createSocket('udp4');
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      socket.close();
      reject(error instanceof Error ? error : new Error(String(error)));
    };
    socket.once('error', fail);
    socket.bind({ address: network.address, port: 0 }, () => {
      socket.off('error', fail);
      try {
        socket.setMulticastInterface(network.address);
        socket.setMulticastTTL(255);
        resolve(socket);
      } catch (error) {
        fail(error);
      }
    });
  });
}
