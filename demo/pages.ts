/** The pages of the shops. Text of ours only: nothing a visitor types is ever put in here. */
import { draw } from './art.ts';
import { type Good, type Shop, SHOPS } from './goods.ts';

/** Where things are for the one who asks: it differs by the name she reached this machine under. */
export interface Places { line: string; server: string }

const pounds = (price: number): string => `£${price.toLocaleString('en', { minimumFractionDigits: price % 1 ? 2 : 0 })}`;
const safe = (text: string): string => text.replace(/[&<>"]/g, (letter) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[letter]!);

export function shelfPage(shop: Shop, places: Places): string {
  return page(shop, shop.name, places, `
    <section class="hero">
      <div><p class="eyebrow">${safe(shop.motto)}</p><h1>${safe(shop.welcome)}</h1><p class="lead">${safe(shop.promise)}</p></div>
      <div class="hero-art" aria-hidden="true">${[shop.goods.at(-2)!, shop.goods[0]!, shop.goods[1]!].map((good) => draw(good.art, '')).join('')}</div>
    </section>
    <h2 id="shelf">${safe(shop.shelves)}</h2>
    <p class="none" hidden>Nothing here goes by that name. Ask us in the chat: we may have it in the back.</p>
    <ul class="grid">${shop.goods.map((good) => card(shop, good)).join('')}</ul>`);
}

function card(shop: Shop, good: Good): string {
  return `<li class="card" data-words="${safe(`${good.name} ${good.line}`.toLowerCase())}"><a href="${shop.home}${good.slug}">
    <div class="art">${draw(good.art, safe(good.name))}</div><h3>${safe(good.name)}</h3><p>${safe(good.line)}</p></a>
    <p class="buy"><span class="price">${pounds(good.price)}</span>${addButton(shop, good)}</p></li>`;
}

const addButton = (shop: Shop, good: Good): string =>
  `<button type="button" class="add" data-add="${shop.brand}/${good.slug}" data-name="${safe(good.name)}" data-price="${good.price}" aria-label="Add ${safe(good.name)} to the basket">Add</button>`;

export function goodPage(shop: Shop, good: Good, places: Places): string {
  const others = shop.goods.filter((other) => other !== good).slice(0, 3);
  return page(shop, `${good.name} · ${shop.name}`, places, `
    <nav class="crumbs"><a href="${shop.home}">${safe(shop.shelves)}</a> <span aria-hidden="true">/</span> ${safe(good.name)}</nav>
    <article class="good"><div class="art big">${draw(good.art, safe(good.name))}</div>
      <div><p class="eyebrow">${safe(good.line)}</p><h1>${safe(good.name)}</h1><p class="price large">${pounds(good.price)}</p><p>${safe(good.story)}</p>
      <dl>${good.facts.map(([name, value]) => `<div><dt>${safe(name)}</dt><dd>${safe(value)}</dd></div>`).join('')}</dl>
      <p class="buy">${addButton(shop, good)}<button type="button" class="plain" data-ask>Ask about it</button></p></div></article>
    <h2>Goes well with</h2><ul class="grid">${others.map((other) => card(shop, other)).join('')}</ul>`);
}

export function basketPage(shop: Shop, places: Places): string {
  return page(shop, `Basket · ${shop.name}`, places, `
    <h1>Your basket</h1><p class="none">There is nothing in it yet.</p>
    <ul class="basket" data-brand="${shop.brand}"></ul>
    <p class="total" hidden>Together <strong></strong></p>
    <p class="buy" hidden><button type="button" class="add" data-order>Place the order</button></p>
    <p class="done" role="status"></p>`);
}

export function lostPage(shop: Shop, places: Places): string {
  return page(shop, `Not here · ${shop.name}`, places, `<h1>This shelf is empty</h1><p>There is no such page. <a href="${shop.home}">Back to the shop</a></p>`);
}

function page(shop: Shop, title: string, places: Places, body: string): string {
  const others = SHOPS.filter((other) => other !== shop);
  return `<!doctype html>
<html lang="en" data-look="${shop.look}"><head><meta charset="utf-8"><title>${safe(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<meta name="description" content="${safe(shop.motto)}"><link rel="icon" href="/icon/${shop.look}.svg"><link rel="stylesheet" href="/shop.css">
<script defer src="/shop.js"></script>
<script async src="${places.line}/widget.js" data-brand="${shop.brand}"></script></head>
<body>
<aside class="strip" aria-label="For developers"><strong>Demo</strong><span class="line" role="status">The line to the chat server is up</span>
  <button type="button" class="cut" aria-pressed="false">Cut the line</button><span class="strip-more"><a href="${places.server}/inbox/${shop.brand}" target="_blank" rel="noopener">Inbox</a>
  ${others.map((other) => `<a href="${other.home}">${safe(other.name)}</a>`).join('')}</span></aside>
<header><a class="logo" href="${shop.home}"><span aria-hidden="true">${shop.mark}</span>${safe(shop.name)}</a>
  <form class="search" role="search"><label><span class="hush">Search the shop</span><input type="search" name="q" placeholder="Search" autocomplete="off"><kbd aria-hidden="true">/</kbd></label></form>
  <a class="to-basket" href="${shop.home}basket">Basket <span class="count" data-brand="${shop.brand}">0</span></a></header>
<main>${body}</main>
<footer><p>${safe(shop.name)} is a shop that does not exist, made to try a chat with. It has ${shop.goods.length} things, no till and no cookies.</p></footer>
</body></html>`;
}

export const icon = (shop: Shop): string =>
  `<svg viewBox="0 0 64 64" xmlns="http://www.w3.org/2000/svg"><rect width="64" height="64" rx="16" fill="${shop.color}"/><g fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round">${
    shop.look === 'tea' ? '<path d="M14 26h30c0 16-5 24-15 24S14 42 14 26zM44 30c10-2 10 12-2 12M24 20c-3-5 3-6 0-11M34 20c-3-5 3-6 0-11"/>'
      : '<circle cx="19" cy="40" r="10"/><circle cx="45" cy="40" r="10"/><path d="M19 40l9-18h14l3 18M28 22l5 18H19"/>'}</g></svg>`;
