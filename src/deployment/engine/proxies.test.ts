import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { proxyArgs, readProxies, withoutLogins } from './proxies.js';

const here = { daemon: 'unix:///var/run/docker.sock', remote: false };
const board = { daemon: 'ssh://pi@10.0.0.7', remote: true };
const proxy = 'http://proxy.lab:3128';
const config = {
  proxies: {
    default: { httpProxy: proxy, httpsProxy: proxy, noProxy: '.lab,10.0.0.0/8' },
    'ssh://pi@10.0.0.7': { httpProxy: 'http://shelf:3128' },
  },
};

describe('the arguments of a build', () => {
  test("are the docker CLI's proxies in both cases, as it passes them itself", () => {
    expect(proxyArgs({}, config, here)).toEqual({
      HTTP_PROXY: proxy,
      http_proxy: proxy,
      HTTPS_PROXY: proxy,
      https_proxy: proxy,
      NO_PROXY: '.lab,10.0.0.0/8',
      no_proxy: '.lab,10.0.0.0/8',
    });
  });

  test('are those of the daemon alone, where config.json names it', () => {
    expect(proxyArgs({}, config, board)).toEqual({
      HTTP_PROXY: 'http://shelf:3128',
      http_proxy: 'http://shelf:3128',
    });
  });

  test('are those of the environment before those of the docker CLI, whichever case it uses', () => {
    const environment = { https_proxy: 'http://other:1', HTTP_PROXY: 'http://a:1', http_proxy: 'http://b:1' };
    const more = { ALL_PROXY: 'socks5://s:1', all_proxy: '', FTP_PROXY: 'http://f:1' };
    expect(proxyArgs({ ...environment, ...more }, config, here)).toMatchObject({
      HTTPS_PROXY: 'http://other:1',
      https_proxy: 'http://other:1',
      HTTP_PROXY: 'http://a:1',
      http_proxy: 'http://b:1',
      all_proxy: 'socks5://s:1',
      ftp_proxy: 'http://f:1',
      no_proxy: '.lab,10.0.0.0/8',
    });
  });

  test('leave out what the environment sets to nothing', () => {
    expect(proxyArgs({ HTTP_PROXY: '', https_proxy: '' }, config, here)).toEqual({
      NO_PROXY: '.lab,10.0.0.0/8',
      no_proxy: '.lab,10.0.0.0/8',
    });
  });

  test.each([
    'http://127.0.0.1:3128',
    'http://me:se@cret@localhost:3128/',
    '127.0.0.1:3128',
    'http://[::1]:3128',
  ])("with a proxy on this machine's loopback address (%s) reach builds of this machine only", (loopback) => {
    const environment = {
      HTTP_PROXY: loopback,
      HTTPS_PROXY: 'http://127.proxy.lab:1',
      NO_PROXY: 'localhost',
    };
    expect(proxyArgs(environment, {}, here)).toMatchObject({ HTTP_PROXY: loopback, http_proxy: loopback });
    expect(Object.keys(proxyArgs(environment, {}, board)).sort()).toEqual([
      'HTTPS_PROXY',
      'NO_PROXY',
      'https_proxy',
      'no_proxy',
    ]);
  });

  test.each([
    null,
    3,
    {},
    { proxies: null },
    { proxies: { default: 'x' } },
    { proxies: { default: { httpProxy: 1 } } },
  ])('are none with a config.json such as %j', (other) => {
    expect(proxyArgs({}, other, here)).toEqual({});
  });
});

describe('config.json', () => {
  const folder = mkdtemp(join(tmpdir(), 'docker-config-'));

  test('is read where DOCKER_CONFIG says', async () => {
    await writeFile(join(await folder, 'config.json'), JSON.stringify(config));
    const { args, remark } = await readProxies(here, { DOCKER_CONFIG: await folder });
    expect([args.http_proxy, remark]).toEqual([proxy, null]);
  });

  test('that does not exist is none', async () => {
    const nowhere = join(await folder, 'nowhere');
    expect(await readProxies(here, { DOCKER_CONFIG: nowhere })).toEqual({ args: {}, remark: null });
  });

  test('that cannot be read is said, without a quotation of it; the environment still counts', async () => {
    await writeFile(join(await folder, 'config.json'), 'c2VjcmV0');
    const { args, remark } = await readProxies(here, { DOCKER_CONFIG: await folder, HTTP_PROXY: proxy });
    expect(args).toEqual({ HTTP_PROXY: proxy, http_proxy: proxy });
    expect(remark).toMatch(
      /^The proxies of the docker CLI are not used, .*config\.json .*: it is not valid JSON$/,
    );
    expect(remark).not.toContain('c2Vj');
  });
});

test("what a build prints has no proxy's login", () => {
  const args = { HTTP_PROXY: 'http://me:pass@proxy:1', https_proxy: 'you:p@ss@proxy:2', NO_PROXY: 'lab' };
  expect(withoutLogins('Tried http://me:pass@proxy:1 and you:p@ss@proxy:2.', args)).toBe(
    'Tried http://***@proxy:1 and ***@proxy:2.',
  );
  expect(withoutLogins('me:pass is not a login here', args)).toBe('me:pass is not a login here');
});
