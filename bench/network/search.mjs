/**
 * Looks for devices, as a program of its own: node search.mjs collab|bonjour <interface> <devices> <searches>.
 * Prints for each search in how many milliseconds all devices were found, or -1 when they were not within 5 s.
 * The time runs from the call, with the libraries loaded; searches follow one another without a pause.
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
      // Bound to the interface alone it hears nothing while an avahi-daemon runs on this machine.
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
