import { describe } from 'vitest';
import { describeEngine } from '../../../tests/conformance/engine.js';
import { FakeEngine } from './fake-engine.js';

describe.each(['classic', 'containerd'] as const)('%s', (store) => {
  describeEngine(`FakeEngine, ${store} store`, () => {
    const engine = new FakeEngine('nano1', 'amd64', store);
    engine.images.set('sh', { id: 'sha256:sh', sizeBytes: 1 });
    const ended = (id: string) => {
      engine.change(id, { running: false, exitCode: 7 }, 'one\ntwo\n');
      return Promise.resolve();
    };
    const restarted = (id: string) => {
      engine.change(id, { running: false, exitCode: 7 });
      return Promise.resolve();
    };
    const network = { bridge: 'fake', subnet: '10.0.0.0/24' };
    return Promise.resolve({ engine, image: 'sh', ended, restarted, network });
  });
});
