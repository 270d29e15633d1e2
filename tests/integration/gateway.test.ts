import * as fs from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Namespaces, type Ended } from './namespaces.js';

const script = fileURLToPath(new URL('../../scripts/open_gateway.sh', import.meta.url));
let net: Namespaces;
let stateFile: string;
const deviceRoutes = () => net.run('inner', 'ip', 'route', 'show', 'default').stdout.trim();

beforeAll(async () => {
  net = await Namespaces.make();
  stateFile = join(net.workspace, '.collab/gateway.json');
  // With the nftables backend, iptables creates its tables with the first rule and keeps them when it is deleted.
  for (const table of ['nat', 'filter']) net.run('gw', 'iptables', '-t', table, '-P', 'OUTPUT', 'ACCEPT');
  net.run('gw', 'iptables', '-t', 'nat', '-P', 'POSTROUTING', 'ACCEPT');
  net.run('gw', 'iptables', '-P', 'FORWARD', 'ACCEPT');
  await net.listen('outer');
  await net.listen('inner');
  net.run('outer', 'ip', 'route', 'add', '10.77.1.0/24', 'via', '10.77.2.1');
  const set = net.collab({}, 'setup', '--device', 'root@10.77.1.2', '--key', net.key, '--yes');
  expect(set.stderr + set.stdout).toContain('10.77.1.2');
  expect(set.code).toBe(0);
});
afterAll(() => net.remove());
beforeEach(() => {
  net.forwarding('0');
  net.run('inner', 'ip', 'route', 'replace', 'default', 'via', '10.77.1.9');
});

/** A PATH with all programs except `hidden`; `instead` replaces some by scripts. */
function pathWithout(hidden: readonly string[], instead: Record<string, string> = {}): string {
  const bin = fs.mkdtempSync(join(net.folder, 'bin-'));
  for (const place of ['/usr/bin', '/usr/sbin']) {
    for (const name of fs.readdirSync(place))
      if (!hidden.includes(name) && !fs.existsSync(join(bin, name)))
        fs.symlinkSync(join(place, name), join(bin, name));
  }
  for (const [name, text] of Object.entries(instead)) {
    fs.rmSync(join(bin, name), { force: true });
    fs.writeFileSync(join(bin, name), text, { mode: 0o755 });
  }
  return bin;
}

const on = (env: Record<string, string> = {}, ...more: string[]) =>
  net.collab(env, 'gateway', 'on', '--from', 'in0', '--to', 'out0', ...more);
const off = (env: Record<string, string> = {}) => net.collab(env, 'gateway', 'off');
const byScript = (act: string, env: Record<string, string> = {}) =>
  net.runWith({ COLLAB_GATEWAY_STATE: join(net.folder, 'state'), ...env }, 'gw', script, act, 'in0', 'out0');
const ok = (ended: Ended) => expect(ended, ended.stderr).toMatchObject({ code: 0 });

describe.each([
  ['nft', []],
  ['iptables', ['nft']],
])('with %s', (tool, hidden) => {
  it(
    'collab gateway lets a device reach the internet, and off restores everything',
    { timeout: 180_000 },
    () => {
      const env = { PATH: pathWithout(hidden) };
      const before = net.rules();
      expect(net.seenFrom('inner', '10.77.2.2')).toBeNull();
      const planned = on(env, '--dry-run');
      ok(planned);
      expect(planned.stdout).toContain('ip route replace default via 10.77.1.1');
      expect(net.rules()).toBe(before);
      expect(net.forwarding()).toBe('0');

      ok(on(env));
      expect(net.seenFrom('inner', '10.77.2.2')).toBe('10.77.2.1');
      expect(net.seenFrom('outer', '10.77.1.2')).toBeNull();
      expect(deviceRoutes()).toBe('default via 10.77.1.1 dev dev0');
      expect(fs.statSync(stateFile).mode & 0o777).toBe(0o600);
      expect(net.collab(env, 'gateway', 'status').stdout).toMatch(
        new RegExp(`is on, from in0 to out0 with ${tool}.*its rules exist; this machine forwards`, 's'),
      );
      const again = on(env);
      expect(again).toMatchObject({ code: 2 });
      expect(again.stderr).toContain('already on');

      ok(off(env));
      expect(deviceRoutes()).toBe('default via 10.77.1.9 dev dev0');
      expect(net.forwarding()).toBe('0');
      expect(net.rules()).toBe(before);
      expect(fs.existsSync(stateFile)).toBe(false);
      expect(off(env).stdout).toContain('already off');
    },
  );

  it('open_gateway.sh adds the same rules and removes them', { timeout: 180_000 }, () => {
    const env = { PATH: pathWithout(hidden) };
    net.forwarding('1');
    const before = net.rules();
    ok(on(env));
    const ofCollab = net.rules();
    ok(off(env));
    ok(byScript('on', env));
    expect(net.rules()).toBe(ofCollab);
    expect(ofCollab).not.toBe(before);
    expect(byScript('status', env).stdout).toContain('on: in0 out0');
    expect(on(env).stderr).toContain('open_gateway.sh');
    ok(byScript('off', env));
    expect(net.rules()).toBe(before);
    // Forwarding was on before both.
    expect(net.forwarding()).toBe('1');
    net.forwarding('0');
    ok(byScript('on', env));
    expect(net.forwarding()).toBe('1');
    ok(byScript('off', env));
    expect(net.forwarding()).toBe('0');
  });
});

