/** Pictures of the goods, drawn by hand: SVG without scripts, styles or anything from elsewhere. */

export interface Art {
  kind: 'tin' | 'kettle' | 'cups' | 'bicycle' | 'bell' | 'basket' | 'tools';
  body: string;
  band: string;
  motif: 'flower' | 'mountain' | 'pine' | 'leaf' | 'moon' | 'fruit' | 'bags' | 'small' | 'none';
}

const SHADE = '#00000022';
const LIGHT = '#ffffff38';

export function draw(art: Art, title: string): string {
  return `<svg viewBox="0 0 240 200" role="img" aria-label="${title}" xmlns="http://www.w3.org/2000/svg">`
    + `<circle cx="120" cy="100" r="82" fill="${art.body}" opacity=".17"/><ellipse cx="120" cy="176" rx="66" ry="7" fill="${SHADE}"/>`
    + `${PICTURES[art.kind](art)}</svg>`;
}

const PICTURES: Record<Art['kind'], (art: Art) => string> = {
  tin: ({ body, band, motif }) =>
    `<rect x="76" y="58" width="88" height="116" rx="8" fill="${body}"/><rect x="76" y="58" width="22" height="116" rx="8" fill="${LIGHT}"/>`
    + `<rect x="146" y="58" width="18" height="116" rx="8" fill="${SHADE}"/><rect x="72" y="44" width="96" height="20" rx="6" fill="${body}"/>`
    + `<rect x="72" y="44" width="96" height="20" rx="6" fill="${SHADE}"/><rect x="76" y="88" width="88" height="60" fill="${band}"/>`
    + `<g transform="translate(120 118)" fill="${body}" stroke="${body}">${MOTIFS[motif] ?? ''}</g>`
    + `<path d="M84 92h72M84 144h72" stroke="${body}" stroke-width="1.4" opacity=".6"/>`,

  kettle: ({ body, band }) =>
    `<path d="M72 96c6-60 90-60 96 0" fill="none" stroke="${band}" stroke-width="9" stroke-linecap="round"/>`
    + `<path d="M64 120C40 112 38 92 22 88c-4 12 14 50 44 58z" fill="${body}"/><path d="M56 150c-6-70 24-74 64-74s70 4 64 74c-2 18-16 24-64 24s-62-6-64-24z" fill="${body}"/>`
    + `<path d="M70 148c-4-44 8-58 26-62-8 12-12 34-8 66 1 12-16 10-18-4z" fill="${LIGHT}"/><ellipse cx="120" cy="79" rx="34" ry="7" fill="${SHADE}"/>`
    + `<circle cx="120" cy="68" r="8" fill="${band}"/><path d="M40 66c-6-8 6-12 0-22M26 70c-6-8 6-12 0-22" stroke="${SHADE}" stroke-width="4" fill="none" stroke-linecap="round"/>`,

  cups: ({ body, band }) => [70, 134].map((x, index) =>
    `<g transform="translate(${x - 32} ${index ? 84 : 78})"><path d="M4 0h64c0 50-8 90-32 90S4 50 4 0z" fill="${body}"/><path d="M50 0h18c0 50-8 90-32 90 14-16 16-50 14-90z" fill="${SHADE}"/>`
    + `<ellipse cx="36" cy="0" rx="32" ry="8" fill="${band}"/><ellipse cx="36" cy="1" rx="27" ry="6" fill="#7a4a22"/>`
    + `<g transform="translate(34 46) scale(.8) rotate(${index ? 14 : -10})" fill="${band}" stroke="${band}">${MOTIFS.leaf}</g></g>`).join(''),

  bicycle: ({ body, band, motif }) => {
    const wheel = (x: number) => `<circle cx="${x}" cy="136" r="36" fill="none" stroke="#4d4741" stroke-width="5"/><circle cx="${x}" cy="136" r="31" fill="none" stroke="${band}" stroke-width="2"/>`
      + `<path d="M${x} 105v62M${x - 31} 136h62M${x - 22} 114l44 44M${x + 22} 114l-44 44" stroke="#8885" stroke-width="1.2"/><circle cx="${x}" cy="136" r="4" fill="#4d4741"/>`;
    const frame = `<path d="M66 136L98 82h62l14 54M98 82l22 54h-54M120 136l40-54M94 70l8 16M160 82l-5-20" fill="none" stroke="${body}" stroke-width="6.5" stroke-linecap="round" stroke-linejoin="round"/>`
      + '<path d="M80 68h28" stroke="#4a3526" stroke-width="8" stroke-linecap="round"/><path d="M155 62c10-6 20-2 24 6" fill="none" stroke="#4a3526" stroke-width="5" stroke-linecap="round"/>'
      + `<circle cx="120" cy="136" r="9" fill="none" stroke="#4d4741" stroke-width="4"/><path d="M120 136l10 14h8" fill="none" stroke="#4d4741" stroke-width="4" stroke-linecap="round"/>`;
    const bags = motif === 'bags' ? `<rect x="40" y="96" width="34" height="34" rx="6" fill="${body}" stroke="${SHADE}" stroke-width="3"/><rect x="166" y="98" width="26" height="30" rx="6" fill="${body}" stroke="${SHADE}" stroke-width="3"/>` : '';
    return `<g${motif === 'small' ? ' transform="translate(36 50) scale(.7)"' : ''}>${wheel(66)}${wheel(174)}${frame}${bags}</g>`;
  },

  bell: ({ body, band }) =>
    `<path d="M60 132c0-44 24-76 60-76s60 32 60 76z" fill="${body}"/><path d="M78 126c0-34 12-54 30-62-10 14-14 36-14 62z" fill="${LIGHT}"/>`
    + `<rect x="52" y="130" width="136" height="14" rx="7" fill="${band}"/><circle cx="120" cy="50" r="8" fill="${band}"/><path d="M108 144h24l4 26h-32z" fill="${band}"/>`
    + `<path d="M196 90q10 14 0 28M208 80q16 24 0 48M44 90q-10 14 0 28M32 80q-16 24 0 48" fill="none" stroke="${body}" stroke-width="4" stroke-linecap="round"/>`,

  basket: ({ body, band }) => {
    const rows = [0, 1, 2, 3].map((row) => [...Array(9)].map((_, n) =>
      `<rect x="${58 + n * 14 + (row % 2) * 5}" y="${98 + row * 18}" width="12" height="15" rx="5" fill="${(n + row) % 2 ? body : band}"/>`).join('')).join('');
    return `<path d="M76 92c4-54 84-54 88 0" fill="none" stroke="${band}" stroke-width="8"/><path d="M98 94c-16-34 8-52 20-30 14-26 36-4 18 30z" fill="#d8a25c"/>`
      + `<path d="M54 90h132l-10 84H64z" fill="${band}"/>${rows}<rect x="48" y="84" width="144" height="12" rx="6" fill="${body}"/>`;
  },

  tools: ({ body, band }) =>
    `<g transform="rotate(-38 120 108)"><rect x="110" y="70" width="20" height="104" rx="9" fill="${body}"/><path d="M96 36a30 30 0 0 1 10 2v24h28V38a30 30 0 1 1-38-2z" fill="${band}"/></g>`
    + `<g transform="rotate(40 120 108)"><rect x="112" y="92" width="16" height="84" rx="8" fill="${band}"/><rect x="116" y="34" width="8" height="62" rx="3" fill="#8b8f94"/></g><circle cx="120" cy="112" r="15" fill="${LIGHT}"/>`,
};

