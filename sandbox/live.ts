/** A page that keeps itself up to date: without this script its refresh link does the same. */

/**
 * Fetches the address in `data-live` every second and replaces the element's content when it
 * changed; the focus stays on the element with the same id. A form with `data-quiet` is submitted
 * without leaving the page, and what it says is announced in its `[role=status]`.
 */
export const LIVE_SCRIPT = `'use strict';
const part = document.querySelector('[data-live]');
let last;
async function update() {
  try {
    const answer = await fetch(part.dataset.live, { cache: 'no-store' });
    if (!answer.ok) throw new Error(answer.statusText);
    const text = await answer.text();
    part.removeAttribute('data-lost');
    if (text === last) return;
    last = text;
    const focused = document.activeElement && document.activeElement.id;
    part.innerHTML = text;
    const again = focused && document.getElementById(focused);
    if (again && again !== document.activeElement) again.focus({ preventScroll: true });
  } catch {
    part.setAttribute('data-lost', '');
  }
}
if (part) {
  document.documentElement.classList.add('live');
  (async function go() {
    if (!document.hidden) await update();
    setTimeout(go, 1000);
  })();
  document.addEventListener('visibilitychange', () => document.hidden || update());
}
for (const form of document.querySelectorAll('form[data-quiet]')) {
  const status = form.querySelector('[role=status]');
  const button = form.querySelector('button');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    button.setAttribute('aria-disabled', 'true');
    status.textContent = '';
    try {
      const answer = await fetch(form.action, { method: 'POST', headers: { accept: 'text/plain' } });
      status.textContent = answer.ok ? await answer.text() : 'That did not work. Is Broadsheet still running?';
    } catch {
      status.textContent = 'Broadsheet does not answer. Is it still running?';
    }
    button.removeAttribute('aria-disabled');
    if (part) await update();
  });
}
`;
