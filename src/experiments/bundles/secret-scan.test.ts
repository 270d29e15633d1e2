import { expect, test } from 'vitest';
import { secretsInEnvironment, secretsInFile } from './known-secrets.js';
import { SecretScan } from './secret-scan.js';

const secret = { what: 'a password', bytes: Buffer.from('correct horse battery') };
const scan = new SecretScan([secret, { what: 'short', bytes: Buffer.from('short') }]);

test('finds a secret wherever the pieces end', () => {
  const text = Buffer.from(`xx ${secret.bytes.toString()} yy`);
  for (let cut = 0; cut <= text.length; cut += 1) {
    const look = scan.begin();
    look(text.subarray(0, cut));
    expect(look(text.subarray(cut))).toBe(secret);
  }
  const byByte = scan.begin();
  const found = [...text].map((byte) => byByte(Buffer.from([byte])));
  expect(found.findIndex((one) => one !== null)).toBe(3 + secret.bytes.length - 1);
});

test('finds nothing else, and nothing over the border of two files', () => {
  expect(scan.begin()(Buffer.from('correct horse batter'))).toBeNull();
  expect(scan.begin()(Buffer.from('y short'))).toBeNull();
  expect(new SecretScan([]).begin()(Buffer.from('anything at all'))).toBeNull();
});

const values = (env: Record<string, string>) =>
  secretsInEnvironment(env).map(({ bytes }) => bytes.toString());

test('variables with secret names, and logins of proxies', () => {
  expect(values({ HF_TOKEN: '12345678', PATH: '/usr/bin:/bin', WANDB_API_KEY: 'abcdefghij' })).toEqual([
    '12345678',
    'abcdefghij',
  ]);
  expect(values({ MY_SECRET: 'short', SSH_AUTH_SOCK: '/' })).toEqual([]);
  expect(values({ https_proxy: 'http://me:pass%20word@host:1' })).toEqual([
    'me:pass%20word',
    'pass%20word',
    'pass word',
  ]);
});

test('a key is found however its lines are broken, and its common beginning is not', () => {
  const body = Array.from({ length: 360 }, (_, at) =>
    String.fromCharCode(65 + ((at * 7 + at / 26) % 26)),
  ).join('');
  const lines = (width: number) => body.match(new RegExp(`.{1,${width}}`, 'g'))?.join('\n') ?? '';
  const key = `-----BEGIN PRIVATE KEY-----\n${lines(64)}\n-----END PRIVATE KEY-----\n`;
  const keys = new SecretScan(secretsInFile('.collab/id_rsa', key));
  for (const width of [60, 64, 70, 76, 400])
    expect(keys.begin()(Buffer.from(`{"k": "${lines(width)}"}`)), String(width)).not.toBeNull();
  expect(keys.begin()(Buffer.from(body.slice(0, 40)))).toBeNull();
});

test.each([
  ['.collab/lans/a.known_hosts', 'host ssh-ed25519 AAAAC3NzaC1lZDI1\n', ['AAAAC3NzaC1lZDI1']],
  ['.collab/fleets/f/token', 'a-token-of-a-fleet\n', ['a-token-of-a-fleet']],
  ['.collab/fleets/f/ca.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', []],
  [
    '.collab/fleets/f/access.json',
    '{"users":[{"name":"alice-is-a-user","token":"0123456789abcdef"}]}',
    ['0123456789abcdef'],
  ],
  ['.collab/lans/a.json', '{"key_path":"/home/me/.ssh/id_ed25519"}', []],
  ['.collab/data-hashes.json', '{"/d/tokenizer/x":"0123456789abcdef"}', []],
])('%s', (name, text, expected) => {
  expect(secretsInFile(name, text).map(({ bytes }) => bytes.toString())).toEqual(expected);
});
