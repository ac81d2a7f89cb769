// Texts whose contrast with what is behind them is below 4.5 (WCAG AA).
() => {
  const light = (c) => { const f = c.map((v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * f[0] + 0.7152 * f[1] + 0.0722 * f[2]; };
  const read = (text) => (text.match(/[\d.]+/g) || []).map(Number);
  const back = (node) => { for (let at = node; at; at = at.parentElement) { const c = read(getComputedStyle(at).backgroundColor); if (c.length === 3 || c[3] === 1) return c; } return [255, 255, 255]; };
  const wrong = [];
  for (const node of document.querySelectorAll('main p, main td, main th, main dt, main dd, main button, main summary, main figcaption, main small, main h4, h1, h2, h3, svg text, footer p')) {
    if (!node.textContent.trim() || !node.getClientRects().length) continue;
    const style = getComputedStyle(node);
    const ink = read(node.namespaceURI.endsWith('svg') ? style.fill : style.color).slice(0, 3);
    const [a, b] = [light(ink), light(back(node))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) wrong.push(`${ratio.toFixed(2)}: ${node.textContent.trim().slice(0, 40)}`);
  }
  return wrong;
}
