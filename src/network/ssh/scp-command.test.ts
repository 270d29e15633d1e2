import { expect, test } from 'vitest';
import { scpCommand } from './scp-command.js';

const folder = '/home/pi/.collab/runs/r1/1/client-0';
const known = '/work/space/.collab/lans/shelf.known_hosts';

test('copies a folder of a device with its key and the known hosts of its LAN', () => {
  const login = { host: '10.0.0.7', port: 2222, user: 'pi', keyPath: '/keys/my key' };
  expect(scpCommand(login, known, folder, '/logs/1')).toBe(
    `scp -rp -P 2222 -o 'UserKnownHostsFile="${known}"' -i '/keys/my key' pi@10.0.0.7:${folder} /logs/1/`,
  );
});

test('goes through jump hosts, and checks the key under the name that collab keeps', () => {
  const hop = { host: 'gateway', port: 22, user: 'me' };
  const login = { host: 'fe80::7', port: 22, user: 'pi', keyPath: null, via: [hop] };
  const command = scpCommand(login, known, folder, '/logs/1');
  expect(command).toContain(` -J me@gateway:22 pi@[fe80::7]:${folder} `.replace(/pi@\S+/, "'$&'"));
  expect(command).toContain('HostKeyAlias=fe80::7/gateway');
});
