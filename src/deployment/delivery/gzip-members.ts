import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** Level 1 is fast; higher levels save only some 3 % more. */
const level = 1;
/** Uncompressed bytes of a member: large enough that the overhead of a member is negligible. */
const memberBytes = 4 << 20;

/** Gzips a stream as a sequence of members (RFC 1952, 2.2), in parallel on all cores. */
export async function* gzipMembers(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const packing: Promise<Buffer>[] = [];
  for await (const member of blocks(source)) {
    packing.push(promisify(gzip)(member, { level }));
    if (packing.length >= availableParallelism()) yield (await packing.shift()) ?? Buffer.alloc(0);
  }
  for (const one of packing) yield await one;
}

async function* blocks(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let [block, bytes]: [Buffer[], number] = [[], 0];
  for await (const chunk of source) {
    block.push(chunk);
    bytes += chunk.length;
    if (bytes < memberBytes) continue;
    yield Buffer.concat(block);
    [block, bytes] = [[], 0];
  }
  yield Buffer.concat(block);
}
