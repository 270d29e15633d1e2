import Docker from 'dockerode';

/** Removes images if they exist. */
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
