import { expect, test } from 'vitest';
import { deviceContainer } from './lab-container.js';
import { planLab } from './lab-plan.js';

const limits = { rateBitsPerS: 1e9, uplinkBitsPerS: null, store: 'containerd' as const };
const settings = { name: 'lab', devices: 1, cpus: 0.5, memoryBytes: 512 * 2 ** 20, ...limits };
const [edge1] = planLab(settings, '172.31.77.0/24', 2);
const spec =
  edge1 === undefined ? null : deviceContainer(settings, edge1, 'collab/lab-device:1', 'ssh-ed25519 AAAA');

test('a virtual device has its own host name and limits', () => {
  expect(spec).toMatchObject({
    name: 'collab-lab-edge1',
    hostname: 'edge1',
    network: 'collab-lab',
    address: '172.31.77.11',
    memoryBytes: 512 * 2 ** 20,
    cpus: 0.5,
    cpuSet: '0',
    mounts: [{ kind: 'volume', source: 'collab-lab-edge1', target: '/var/lib/docker' }],
  });
  expect(spec).not.toHaveProperty('ports');
});

test('it accepts only our public key, and gets its limits from its environment', () => {
  expect(spec?.env).toEqual({
    COLLAB_AUTHORIZED_KEY: 'ssh-ed25519 AAAA',
    COLLAB_RATE_BITS: '1000000000',
    COLLAB_STORE: 'containerd',
  });
});

test('it has only what a nested engine needs: neither all capabilities nor a folder of this machine', () => {
  expect(spec?.capabilities).toContain('SYS_ADMIN');
  for (const capability of ['ALL', 'SYS_MODULE', 'SYS_RAWIO', 'SYS_BOOT', 'SYS_TIME']) {
    expect(spec?.capabilities).not.toContain(capability);
  }
  expect(spec?.mounts?.every(({ kind }) => kind === 'volume')).toBe(true);
});

test('its labels contain its Lab and its limits', () => {
  expect(spec?.labels).toEqual({
    'collab.lab': 'lab',
    'collab.lab.device': 'edge1',
    'collab.lab.cpus': '0.5',
    'collab.lab.memory': String(512 * 2 ** 20),
    'collab.lab.rate': '1000000000',
    'collab.lab.uplink': '0',
    'collab.lab.store': 'containerd',
  });
});
