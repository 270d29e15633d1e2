import { chooseInterfaces, isOnNetwork, type Device } from '../../index.js';
import { canAsk, cannotAsk, chooseMany } from '../session/index.js';
import type { SetupOptions } from './options.js';

/**
 * On which network interfaces to look: those that are named, else the only one there is, else the user says. Those that
 * devices of the LAN are on already are ticked, all where there are none.
 * @returns none when the user wants to type addresses instead
 */
export async function interfacesToAsk(
  { interface: named, yes }: SetupOptions,
  saved: readonly Device[],
): Promise<string[]> {
  if (named.length > 0) return named;
  const all = chooseInterfaces([]);
  const [only] = all;
  if (only !== undefined && all.length === 1) return [only.name];
  if (yes === true || !canAsk()) {
    throw cannotAsk('On which network to look', all.map(({ name }) => `--interface ${name}`).join(' or '));
  }
  const used = all.filter((one) => saved.some(({ address }) => isOnNetwork(address, one)));
  return chooseMany(
    'On which networks should collab look for devices? (none: type their addresses)',
    all.map((one) => ({
      name: `${one.name} (${one.address}/${one.prefix})`,
      value: one.name,
      checked: used.length === 0 || used.includes(one),
    })),
    false,
  );
}
