import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';

const script = `
import sys, zipfile
path, name, version = sys.argv[1:]
info = '{}-{}.dist-info'.format(name, version)
with zipfile.ZipFile(path, 'w') as wheel:
    wheel.writestr('{}.py'.format(name), 'version = {!r}\\n'.format(version))
    wheel.writestr(info + '/METADATA', 'Metadata-Version: 2.1\\nName: {}\\nVersion: {}\\n'.format(name, version))
    wheel.writestr(info + '/WHEEL', 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    names = ['{}.py'.format(name), info + '/METADATA', info + '/WHEEL', info + '/RECORD']
    wheel.writestr(info + '/RECORD', ''.join(one + ',,\\n' for one in names))
`;

/** Creates a wheel with one module, identified by its `version`. @returns its file name */
export function makeWheel(folder: string, name: string, version: string): string {
  mkdirSync(folder, { recursive: true });
  const file = `${name}-${version}-py3-none-any.whl`;
  execFileSync('python3', ['-c', script, join(folder, file), name, version]);
  return file;
}

/** A package index according to PEP 503, and the wheels by URL, on this machine's loopback address. */
export async function serveWheels(wheels: readonly string[]): Promise<{ server: Server; address: string }> {
  const names = wheels.map((path) => basename(path));
  const server = createServer((request, response) => {
    const url = request.url ?? '/';
    const wheel = wheels.find((path) => url === `/files/${basename(path)}`);
    const project = /^\/simple\/([^/]+)\/$/.exec(url)?.[1];
    if (wheel !== undefined) response.end(readFileSync(wheel));
    else if (project !== undefined && names.some((name) => name.startsWith(`${project}-`))) {
      const links = names.filter((name) => name.startsWith(`${project}-`));
      response.setHeader('content-type', 'text/html');
      response.end(links.map((name) => `<a href="/files/${name}">${name}</a>`).join('\n'));
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
