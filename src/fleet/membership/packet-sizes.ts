/**
 * Bytes of memberlist's messages, from their layout: each is one byte for its type and a MessagePack map with the names of its
 * fields (memberlist 0.5.0, net.go and util.go). Ids have 20 characters, addresses are IPv4, compression is off.
 */

/** IP and UDP (RFC 791, RFC 768). */
export const udpHeaderBytes = 20 + 8;
/** IP and TCP with timestamps, as Linux sends them (RFC 791, RFC 9293, RFC 7323). */
export const tcpHeaderBytes = 20 + 32;
/** Payload of a full TCP segment on Ethernet. */
const tcpSegmentBytes = 1500 - tcpHeaderBytes;
/** AES-GCM: version, nonce, tag (security.go, version 1: no padding; version 0 has up to 45). */
const encryptionBytes = 1 + 12 + 16;
/** In front of encrypted streams: type and length (net.go, encryptLocalState). */
const streamBytes = 1 + 4;
/** CRC in front of news, where the receiver's node is known (net.go, rawSendMsgPacket). */
const crcBytes = 5;

// MessagePack: what a value takes.
const type = 1;
const map = 1;
/** A text shorter than 32 bytes: names of fields, ids, addresses. */
const short = (length: number) => 1 + length;
const text = (length: number) => (length < 32 ? 1 : 3) + length;
/** Numbers up to 127, 255, 65 535, and above. */
const number = (value: number) => (value < 128 ? 1 : value < 256 ? 2 : value < 65_536 ? 3 : 5);
const field = (name: string, value: number) => short(name.length) + value;

const id = short(20);
const ip = short(4);
const port = number(7946);
/** A number of pings that a member reaches within minutes, and stays at for 18 hours. */
const sequence = number(30_000);
const incarnation = number(1);
const versions = short(6);

export interface PacketSizes {
  ping: number;
  ack: number;
  /** Asks another member to ping. */
  indirectPing: number;
  /** News that a member is suspect or failed. */
  suspect: number;
  /** News that a member is there, with its metadata. */
  alive: number;
}

/** Payload of UDP. */
export function packetSizes(metadataBytes: number, isEncrypted: boolean): PacketSizes {
  const sealed = isEncrypted ? encryptionBytes : 0;
  const source = field('SourceAddr', ip) + field('SourcePort', port) + field('SourceNode', id);
  const ping = type + map + field('SeqNo', sequence) + field('Node', id) + source;
  const ack = type + map + field('SeqNo', sequence) + field('Payload', 1);
  const indirectPing = ping + field('Target', ip) + field('Port', port) + field('Nack', 1);
  const suspect =
    type + map + field('Incarnation', incarnation) + field('Node', id) + field('From', id) + crcBytes;
  const alive =
    type +
    map +
    field('Incarnation', incarnation) +
    field('Node', id) +
    field('Addr', ip) +
    field('Port', port) +
    field('Meta', text(metadataBytes)) +
    field('Vsn', versions) +
    crcBytes;
  return {
    ping: ping + sealed,
    ack: ack + sealed,
    indirectPing: indirectPing + sealed,
    suspect: suspect + sealed,
    alive: alive + sealed,
  };
}

/** What `LocalState` of the member program adds without an access document: {"from":"<id>"}. */
const ownStateBytes = 31;

/** Payload of TCP that one side of a push/pull sends: all that it knows of all members. Grows with their number. */
export function stateBytes(
  members: number,
  metadataBytes: number,
  accessBytes: number,
  isEncrypted: boolean,
): number {
  const userState = ownStateBytes + (accessBytes === 0 ? 0 : 12 + 4 * Math.ceil(accessBytes / 3));
  const header =
    type +
    map +
    field('Nodes', number(members)) +
    field('UserStateLen', number(userState)) +
    field('Join', 1);
  const one =
    map +
    field('Name', id) +
    field('Addr', ip) +
    field('Port', port) +
    field('Meta', text(metadataBytes)) +
    field('Incarnation', incarnation) +
    field('State', 1) +
    field('Vsn', versions);
  return header + members * one + userState + (isEncrypted ? encryptionBytes + streamBytes : 0);
}

/** Headers that one side of a TCP connection sends for its payload: two segments to open and close it, and acknowledgements. */
export function tcpOverheadBytes(payloadBytes: number): number {
  const segments = Math.ceil(payloadBytes / tcpSegmentBytes);
  return (2 + segments + Math.ceil(segments / 2)) * tcpHeaderBytes;
}
