/**
 * The whole script of the console: parts that come later, live parts, plots, commands to copy. Without it every part is a link.
 * What it puts into a page was escaped by the server.
 */
export const browserScript = `
async function fill(place) {
  try {
    const answer = await fetch(place.dataset.src, { headers: { accept: 'text/html' } });
    if (!answer.ok) throw new Error(answer.status + ' ' + answer.statusText);
    place.innerHTML = await answer.text();
    place.classList.remove('later');
  } catch (error) {
    place.classList.add('failed');
    place.title = String(error);
  }
  if (place.dataset.every) setTimeout(() => fill(place), Number(place.dataset.every) * 1000);
}
for (const place of document.querySelectorAll('[data-src]')) fill(place);

for (const place of document.querySelectorAll('[data-events]')) {
  const events = new EventSource(place.dataset.events);
  events.onmessage = (event) => { place.innerHTML = event.data; };
}

for (const place of document.querySelectorAll('[data-plot]')) plot(place);
async function plot(place) {
  const [{ default: Plot }, answer] = await Promise.all([import('/assets/uplot.js'), fetch(place.dataset.plot)]);
  const { labels, columns } = await answer.json();
  if (!columns[0] || columns[0].length === 0) { place.textContent = 'Nothing yet.'; return; }
  const ink = getComputedStyle(document.body).color;
  const strokes = ['#2f6fd0', '#c0392b', '#b7791f'];
  const axis = { stroke: ink, grid: { stroke: 'rgba(128,128,128,.2)' } };
  new Plot({
    width: Math.max(280, place.clientWidth), height: 240, axes: [axis, axis],
    series: [{}, ...labels.map((label, i) => ({ label, stroke: strokes[i], width: 2, points: { show: columns[0].length < 50 } }))],
  }, columns, place);
}

document.addEventListener('click', (event) => {
  const command = event.target.closest && event.target.closest('code.command');
  if (command && navigator.clipboard) {
    navigator.clipboard.writeText(command.textContent).then(() => command.classList.add('copied'), () => undefined);
  }
});
`;
