/**
 * Searches for devices, as a separate program: node search.mjs collab|bonjour <interface> <devices> <searches>.
 * Prints the milliseconds in which each search found all devices, or -1 if it took more than 5 s. Times do not include
 * loading the libraries; there is no pause between searches.
 */
import { networkInterfaces } from 'node:os';
import { Bonjour } from 'bonjour-service';
import 'multicast-dns';
import { discover } from '../../dist/index.js';

const [way, name, devices, searches] = process.argv.slice(2);
const expect = Number(devices);
const timeoutMs = 5000;

const ways = {
  collab: async () => (await discover({ interfaces: [name], expect, timeoutMs })).length,
  bonjour: () =>
    new Promise((resolve) => {
      const address = networkInterfaces()[name].find(({ family }) => family === 'IPv4').address;
      // Bound only to the interface, it receives nothing while an avahi-daemon runs on this machine.
      const bonjour = new Bonjour({ interface: address, bind: '0.0.0.0' });
      const found = new Set();
      const end = () => {
        clearTimeout(timer);
        bonjour.destroy();
        resolve(found.size);
      };
      const timer = setTimeout(end, timeoutMs);
      bonjour.find({ type: 'ssh', protocol: 'tcp' }, ({ addresses, referer }) => {
        found.add([...(addresses ?? []), referer.address].sort().join());
        if (found.size === expect) end();
      });
    }),
};

for (let search = 0; search < Number(searches); search += 1) {
  const startedMs = performance.now();
  const found = await ways[way]();
  console.log(found >= expect ? performance.now() - startedMs : -1);
}
process.exit(0);
