import type { InstanceEvidence, RunEvidence } from './evidence.js';
import type { Check, Finding } from './finding.js';
import { listed, plural } from './sentence.js';

type Exit = NonNullable<InstanceEvidence['instance']['exit']>;

/** Role instances whose exit.json counts some of it, each with its label and device, and the sum over all. */
function counted(
  { instances }: RunEvidence,
  count: (exit: Exit) => number | undefined,
): { sum: number; where: string } {
  let sum = 0;
  const where: string[] = [];
  for (const { instance } of instances) {
    const here = instance.exit === null ? 0 : (count(instance.exit) ?? 0);
    if (here <= 0) continue;
    sum += here;
    where.push(`${instance.label} on ${instance.device} (${here})`);
  }
  return { sum, where: listed(where) };
}

/** A role that was stopped is a service, or its run was interrupted: those that it sent to had ended, or were stopped too. */
function allDelivered(evidence: RunEvidence): Finding[] {
  const left = (stopped: boolean) => (exit: Exit) =>
    (exit.reason === 'stopped') === stopped ? exit.undelivered_bytes : 0;
  const findings: Finding[] = [];
  const late = counted(evidence, left(true));
  if (late.sum > 0) {
    const text = `${plural(late.sum, 'byte')} that roles had sent over TCP were still on their way when the roles were stopped: ${late.where}. The roles that they were for had ended, or were stopped too.`;
    findings.push({ check: 'delivery', level: 'remark', text });
  }
  const { sum, where } = counted(evidence, left(false));
  if (sum === 0) return findings;
  const text = `${plural(sum, 'byte')} that roles had sent over TCP did not arrive before their network ended: ${where}. Either the peer did not read, or it could not be reached, or the link is too slow for what was still queued.`;
  return [...findings, { check: 'delivery', level: 'doubt', text }];
}

function endsConfirmed(evidence: RunEvidence): Finding[] {
  const { sum, where } = counted(evidence, (exit) => exit.unconfirmed_ends);
  if (sum === 0) return [];
  const text = `The end of ${plural(sum, 'connection')} was not confirmed, although all bytes were: ${where}. The peer had probably gone.`;
  return [{ check: 'delivery', level: 'remark', text }];
}

function allRead(evidence: RunEvidence): Finding[] {
  const { sum, where } = counted(evidence, (exit) => exit.closed_unread);
  if (sum === 0) return [];
  const text = `${plural(sum, 'connection')} ${sum === 1 ? 'was' : 'were'} closed with received data that the role had not read: ${where}.`;
  return [{ check: 'delivery', level: 'remark', text }];
}

/** Over UDP, a program is not told, and goes on. */
function allReachable(evidence: RunEvidence): Finding[] {
  const { sum, where } = counted(evidence, (exit) => exit.unreachable_answers);
  if (sum === 0) return [];
  const text = `Roles were told ${sum === 1 ? 'once' : `${sum} times`} that what they sent could not be delivered (ICMP, destination unreachable): ${where}. Datagrams to a port that no program had open, or that is not declared for UDP, are lost.`;
  return [{ check: 'delivery', level: 'remark', text }];
}

function allClaimed(evidence: RunEvidence): Finding[] {
  const { sum, where } = counted(evidence, (exit) => exit.unclaimed_datagrams);
  if (sum === 0) return [];
  const text = `${plural(sum, 'datagram')} arrived at roles that had no socket open for ${sum === 1 ? 'it' : 'them'}, and ${sum === 1 ? 'was' : 'were'} lost: ${where}. Within one device, the answers to a connected socket come from another address than it asked, and are lost in this way: use a socket that is not connected, or network: host.`;
  return [{ check: 'delivery', level: 'remark', text }];
}

/** Checks whether what the roles sent arrived and was read. */
export const deliveryChecks: readonly Check[] = [
  allDelivered,
  endsConfirmed,
  allRead,
  allReachable,
  allClaimed,
];
