import { chooseInterfaces, isOnNetwork, type Device } from '../../index.js';
import { canAsk, cannotAsk, chooseMany } from '../session/index.js';
import type { SetupOptions } from './options.js';

/**
 * Chooses the network interfaces to search: those given by flags, else the only one, else the user selects. Interfaces
 * that reach saved devices start selected, or all if none does.
 * @returns an empty list if the user wants to type addresses instead
 */
export async function interfacesToSearch(
  { interface: named, yes }: SetupOptions,
  saved: readonly Device[],
): Promise<string[]> {
  if (named.length > 0) return named;
  const all = chooseInterfaces([]);
  const [only] = all;
  if (only !== undefined && all.length === 1) return [only.name];
  if (yes === true || !canAsk()) {
    throw cannotAsk(
      'Choosing a network to search needs an answer',
      `${all.map(({ name }) => `--interface ${name}`).join(' or ')}.`,
    );
  }
  const used = all.filter((one) => saved.some(({ address }) => isOnNetwork(address, one)));
  return chooseMany(
    'Which networks should collab search for devices? (select none to type addresses)',
    all.map((one) => ({
      name: `${one.name} (${one.address}/${one.prefix})`,
      value: one.name,
      checked: used.length === 0 || used.includes(one),
    })),
    false,
  );
}
