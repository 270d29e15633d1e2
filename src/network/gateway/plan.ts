import { subnetOf, type Network } from './interfaces.js';

/** The name of collab's table, and the comment of its rules. */
export const tableName = 'collab_gateway';

export const forwardFile = '/proc/sys/net/ipv4/ip_forward';

/** A command, and the command that undoes it; null if the undo of another step covers it. */
export interface GatewayStep {
  argv: readonly string[];
  undo: readonly string[] | null;
}

export interface GatewayFacts {
  tool: 'nft' | 'iptables';
  /** The interface of this machine that leads to the devices. */
  from: string;
  /** The interface that leads to the internet. */
  to: string;
  /** IPv4 networks of `from`. */
  networks: readonly Network[];
  /** The current value of ip_forward. */
  forwarding: boolean;
  /** The FORWARD chain of iptables drops packets that no rule accepts, as Docker and ufw configure it. */
  forwardDropped: boolean;
}

/**
 * The steps that turn this machine into a gateway, in order; forwarding is enabled last. Connections from the internet are
 * dropped.
 */
export function planGateway(facts: GatewayFacts): GatewayStep[] {
  const filter = facts.tool === 'nft' ? nftSteps(facts) : iptablesSteps(facts);
  const accept = facts.forwardDropped ? acceptSteps(facts) : [];
  return [...filter, ...accept, ...(facts.forwarding ? [] : [forwardStep])];
}

/** A constant: this shell line contains no text from a user. */
const forwardStep: GatewayStep = {
  argv: ['sh', '-c', `echo 1 >${forwardFile}`],
  undo: ['sh', '-c', `echo 0 >${forwardFile}`],
};

function nftSteps({ from, to, networks }: GatewayFacts): GatewayStep[] {
  const add = (...words: string[]): GatewayStep => ({ argv: ['nft', 'add', ...words], undo: null });
  const chain = (name: string, type: string, priority: string) =>
    add('chain', 'ip', tableName, name, `{ type ${type} hook ${name} priority ${priority} ; }`);
  return [
    { ...add('table', 'ip', tableName), undo: ['nft', 'delete', 'table', 'ip', tableName] },
    chain('postrouting', 'nat', '100'),
    ...networks.map((network) =>
      add(
        'rule',
        'ip',
        tableName,
        'postrouting',
        'ip',
        'saddr',
        subnetOf(network),
        'oifname',
        `"${to}"`,
        'masquerade',
      ),
    ),
    chain('forward', 'filter', '0'),
    add(
      'rule',
      'ip',
      tableName,
      'forward',
      'iifname',
      `"${to}"`,
      'oifname',
      `"${from}"`,
      'ct',
      'state',
      'new',
      'drop',
    ),
  ];
}

const marked = ['-m', 'comment', '--comment', tableName];

function iptablesSteps({ from, to, networks }: GatewayFacts): GatewayStep[] {
  return [
    ...networks.map((network) =>
      rule('nat', 'POSTROUTING', ['-s', subnetOf(network), '-o', to, ...marked, '-j', 'MASQUERADE']),
    ),
    rule('filter', 'FORWARD', [
      '-i',
      to,
      '-o',
      from,
      '-m',
      'conntrack',
      '--ctstate',
      'NEW',
      ...marked,
      '-j',
      'DROP',
    ]),
  ];
}

function acceptSteps({ from, to }: GatewayFacts): GatewayStep[] {
  const answers = ['-m', 'conntrack', '--ctstate', 'RELATED,ESTABLISHED'];
  return [
    rule('filter', 'FORWARD', ['-i', from, '-o', to, ...marked, '-j', 'ACCEPT']),
    rule('filter', 'FORWARD', ['-i', to, '-o', from, ...answers, ...marked, '-j', 'ACCEPT']),
  ];
}

/** A rule that is inserted at the start of its chain. */
function rule(table: string, chain: string, words: readonly string[]): GatewayStep {
  const of = (act: string) => ['iptables', '-w', '-t', table, act, chain, ...words];
  return { argv: of('-I'), undo: of('-D') };
}
