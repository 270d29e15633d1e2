import { connect, type Socket } from 'node:net';
import { interrupted } from '../shell/index.js';

/**
 * A TCP connection without Nagle's delay, which costs 40 ms in each round trip of ssh.
 * @throws the system's error with its `code`; `ETIMEDOUT` when nothing came within `timeoutMs`.
 */
export function dial(host: string, port: number, timeoutMs: number, signal?: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(interrupted(signal));
      return;
    }
    const socket = connect({ host, port, noDelay: true });
    const settle = (act: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.off('error', fail);
      act();
    };
    const fail = (error: Error) =>
      settle(() => {
        socket.on('error', () => undefined);
        socket.destroy();
        reject(error);
      });
    const onAbort = () => signal && fail(interrupted(signal));
    const timer = setTimeout(() => {
      fail(Object.assign(new Error(`No answer within ${timeoutMs / 1000} s`), { code: 'ETIMEDOUT' }));
    }, timeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    socket.on('error', fail);
    socket.once('connect', () => settle(() => resolve(socket)));
  });
}
