import Docker from 'dockerode';

/** Removes images if they are there; `Engine` has no word for it, since collab itself removes none yet. */
export async function removeImages(refs: readonly string[]): Promise<void> {
  const engine = new Docker();
  for (const ref of refs) {
    await engine
      .getImage(ref)
      .remove({ force: true })
      .catch((error: unknown) => {
        if ((error as { statusCode?: number }).statusCode !== 404) throw error;
      });
  }
}
