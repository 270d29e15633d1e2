import { CollabError, ExitCode } from '../../errors.js';
import type { FleetMember } from './record.js';

/** memberlist's limit for what a member says about itself (MetaMaxSize). */
const limitBytes = 512;

/**
 * Refuses a member whose name, tags and hardware do not fit into its metadata, as the member program encodes it.
 * @throws CollabError `fleet-metadata`
 */
export function checkMetadata(member: FleetMember, version: string): void {
  const { name: n, http_port: h, tags: t, architecture: a, accelerator: x } = member;
  const all = {
    n,
    h,
    t,
    a,
    c: member.cores ?? 999,
    m: member.memory_bytes ?? 1e15,
    x,
    v: version,
    k: true,
    b: member.nats_port,
  };
  const bytes = Buffer.byteLength(JSON.stringify(all));
  if (bytes <= limitBytes) return;
  throw new CollabError('fleet-metadata', {
    what: `${n} has too many or too long tags for a member of a fleet.`,
    why: `Its name, tags and hardware take ${bytes} bytes, and members tell each other at most ${limitBytes} (its tags: ${Buffer.byteLength(JSON.stringify(t))}).`,
    next: `Remove or shorten tags: collab device edit ${n} --tag ...`,
    exitCode: ExitCode.usage,
  });
}
