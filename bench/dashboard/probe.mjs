// Runs in the page that is measured.

/**
 * Waits for a click, or for the back button, and then for what it asks for.
 * @returns milliseconds until the frame after the one that has so many elements of the selector, none of them still loading
 */
globalThis.benchProbe = (selector, least) => {
  const tookMs = new Promise((resolve) => {
    let startedMs = null;
    const begun = ({ timeStamp }) => (startedMs ??= timeStamp);
    for (const kind of ['click', 'popstate']) addEventListener(kind, begun, { capture: true, once: true });
    const look = () => {
      const found = [...document.querySelectorAll(selector)];
      const isThere = found.length >= least && found.every(({ textContent }) => textContent !== '…');
      const next = startedMs !== null && isThere ? () => resolve(performance.now() - startedMs) : look;
      requestAnimationFrame(next);
    };
    requestAnimationFrame(look);
  });
  return { tookMs };
};
