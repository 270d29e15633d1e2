import { describe, expect, it } from 'vitest';
import { deviceOf, factsOf } from '../../../tests/fixtures/connected-device.js';
import { planMoves, type Candidate } from './plan-moves.js';

const macs = (...all: string[]) =>
  factsOf({ macs: all.map((mac, index) => ({ interface: `eth${index}`, mac })) });
const nano1 = deviceOf('nano1', {
  address: '10.0.0.2',
  facts: macs('02:00:00:00:00:0A', '02:00:00:00:00:0b'),
});
const nano2 = deviceOf('nano2', { address: '10.0.0.3', facts: macs('02:00:00:00:00:0c') });
const missing = [nano1, nano2].map((device) => ({ device, fingerprints: [device.id] }));

const at = (address: string, fingerprint: string, mac: string | null = null): Candidate => ({
  address,
  port: 22,
  key: { type: 'ssh-ed25519', fingerprint, line: `ssh-ed25519 ${fingerprint}` },
  mac,
});
const kinds = (...candidates: Candidate[]) =>
  planMoves(missing, candidates).map((one) => (one.kind === 'moved' ? one.to.address : one.kind));
const refusalOf = (...candidates: Candidate[]) => {
  const [first] = planMoves(missing, candidates);
  if (first?.kind !== 'refused') throw new Error(`nano1: ${first?.kind ?? ''}`);
  return first.error;
};

describe('devices that are not at their saved address', () => {
  it('are found where their host keys are presented, also after a swap', () => {
    expect(kinds(at('10.0.0.9', nano1.id), at('10.0.0.3', 'SHA256:x'))).toEqual(['10.0.0.9', 'not-found']);
    expect(kinds(at('10.0.0.2', nano2.id), at('10.0.0.3', nano1.id))).toEqual(['10.0.0.3', '10.0.0.2']);
  });

  it('may present another of their keys', () => {
    const device = { device: nano1, fingerprints: [nano1.id, 'SHA256:rsa'] };
    expect(planMoves([device], [at('10.0.0.9', 'SHA256:rsa')])).toMatchObject([{ kind: 'moved' }]);
  });

  it('are refused if two machines present the key, naming addresses and fingerprints', () => {
    const error = refusalOf(at('10.0.0.8', nano1.id), at('10.0.0.9', nano1.id, '02:00:00:00:00:ff'));
    expect(error).toMatchObject({ name: 'device-not-unique', exitCode: 4 });
    expect(error.what).toBe('2 machines present the host key of nano1. No login was tried.');
    expect(error.why).toContain(`10.0.0.8, port 22 presents ssh-ed25519 ${nano1.id}`);
    expect(error.why).toContain(`10.0.0.9, port 22 (MAC 02:00:00:00:00:ff) presents ssh-ed25519 ${nano1.id}`);
  });

  it('are distinguished from their twins by MAC, and may use cable and wireless at once', () => {
    const twin = at('10.0.0.8', nano1.id, '02:00:00:00:00:ff');
    expect(kinds(twin, at('10.0.0.9', nano1.id, '02:00:00:00:00:0a'))[0]).toBe('10.0.0.9');
    const wireless = at('10.0.0.7', nano1.id, '02:00:00:00:00:0b');
    expect(kinds(wireless, at('10.0.0.9', nano1.id, '02:00:00:00:00:0a'))[0]).toBe('10.0.0.7');
  });

  it('that present another key with a known MAC were reinstalled: no login, both fingerprints', () => {
    const error = refusalOf(at('10.0.0.9', 'SHA256:new', '02:00:00:00:00:0a'));
    expect(error).toMatchObject({ name: 'device-installed-anew', exitCode: 4 });
    expect(error.why).toContain(nano1.id);
    expect(error.why).toContain('SHA256:new');
    expect(error.next).toContain('collab device add pi@10.0.0.9 --name nano1');
  });
});
