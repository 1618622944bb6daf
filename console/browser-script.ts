/**
 * The whole script of the console: parts that come later, live parts, plots, commands to copy. Without it every part is a link.
 * What it puts into a page was escaped by the server.
 */
export const browserScript = `
// Whoever stands in a part by the keyboard stands there still when it is brought up to date.
function show(place, content) {
  const stops = () => [...place.querySelectorAll('a[href], button, input, select, summary, [tabindex]')];
  const at = stops().indexOf(document.activeElement);
  place.innerHTML = content;
  const stop = at < 0 ? undefined : stops()[at];
  if (stop) stop.focus({ preventScroll: true });
}

async function fill(place) {
  try {
    const answer = await fetch(place.dataset.src, { headers: { accept: 'text/html' } });
    if (!answer.ok) throw new Error(answer.status + ' ' + answer.statusText);
    show(place, await answer.text());
    place.classList.remove('later', 'failed');
  } catch (error) {
    place.classList.add('failed');
    place.title = String(error);
  }
  if (place.dataset.every) setTimeout(() => fill(place), Number(place.dataset.every) * 1000);
}
for (const place of document.querySelectorAll('[data-src]')) fill(place);

// What is live says when it is not: a browser takes up a broken stream again, but not after an answer that is none.
function listen(place) {
  const events = new EventSource(place.dataset.events);
  events.onmessage = (event) => {
    place.classList.remove('later', 'failed');
    show(place, event.data);
  };
  events.onerror = () => {
    place.classList.add('failed');
    if (events.readyState === EventSource.CLOSED) setTimeout(() => listen(place), 3000);
  };
}
for (const place of document.querySelectorAll('[data-events]')) listen(place);

for (const place of document.querySelectorAll('[data-plot]')) plot(place);
async function plot(place) {
  const [{ default: Plot }, answer] = await Promise.all([import('/assets/uplot.js'), fetch(place.dataset.plot)]);
  const { labels, columns } = await answer.json();
  const times = columns[0] || [];
  if (times.length === 0) { place.textContent = 'Nothing yet.'; return; }
  const ink = getComputedStyle(document.body).color;
  const strokes = ['#2f6fd0', '#c0392b', '#b7791f'];
  const axis = { stroke: ink, grid: { stroke: 'rgba(128,128,128,.2)' } };
  // Plots show the zone that the page states, not the one of the browser.
  const words = (options) => new Intl.DateTimeFormat('en-GB', { timeZone: place.dataset.zone, ...options });
  const clock = words({ hour: '2-digit', minute: '2-digit' });
  const exact = words({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const day = words({ day: 'numeric', month: 'short' });
  const moment = (seconds, step) => {
    const at = new Date(seconds * 1000);
    return step >= 86400 ? day.format(at) : step < 60 ? exact.format(at) : clock.format(at);
  };
  const [first, last] = [times[0], times[times.length - 1]];
  const margin = Math.max(60, (last - first) * 0.02, place.dataset.bars ? 7200 : 0);
  const count = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
  new Plot({
    width: Math.max(260, place.clientWidth), height: 220, padding: [12, 32, 0, 0], legend: { live: false },
    scales: { x: { range: [first - margin, last + margin] }, y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
    axes: [{ ...axis, space: 90, values: (_, splits, __, ___, step) => splits.map((at) => moment(at, step)) }, { ...axis, size: 64, values: (_, splits) => splits.map((value) => count.format(value)) }],
    series: [{}, ...labels.map((label, i) => ({ label, stroke: strokes[i], fill: place.dataset.bars ? strokes[i] : undefined, width: 2,
      paths: place.dataset.bars ? Plot.paths.bars({ size: [0.8, 40] }) : undefined, points: { show: !place.dataset.bars && times.length < 50 } }))],
  }, columns, place);
}

// A form that was sent is not sent again by a second click, before its answer is there.
document.addEventListener('submit', (event) => {
  if (event.target.method !== 'post') return;
  if (event.target.classList.contains('sent')) event.preventDefault();
  event.target.classList.add('sent');
});
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form.sent')) form.classList.remove('sent');
});

document.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' && event.key !== ' ') return;
  if (event.target.matches && event.target.matches('code.command')) {
    event.preventDefault();
    event.target.click();
  }
});
document.addEventListener('click', (event) => {
  const command = event.target.closest && event.target.closest('code.command');
  if (command && navigator.clipboard) {
    navigator.clipboard.writeText(command.textContent).then(() => command.classList.add('copied'), () => undefined);
  }
});
`;
