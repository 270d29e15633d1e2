import { expect, it } from 'vitest';
import { deviceFacts } from './device-facts.js';

it('renames facts to snake_case, nested ones too, and keeps values', () => {
  const facts = { memoryBytes: 4, disk_free_bytes: 5, os: { name: 'Debian' }, macs: [{ macAddress: 'aB' }] };
  expect(deviceFacts({ ...facts, engine: { storageDriver: 'overlayFs' }, python: null })).toEqual({
    memory_bytes: 4,
    disk_free_bytes: 5,
    os: { name: 'Debian' },
    macs: [{ mac_address: 'aB' }],
    engine: { storage_driver: 'overlayFs' },
    python: null,
  });
});
