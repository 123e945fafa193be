/** The built files: what shops load, and the inbox. */
import type { SiteCall } from './door.ts';
import { FOR_ANY_PAGE, inboxHeaders } from './headers.ts';
import { notFound } from './turned-away.ts';

/** The name of a file whose content is in its name. One segment, so nothing can climb out of its folder. */
const HASHED = /^[A-Za-z0-9][A-Za-z0-9_.-]*-[A-Za-z0-9]{6,}\.[a-z0-9]{2,5}$/;
/** Nothing in it that means something else once it is decoded. */
const PLAIN_PATH = /^(\/[A-Za-z0-9._~-]+)+\/?$/;
const FOR_EVER = 'public, max-age=31536000, immutable';
/** Fresh for minutes, and usable for a month while our server is down. */
const LOADER = 'public, max-age=300, stale-while-revalidate=2592000';

const TYPES: Record<string, string> = {
  js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', html: 'text/html; charset=utf-8',
  svg: 'image/svg+xml', png: 'image/png', webp: 'image/webp', ico: 'image/x-icon', woff2: 'font/woff2',
  json: 'application/json', mp3: 'audio/mpeg', ogg: 'audio/ogg', wav: 'audio/wav', m4a: 'audio/mp4',
};

export const loader = (call: SiteCall): Promise<Response> => file(call, 'widget.js', { ...FOR_ANY_PAGE, 'cache-control': LOADER });

export function widgetFile(call: SiteCall): Promise<Response> {
  return file(call, `w/${hashedName(call)}`, { ...FOR_ANY_PAGE, 'cache-control': FOR_EVER });
}

export function inboxFile(call: SiteCall): Promise<Response> {
  return file(call, `inbox/assets/${hashedName(call)}`, { 'cache-control': FOR_EVER });
}

/** The same page for every address of a brand's inbox; it finds its way itself. */
export async function inbox(call: SiteCall): Promise<Response> {
  const { pathname } = new URL(call.knock.req.url);
  if (!PLAIN_PATH.test(pathname) || pathname.includes('..') || !await call.house.owner(pathname.split('/')[2]!)) throw notFound();
  return file(call, 'inbox/index.html', { ...inboxHeaders(call.house.url), 'cache-control': 'no-cache' });
}

function hashedName({ knock }: SiteCall): string {
  const name = knock.req.param('file') ?? '';
  if (!HASHED.test(name) || name.includes('..')) throw notFound();
  return name;
}

async function file({ house, knock }: SiteCall, path: string, headers: Record<string, string>): Promise<Response> {
  const found = takesBrotli(knock.req.header('accept-encoding')) ? await house.asset(`${path}.br`) : undefined;
  const body = found?.body ?? (await house.asset(path))?.body;
  if (!body) throw notFound();
  return new Response(body, {
    headers: {
      ...headers,
      'content-type': TYPES[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream',
      vary: 'Accept-Encoding',
      ...(found ? { 'content-encoding': 'br' } : {}),
    },
  });
}

/** Named, and not at quality 0. Taken apart rather than matched: one pattern for it all took a second for a header of 16 KiB. */
function takesBrotli(header = ''): boolean {
  return header.split(',').some((each) => {
    const [name, ...parameters] = each.split(';').map((part) => part.trim().toLowerCase());
    return name === 'br' && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
}
