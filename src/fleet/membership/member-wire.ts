import { z } from 'zod';
import { plainText } from '../../errors.js';
import type { Member, MemberInfo, MemberList } from './membership.js';

/**
 * What a member sends, as our own types. Keys that a newer member adds are ignored. Text comes from a device, so it is made safe
 * for a terminal and put on one line here, once for all.
 */
const text = z
  .string()
  .max(1000)
  .transform((value) => plainText(value).replace(/\s+/g, ' ').trim());
const count = z.int().min(0);
const amount = z.number().min(0);
const address = z.string().regex(/^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\]):\d{1,5}$/, 'must be ip:port');
const state = z.enum(['alive', 'suspect', 'failed', 'left']);
const fleet = text.nullable();

const member = z
  .object({
    id: z.string().regex(/^[0-9a-f]{20}$/, 'must have 20 hex digits'),
    name: text,
    state,
    state_s: amount,
    heard_s: amount.nullable(),
    address,
    http_port: z.int().min(0).max(65_535),
    tags: z.array(text),
    architecture: text,
    cores: count,
    memory_bytes: count,
    accelerator: text.nullable(),
    version: text,
    keeper: z.boolean(),
    /** Missing from members of earlier versions. */
    broker_port: z.int().min(1).max(65_535).nullable().default(null),
  })
  .transform(({ state_s, heard_s, http_port, memory_bytes, broker_port, ...same }): Member => ({
    ...same,
    stateS: state_s,
    heardS: heard_s,
    httpPort: http_port,
    memoryBytes: memory_bytes,
    brokerPort: broker_port,
  }));

const list = z.object({ self: text, fleet, members: z.array(member) });

const load = z
  .object({
    load_1: amount.nullable(),
    cpu_percent: amount.nullable(),
    memory_available_bytes: count.nullable(),
    memory_total_bytes: count.nullable(),
    temperature_c: z.number().nullable(),
    power_w: z.number().nullable(),
  })
  .transform((sent) => ({
    load1: sent.load_1,
    cpuPercent: sent.cpu_percent,
    memoryAvailableBytes: sent.memory_available_bytes,
    memoryTotalBytes: sent.memory_total_bytes,
    temperatureC: sent.temperature_c,
    powerW: sent.power_w,
  }));

const lease = z
  .object({ who: text, host: text, run: text.nullable(), reason: text.nullable(), left_s: z.number() })
  .transform(({ left_s, ...same }) => ({ ...same, leftS: left_s }));

const traffic = z
  .object({
    udp_sent_bytes: count,
    udp_sent_packets: count,
    udp_received_bytes: count,
    udp_received_packets: count,
    tcp_sent_bytes: count,
    tcp_received_bytes: count,
  })
  .transform((sent) => ({
    udpSentBytes: sent.udp_sent_bytes,
    udpSentPackets: sent.udp_sent_packets,
    udpReceivedBytes: sent.udp_received_bytes,
    udpReceivedPackets: sent.udp_received_packets,
    tcpSentBytes: sent.tcp_sent_bytes,
    tcpReceivedBytes: sent.tcp_received_bytes,
  }));

const info = z
  .object({
    self: member,
    phase: z.enum(['joining', 'joined', 'alone', 'refused', 'left']),
    refused: z.object({ name: text, theirs: text, ours: text }).nullable(),
    protocol: count,
    fleet,
    access_version: count,
    gossip_keys: z.array(text),
    uptime_s: amount,
    counts: z.object({ alive: count, suspect: count, failed: count, left: count }),
    load,
    lease: lease.nullable(),
    setup: text.default(''),
    settings: z.record(z.string().max(100), z.union([z.number(), text, z.boolean(), z.null()])),
    traffic,
    memory_rss_bytes: count,
  })
  .transform(({ access_version, gossip_keys, uptime_s, memory_rss_bytes, ...same }): MemberInfo => ({
    ...same,
    accessVersion: access_version,
    gossipKeys: gossip_keys,
    uptimeS: uptime_s,
    memoryRssBytes: memory_rss_bytes,
  }));

const joined = z.object({ joined: count }).transform((sent) => sent.joined);
const left = z.object({ left: z.literal(true) }).transform((sent) => sent.left);
const fault = z.object({
  error: z.object({ name: text, what: text, next: text.nullish().transform((next) => next ?? null) }),
});

/** Checks a parsed answer. @throws WireFault that says what is wrong */
export type ParseAnswer<Answer> = (sent: unknown) => Answer;

export class WireFault extends Error {}

export const parseMember = parserOf<Member>(member);
export const parseMemberList = parserOf<MemberList>(list);
export const parseMemberInfo = parserOf<MemberInfo>(info);
export const parseJoined = parserOf<number>(joined);
export const parseLeft = parserOf<true>(left);

/** What a member says about a call that it does not carry out; null if it says nothing of that form. */
export function parseFault(sent: unknown): z.output<typeof fault>['error'] | null {
  const parsed = fault.safeParse(sent);
  return parsed.success ? parsed.data.error : null;
}

function parserOf<Answer>(schema: z.ZodType<Answer>): ParseAnswer<Answer> {
  return (sent) => {
    const parsed = schema.safeParse(sent);
    if (parsed.success) return parsed.data;
    const { issues } = parsed.error;
    const shown = issues.slice(0, 3).map((issue) => {
      const path = plainText(issue.path.map(String).join('.')).slice(0, 200);
      return `${path === '' ? 'the whole' : path}: ${issue.message}`;
    });
    throw new WireFault(
      [...shown, ...(issues.length > 3 ? [`and ${issues.length - 3} more`] : [])].join('\n'),
    );
  };
}
