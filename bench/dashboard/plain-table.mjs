// What a page without a library would do: the same table of members, from the same stream and with the same styles, written anew
// as text with each change.
const styles = document.createElement('link');
styles.rel = 'stylesheet';
styles.href = '/assets/look.css';
document.head.append(styles);

const headings = ['Member', 'State', 'For', 'Last heard of', 'CPU', 'Memory', 'Temperature', 'Power'];
const text = (value, unit) => (value == null ? '' : `${value.toFixed(1)} ${unit}`);
const ago = (ms) => text(ms === null ? null : (Date.now() - ms) / 1000, 's');
const cells = ({ name, state, sinceMs, heardMs, load }) => [
  `<th><a href="/fleet/${name}">${name}</a></th>`,
  `<td><span class="state ${state}">${state}</span></td>`,
  `<td>${ago(sinceMs)}</td>`,
  `<td>${ago(heardMs)}</td>`,
  `<td class="number">${text(load?.cpuPercent, '%')}</td>`,
  `<td class="number">${text((load?.memoryUsedBytes ?? 0) / 1e9, 'GB')}</td>`,
  `<td class="number">${text(load?.temperatureC, '°C')}</td>`,
  `<td class="number">${text(load?.powerW, 'W')}</td>`,
];

const members = new Map();
new EventSource('/live').addEventListener('changes', ({ data }) => {
  for (const { topic, entries } of JSON.parse(data).changes)
    if (topic === 'members') for (const member of entries) members.set(member.id, member);
  const head = headings.map((heading) => `<th>${heading}</th>`).join('');
  const body = [...members.values()].map((member) => `<tr>${cells(member).join('')}</tr>`).join('');
  document.body.innerHTML = `<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`;
});
