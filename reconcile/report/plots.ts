import { type Html, html } from '../../platform/html.ts';

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** A part of the value that is drawn darker, e.g. what was loaded of what there is. */
  readonly part?: number;
}

const width = 640;
const height = 140;

/** Upright bars over an ordered axis, as inline SVG that needs no script and prints in black and white. */
export function barPlot(title: string, bars: readonly Bar[]): Html {
  if (bars.length === 0) return html``;
  const most = Math.max(1, ...bars.map((bar) => bar.value));
  const step = width / bars.length;
  const tall = (value: number) => (value / most) * (height - 20);
  const shapes = bars.map((bar, place) => {
    const x = place * step;
    const rectangle = (value: number, shade: string) =>
      html`<rect x="${x.toFixed(1)}" y="${(height - tall(value)).toFixed(1)}" width="${Math.max(1, step - 1).toFixed(1)}" height="${tall(value).toFixed(1)}" class="${shade}"/>`;
    const words = `${bar.label}: ${bar.value}${bar.part === undefined ? '' : `, loaded ${bar.part}`}`;
    return html`<g><title>${words}</title>${rectangle(bar.value, bar.part === undefined ? 'full' : 'pale')}${bar.part === undefined ? '' : rectangle(bar.part, 'full')}</g>`;
  });
  const first = bars[0]?.label ?? '';
  const last = bars.at(-1)?.label ?? '';
  return html`<figure><figcaption>${title}</figcaption>
<svg viewBox="0 0 ${width} ${height + 18}" role="img" aria-label="${title}">
<text x="0" y="12">${most}</text>
${shapes}
<line x1="0" y1="${height}" x2="${width}" y2="${height}"/>
<text x="0" y="${height + 15}">${first}</text><text x="${width}" y="${height + 15}" text-anchor="end">${last}</text>
</svg></figure>`;
}

/** Lying bars with their names beside them, longest first. */
export function rankPlot(title: string, bars: readonly Bar[]): Html {
  if (bars.length === 0) return html``;
  const most = Math.max(1, ...bars.map((bar) => bar.value));
  const rows = bars
    .slice(0, 12)
    .map(
      (bar) =>
        html`<tr><th scope="row">${bar.label}</th><td class="n">${bar.value}</td><td class="bar"><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="full" width="${((bar.value / most) * 100).toFixed(1)}" height="8"/></svg></td></tr>`,
    );
  return html`<figure><figcaption>${title}</figcaption><table class="rank">${rows}</table></figure>`;
}
