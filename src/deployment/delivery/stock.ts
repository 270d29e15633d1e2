import type { Emit } from '../../events.js';
import type { Engine } from '../engine/index.js';
import type { DeliveryEvent } from './events.js';
import type { LayerStore } from './layer-store.js';
import { readLayers } from './read-layers.js';

/** Fills the store with layers that an engine has, each image once for all who ask meanwhile. */
export class Stock {
  private readonly reading = new Map<string, Promise<void>>();

  constructor(
    private readonly store: LayerStore,
    private readonly emit: Emit<DeliveryEvent>,
  ) {}

  /** @param ref an image of that engine that has these layers */
  async fill(engine: Engine, ref: string, diffIds: readonly string[]): Promise<void> {
    const lacks = await this.store.lacks(diffIds);
    if (lacks.length === 0) return;
    const key = `${engine.device} ${ref}`;
    const before = this.reading.get(key) ?? Promise.resolve();
    const reading = before.then(() => readLayers(engine, ref, diffIds, this.store, this.emit));
    this.reading.set(
      key,
      reading.catch(() => undefined),
    );
    await reading;
  }
}