const MOTIFS: Record<string, string> = {
  flower: `${[0, 60, 120, 180, 240, 300].map((turn) => `<ellipse cx="0" cy="-13" rx="6" ry="11" transform="rotate(${turn})" stroke="none"/>`).join('')}<circle r="5" fill="#fff" stroke="none"/>`,
  mountain: '<path d="M-34 20l20-34 10 14 12-22 26 42z" stroke="none"/><circle cx="-22" cy="-16" r="5" stroke="none"/>',
  pine: '<path d="M0-24l14 18h-7l11 14h-8l9 12h-38l9-12h-8l11-14h-7z" stroke="none"/>',
  leaf: '<path d="M-2 24C-30 4-14-20 10-26 22 0 14 20-2 24z" stroke="none"/><path d="M-6 30C-4 10 2-6 8-18" fill="none" stroke-width="2.5"/>',
  moon: '<path d="M10-22a24 24 0 1 0 12 36A20 20 0 0 1 10-22z" stroke="none"/><circle cx="24" cy="-14" r="2.5" stroke="none"/>',
  fruit: '<circle cy="4" r="18" stroke="none"/><path d="M0-14c0-8 6-12 14-12 0 8-6 12-14 12z" stroke="none"/><path d="M-8-2q8-8 16 0" fill="none" stroke="#fff" stroke-width="2"/>',
};
