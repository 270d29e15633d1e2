import { subnetOf, type Network } from './interfaces.js';

/** Name of our own table, and the mark of our own rules. */
export const tableName = 'collab_gateway';

export const forwardFile = '/proc/sys/net/ipv4/ip_forward';

/** A command, and the one that takes back what it did; null when another takes it back with its own. */
export interface GatewayStep {
  argv: readonly string[];
  undo: readonly string[] | null;
}

export interface GatewayFacts {
  tool: 'nft' | 'iptables';
  /** Interface of this machine on which the devices are. */
  from: string;
  /** The one that leads to the internet. */
  to: string;
  /** IPv4 networks of `from`. */
  networks: readonly Network[];
  /** What ip_forward is now. */
  forwarding: boolean;
  /** The FORWARD chain of iptables drops what no rule accepts, as Docker and ufw set it. */
  forwardDropped: boolean;
}

/**
 * What turns this machine into a gateway, in order; forwarding comes last. Connections that begin on the
 * internet's side are dropped.
 */
export function planGateway(facts: GatewayFacts): GatewayStep[] {
  const filter = facts.tool === 'nft' ? nftSteps(facts) : iptablesSteps(facts);
  const accept = facts.forwardDropped ? acceptSteps(facts) : [];
  return [...filter, ...accept, ...(facts.forwarding ? [] : [forwardStep])];
}

/** The value is a constant: no text of a user is in this shell line. */
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

/** A rule before all others of its chain. */
function rule(table: string, chain: string, words: readonly string[]): GatewayStep {
  const of = (act: string) => ['iptables', '-w', '-t', table, act, chain, ...words];
  return { argv: of('-I'), undo: of('-D') };
}
