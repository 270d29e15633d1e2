import { join } from 'node:path';
import { z } from 'zod';
import type { AgentConfig, ApiMember } from '../fleet/index.js';
import { readFileIfThere } from '../workspace/index.js';
import { ownCapabilities } from './worker/index.js';

/** `member/known.json`, which the member program keeps of the others. */
const knownFile = z.object({
  members: z.array(
    z.object({
      id: z.string(),
      state: z.enum(['alive', 'suspect', 'failed', 'left']),
      /** `ip:port` of gossip. */
      address: z.string(),
      /** In base64: what the member says of itself. */
      meta: z.string(),
    }),
  ),
});
const metadata = z.object({
  n: z.string(),
  t: z.array(z.string()).nullish(),
  a: z.string().default(''),
  c: z.int().nonnegative().default(0),
  m: z.number().nonnegative().default(0),
  x: z.string().nullish(),
  k: z.boolean().default(false),
});

/** The members of the fleet, as this one's member program last wrote them down: at most some seconds ago. By name. */
export async function knownMembers(config: AgentConfig): Promise<ApiMember[]> {
  const { state, member, keeper, keepers, tags, accelerator } = config;
  const { architecture, cores, memory_bytes } = ownCapabilities(config);
  const text = await readFileIfThere(join(state, 'member/known.json'));
  const known = text === null ? [] : knownFile.parse(JSON.parse(text)).members;
  const own: ApiMember = {
    ...member,
    state: 'alive',
    address: keepers.find(({ id }) => id === member.id)?.address ?? '',
    tags,
    architecture,
    cores,
    memory_bytes,
    accelerator,
    keeper,
  };
  const others = known.flatMap((one) => {
    const about = metadata.safeParse(jsonOf(one.meta));
    return about.success ? [memberOf(one, about.data)] : [];
  });
  return others.concat(own).sort((a, b) => (a.name < b.name ? -1 : 1));
}

const memberOf = (
  { id, state, address }: z.output<typeof knownFile>['members'][number],
  { n, t, a, c, m, x, k }: z.output<typeof metadata>,
): ApiMember => ({
  id,
  name: n,
  state,
  address: address.slice(0, address.lastIndexOf(':')),
  tags: t ?? [],
  architecture: a,
  cores: c,
  memory_bytes: m,
  accelerator: x ?? null,
  keeper: k,
});

function jsonOf(base64: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64, 'base64').toString());
  } catch {
    return null;
  }
}
