/** Lets this browser in: the secret of the link is behind the `#`, which is sent to nobody but by this script. */
async function enter(): Promise<void> {
  const secret = location.hash.slice(1);
  // A link that worked is worth nothing, and need not stand in the history.
  history.replaceState(null, '', '/enter');
  const answer = await fetch('/enter', { method: 'POST', body: secret }).catch(() => null);
  if (answer?.ok === true) location.replace('/fleet');
  else tell(answer);
}

function tell(answer: Response | null): void {
  const told = document.querySelector('#told');
  if (told === null) return;
  told.textContent =
    answer === null
      ? 'The dashboard does not answer.'
      : 'This link was used already, or is too old. For a new one, run: collab dashboard --link, or, of a keeper: collab dashboard --keeper';
}

void enter();
