/** The shops' own web server: a plain one, on another origin than the chat's. */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Shop, SHOPS, TEA } from './goods.ts';
import type { Line } from './line.ts';
import { basketPage, goodPage, icon, lostPage, type Places, shelfPage } from './pages.ts';

const own = (name: string): Buffer => readFileSync(new URL(name, import.meta.url));
const FILES: Record<string, { type: string; body: Buffer | string }> = {
  '/shop.css': { type: 'text/css; charset=utf-8', body: own('shop.css') },
  '/shop.js': { type: 'text/javascript; charset=utf-8', body: own('shop.js') },
  ...Object.fromEntries(SHOPS.map((shop) => [`/icon/${shop.look}.svg`, { type: 'image/svg+xml', body: icon(shop) }])),
};
/** `{"cut":false}` and a little more. */
const SWITCH_BYTES = 64;

/** @param serverPort where people reach the inbox, on the machine they reach the shop on */
export function openShop(line: Line, serverPort: number): Server {
  return createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://shop');
    if (url.pathname === '/line') return turnSwitch(line, request, response);
    if (request.method !== 'GET' && request.method !== 'HEAD') return send(response, 405, 'text/plain', 'Only pages here.\n');
    const file = FILES[url.pathname];
    if (file) return send(response, 200, file.type, file.body);
    const places = placesFor(request, line.port, serverPort);
    const found = findPage(url.pathname, places);
    response.setHeader('content-security-policy', policy(places));
    response.setHeader('x-content-type-options', 'nosniff');
    send(response, found ? 200 : 404, 'text/html; charset=utf-8', found ?? lostPage(TEA, places));
  });
}

function findPage(path: string, places: Places): string | undefined {
  const shop = SHOPS.find(({ home }) => home !== '/' && path.startsWith(home)) ?? TEA;
  const rest = path.slice(shop.home.length);
  if (rest === '') return shelfPage(shop, places);
  if (rest === 'basket') return basketPage(shop, places);
  return goodIn(shop, rest, places);
}

function goodIn(shop: Shop, slug: string, places: Places): string | undefined {
  const good = shop.goods.find((each) => each.slug === slug);
  return good && goodPage(shop, good, places);
}

/** By the name the browser used: `localhost`, an address in the house, or a tunnel's. */
function placesFor(request: IncomingMessage, line: number, server: number): Places {
  const host = /^[\w.-]+$|^\[[\da-f:]+\]$/i.exec((request.headers.host ?? '').replace(/:\d+$/, ''))?.[0] ?? 'localhost';
  return { line: `http://${host}:${line}`, server: `http://${host}:${server}` };
}

/** As strict as a careful shop's: it names the chat server, twice, and nothing else. */
function policy({ line }: Places): string {
  return `default-src 'none'; script-src 'self' ${line}; style-src 'self'; img-src 'self'; connect-src 'self' ${line} ${line.replace('http', 'ws')}; `
    + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

/** Only the shop's own page may turn it: a form of another site cannot send JSON. */
function turnSwitch(line: Line, request: IncomingMessage, response: ServerResponse): void {
  const tell = () => send(response, 200, 'application/json', JSON.stringify({ cut: line.isCut }));
  if (request.method !== 'POST') {
    tell();
    return;
  }
  let body = '';
  request.setEncoding('utf8');
  request.on('data', (text: string) => {
    body += text;
    if (body.length > SWITCH_BYTES) request.destroy();
  });
  request.on('end', () => {
    if (request.headers['content-type'] !== 'application/json' || !/^\{"cut":(true|false)\}$/.test(body)) {
      send(response, 400, 'text/plain', 'Say {"cut":true} or {"cut":false} as application/json.\n');
      return;
    }
    (body.includes('true') ? line.cut() : line.mend()).then(tell, (error: Error) => send(response, 500, 'text/plain', `${error.message}\n`));
  });
}

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-cache' });
  response.end(body);
}