describe('failures', () => {
  const realNft = '/usr/sbin/nft';
  const failing = `#!/bin/sh\ncase "$*" in *drop*) echo "no such hook" >&2; exit 1 ;; esac\nexec ${realNft} "$@"\n`;

  it('a failing step undoes the earlier ones', { timeout: 120_000 }, () => {
    const env = { PATH: pathWithout([], { nft: failing }) };
    const before = net.rules();
    const failed = on(env);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/could not be made a gateway.*no such hook.*Nothing was changed/s);
    expect(net.rules()).toBe(before);
    expect(net.forwarding()).toBe('0');
    expect(fs.existsSync(stateFile)).toBe(false);
    expect(deviceRoutes()).toBe('default via 10.77.1.9 dev dev0');
    expect(byScript('on', env)).toMatchObject({ code: 1 });
    expect(net.rules()).toBe(before);
  });

  it('passes a FORWARD chain that Docker or ufw sets to drop, and restores it', { timeout: 120_000 }, () => {
    net.run('gw', 'iptables', '-P', 'FORWARD', 'DROP');
    const before = net.rules();
    ok(on());
    expect(net.seenFrom('inner', '10.77.2.2')).toBe('10.77.2.1');
    const ofCollab = net.rules();
    ok(off());
    expect(net.rules()).toBe(before);
    ok(byScript('on'));
    expect(net.rules()).toBe(ofCollab);
    ok(byScript('off'));
    expect(net.rules()).toBe(before);
    net.run('gw', 'iptables', '-P', 'FORWARD', 'ACCEPT');
  });

  it('prints the command for a device whose sudo needs a password', { timeout: 120_000 }, () => {
    // A fake `id` on the device says that the login is not root.
    const bin = pathWithout([], { id: '#!/bin/sh\necho 1000\n' });
    const before = fs.readFileSync(join(net.folder, 'authorized_keys'), 'utf8');
    fs.writeFileSync(
      join(net.folder, 'authorized_keys'),
      `command="PATH=${bin}:$PATH; export PATH; eval \\"$SSH_ORIGINAL_COMMAND\\"" ${before}`,
    );
    const ended = on();
    expect(ended.code).toBe(4);
    expect(ended.stderr).toContain('ssh -t root@10.77.1.2 sudo ip route replace default via 10.77.1.1');
    expect(deviceRoutes()).toBe('default via 10.77.1.9 dev dev0');
    ok(off());
    fs.writeFileSync(join(net.folder, 'authorized_keys'), before);
  });

  it('rejects unknown interfaces and a user who is not root', { timeout: 120_000 }, () => {
    const wrong = net.collab({}, 'gateway', 'on', '--from', 'in0', '--to', 'nothere0');
    expect(wrong).toMatchObject({ code: 2 });
    expect(wrong.stderr).toMatch(/no network interface named nothere0.*in0/s);
    expect(net.collab({}, 'gateway', 'on', '--from', 'in0', '--to', 'in0').code).toBe(2);
    const env = { PATH: pathWithout(['sudo'], { id: '#!/bin/sh\necho 1000\n' }) };
    const user = on(env);
    expect(user.code).toBe(1);
    expect(user.stderr).toMatch(/Only root can change.*sudo -v/s);
    expect(net.forwarding()).toBe('0');
  });
});
