import { readFile } from 'node:fs/promises';
import { CollabError, ExitCode } from '../../errors.js';
import type { Shell } from '../shell/index.js';
import { networksOf } from './interfaces.js';
import { forwardFile, tableName, type GatewayFacts } from './plan.js';

/**
 * Reads the facts of this machine that the plan needs. Without root, the packet filter cannot be read; then the installed
 * tool is used.
 * @throws CollabError `no-packet-filter`, and the errors of `networksOf`.
 */
export async function readGatewayFacts(
  shell: Shell,
  prefix: readonly string[] | null,
  { from, to }: { from: string; to: string },
): Promise<GatewayFacts> {
  const networks = await networksOf(shell, from, to);
  const ask = (argv: readonly string[], unprivileged: readonly string[]) =>
    shell.exec(prefix === null ? unprivileged : [...prefix, ...argv]);
  const [nft, iptables] = await Promise.all([
    ask(['nft', 'list', 'tables'], ['nft', '--version']),
    ask(['iptables', '-w', '-S', 'FORWARD'], ['iptables', '--version']),
  ]);
  if (nft.code !== 0 && iptables.code !== 0) {
    throw new CollabError('no-packet-filter', {
      what: 'Neither nft nor iptables works on this machine.',
      why: [nft.stderr.trim(), iptables.stderr.trim()].join('\n'),
      next: 'Install one: sudo apt-get install nftables',
      exitCode: ExitCode.internal,
    });
  }
  return {
    from,
    to,
    networks,
    tool: nft.code === 0 ? 'nft' : 'iptables',
    forwarding: await isForwarding(),
    forwardDropped: /^-P FORWARD DROP$/m.test(iptables.stdout),
  };
}

export async function isForwarding(): Promise<boolean> {
  return (await readFile(forwardFile, 'utf8')).trim() === '1';
}

/** Whether rules of a gateway exist; null without root. */
export async function hasGatewayRules(
  shell: Shell,
  prefix: readonly string[] | null,
): Promise<boolean | null> {
  if (prefix === null) return null;
  const nft = await shell.exec([...prefix, 'nft', 'list', 'table', 'ip', tableName]);
  if (nft.code === 0) return true;
  const iptables = await shell.exec([...prefix, 'iptables', '-w', '-t', 'nat', '-S', 'POSTROUTING']);
  return iptables.stdout.includes(tableName);
}
