import { describeFileStore } from '../../../tests/conformance/file-store.js';
import { FakeStore } from './fake-store.js';

describeFileStore('fake', () => Promise.resolve({ store: new FakeStore(), close: () => undefined }));
