import type { NetworkInterface } from './interfaces.js';

/** Prefix length of the largest network that is scanned completely: 1,022 addresses. */
const widestPrefix = 22;

/** The other addresses of an interface's network; in a network larger than a /22, those of its /22. */
export function scanRange(network: NetworkInterface): { subnet: string; addresses: string[] } {
  const prefix = Math.max(network.prefix, widestPrefix);
  const size = 2 ** (32 - prefix);
  const own = toNumber(network.address);
  const first = own - (own % size);
  // A /31 and a /32 have no network address and no broadcast address (RFC 3021).
  const margin = size > 2 ? 1 : 0;
  const addresses = Array.from({ length: size - 2 * margin }, (_, index) => first + margin + index)
    .filter((one) => one !== own)
    .map(toText);
  return { subnet: `${toText(first)}/${prefix}`, addresses };
}

const toNumber = (address: string) => address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);

const toText = (number: number) =>
  [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
